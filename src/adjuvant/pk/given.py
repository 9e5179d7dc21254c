"""Ketamine of a record up to one instant, as a regimen: what was given, what runs, what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.errors import InputError
from adjuvant.pk.regimen import Bolus, Infusion, Regimen
from adjuvant.quantity import Quantity
from adjuvant.record import AdministrationKind, AdministrationStatus, MedicationAdministration, PatientRecord
from adjuvant.record.exposure import Exposure, ExposureKind, Refusal
from adjuvant.record.exposure_amounts import in_words
from adjuvant.record.exposures import build_exposures
from adjuvant.timeline import as_instant, local_text

__all__ = ["Given", "GivenLine", "given_ketamine", "ketamine_of"]

_MINUTE = timedelta(minutes=1)
_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class GivenLine:
    """One dose or stretch of an infusion: when, and what in words.

    Args:
        end: None for a dose at once; the instant that was asked about for what runs.
        running: whether it runs at that instant.
    """

    start: datetime
    end: datetime | None
    words: str
    route: str
    running: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What was given of one drug up to an instant.

    Args:
        start: minute 0, the first dose that is counted.
        regimen: with what runs going on, until `until`; `stopped`, with what runs ending at the instant.
        total: given up to the instant.
        running: rate and route of what runs; empty where nothing does.
        assumed: what had to be assumed, each a sentence; shown beside every answer.
        notices: what must be known besides.
    """

    drug: str
    at: datetime
    start: datetime
    until: datetime
    regimen: Regimen
    stopped: Regimen | None
    lines: tuple[GivenLine, ...]
    total: Quantity
    running: tuple[GivenLine, ...]
    assumed: tuple[str, ...]
    notices: tuple[str, ...]

    def minute(self, moment: datetime) -> float:
        """Minutes from the first dose to a moment."""
        return (as_instant(moment) - self.start) / _MINUTE


def ketamine_of(record: PatientRecord) -> tuple[str, ...]:
    """The kinds of ketamine that the record charts as given, or may have been given."""
    from adjuvant.pk.reading import DRUGS

    found = {
        part.name
        for row in record.administrations
        if row.status is not AdministrationStatus.NOT_GIVEN
        for part in row.drug.ingredients
    }
    found |= {item.ingredient for item in record.unplaced if item.ingredient is not None}
    return tuple(drug for drug in DRUGS if drug in found)


def given_ketamine(
    record: PatientRecord, drug: str, at: datetime, ahead: timedelta, since: datetime | None = None
) -> Given:
    """What was given of `drug` up to `at`, and how it goes on if nothing changes. Nothing later is looked at.

    A rate that runs at the instant goes on; an amount that is charted over a time ends where it is charted
    to. An infusion without a charted end runs if no later row of the same drug and route follows it, and this
    is said. Doses of zero or unknown size, of no route, doubted or contradicted, are no regimen.

    Args:
        drug: ``ketamine``, which is the racemate, or ``esketamine``.
        ahead: how long what runs goes on.
        since: what began before is left out, and this is said; None counts everything.
    Raises:
        InputError: nothing was given, or something that was given cannot be counted; it names what.
    """
    now, local = as_instant(at), record.local
    rows = [row for row in record.administrations if row.start <= now and _may_be(row, drug)]
    assumed: list[str] = []
    if since is not None:
        first = as_instant(since)
        before = [row for row in rows if row.start < first]
        rows = [row for row in rows if row.start >= first]
        if before:
            when = local_text(first, local)
            assumed.append(
                f"{len(before)} charted before {when} are left out, as if nothing of them were left."
            )
    runs = [row for row in rows if _runs(row, rows, now)]
    for row in runs:
        if row.end is None:
            begun = local_text(row.start, local)
            assumed.append(
                f"The end of the infusion that began {begun} is not charted; it is taken as running."
            )
    upto = tuple(
        replace(row, end=now) if row in runs and row.end is None else row
        for row in rows
        if row.start < now or row not in runs
    )
    cut = replace(record, administrations=upto).known_at(now)
    found = build_exposures(cut, frozenset({drug}))
    refused = [
        item
        for item in found.refused
        if item.ingredient == drug
        and (since is None or item.start is None or item.start >= as_instant(since))
    ]
    if refused:
        raise _refusal(drug, refused)
    going = [_going(record, row, drug, now) for row in runs]
    items = found.items
    if not items and not going:
        raise InputError(
            f"record of {record.patient.id}",
            f"charts no {drug} as given up to {local_text(now, local)}",
            "name another instant with --at, or simulate a regimen",
        )
    start = min([item.start for item in items] + [row.start for row in runs])
    until = now + ahead
    stopped = _regimen(drug, start, items) if items else None
    further = [_goes_on(one, row, now, until) for one, row in zip(going, runs, strict=True)]
    lines = [_line(item, any(row.id in item.events for row in runs)) for item in items]
    open_lines = [
        GivenLine(row.start, None, in_words(_rate(one)), _route(one), running=True)
        for one, row in zip(going, runs, strict=True)
    ]
    total = Quantity(sum((item.amount.in_("mg") for item in items), start=Fraction(0)), "mg")
    return Given(
        drug=drug,
        at=now,
        start=start,
        until=until,
        regimen=_regimen(drug, start, [*items, *(one for one in further if one is not None)]),
        stopped=stopped if going else None,
        lines=tuple(lines),
        total=total,
        running=tuple(open_lines),
        assumed=tuple(assumed),
        notices=tuple(_notices(record, drug, items, now)),
    )


