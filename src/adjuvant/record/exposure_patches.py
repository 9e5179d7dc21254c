"""Patches: what each application released, from when it was put on until it was off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from adjuvant.library import setting
from adjuvant.quantity import Quantity
from adjuvant.record.cut import last_fact
from adjuvant.record.exposure import Basis, Exposure, ExposureKind, Refusal, RefusalReason
from adjuvant.record.exposure_amounts import (
    Problem,
    asked_for,
    beyond_belief,
    doubted,
    in_words,
    mass_of,
    refusal,
)
from adjuvant.record.exposure_pairing import Pairing, Worn
from adjuvant.record.exposure_routes import contradicted_route
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

    - its charted removal (by identity or site, else by drug; the end of the application's own row counts as
      one);
    - the application of the next patch with the same identity or site, or, where neither names one, of the
      next of the same drug: a change;
    - the end of its ordered wear, if no removal is charted ("end from the ordered wear");
    - the last fact of the record, with an OPEN_PATCH refusal from then on, or from the next application of
      the drug, which may have taken its place at another site.

    Patches put on at the same moment, and patches at different sites, add. A removal that does not say which
    of several patches it means ends the oldest of those whose ordered wear has not run out; unless they all
    release the same, the time until all of them are off is refused too. So is the time before a removal of a
    patch that nobody charted as put on, and the time after a change to another strength where neither names a
    site (the new one may have been added), or to an equal one so soon that it may be a second patch: before
    `patch_change_share` of the ordered wear, or `patch_change_h` where none is ordered.
    """
    groups: dict[tuple[str, ...], list[MedicationAdministration]] = {}
    for event in events:
        names = tuple(item.name for item in asked_for(event.drug, ingredients))
        groups.setdefault(names, []).append(event)
    items: list[Exposure] = []
    refused: list[Refusal] = []
    for names, group in groups.items():
        pairing = Pairing(record, names[0])
        for moment, batch in groupby(group, key=lambda event: event.start):
            pairing.step(moment, tuple(batch))
        refused += pairing.refusals()
        for worn in pairing.worn:
            later = [other.on.start for other in pairing.worn if other.on.start > worn.on.start]
            doubt_from = min(later, default=datetime.max.replace(tzinfo=UTC))
            for ingredient in asked_for(worn.on.drug, ingredients):
                item, problems = _counted(worn, ingredient, record, doubt_from)
                refused += problems
                if item is not None:
                    items.append(item)
    return items, refused


def release_rate(
    dose: Quantity | None, rate: Quantity | None, drug: Drug, ingredient: Ingredient
) -> tuple[Quantity | Problem, list[str]]:
    """Release rate of all patches of one application, and how it was come by.

    A charted rate is taken as it stands; so is a dose written as a rate, because a patch is dosed by its
    release; a number of patches is multiplied by the release of one. The content of a patch is not what it
    gives. Where the product says what one releases, the charted rate must be that of a whole number of them.
    """
    steps: list[str] = []
    charted = rate if rate is not None else dose
    if charted is None:
        what = "neither release rate nor number of patches is charted"
        return Problem(RefusalReason.MISSING_DOSE, what, "chart one of the two"), steps
    if charted.unit.has(mass=1):
        what = f"{charted} may be what the patch holds, not what it releases"
        return Problem(RefusalReason.AMBIGUOUS_DOSE, what, "chart its release rate, such as 25 ug/h"), steps
    one = ingredient.strength
    if charted.unit.has(**{"{patch}": 1}) and one is not None and one.unit.has(mass=1, time=-1):
        every = one * charted.value
        return every, [f"{in_words(charted)} × {in_words(one)} = {in_words(every)}"]
    odd = _not_its_release(charted, one)
    if odd is not None:
        return odd, steps
    found = mass_of(charted, drug, ingredient, None, steps, rate=True)
    return found, steps or ([in_words(found)] if isinstance(found, Quantity) else [])


