"""Opioid sparing: a fall of opioids with pain no higher, and other reasons for it in the record."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.outcomes.model import Course, DrugChange, OpioidSummary, PlanChange, ResponseAnswer, Windows
from adjuvant.outcomes.words import counted, listed
from adjuvant.quantity import show
from adjuvant.record import AdministrationStatus, Basis, PatientRecord
from adjuvant.timeline import Interval, local_text
from adjuvant.unknown import Ternary, Unknown, all_of, negate

__all__ = [
    "SPARING_RULE",
    "differing_tables",
    "opioid_sparing",
    "sparing_doubts",
    "sparing_words",
]

SPARING_RULE = "opioid_sparing_25"


def opioid_sparing(
    answers: Sequence[ResponseAnswer],
    opioids: OpioidSummary | None,
    pain_risen: Ternary,
    doubts: Sequence[str],
) -> Ternary:
    """Whether opioids fell by the sparing threshold while pain is no higher.

    False where no opioid was given before: there was none to spare. Unknown where the fall may have a reason
    of its own (`sparing_doubts`): then it is arithmetic, and no finding.
    """
    if opioids is not None and opioids.before.complete and opioids.before.per_day == 0:
        return False
    fell = next(answer.answer for answer in answers if answer.key == SPARING_RULE)
    spared = all_of([fell, negate(pain_risen)])
    return Unknown(doubt.rstrip(".") for doubt in doubts) if spared is True and doubts else spared


def sparing_words(spared: Ternary, answers: Sequence[ResponseAnswer]) -> str:
    """The finding in one sentence, for every one of the three answers."""
    (rule,) = (answer for answer in answers if answer.key == SPARING_RULE)
    if isinstance(spared, Unknown):
        return f"Opioid sparing: cannot say; {'; '.join(spared.needs)}."
    if not spared:
        return f"Opioid sparing: no, by {rule.title} with pain no higher."
    return (
        f"Opioids fell by {show(_threshold(rule))} % or more with pain no higher: opioid sparing, whose "
        "cause this record does not say."
    )


def sparing_doubts(
    record: PatientRecord,
    course: Course,
    windows: Windows,
    opioids: OpioidSummary | None,
    answers: Sequence[ResponseAnswer],
    local: ZoneInfo,
) -> tuple[str, ...]:
    """Other reasons for a fall of opioids, each a sentence: rotation, a stop before the first ketamine, doses
    withheld, a new drug that nobody knows, a result that another table turns around."""
    if opioids is None:
        return ()
    found = [_begun(change) for change in opioids.drugs if change.before is None and change.after is not None]
    found += [
        f"{_capital(stop.label)} stopped before the first ketamine, {local_text(stop.at, local)}."
        for stop in opioids.stopped
        if stop.at < course.start
    ]
    found += _withheld(record, Interval(course.start, windows.after.end))
    found += _strangers(record, windows, Basis(opioids.basis))
    if opioids.basis != Basis.ADMINISTERED:
        found.append(f"The opioids are those {opioids.basis}; what was given is not known.")
    (rule,) = (answer for answer in answers if answer.key == SPARING_RULE)
    found += _already_falling(opioids, windows, _threshold(rule))
    found += differing_tables(opioids, rule)
    return tuple(found)


def _withheld(record: PatientRecord, span: Interval) -> list[str]:
    """Regular opioid doses charted as not given in `span`, with the reasons in the record's own words."""
    from adjuvant.library import is_opioid

    reasons: dict[str, list[str]] = {}
    for item in record.administrations:
        names = [part.name for part in item.drug.ingredients if is_opioid(part.name)]
        if item.status is not AdministrationStatus.NOT_GIVEN or item.as_needed or item.start not in span:
            continue
        for name in names:
            reasons.setdefault(name, []).append((item.reason_not_given or "").strip())
    return [
        f"Doses of {name} were withheld: {listed(_quoted(given))} ({counted(len(given), 'dose', 'doses')})."
        for name, given in sorted(reasons.items())
    ]


def differing_tables(opioids: OpioidSummary, answer: ResponseAnswer) -> list[str]:
    """A sentence where a sparing definition turns on the choice of the table; else nothing."""
    if isinstance(answer.answer, Unknown):
        return []
    known = [item for item in opioids.by_table if item.percent is not None]
    other = [item for item in known if _fell(item, answer) is not answer.answer]
    if not other:
        return []
    text = f"{answer.title}: {answer.word} by {opioids.plan_title}, the opposite by {len(other)} of "
    return [text + f"the {len(opioids.by_table)} tables that cover every line."]


def _fell(item: PlanChange, answer: ResponseAnswer) -> bool:
    return -(item.percent or 0) >= _threshold(answer)


def _threshold(answer: ResponseAnswer) -> Fraction:
    from adjuvant.library import responses

    (rule,) = (rule for rule in responses() if rule.key == answer.key)
    (threshold,) = rule.thresholds.values()
    return threshold


def _begun(change: DrugChange) -> str:
    return (
        f"{_capital(change.label)} was given after and not before: an opioid or a route that is new, so a "
        "fall may be a rotation."
    )


def _already_falling(opioids: OpioidSummary, windows: Windows, percent: Fraction) -> list[str]:
    """Opioids down by the sparing threshold within the window before, day against day: a house rule."""
    spans = ((day, day.day.interval) for day in opioids.curve.days if day.complete)
    whole = [
        day.total
        for day, span in spans
        if span.start >= windows.before.start and span.end <= windows.before.end
    ]
    if len(whole) < 2 or whole[0] == 0 or (whole[0] - whole[-1]) * 100 < percent * whole[0]:
        return []
    text = (
        f"Opioids were falling before the first ketamine: {show(whole[0])} MME on the first day of before, "
    )
    return [text + f"{show(whole[-1])} on the last."]


def _strangers(record: PatientRecord, windows: Windows, basis: Basis) -> list[str]:
    from adjuvant.record.unknown_names import unknown_drugs

    old = set(unknown_drugs(record, windows.before, basis))
    new = [name for name in unknown_drugs(record, windows.after, basis) if name not in old]
    if not new:
        return []
    return [f"New after, and unknown to the library: {listed(new)}. Whether it is an opioid is not known."]


def _quoted(reasons: Sequence[str]) -> list[str]:
    return [f"“{reason}”" if reason else "no reason given" for reason in dict.fromkeys(reasons)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
