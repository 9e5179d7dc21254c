"""Where a row's route and the name of its product contradict each other, so that neither can count."""

from __future__ import annotations

from functools import lru_cache

from adjuvant.library import canonical_route, route_group
from adjuvant.record.exposure import RefusalReason
from adjuvant.record.exposure_amounts import Problem
from adjuvant.record.medication import Drug
from adjuvant.record.naming import product_form

__all__ = ["contradicted_route"]

_INJECTED, _SPINE = "parenteral", "neuraxial"


def contradicted_route(drug: Drug, route: str | None, form: str | None) -> Problem | None:
    """The Problem of a route that a product cannot have been given by, or None.

    What is swallowed, worn on the skin or sprayed is not injected, and what is meant for the spine goes
    nowhere else: such a row counts one route as another, and the one may be many times the other. A vial
    may be drunk, so a name that says intravenous contradicts nothing but the spine's own routes.

    Args:
        route, form: as the row states them; a route that the library does not know contradicts nothing.
    """
    code = drug.rxnorm.value if drug.rxnorm is not None else None
    return _contradicted(drug.text, code, route, form) if route is not None else None


@lru_cache(maxsize=8192)
def _contradicted(text: str, code: str | None, route: str, form: str | None) -> Problem | None:
    stated = canonical_route(route, form)
    if stated is None:
        return None
    group = route_group(stated)
    implied, named = product_form(text, code)
    if named is not None and route_group(named) == _SPINE and group != _SPINE:
        return Problem(
            RefusalReason.NEURAXIAL,
            f"the name {text!r} says {named}, and the route is {stated}",
            "correct the route or the name",
        )
    if group != _INJECTED:
        return None
    if named is not None and route_group(named) != _INJECTED:
        what = f"the name {text!r} says {named}"
    elif "patch" in (form, implied):
        what = "it is a patch"
    else:
        return None
    return Problem(
        RefusalReason.AMBIGUOUS_FORM, f"{what}, and the route is {stated}", "correct the route or the name"
    )