def _may_be(row: MedicationAdministration, drug: str) -> bool:
    """Whether a row is of the drug, or may be: what nobody resolved the builder of exposures judges."""
    names = {part.name for part in row.drug.ingredients}
    return row.status is not AdministrationStatus.NOT_GIVEN and (drug in names or not names)


def _runs(row: MedicationAdministration, rows: Sequence[MedicationAdministration], now: datetime) -> bool:
    if row.kind is not AdministrationKind.INFUSION or not row.drug.ingredients:
        return False
    if row.end is not None:
        return row.end > now
    return not any(
        other.start > row.start and other.route == row.route and other.drug.ingredients for other in rows
    )


def _going(record: PatientRecord, row: MedicationAdministration, drug: str, now: datetime) -> Exposure:
    """What a running row gives in an hour, or over its charted time; refused where it says no rate.

    Raises:
        InputError: it cannot be counted.
    """
    whole = (
        row if row.end is not None else replace(row, end=max(row.start, now) + timedelta(hours=1), dose=None)
    )
    found = build_exposures(replace(record, administrations=(whole,), unplaced=()), frozenset({drug}))
    if found.refused:
        raise _refusal(drug, found.refused)
    if not found.items:  # a rate of zero runs, and gives nothing
        return Exposure(
            drug, row.route, row.form, ExposureKind.INFUSION, row.start, whole.end or now, Quantity(0, "mg"),
            found.basis, Quantity(0, "mg/h"), events=(row.id,),
        )  # fmt: skip
    return found.items[0]


def _goes_on(
    item: Exposure, row: MedicationAdministration, now: datetime, until: datetime
) -> Exposure | None:
    """The part from now on: a rate to the end of the look ahead, an amount to its charted end."""
    ends = row.end if row.dose is not None and row.rate is None and row.end is not None else until
    rate = _rate(item)
    if rate.value == 0 or ends <= now:
        return None
    return replace(item, start=now, end=ends, rate=rate)


def _rate(item: Exposure) -> Quantity:
    return item.rate if item.rate is not None else Quantity(0, "mg/h")


def _route(item: Exposure) -> str:
    return item.route or ""


def _regimen(drug: str, start: datetime, items: Iterable[Exposure]) -> Regimen:
    """Exposures as a regimen; those that overlap by one route, as two orders may, are given side by side."""
    lanes: list[tuple[list[Bolus | Infusion], dict[str, datetime]]] = [([], {})]
    for item in sorted(items, key=lambda one: (one.start, one.end)):
        begin, end = ((moment - start) / _MINUTE for moment in (item.start, item.end))
        if item.kind is ExposureKind.DOSE or item.end == item.start:
            lanes[0][0].append(Bolus(begin, item.amount, _route(item)))
            continue
        run = Infusion(begin, end, _rate(item), _route(item))
        for doses, reached in lanes:
            if _route(item) not in reached or reached[_route(item)] <= item.start:
                doses.append(run)
                reached[_route(item)] = item.end
                break
        else:
            lanes.append(([run], {_route(item): item.end}))
    whole = [Regimen(tuple(doses), drug) for doses, _ in lanes if doses]
    found = whole[0]
    for other in whole[1:]:
        found = found.plus(other)
    return found


def _line(item: Exposure, running: bool) -> GivenLine:
    dose = item.kind is ExposureKind.DOSE
    words = in_words(item.amount) if dose else f"{in_words(_rate(item))}, {in_words(item.amount)} in all"
    note = f" ({item.note})" if item.note else ""
    return GivenLine(item.start, None if dose else item.end, words + note, _route(item), running)


def _refusal(drug: str, refused: Sequence[Refusal]) -> InputError:
    """One error that names what cannot be counted; levels without it would be too low in silence."""
    named = "; ".join(f"{one.subject}: {one.detail}" for one in refused[:_MOST_NAMED])
    more = f"; and {len(refused) - _MOST_NAMED} more" if len(refused) > _MOST_NAMED else ""
    remedies = "; ".join(dict.fromkeys(one.remedy for one in refused[:_MOST_NAMED]))
    return InputError(
        f"levels of {drug}",
        f"cannot be worked out, because what was given is not known: {named}{more}",
        f"{remedies}; or leave out what lies far enough back with --since",
    )


def _notices(record: PatientRecord, drug: str, items: Iterable[Exposure], now: datetime) -> list[str]:
    found = ["Amounts are taken as of the base, as labels state them."]
    lost = [
        item
        for item in record.unplaced
        if item.ingredient is None and (item.start is None or item.start <= now)
    ]
    if lost:
        found.append(
            f"{len(lost)} entries of medication could not be placed or named; if one of them is {drug}, "
            "levels are higher than shown."
        )
    others = [name for name in ketamine_of(record) if name != drug]
    if others:
        found.append(f"{others[0]} is charted too; its levels stand apart, and are not added.")
    found += dict.fromkeys(item.note for item in items if item.note)
    return found
