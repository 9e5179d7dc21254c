"""What else changed around a course: other drugs that were started or stopped, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.outcomes.courses import ketamine_name
from adjuvant.outcomes.model import Windows
from adjuvant.outcomes.observed import medication_run, observed_part
from adjuvant.outcomes.stops import began_in, ended_in
from adjuvant.quantity import show
from adjuvant.record import (
    AdministrationStatus,
    Basis,
    Exposure,
    MedicationAdministration,
    MedicationRequest,
    PatientRecord,
)
from adjuvant.timeline import Interval, hours_between, local_text

__all__ = ["NOT_IN_RECORD", "also_changed"]

NOT_IN_RECORD = (
    "Radiotherapy, nerve blocks and other procedures are not part of this record: they were not read, "
    "which is not none."
)

Event = MedicationAdministration | MedicationRequest
Span = tuple[datetime, datetime]


def also_changed(record: PatientRecord, windows: Windows, local: ZoneInfo) -> tuple[str, ...]:
    """Other drugs started or stopped between the start of before and the end of after, in words.

    Looked at: every ingredient that the library knows and that is neither an opioid nor ketamine. A start
    or a stop is a silence at one end of the time whose medication was charted (which may begin before the
    windows) longer than 24 h and than any pause between. A drug given in both windows whose charted mean
    daily amount differs between them is listed with both amounts.
    Drugs that the library does not know are named, because they were not examined. Where a drug is charted
    as given its orders are not looked at; where it is only ordered the line says so.
    """
    span = Interval(windows.before.start, windows.after.end)
    given = [item for item in record.administrations if item.status is AdministrationStatus.GIVEN]
    ordered = [item for item in record.requests if item.start is not None]
    known_given, strange = _sorted_out(given)
    known_ordered, strange_ordered = _sorted_out(ordered)
    run = medication_run(record, span)
    watched = None if run is None else Interval(run.start, min(run.end, span.end))
    doses = _dose_changes(record, windows)
    lines = []
    for name, spans in sorted(known_given.items()):
        found = [] if watched is None else _changes(name, spans, span, watched, local, "")
        lines += found or doses.get(name, [])
    lines += [
        line
        for name, spans in sorted(known_ordered.items())
        if name not in known_given
        for line in _changes(name, spans, span, span, local, " (ordered; not charted as given)")
    ]
    if not (known_given or known_ordered or strange or strange_ordered):
        lines.append(
            "The record lists no drugs besides opioids and ketamine, so what else changed cannot be known: "
            "not read is not none."
        )
    unknown = sorted({*strange, *strange_ordered})
    if unknown:
        rest = len(unknown[5:])
        shown = ", ".join(unknown[:5]) + (f" and {rest} more" if rest else "")
        lines.append(f"Not examined, because the library does not know them: {shown}.")
    return (*lines, NOT_IN_RECORD)


def _sorted_out(events: Iterable[Event]) -> tuple[dict[str, list[Span]], set[str]]:
    from adjuvant.library import ingredient, is_opioid

    known: dict[str, list[Span]] = {}
    strange: set[str] = set()
    for event in events:
        if event.start is None or ketamine_name(event.drug) is not None:
            continue
        if not event.drug.ingredients:
            strange.add(event.drug.text)
        for part in event.drug.ingredients:
            found = ingredient(part.name)
            if found is None:
                strange.add(part.name)
            elif not is_opioid(found.name):
                words = f"{found.name} ({found.kind})" if found.kind else found.name
                known.setdefault(words, []).append((event.start, event.end or event.start))
    return known, strange


def _dose_changes(record: PatientRecord, windows: Windows) -> dict[str, list[str]]:
    """By a drug's words, the change of its mean daily amount between the charted parts of the windows."""
    from adjuvant.library import ingredient, is_opioid, setting
    from adjuvant.record.exposures import build_exposures

    silence = setting("pain_gap_h").value
    parts = [observed_part(record, window, silence) for window in (windows.before, windows.after)]
    names = {
        part.name
        for item in record.administrations
        if ketamine_name(item.drug) is None
        for part in item.drug.ingredients
        if ingredient(part.name) is not None and not is_opioid(part.name)
    }
    lines: dict[str, list[str]] = {}
    for name in sorted(names):
        known = ingredient(name)
        exposures = build_exposures(record, frozenset({name}), Basis.ADMINISTERED).items
        amounts = [None if part is None else _a_day(exposures, part) for part in parts]
        if known is None or not all(amounts) or amounts[0] == amounts[1]:
            continue
        words = f"{known.name} ({known.kind})" if known.kind else known.name
        before, after = (_in_words(amount) for amount in amounts if amount is not None)
        if before != after:
            lines[words] = [f"{words} changed from {before} to {after} a day, by the means of the windows."]
    return lines


def _a_day(exposures: Iterable[Exposure], part: Interval) -> Fraction:
    """Milligrams per 24 h in a span; what runs across its edges counts in proportion."""
    total = Fraction(0)
    for item in exposures:
        mg = item.amount.in_("mg")
        if item.start == item.end:
            total += mg if item.start in part else 0
        elif (inside := Interval(item.start, item.end).overlap(part)) is not None:
            total += mg * inside.hours / hours_between(item.start, item.end)
    return total / (part.hours / 24)


def _in_words(mg: Fraction) -> str:
    return f"{show(mg)} mg" if mg >= 1 else f"{show(mg * 1000)} ug"


def _changes(
    name: str, spans: list[Span], span: Interval, watched: Interval, local: ZoneInfo, how: str
) -> list[str]:
    inside = [(begin, stop) for begin, stop in spans if begin < span.end and stop >= span.start]
    if not inside:
        return []
    first, last = min(begin for begin, _ in inside), max(stop for _, stop in inside)
    began = first == min(begin for begin, _ in spans) and began_in(inside, watched.start)
    ended = ended_in(inside, watched.end)
    if began and ended and len(inside) == 1:
        return [f"{name} given once, {local_text(first, local)}{how}."]
    return [
        *([f"{name} started {local_text(first, local)}{how}."] if began else []),
        *([f"{name} stopped {local_text(last, local)}{how}."] if ended else []),
    ]
