"""Flags about pain: a trend before the start, a start at a peak, readings lost to sedation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from adjuvant.outcomes.facts import ResponseFacts
from adjuvant.outcomes.model import PainSummary, WindowPain, Windows
from adjuvant.outcomes.pain import window_pain
from adjuvant.quantity import show
from adjuvant.record import NotAssessable, PatientRecord
from adjuvant.symptoms import PainSeries, sedation_series
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

__all__ = ["pain_flags"]

_ASLEEP = (NotAssessable.SEDATED, NotAssessable.ASLEEP)
_VITALS = (("respiratory_rate", "respiratory rate"), ("spo2", "oxygen saturation"))


def pain_flags(
    record: PatientRecord,
    windows: Windows,
    series: PainSeries | None,
    pain: PainSummary | None,
    facts: ResponseFacts,
) -> list[str]:
    """What may explain a change of pain, or why its mean says little, in sentences.

    A trend and a peak are asked with the clinically important difference in points (library, ``cid``): a
    house rule, for no source gives a threshold.
    """
    if series is None or pain is None:
        return []
    found = _trend(series, windows, pain.before.mean)
    for name, window in (("before", pain.before), ("after", pain.after)):
        found += _sedated(record, series, name, window)
    if facts.worst.risen is True and not isinstance(pain.change, Unknown) and pain.change <= 0:
        found.append(f"Worst pain rose while {pain.kind} pain did not: worst pain {facts.worst.words()}.")
    return found


def _trend(series: PainSeries, windows: Windows, mean: Fraction | Unknown) -> list[str]:
    from adjuvant.library import responses

    points = next(rule.thresholds["points"] for rule in responses() if rule.key == "cid")
    days = [day for day in _days(series, windows.before) if not isinstance(day, Unknown)]
    if len(days) < 2 or isinstance(mean, Unknown):
        return []
    first, last = days[0], days[-1]
    ends = f"{show(first)} on the first day of before, {show(last)} on the last"
    found = []
    if last - mean >= points:
        found.append(
            f"Ketamine was started at a peak of pain: {show(last)} on the last day of before, against a mean "
            f"of {show(mean)}. A peak tends to fall by itself."
        )
    elif last - first >= points:
        found.append(f"Pain was rising before the first ketamine: {ends}.")
    if first - last >= points:
        found.append(f"Pain was falling before the first ketamine: {ends}.")
    return found


def _days(series: PainSeries, before: Interval) -> Iterator[Fraction | Unknown]:
    """Mean pain of each 24 h of `before`, counted back from its end, the earliest first."""
    day = timedelta(days=1)
    number = (before.end - before.start) // day
    for back in range(number, 0, -1):
        end = before.end - (back - 1) * day
        yield window_pain(series, Interval(end - day, end), "on a day before").mean


def _sedated(record: PatientRecord, series: PainSeries, name: str, window: WindowPain) -> list[str]:
    from adjuvant.library import setting

    inside = series.scores.within(window.window).values
    lost = [score for score in inside if score.not_assessable in _ASLEEP]
    if not inside or Fraction(len(lost), len(inside)) <= setting("evaluable_max_missing_share").value:
        return []
    seen = [*_scales(record, window.window), *_lowest(record, window.window)]
    text = (
        f"{len(lost)} of {len(inside)} readings {name} could not be taken because the patient was sedated or "
        "asleep; what pain was then is not known."
    )
    return [f"{text} Charted beside them: {'; '.join(seen)}." if seen else text]


def _scales(record: PatientRecord, window: Interval) -> Iterator[str]:
    """The lowest and the highest value of each sedation scale, as charted; the scale names the deep end."""
    for series in sedation_series(record):
        values = sorted({score.value.strip() for score in series.scores.within(window).values}, key=_order)
        if values:
            ends = values[0] if len(values) == 1 else f"{values[0]} to {values[-1]}"
            yield f"sedation ({series.scale}) {ends}"


def _order(value: str) -> tuple[int, Fraction, str]:
    try:
        return 1, Fraction(value.replace("−", "-")), value
    except ValueError:
        return 0, Fraction(0), value


def _lowest(record: PatientRecord, window: Interval) -> Iterator[str]:
    for kind, title in _VITALS:
        values: dict[str, list[Fraction]] = {}
        for item in record.vitals:
            if item.kind == kind and not item.flagged and item.at in window:
                values.setdefault(item.value.unit.code, []).append(item.value.value)
        for unit, charted in values.items():
            yield f"lowest {title} {show(min(charted))} {unit}"
