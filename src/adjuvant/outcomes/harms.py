"""The harms of an answer: adverse events, sedation, lowest vital signs, death. Not charted is not none."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from fractions import Fraction
from typing import Any

from adjuvant.outcomes.model import CourseOutcome
from adjuvant.quantity import json_number
from adjuvant.record import AdverseEvent
from adjuvant.symptoms import ketamine_stop, sedation_series
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

__all__ = ["harms_json"]

Json = dict[str, Any]
_LOWEST = ("respiratory_rate", "spo2")


def harms_json(outcome: CourseOutcome) -> Json:
    """What stands beside every benefit, from the start of before to the end of after, as charted."""
    local = outcome.record.local
    death = outcome.record.patient.death
    span = Interval(outcome.windows.before.start, outcome.windows.after.end)
    sedation = _sedation(outcome, span)
    missing = [] if outcome.adverse_events else ["adverse events: none charted, which is not none"]
    if not sedation:
        missing.append("sedation: not charted, which is not none")
    return {
        "adverse_events": [_event(event, outcome) for event in outcome.adverse_events],
        "sedation": sedation,
        "lowest": _lowest(outcome, span),
        "death": None if death is None else death.astimezone(local).isoformat(),
        "missing": missing,
    }


def _event(event: AdverseEvent, outcome: CourseOutcome) -> Json:
    stop = ketamine_stop(event)

    def text(moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(outcome.record.local).isoformat()

    return {
        "kind": event.kind,
        "at": text(event.at),
        "end": text(event.end),
        "grade": event.grade,
        "severity": event.severity,
        "led_to": event.led_to,
        "ketamine_stopped": "cannot_evaluate" if isinstance(stop, Unknown) else "yes" if stop else "no",
        "before_the_course": event.at < outcome.course.start,
    }


def _sedation(outcome: CourseOutcome, span: Interval) -> Json:
    """How often each value of each scale was charted, window by window; keys are values as written."""
    windows = (("before", outcome.windows.before), ("after", outcome.windows.after))
    found: Json = {}
    for series in sedation_series(outcome.record):
        inside = series.scores.within(span).values
        if not inside:
            continue
        counts = {name: [one.value for one in inside if one.at in window] for name, window in windows}
        between = [one.value for one in inside if all(one.at not in window for _, window in windows)]
        found[series.scale] = {
            name: dict(sorted(Counter(values).items()))
            for name, values in (*counts.items(), ("between", between))
        }
    return found


def _lowest(outcome: CourseOutcome, span: Interval) -> Json:
    found: Json = {}
    for kind in _LOWEST:
        values: dict[str, list[Fraction]] = {}
        for item in outcome.record.vitals:
            if item.kind == kind and not item.flagged and item.at in span:
                values.setdefault(item.value.unit.code, []).append(item.value.value)
        found[kind] = [{"value": json_number(min(charted)), "unit": unit} for unit, charted in values.items()]
    return found
