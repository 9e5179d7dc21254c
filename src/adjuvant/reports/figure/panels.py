"""The panels of the timeline, each from its part of the outcome."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.outcomes.model import CourseOutcome, PainSummary
from adjuvant.record import PainKind, PainReporter, SedationScore
from adjuvant.reports.figure.data import (
    MeanBar,
    MmeDay,
    OpioidPanel,
    PainPanel,
    SedationRail,
)
from adjuvant.reports.mme import charted, charted_days, window_words
from adjuvant.reports.words import number
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

__all__ = ["KIND_WORDS", "event_words", "opioid_panel", "pain_panel", "sedation_bold", "sedation_rails"]

KIND_WORDS = {
    PainKind.CURRENT: "Pain now",
    PainKind.AVERAGE: "Average pain",
    PainKind.WORST: "Worst pain",
    PainKind.LEAST: "Least pain",
    PainKind.AFTER_INTERVENTION: "Pain after intervention",
    PainKind.ACCEPTABLE: "Acceptable pain",
}


_REPORTERS = {
    PainReporter.SELF: "the patient's own report",
    PainReporter.PROXY: "reported by a proxy",
    PainReporter.BEHAVIOURAL: "by a behavioural scale",
    PainReporter.UNSTATED: "reporter not stated",
}


# The figure grammar of the house: the POSS character is bold from 2. Other scales are never judged here.
_BOLD_FROM = {"poss": 2}


def event_words(event: object) -> str:
    """An adverse event in a few words: kind, grade or severity, what was done."""
    grade = getattr(event, "grade", None)
    parts = [
        str(getattr(event, "kind", "")),
        f"grade {grade}" if grade is not None else (getattr(event, "severity", None) or ""),
        getattr(event, "led_to", ""),
    ]
    return ", ".join(part for part in parts if part)


def sedation_bold(score: SedationScore) -> bool:
    """Whether the figure writes this reading in bold."""
    limit = _BOLD_FROM.get(score.scale)
    return limit is not None and score.value.strip().isdigit() and int(score.value) >= limit


def pain_panel(outcome: CourseOutcome, pain: PainSummary) -> PainPanel:
    """Readings of the summary's own series, the means with their cover, gaps and goal."""
    from adjuvant.library import scale, setting
    from adjuvant.symptoms import gaps

    known = scale(pain.scale)
    low, high = known.low or Fraction(0), known.high or Fraction(10)
    whole = Interval(outcome.windows.before.start, outcome.windows.after.end)
    means = tuple(
        MeanBar(window.window, window.mean, window.covered_share)
        for window in (pain.before, pain.after)
        if not isinstance(window.mean, Unknown)
    )
    series = outcome.pain_series
    return PainPanel(
        title=f"{KIND_WORDS[pain.kind]}, {number(low)} to {number(high)}",
        detail=_REPORTERS[pain.reporter],
        low=low,
        high=high,
        readings=tuple((score.at, score.value) for score in series.values if score.value is not None),
        unassessed=tuple(
            (score.at, score.not_assessable.value)
            for score in series.values
            if score.not_assessable is not None
        ),
        means=means,
        gaps=gaps(series, whole) if len(series) else (whole,),
        goal=pain.goal,
        line_h=setting("pain_line_h").value,
    )


def sedation_rails(outcome: CourseOutcome, span: Interval) -> tuple[SedationRail, ...]:
    """One rail for each scale that was read within `span`."""
    from adjuvant.library import scale

    rails = []
    for key in dict.fromkeys(score.scale for score in outcome.sedation.values):
        readings = tuple(
            (score.at, score.value, sedation_bold(score))
            for score in outcome.sedation.values
            if score.scale == key and span.start <= score.at < span.end
        )
        if readings:
            short = key.split("_")[-1].upper() if key != "poss" else "POSS"
            title = scale(key).title
            rails.append(SedationRail(f"sedation, {short if len(title) > 14 else title}", readings))
    return tuple(rails)


def opioid_panel(outcome: CourseOutcome) -> OpioidPanel | None:
    """MME day by day with its range; None where no medication is charted."""
    opioids = outcome.opioids
    if opioids is None:
        return None
    ranges = opioids.curve_low_high or tuple((day.total, day.total) for day in opioids.curve.days)
    days = tuple(
        MmeDay(part, day.total, low, high, day.complete)
        for day, part, (low, high) in zip(opioids.curve.days, charted_days(outcome), ranges, strict=True)
        if part is not None
    )
    afters = [change.after for change in opioids.by_table if change.after is not None]
    spread = ""
    if not charted(opioids.after):
        afters = []
    whole = "" if opioids.after.complete else " that cover every dose"
    if len(afters) > 1:
        low, high = number(min(afters)), number(max(afters))
        spread = (
            f"{low} to {high} over {len(afters)} tables{whole}"
            if low != high
            else f"the same over {len(afters)} tables{whole}"
        )
    return OpioidPanel(
        days=days,
        plan=opioids.plan_title,
        plans=len(opioids.by_table),
        before=window_words(outcome, opioids.before),
        after=window_words(outcome, opioids.after),
        after_range=spread,
        basis=opioids.basis,
    )
