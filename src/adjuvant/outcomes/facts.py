"""What the response definitions are applied to: the patient's figures, each a number or Unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from adjuvant.outcomes.model import OpioidSummary, PainSummary, Windows
from adjuvant.outcomes.opioid_change import opioid_needs
from adjuvant.outcomes.pain import percent_change, primary_series, window_pain
from adjuvant.quantity import show
from adjuvant.record import AdverseEvent, PainKind, PatientRecord
from adjuvant.symptoms import PainSeries, charts_none, stopped_ketamine, unsettled_stops
from adjuvant.timeline import Interval
from adjuvant.unknown import Ternary, Unknown

__all__ = ["BeforeAfter", "ResponseFacts", "facts_of"]

Figure = Fraction | Unknown


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One figure before and after a course, with what is missing where it is missing.

    Args:
        given_percent: the percent change where a document prints it; else it is derived.
    """

    before: Figure
    after: Figure
    given_percent: Fraction | None = None

    @property
    def change(self) -> Figure:
        """After minus before, in the figure's own unit; negative for a fall."""
        needs = self._needs()
        if needs or isinstance(self.before, Unknown) or isinstance(self.after, Unknown):
            return Unknown(needs)
        return self.after - self.before

    @property
    def percent(self) -> Figure:
        """Change in percent of before, negative for a fall; Unknown at a baseline of 0."""
        return percent_change(self.before, self.after) if self.given_percent is None else self.given_percent

    @property
    def risen(self) -> Ternary:
        """Whether after is higher than before."""
        change = self.change if self.given_percent is None else self.given_percent
        return change if isinstance(change, Unknown) else change > 0

    def words(self, unit: str = "") -> str:
        """The figures for a table, for example ``9 to 5 (−4, −44.4 %)``; what is unknown is said to be so."""
        ends = [None if isinstance(end, Unknown) else show(end, 2) for end in (self.before, self.after)]
        tail = f" {unit}" if unit else ""
        figures = "unknown"
        if ends[0] is not None and ends[1] is not None:
            figures = f"{ends[0]} to {ends[1]}{tail}"
        elif ends[0] is not None or ends[1] is not None:
            figures = f"{ends[0]}{tail} before" if ends[0] is not None else f"{ends[1]}{tail} after"
        changes = [] if isinstance(self.change, Unknown) else [_signed(self.change, 2)]
        if self.given_percent is not None:
            changes.append(f"{_signed(self.given_percent, 2)} % as printed")
        elif not isinstance(self.percent, Unknown):
            changes.append(f"{_signed(self.percent)} %")
        return f"{figures} ({', '.join(changes)})" if changes else figures

    def _needs(self) -> tuple[str, ...]:
        return tuple(
            need for end in (self.before, self.after) if isinstance(end, Unknown) for need in end.needs
        )


def _signed(value: Fraction, places: int = 1) -> str:
    text = show(value, places)
    return f"+{text}" if value > 0 and text != "0" else text


def _missing(what: str) -> BeforeAfter:
    need = Unknown(what)
    return BeforeAfter(need, need)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFacts:
    """Everything that a response definition may ask about; what is not given is Unknown and says its need.

    Args:
        pain: the mean of the evaluation's own series, in points.
        average: average pain as the patient names it (BPI item), in points.
        worst: worst pain as the patient names it, in points; never read off the highest current pain.
        opioid: oral morphine equivalents a day.
        rescue_after: rescue doses a day after.
        goal: the personalised pain goal.
        tolerated: whether toxicity was acceptable.
        days: mean pain of each 24 h from the start of after, in order.
    """

    pain: BeforeAfter = field(default_factory=lambda: _missing("pain before and after"))
    average: BeforeAfter = field(default_factory=lambda: _missing("average pain before and after (BPI)"))
    worst: BeforeAfter = field(default_factory=lambda: _missing("worst pain before and after"))
    opioid: BeforeAfter = field(default_factory=lambda: _missing("opioids before and after in MME"))
    rescue_after: Figure = field(default_factory=lambda: Unknown("rescue doses a day after"))
    goal: Figure = field(default_factory=lambda: Unknown("the personalised pain goal"))
    tolerated: Ternary = field(default_factory=lambda: Unknown("whether toxicity was acceptable"))
    days: tuple[Figure, ...] = ()


def facts_of(
    record: PatientRecord,
    windows: Windows,
    pain: PainSummary | None,
    opioids: OpioidSummary | None,
    rescue_after: Figure,
    events: tuple[AdverseEvent, ...],
) -> ResponseFacts:
    """The figures of one evaluated course.

    Args:
        record: nothing later than the end of after.
        events: the adverse events from the start of the course on.
    """
    unread = ResponseFacts()
    goal = None if pain is None else pain.goal
    series = primary_series(record, windows)
    return ResponseFacts(
        pain=unread.pain if pain is None else BeforeAfter(pain.before.mean, pain.after.mean),
        average=_asked(record, windows, PainKind.AVERAGE, unread.average),
        worst=_asked(record, windows, PainKind.WORST, unread.worst),
        opioid=unread.opioid if opioids is None else _opioid(opioids),
        rescue_after=rescue_after,
        goal=unread.goal if goal is None else goal,
        tolerated=_tolerated(record, events),
        days=() if series is None else tuple(_day_means(series, windows.after)),
    )


def _asked(record: PatientRecord, windows: Windows, kind: PainKind, unread: BeforeAfter) -> BeforeAfter:
    series = primary_series(record, windows, (kind,))
    if series is None:
        return unread
    before = window_pain(series, windows.before, "before")
    after = window_pain(series, windows.after, "after")
    return BeforeAfter(before.mean, after.mean)


def _opioid(opioids: OpioidSummary) -> BeforeAfter:
    before, after = (
        window.per_day if window.complete else Unknown(opioid_needs(name, window))
        for name, window in (("before", opioids.before), ("after", opioids.after))
    )
    return BeforeAfter(before, after)


def _tolerated(record: PatientRecord, events: tuple[AdverseEvent, ...]) -> Ternary:
    """Whether toxicity was acceptable: False where ketamine was stopped for it, True where all that was
    charted is mild enough or explicitly none; silence is never acceptance."""
    from adjuvant.library import setting

    if stopped_ketamine(events):
        return False
    most, what = setting("acceptable_toxicity_grade").value, "whether toxicity was acceptable"
    needs = [
        f"{what}: what was done about {event.kind} reads “{event.led_to.strip()}”"
        for event in unsettled_stops(events)
    ]
    for event in (event for event in events if not charts_none(event)):
        if event.grade is None:
            needs.append(f"{what}: {event.kind} has no grade")
        elif event.grade > most:
            needs.append(f"{what}: {event.kind} of grade {event.grade}")
    if not record.adverse_events:
        needs.append(f"{what}: the record charts no adverse events at all")
    elif not events:
        needs.append(f"{what}: no adverse event is charted from the course to the end of after")
    return Unknown(needs) if needs else True


def _day_means(series: PainSeries, after: Interval) -> Iterator[Figure]:
    """Mean pain of each whole 24 h of `after`."""
    start, day, number = after.start, timedelta(days=1), 1
    while start + day <= after.end:
        yield window_pain(series, Interval(start, start + day), f"on day {number} after").mean
        start, number = start + day, number + 1
