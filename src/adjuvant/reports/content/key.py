"""The key table: benefit and harm, before and after, with how sure each figure is."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.outcomes.model import CourseOutcome
from adjuvant.reports.clock import ReportClock
from adjuvant.reports.content.model import KeyRow, KeyTable
from adjuvant.reports.figure.panels import KIND_WORDS
from adjuvant.reports.mme import NOT_CHARTED, window_words
from adjuvant.reports.words import (
    CANNOT,
    MME_CAVEAT,
    change,
    number,
    percent,
)
from adjuvant.symptoms import adverse_events_in
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

__all__ = ["key_table"]


def key_table(outcome: CourseOutcome, clock: ReportClock) -> KeyTable:
    """Benefit and harm in one table: before, after, change, how sure."""
    windows = outcome.windows
    rows = [_pain_row(outcome), _opioid_row(outcome)]
    rows.append(
        _plain_row(
            "Rescue doses",
            "given, per day",
            outcome.rescue_per_day_before,
            outcome.rescue_per_day_after,
            ("counted", "from the administration record"),
        )
    )
    before, after = outcome.goal_share_before, outcome.goal_share_after
    goal = outcome.pain.goal if outcome.pain is not None else None
    sub = (
        f"pain {number(goal)} or less, of those assessed"
        if goal is not None
        else "no personal goal is recorded"
    )
    rows.append(_share_row(sub, before, after))
    rows.append(_events_row(outcome))
    spans = (clock.span_days(windows.before), clock.span_days(windows.after))
    return KeyTable(*spans, tuple(rows), MME_CAVEAT)


def _figures(before: Fraction | Unknown, after: Fraction | Unknown) -> tuple[str, str, str]:
    """Before, after and change, each to one decimal; the change is reckoned before any rounding."""
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        ends = [CANNOT if isinstance(end, Unknown) else number(end) for end in (before, after)]
        return ends[0], ends[1], ""
    return number(before), number(after), change(after - before)


def _pain_row(outcome: CourseOutcome) -> KeyRow:
    pain = outcome.pain
    if pain is None:
        return KeyRow("Pain", "no series could be used", CANNOT, CANNOT, "", "not read", "which is not none")
    shares = (pain.before.covered_share, pain.after.covered_share)
    rests = "time that each mean rests on"
    if isinstance(pain.change, Unknown):
        rests = f"missing: {pain.change.needs[0]}"
    before, after, difference = _figures(pain.before.mean, pain.after.mean)
    return KeyRow(
        title="Pain, time-weighted mean",
        sub=f"{KIND_WORDS[pain.kind].lower()}, points",
        before=before,
        after=after,
        change=difference,
        sure=" and ".join(percent(share * 100, 0) for share in shares) + " covered",
        sure_sub=rests,
        anchor="d-pain",
    )


def _opioid_row(outcome: CourseOutcome) -> KeyRow:
    opioids = outcome.opioids
    title, sub = "Opioids", "oral morphine mg equivalents a day"
    if opioids is None:
        return KeyRow(title, sub, CANNOT, CANNOT, "", "not read", "no medication is charted")
    percents = [item.percent for item in opioids.by_table if item.percent is not None]
    if isinstance(opioids.percent, Unknown):
        sure, sure_sub = "no percentage", f"missing: {opioids.percent.needs[0]}"
    elif len(percents) > 1:
        low, high = change(min(percents)), percent(max(percents), signed=True)
        same = change(min(percents)) == change(max(percents))
        sure = "the same" if same else f"{low} to {high}"
        sure_sub = f"over {len(percents)} conversion tables"
    else:
        sure, sure_sub = "one table only", "no other covers every dose"
    return KeyRow(
        title=title,
        sub=f"{sub}, {opioids.basis}",
        before=window_words(outcome, opioids.before),
        after=window_words(outcome, opioids.after),
        change="" if isinstance(opioids.percent, Unknown) else percent(opioids.percent, signed=True),
        sure=sure,
        sure_sub=sure_sub,
        anchor="d-opioids",
    )


def _plain_row(
    title: str, sub: str, before: Fraction | Unknown, after: Fraction | Unknown, sure: tuple[str, str]
) -> KeyRow:
    missing = [need for end in (before, after) if isinstance(end, Unknown) for need in end.needs]
    return KeyRow(title, sub, *_figures(before, after), *(("missing", missing[0]) if missing else sure))


def _share_row(sub: str, before: Fraction | Unknown, after: Fraction | Unknown) -> KeyRow:
    title = "Readings at personal goal"
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return _plain_row(title, sub, before, after, ("", ""))
    ends = [percent(end * 100, 0) for end in (before, after)]
    points = change((after - before) * 100, 0)
    return KeyRow(title, sub, ends[0], ends[1], points, "percentage points", "described, not tested")


def _events_row(outcome: CourseOutcome) -> KeyRow:
    windows = outcome.windows
    since = Interval(outcome.course.start, windows.after.end)
    before = len(adverse_events_in(outcome.record, windows.before))
    after = len(adverse_events_in(outcome.record, since))
    listed_since = len([event for event in outcome.adverse_events if event.at in since])
    # A record without one row of the kind was perhaps never asked: no 0 stands for that.
    asked = bool(outcome.record.adverse_events or outcome.adverse_events)
    return KeyRow(
        "Adverse events",
        "charted; after = from the first ketamine on",
        f"{before}" if asked else NOT_CHARTED,
        f"{max(after, listed_since)}" if asked else NOT_CHARTED,
        "",
        "as charted",
        "none charted is not none",
    )