def _not_its_release(charted: Quantity, one: Quantity | None) -> Problem | None:
    """The Problem of a release that no whole number of few patches of the named product makes, or None.

    The nominal 12 of a patch of 12.5 is the same patch; 250 of a patch of 25 is a slip, and no ten patches.
    """
    rates = [item for item in (charted, one) if item is not None and item.unit.has(mass=1, time=-1)]
    if len(rates) < len((charted, one)) or rates[0].value <= 0 or rates[1].value <= 0:
        return None
    patches = rates[0].in_("ug/h") / rates[1].in_("ug/h")
    whole = round(patches)
    near = whole and abs(patches - whole) <= setting("rate_agreement").value * whole
    if near and (whole == 1 or set(str(whole)) != set("10")):
        return None
    return Problem(
        RefusalReason.AMBIGUOUS_DOSE,
        f"a release of {in_words(rates[0])} is charted, and one patch of the product releases "
        f"{in_words(rates[1])}",
        "correct the release or the product",
    )


def _counted(
    worn: Worn, ingredient: Ingredient, record: PatientRecord, doubt_from: datetime
) -> tuple[Exposure | None, list[Refusal]]:
    """The exposure to one ingredient from one application, and its refusals; open by `doubt_from`."""
    on = worn.on
    end, note = _end_of(worn)
    last = end or max(last_fact(record) or on.start, on.start)
    rate, steps = release_rate(on.dose, on.rate, on.drug, ingredient)
    problem = _problem(worn, rate, ingredient)
    if problem is not None or isinstance(rate, Problem):
        return None, [_refused(worn, problem or _UNSURE, record, ingredient, on.start, end)]
    problems = []
    if end is None:
        missing = Problem(
            RefusalReason.OPEN_PATCH, "neither removal nor ordered wear is charted", "chart the removal"
        )
        problems.append(_refused(worn, missing, record, ingredient, min(doubt_from, last), None))
    hours = hours_between(on.start, last)
    if hours <= 0:
        return None, problems
    mass = rate.unit.code.partition("/")[0]
    amount = Quantity(rate.in_(f"{mass}/h") * hours, mass)
    steps.append(f"{in_words(rate)} × {in_words(Quantity(hours, 'h'))} = {in_words(amount)}")
    item = Exposure(
        ingredient=ingredient.name,
        route=on.route or "transdermal",
        form=on.form or "patch",
        kind=ExposureKind.PATCH,
        start=on.start,
        end=last,
        amount=amount,
        basis=Basis.ADMINISTERED,
        rate=rate,
        as_needed=on.as_needed,
        events=worn.events,
        steps=tuple(steps),
        note=note if end is not None else "removal not charted: counted until the last fact",
        wear_hours=on.wear_hours,
    )
    return item, problems


def _end_of(worn: Worn) -> tuple[datetime | None, str]:
    """When a patch was off as far as removal, change or order tell, and how it is known if not by removal."""
    end, ordered = worn.off or worn.own_end, worn.ordered_end
    # A note says that the end is a change: no removal is charted, and the ordered wear may end before it.
    if ordered is not None and (end is None or (worn.note and ordered < end)):
        return ordered, f"end from the ordered wear of {in_words(Quantity(worn.on.wear_hours or 0, 'h'))}"
    return end, worn.note


def _problem(worn: Worn, rate: Quantity | Problem, ingredient: Ingredient) -> Problem | None:
    """Why the application cannot be counted at all, or None."""
    on = worn.on
    problem = doubted(on.doubt, on.unit_status, on.origin) if worn.sure else _UNSURE
    problem = problem or contradicted_route(on.drug, on.route, on.form)
    if problem is not None or isinstance(rate, Problem):
        return problem or (rate if isinstance(rate, Problem) else None)
    if rate.value <= 0:
        return Problem(
            RefusalReason.IMPLAUSIBLE, f"a release of {rate} is charted as given", "correct the dose"
        )
    return beyond_belief(rate, ingredient.name, "patch_rate_believed")


def _refused(
    worn: Worn,
    problem: Problem,
    record: PatientRecord,
    ingredient: Ingredient,
    start: datetime,
    end: datetime | None,
) -> Refusal:
    on = worn.on
    found = refusal(
        on.drug,
        problem,
        event=on.id,
        local=record.local,
        start=on.start,
        end=end,
        ingredient=ingredient.name,
    )
    return replace(found, start=start)
