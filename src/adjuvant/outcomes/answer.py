"""The JSON answers of ``adjuvant evaluate``: one for a course, one for figures that a document reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from adjuvant.citation import Citation
from adjuvant.opioids.model import DrugMean, WindowMME
from adjuvant.outcomes.curve_json import curve_json
from adjuvant.outcomes.harms import harms_json
from adjuvant.outcomes.model import (
    CourseOutcome,
    OpioidSummary,
    PainSummary,
    PlanChange,
    ReportedOutcome,
    ResponseAnswer,
    Verdict,
)
from adjuvant.outcomes.opioid_change import is_unread
from adjuvant.quantity import json_number
from adjuvant.record import QualitySummary
from adjuvant.timeline import Interval
from adjuvant.unknown import Ternary, Unknown

__all__ = ["outcome_json", "reported_json"]

Json = dict[str, Any]


def outcome_json(outcome: CourseOutcome) -> Json:
    """The answer of ``adjuvant evaluate``; keys as docs/reference/evaluate.md names them.

    Numbers are exact and unrounded; percent changes are negative for a fall; what is unknown is null, with
    what is missing beside it. Times carry the offset of the record's zone.
    """
    patient, local = outcome.record.patient, outcome.record.local
    return {
        "patient": {
            "id": patient.id,
            "zone": patient.zone,
            "synthetic": patient.synthetic,
            "note": patient.note,
        },
        "course": {
            "start": _time(outcome.course.start, local),
            "end": _time(outcome.course.end, local),
            "kind": outcome.course.kind.value,
            "number": outcome.course.number,
        },
        "windows": {
            "before": _span(outcome.windows.before, local),
            "during": _span(outcome.windows.during, local),
            "after": _span(outcome.windows.after, local),
            "onset_end": _time(outcome.windows.onset_end, local),
            "rules": list(outcome.windows.rules),
        },
        "pain": _pain(outcome),
        "opioids": {**_opioids(outcome.opioids, local), "curve": curve_json(outcome)},
        "harms": harms_json(outcome),
        "responses": [_response(answer) for answer in outcome.responses],
        "verdict": {
            **_verdict(outcome.verdict),
            "flags": list(outcome.flags),
            "also_changed": list(outcome.also_changed),
        },
        "quality": _quality(outcome.quality),
        "citations": _citations(outcome.citations),
        "library_digest": outcome.library_digest,
    }


def reported_json(outcome: ReportedOutcome) -> Json:
    """The answer for figures that a document reports; the same words, and no windows: none are known."""
    return {
        "title": outcome.title,
        "reported": [
            {
                "key": figure.key,
                "as_printed": figure.as_printed,
                "value": None if figure.value is None else json_number(figure.value),
                "unit": figure.unit,
                "citation": figure.citation.key,
                "provenance": figure.provenance.value,
            }
            for figure in outcome.figures
        ],
        "pain": {"change": _number(outcome.change), "percent": _number(outcome.percent)},
        "opioids": {"percent": _number(outcome.opioid_percent)},
        "derived": list(outcome.derived),
        "responses": [_response(answer) for answer in outcome.responses],
        "verdict": _verdict(outcome.verdict),
        "tensions": list(outcome.tensions),
        "notes": list(outcome.notes),
        "not_stated": list(outcome.not_stated),
        "citations": _citations(outcome.citations),
    }


_NO_PAIN: Json = {
    **dict.fromkeys(("before", "after", "change", "percent")),
    "covered_share": {"before": 0, "after": 0},
    **dict.fromkeys(("scale", "reporter", "kind")),
    "readings": {"before": 0, "after": 0},
    "not_assessable": {"before": 0, "after": 0},
    "goal": None,
}
_NO_OPIOIDS: Json = {
    **dict.fromkeys(("before", "after", "percent")),
    "by_drug": {},
    "by_table": {},
    "uncovered": {},
    "stopped": [],
    **dict.fromkeys(("table", "title", "basis")),
    "complete": {"before": False, "after": False},
    "missing": ["opioids before and after: the record names no opioid and charts no administration"],
    "warnings": [],
    "withheld": [],
}


def _pain(outcome: CourseOutcome) -> Json:
    """The same keys whether there is a series or not, so that a script need not ask."""
    pain = outcome.pain
    return {
        **(_NO_PAIN if pain is None else _series(pain)),
        "goal_share": {
            "before": _number(outcome.goal_share_before),
            "after": _number(outcome.goal_share_after),
        },
        "rescue_per_day": {
            "before": _number(outcome.rescue_per_day_before),
            "after": _number(outcome.rescue_per_day_after),
        },
        "missing": ["pain on the 0 to 10 scale in the windows"] if pain is None else _missing_of(pain),
        "caveats": [] if pain is None else list(pain.caveats),
        "other": list(outcome.other_pain),
    }


def _series(pain: PainSummary) -> Json:
    before, after = pain.before, pain.after
    return {
        "before": _number(before.mean),
        "after": _number(after.mean),
        "change": _number(pain.change),
        "percent": _number(pain.percent),
        "covered_share": {
            "before": json_number(before.covered_share),
            "after": json_number(after.covered_share),
        },
        "scale": pain.scale,
        "reporter": pain.reporter.value,
        "kind": pain.kind.value,
        "readings": {"before": before.scored, "after": after.scored},
        "not_assessable": {"before": before.not_assessable, "after": after.not_assessable},
        "goal": None if pain.goal is None else json_number(pain.goal),
    }


def _missing_of(pain: PainSummary) -> list[str]:
    values = (pain.before.mean, pain.after.mean, pain.percent)
    return list(dict.fromkeys(need for value in values if isinstance(value, Unknown) for need in value.needs))


def _opioids(opioids: OpioidSummary | None, local: ZoneInfo) -> Json:
    if opioids is None:
        return dict(_NO_OPIOIDS)
    return {
        "before": _per_day(opioids.before),
        "after": _per_day(opioids.after),
        "percent": _number(opioids.percent),
        "by_drug": {
            drug.label: {
                "before": _mean(drug.before),
                "after": _mean(drug.after),
                "change": None if drug.change is None else json_number(drug.change),
            }
            for drug in opioids.drugs
        },
        "by_table": {item.plan: _plan(item) for item in opioids.by_table},
        "uncovered": {
            item.plan: {"title": item.title, "reasons": [str(refusal) for refusal in item.refused]}
            for item in opioids.uncovered
        },
        "stopped": [{"drug": stop.label, "at": _time(stop.at, local)} for stop in opioids.stopped],
        "table": opioids.plan,
        "title": opioids.plan_title,
        "basis": opioids.basis,
        "complete": {"before": opioids.before.complete, "after": opioids.after.complete},
        "missing": list(opioids.percent.needs) if isinstance(opioids.percent, Unknown) else [],
        "warnings": list(opioids.warnings),
        "withheld": list(opioids.withheld),
    }


def _per_day(window: WindowMME) -> int | float | None:
    # A window of which nothing was read has no figure; one with refusals has a lower bound, not complete.
    return None if is_unread(window) else json_number(window.per_day)


def _mean(mean: DrugMean | None) -> Json | None:
    if mean is None:
        return None
    return {
        "mme_per_day": None if mean.mme_per_day is None else json_number(mean.mme_per_day),
        "amount_per_day": {
            "value": json_number(mean.amount_per_day.value),
            "unit": mean.amount_per_day.unit.code,
        },
        "factor": mean.factor_words,
        "derivation": [step.text for step in mean.derivation],
    }


def _plan(item: PlanChange) -> Json:
    figures = (("before", item.before), ("after", item.after), ("percent", item.percent))
    return {
        "title": item.title,
        **{name: None if value is None else json_number(value) for name, value in figures},
    }


def _response(answer: ResponseAnswer) -> Json:
    return {
        "key": answer.key,
        "answer": answer.word,
        "missing": list(answer.missing),
        "citation": answer.citation.key,
        "title": answer.title,
        "rule": answer.rule,
        "seen": answer.seen,
        "provenance": answer.provenance.value,
    }


def _verdict(verdict: Verdict) -> Json:
    return {
        "headline": verdict.headline,
        "sentence": verdict.sentence,
        "limit": verdict.limit,
        "evaluable": _word(verdict.evaluable),
        "clinical_response": _word(verdict.clinical_response),
        "opioid_sparing": None if verdict.opioid_sparing is None else _word(verdict.opioid_sparing),
        "not_asked": list(verdict.not_asked),
        "evaluable_words": verdict.evaluable_words,
        "response_words": verdict.response_words,
        "sparing_words": verdict.sparing_words,
    }


def _quality(quality: QualitySummary) -> list[Json]:
    return [
        {
            "table": line.table,
            "outcome": line.outcome.value,
            "count": line.count,
            "reason": line.reason,
            "remedy": line.remedy,
            "examples": list(line.examples),
        }
        for line in quality.lines
    ]


def _citations(citations: Sequence[Citation]) -> list[Json]:
    return [
        {"key": citation.key, "text": citation.text, "identifier": citation.identifier}
        for citation in citations
    ]


def _number(value: Fraction | Unknown) -> int | float | None:
    return None if isinstance(value, Unknown) else json_number(value)


def _word(answer: Ternary) -> str:
    return "cannot_evaluate" if isinstance(answer, Unknown) else "yes" if answer else "no"


def _time(moment: datetime, local: ZoneInfo) -> str:
    return moment.astimezone(local).isoformat()


def _span(window: Interval, local: ZoneInfo) -> Json:
    return {"start": _time(window.start, local), "end": _time(window.end, local)}
