"""Building exposures: what of the asked-for ingredients entered the patient, and what was refused."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from adjuvant.record.exposure import Basis, Exposure, Exposures, Refusal, RefusalReason
from adjuvant.record.exposure_amounts import (
    Problem,
    asked_for,
    refusal,
    unresolved,
)
from adjuvant.record.exposure_dispenses import from_dispenses
from adjuvant.record.exposure_given import exposure_of
from adjuvant.record.exposure_orders import from_requests
from adjuvant.record.exposure_overlaps import without_overlaps
from adjuvant.record.exposure_patches import from_patches
from adjuvant.record.medication import (
    AdministrationKind,
    AdministrationStatus,
    MedicationAdministration,
)
from adjuvant.record.misspelt import misspelt
from adjuvant.record.patient import PatientRecord

__all__ = ["build_exposures"]

_PATCHES = (AdministrationKind.PATCH_ON, AdministrationKind.PATCH_OFF)


def build_exposures(
    record: PatientRecord, ingredients: frozenset[str], basis: Basis = Basis.ADMINISTERED
) -> Exposures:
    """All exposures of `record` to the asked-for ingredients, on one basis.

    Args:
        ingredients: the library's names; other drugs, and other ingredients of the same product, are left
            out.
        basis: administrations (the default), orders or dispenses. They are never mixed.
    Returns:
        Exposures in order of time, each with its unit steps in words, and a Refusal for everything that
        cannot be counted, the record's unplaced medication of these or of unknown ingredients among them.
        Rows charted as not given leave neither. An administration counts thus:

        - a dose at its moment; an infusion at a constant rate from start to end; demand doses spread evenly
          over the interval that they are the sum of; a patch from application to removal (`from_patches`);
        - dose and rate of one infusion must agree within the library's ``rate_agreement``, else it is
          refused as ambiguous; where they agree, the charted amount is used;
        - moments that two infusions cover are counted once (`without_overlaps`);
        - a running rate of zero and no demand dose delivered are nothing given; a dose of zero that is
          charted as given is a contradiction and is refused.
    """
    if basis is Basis.ORDERED:
        items, refused = from_requests(record, ingredients)
    elif basis is Basis.DISPENSED:
        items, refused = from_dispenses(record, ingredients)
    else:
        items, refused = _from_administrations(record, ingredients)
    refused += [item for item in record.unplaced if _concerns(item, ingredients, basis)]
    return Exposures(basis, tuple(sorted(items, key=_order)), tuple(sorted(refused, key=_refusal_order)))


def _concerns(item: Refusal, ingredients: frozenset[str], basis: Basis) -> bool:
    """Whether what could not be placed may be of an asked-for drug: one that is not known may be any."""
    return item.basis in (None, basis) and (item.ingredient is None or item.ingredient in ingredients)


def _order(item: Exposure) -> tuple[object, ...]:
    return item.start, item.end, item.ingredient, item.route or "", item.events


def _refusal_order(item: Refusal) -> tuple[str, ...]:
    moment = item.start.isoformat() if item.start is not None else ""
    return moment, item.subject, item.ingredient or "", str(item.reason), *item.events


def _from_administrations(
    record: PatientRecord, ingredients: frozenset[str]
) -> tuple[list[Exposure], list[Refusal]]:
    local = record.local
    items: list[Exposure] = []
    refused: list[Refusal] = []
    patches: list[MedicationAdministration] = []
    running: list[tuple[MedicationAdministration, Exposure]] = []
    for event in record.administrations:
        if event.status is AdministrationStatus.NOT_GIVEN:
            continue
        unknown = unresolved(event.drug, ingredients)
        if unknown is not None:
            refused.append(_refused(event, _unresolved(event, unknown), local, unknown))
            continue
        wanted = asked_for(event.drug, ingredients)
        if wanted and event.kind in _PATCHES:
            patches.append(event)
            continue
        for ingredient in wanted:
            answer = exposure_of(event, ingredient)
            if isinstance(answer, Problem):
                refused.append(_refused(event, answer, local, ingredient.name))
            elif answer is not None and answer.end > answer.start:
                running.append((event, answer))
            elif answer is not None:
                items.append(answer)
    for part in (without_overlaps(running, local), from_patches(record, patches, ingredients)):
        items += part[0]
        refused += part[1]
    return items, refused


def _unresolved(event: MedicationAdministration, name: str) -> Problem:
    asked = f"did you mean {name}? " if name in misspelt(event.drug.text) else ""
    return Problem(
        RefusalReason.UNKNOWN_DRUG,
        event.doubt or f"{event.drug.text!r} is not a drug that the library knows",
        f"{asked}give the ingredient, or its RxNorm code",
    )


def _refused(event: MedicationAdministration, problem: Problem, local: ZoneInfo, ingredient: str) -> Refusal:
    # A dose happened at one moment; what runs and has no end is of unknown end.
    end = event.start if event.kind is AdministrationKind.DOSE else event.end
    return refusal(
        event.drug, problem, event=event.id, local=local, start=event.start, end=end, ingredient=ingredient
    )
