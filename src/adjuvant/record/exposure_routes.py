"""Where a row's route and the name of its product contradict each other, so that neither can count."""

from __future__ import annotations

from adjuvant.library import canonical_route, route_group
from adjuvant.record.exposure import RefusalReason
from adjuvant.record.exposure_amounts import Problem
from adjuvant.record.medication import MedicationAdministration, MedicationDispense, MedicationRequest
from adjuvant.record.naming import product_form

__all__ = ["contradicted_route"]

_INJECTED, _SPINE = "parenteral", "neuraxial"


def contradicted_route(
    event: MedicationAdministration | MedicationRequest | MedicationDispense,
) -> Problem | None:
    """The Problem of a route that the product cannot have been given by, or None.

    What is swallowed, worn on the skin or sprayed is not injected, and what is meant for the spine goes
    nowhere else: such a row counts one route as another, and the one may be many times the other. A vial
    may be drunk, so a name that says intravenous contradicts nothing but the spine's own routes.
    """
    stated = canonical_route(event.route or "", event.form)
    if stated is None:
        return None
    group = route_group(stated)
    form, named = product_form(event.drug.text, event.drug.rxnorm.value if event.drug.rxnorm else None)
    if named is not None and route_group(named) == _SPINE and group != _SPINE:
        return Problem(
            RefusalReason.NEURAXIAL,
            f"the name {event.drug.text!r} says {named}, and the route is {stated}",
            "correct the route or the name",
        )
    if group != _INJECTED:
        return None
    if named is not None and route_group(named) != _INJECTED:
        what = f"the name {event.drug.text!r} says {named}"
    elif "patch" in (event.form, form):
        what = "it is a patch"
    else:
        return None
    return Problem(
        RefusalReason.AMBIGUOUS_FORM, f"{what}, and the route is {stated}", "correct the route or the name"
    )
