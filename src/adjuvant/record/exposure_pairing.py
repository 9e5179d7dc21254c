"""Pairing of patches: each application with its removal or with the patch that takes its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from adjuvant.library import setting
from adjuvant.quantity import Quantity
from adjuvant.record.exposure import Refusal, RefusalReason
from adjuvant.record.exposure_amounts import Problem, after, in_words, refusal
from adjuvant.record.medication import (
    AdministrationKind,
    AdministrationStatus,
    MedicationAdministration,
)
from adjuvant.record.patient import PatientRecord
from adjuvant.timeline import hours_between

__all__ = ["Pairing", "Worn"]


@dataclass(slots=True)
class Worn:
    """One application while its end is being looked for."""

    on: MedicationAdministration
    off: datetime | None = None
    events: tuple[str, ...] = ()
    note: str = ""

    @property
    def sure(self) -> bool:
        return self.on.status is AdministrationStatus.GIVEN

    @property
    def own_end(self) -> datetime | None:
        """The end of the application's own row; a row charted as one moment has none."""
        return self.on.end if self.on.end is not None and self.on.end > self.on.start else None

    @property
    def ordered_end(self) -> datetime | None:
        return after(self.on.start, self.on.wear_hours) if self.on.wear_hours is not None else None


class Pairing:
    """Finds the end of each application of one drug, instant by instant, never looking ahead."""

    def __init__(self, record: PatientRecord, ingredient: str) -> None:
        self.worn: list[Worn] = []
        self._record = record
        self._ingredient = ingredient
        self._strays: list[Refusal] = []
        self._unclear: list[tuple[MedicationAdministration, Problem, list[Worn]]] = []
        self._freed: dict[str | None, datetime] = {}

    def step(self, moment: datetime, batch: tuple[MedicationAdministration, ...]) -> None:
        """Everything charted at one instant: removals first, then applications."""
        for worn in self._open():
            if worn.own_end is not None and worn.own_end <= moment:
                self._end(worn, worn.own_end, ())
        offs = [e for e in batch if e.kind is AdministrationKind.PATCH_OFF]
        unnamed = [
            off for off in offs if off.status is AdministrationStatus.GIVEN and not self._remove_named(off)
        ]
        if unnamed:
            self._remove_unnamed(moment, unnamed)
        for off in offs:
            if off.status is AdministrationStatus.UNKNOWN and self._open():
                what = Problem(
                    RefusalReason.OPEN_PATCH,
                    "the record does not say whether it was removed",
                    "chart the removal",
                )
                self._unclear.append((off, what, self._open()))
        ons = [Worn(e, events=(e.id,)) for e in batch if e.kind is AdministrationKind.PATCH_ON]
        for new in ons:
            if new.sure:
                self._change(new)
        self.worn += ons

    def refusals(self) -> list[Refusal]:
        """What the pairing itself could not settle."""
        found = list(self._strays)
        for event, problem, patches in self._unclear:
            ends = [worn.off for worn in patches]
            known = [end for end in ends if end is not None]
            end = max(known) if len(known) == len(ends) else None
            if end is None or end > event.start:
                found.append(self._refusal(event, problem, event.start, end))
        return found

    def _open(self) -> list[Worn]:
        return [worn for worn in self.worn if worn.off is None]

    def _end(self, worn: Worn, moment: datetime, events: tuple[str, ...], note: str = "") -> None:
        worn.off, worn.events, worn.note = moment, (*worn.events, *events), note
        self._freed[worn.on.patch] = moment

    def _remove_named(self, off: MedicationAdministration) -> bool:
        """Ends the patches at the site that `off` names; False if it names none, or none is on there."""
        found = [worn for worn in self._open() if off.patch is not None and worn.on.patch == off.patch]
        self._take_off(found, [off])
        return bool(found)

    def _remove_unnamed(self, moment: datetime, offs: list[MedicationAdministration]) -> None:
        # A removal that names a site where nothing is on can only mean a patch whose site was not charted.
        named = all(off.patch is not None for off in offs)
        on = [worn for worn in self._open() if worn.on.patch is None or not named]
        if not on:
            self._strays += [self._stray(off) for off in offs if self._last_freed(off) != moment]
            return
        releases = {_release(off) for off in offs}
        alike = [worn for worn in on if {_release(worn.on)} == releases]
        chosen = _likeliest(alike or on, moment)
        oldest = sorted(chosen, key=lambda worn: (worn.on.start, worn.on.id))
        meant = oldest[: _applications(offs, oldest)]
        if len(meant) < len(chosen) and len({_release(worn.on) for worn in chosen}) > 1:
            what = Problem(
                RefusalReason.OPEN_PATCH,
                f"the removal does not say which of {len(chosen)} patches of different strength it means",
                "chart the site or the strength with the removal",
            )
            self._unclear.append((offs[0], what, list(chosen)))
        self._take_off(meant, offs)

    def _take_off(self, patches: list[Worn], offs: list[MedicationAdministration]) -> None:
        """Ends these patches; removals that count fewer than were put on leave the rest unknown."""
        for worn in patches:
            self._end(worn, offs[0].start, tuple(off.id for off in offs))
        counts = [_stated(off) for off in offs]
        on = sum((_stated(worn.on) or Fraction(1) for worn in patches), Fraction(0))
        if None not in counts and sum(count for count in counts if count is not None) < on:
            what = Problem(
                RefusalReason.OPEN_PATCH,
                f"fewer were removed than the {on} put on",
                "chart the others' removal",
            )
            self._strays.append(self._refusal(offs[0], what, offs[0].start, None))

    def _change(self, new: Worn) -> None:
        """Ends the patches that `new` takes the place of."""
        on = new.on
        for worn in self._open():
            if worn.on.patch != on.patch or worn.on.start == on.start:
                continue
            self._end(worn, on.start, (), f"removal not charted: ended when {on.id} was put on")
            over = worn.ordered_end is not None and worn.ordered_end <= on.start
            if on.patch is None and worn.sure and _release(worn.on) == _release(on) and _too_early(worn, on):
                what = Problem(
                    RefusalReason.OVERLAP,
                    f"put on {in_words(Quantity(hours_between(worn.on.start, on.start), 'h'))} after an "
                    f"equal {worn.on.drug.text} without a removal: one that was changed, or a second one",
                    "chart the removal, or the sites of both",
                )
                self._unclear.append((on, what, [new]))
            elif on.patch is None and worn.sure and _release(worn.on) != _release(on) and not over:
                what = Problem(
                    RefusalReason.OPEN_PATCH,
                    f"put on without a removal of {worn.on.drug.text}, which it may have been added to",
                    "chart the removal, or the sites of both",
                )
                self._unclear.append((on, what, [new]))

    def _stray(self, off: MedicationAdministration) -> Refusal:
        what = Problem(
            RefusalReason.OPEN_PATCH, "removed, but not charted as put on", "chart when it was put on"
        )
        return self._refusal(off, what, self._last_freed(off), off.start)

    def _last_freed(self, off: MedicationAdministration) -> datetime | None:
        """When a patch was last taken off at the site that `off` names, or anywhere if it names none."""
        if off.patch is not None:
            return self._freed.get(off.patch)
        return max(self._freed.values(), default=None)

    def _refusal(
        self, event: MedicationAdministration, problem: Problem, start: datetime | None, end: datetime | None
    ) -> Refusal:
        found = refusal(
            event.drug,
            problem,
            event=event.id,
            local=self._record.local,
            start=event.start,
            end=end,
            ingredient=self._ingredient,
        )
        return replace(found, start=start)


