"""Patches: what each application released, from when it was put on until it was off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from adjuvant.quantity import Quantity
from adjuvant.record.cut import last_fact
from adjuvant.record.exposure import Basis, Exposure, ExposureKind, Refusal, RefusalReason
from adjuvant.record.exposure_amounts import Problem, asked_for, doubted, in_words, mass_of, refusal
from adjuvant.record.exposure_pairing import Pairing, Worn
from adjuvant.record.medication import (
    Drug,
    Ingredient,
    MedicationAdministration,
)
from adjuvant.record.patient import PatientRecord
from adjuvant.timeline import hours_between

__all__ = ["from_patches", "release_rate"]

_UNSURE = Problem(
    RefusalReason.DOUBTED,
    "the record does not say whether the patch was put on",
    "chart it as given or as not given",
)


def from_patches(
    record: PatientRecord, events: Iterable[MedicationAdministration], ingredients: frozenset[str]
) -> tuple[list[Exposure], list[Refusal]]:
    """PATCH exposures from applications and removals, and what had to be refused.

    A patch counts from its application to the first of:

    - its charted removal (by identity or site, else by drug; the end of the application's own row counts as one);
    - the application of the next patch with the same identity or site, or, where neither names one, of the next of
      the same drug: a change;
    - the end of its ordered wear, if no removal is charted ("end from the ordered wear");
    - the last fact of the record, with an OPEN_PATCH refusal from then on.

    Patches put on at the same moment, and patches at different sites, add. A removal that does not say which of
    several patches it means ends the oldest of those whose ordered wear has not run out; unless they all
    release the same, the time until all of them are off is refused too. So is the time before a removal of a
    patch that nobody charted as put on, and the time after a change to another strength where neither names a
    site (the new one may have been added).
    """
    groups: dict[tuple[str, ...], list[MedicationAdministration]] = {}
    for event in events:
        names = tuple(item.name for item in asked_for(event.drug, ingredients))
        groups.setdefault(names, []).append(event)
    items: list[Exposure] = []
    refused: list[Refusal] = []
    known = last_fact(record)
    for names, group in groups.items():
        pairing = Pairing(record, names[0])
        for moment, batch in groupby(group, key=lambda event: event.start):
            pairing.step(moment, tuple(batch))
        refused += pairing.refusals()
        for worn in pairing.worn:
            for ingredient in asked_for(worn.on.drug, ingredients):
                item, problems = _counted(worn, ingredient, record, known)
                refused += problems
                if item is not None:
                    items.append(item)
    return items, refused


def release_rate(
    dose: Quantity | None, rate: Quantity | None, drug: Drug, ingredient: Ingredient
) -> tuple[Quantity | Problem, list[str]]:
    """Release rate of all patches of one application, and how it was come by.

    A charted rate is taken as it stands; so is a dose written as a rate, because a patch is dosed by its release;
    a number of patches is multiplied by the release of one. The content of a patch is not what it gives.
    """
    steps: list[str] = []
    charted = rate if rate is not None else dose
    if charted is None:
        return Problem(RefusalReason.MISSING_DOSE, "neither release rate nor number of patches is charted",
                       "chart one of the two"), steps  # fmt: skip
    if charted.unit.has(mass=1):
        return Problem(RefusalReason.AMBIGUOUS_DOSE, f"{charted} may be what the patch holds, not what it releases",
                       "chart its release rate, such as 25 ug/h"), steps  # fmt: skip
    one = ingredient.strength
    if charted.unit.has(**{"{patch}": 1}) and one is not None and one.unit.has(mass=1, time=-1):
        every = one * charted.value
        return every, [f"{in_words(charted)} × {in_words(one)} = {in_words(every)}"]
    found = mass_of(charted, drug, ingredient, None, steps, rate=True)
    return found, steps or ([in_words(found)] if isinstance(found, Quantity) else [])


def _counted(
    worn: Worn, ingredient: Ingredient, record: PatientRecord, known: datetime | None
) -> tuple[Exposure | None, list[Refusal]]:
    """The exposure to one ingredient from one application, and its refusals."""
    on = worn.on
    start, end, note, open_ended = on.start, worn.off or worn.own_end, worn.note, False
    ordered = worn.ordered_end
    if ordered is not None and (end is None or (note and ordered < end)):
        end, note = ordered, f"end from the ordered wear of {in_words(Quantity(on.wear_hours or 0, 'h'))}"
    if end is None:
        end, note, open_ended = (
            max(known or start, start),
            "removal not charted: counted until the last fact",
            True,
        )

    def refused(problem: Problem, first: datetime, last: datetime | None) -> Refusal:
        found = refusal(
            on.drug,
            problem,
            event=on.id,
            local=record.local,
            start=start,
            end=last,
            ingredient=ingredient.name,
        )
        return replace(found, start=first)

    problem = doubted(on.doubt, on.unit_status, on.origin) if worn.sure else _UNSURE
    rate, steps = release_rate(on.dose, on.rate, on.drug, ingredient)
    if problem is None and isinstance(rate, Quantity) and rate.value <= 0:
        problem = Problem(
            RefusalReason.IMPLAUSIBLE, f"a release of {rate} is charted as given", "correct the dose"
        )
    if problem is None and isinstance(rate, Problem):
        problem = rate
    if problem is not None or isinstance(rate, Problem):
        return None, [refused(problem or _UNSURE, start, None if open_ended else end)]
    problems = []
    if open_ended:
        missing = Problem(
            RefusalReason.OPEN_PATCH, "no removal and no ordered wear is charted", "chart the removal"
        )
        problems.append(refused(missing, end, None))
    hours = hours_between(start, end)
    if hours <= 0:
        return None, problems
    mass = rate.unit.code.partition("/")[0]
    amount = Quantity(rate.in_(f"{mass}/h") * hours, mass)
    steps.append(f"{in_words(rate)} × {in_words(Quantity(hours, 'h'))} = {in_words(amount)}")
    return Exposure(
        ingredient=ingredient.name,
        route=on.route or "transdermal",
        form=on.form or "patch",
        kind=ExposureKind.PATCH,
        start=start,
        end=end,
        amount=amount,
        basis=Basis.ADMINISTERED,
        rate=rate,
        as_needed=on.as_needed,
        events=worn.events,
        steps=tuple(steps),
        note=note,
        wear_hours=on.wear_hours,
    ), problems