def _too_early(worn: Worn, on: MedicationAdministration) -> bool:
    """Whether a patch is put on so soon after an equal one that it need not be a change."""
    wear = worn.on.wear_hours
    least = (
        setting("patch_change_share").value * wear if wear is not None else setting("patch_change_h").value
    )
    return hours_between(worn.on.start, on.start) < least


def _stated(event: MedicationAdministration) -> Fraction | None:
    """How many patches an event counts, or None if it counts none."""
    dose = event.dose
    return dose.value if dose is not None and dose.unit.has(**{"{patch}": 1}) else None


def _applications(offs: list[MedicationAdministration], on: list[Worn]) -> int:
    """How many of the applications `on`, taken in order, the removals mean: as many as they count patches."""
    counts = [_stated(off) for off in offs]
    if None in counts:
        return len(offs)
    left = sum((count for count in counts if count is not None), Fraction(0))
    for number, worn in enumerate(on):
        if left <= 0:
            return number
        left -= _stated(worn.on) or 1
    return len(on)


def _release(event: MedicationAdministration) -> Fraction | str:
    """What tells one product from another: the charted release, or the strength, or the text."""
    for charted in (event.rate, *(item.strength for item in event.drug.ingredients)):
        if charted is not None and charted.unit.has(mass=1, time=-1):
            return charted.in_("ug/h")
    return event.drug.text.lower()


def _likeliest(patches: list[Worn], moment: datetime) -> list[Worn]:
    """Those whose ordered wear has not run out; if it has for all, those for which it ran out last."""
    ends = [(worn, worn.ordered_end) for worn in patches]
    running = [worn for worn, end in ends if end is None or end >= moment]
    last = max((end for _, end in ends if end is not None), default=None)
    return running or [worn for worn, end in ends if end == last]
