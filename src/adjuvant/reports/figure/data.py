"""What the timeline draws: plain facts with their instants, so that drawing decides nothing clinical."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from adjuvant.reports.clock import ReportClock
from adjuvant.timeline import Interval

__all__ = [
    "DrugBar",
    "EventMark",
    "KetamineRun",
    "MeanBar",
    "MmeDay",
    "OpioidPanel",
    "PainPanel",
    "SedationRail",
    "Timeline",
    "WindowBracket",
]


@dataclass(frozen=True, slots=True)
class WindowBracket:
    """A bracket above the panels; `counted` windows are drawn in ink, the others on ground."""

    window: Interval
    name: str
    detail: str
    counted: bool


@dataclass(frozen=True, slots=True)
class KetamineRun:
    """Ketamine without a pause: its span, its amount in words, and its rate steps (mass per hour).

    Args:
        steps: start, end and rate; empty for a dose at one moment.
        rate_unit: of the steps, for example ``mg/h``.
    """

    start: datetime
    end: datetime
    words: str
    steps: tuple[tuple[datetime, datetime, Fraction], ...] = ()
    rate_unit: str = ""


@dataclass(frozen=True, slots=True)
class MeanBar:
    """A window's mean, drawn over exactly its window and labelled with the share of it that was covered."""

    window: Interval
    value: Fraction
    covered_share: Fraction


@dataclass(frozen=True, slots=True)
class PainPanel:
    """Pain readings of one series; `gaps` are spans without a score, `unassessed` readings that gave none."""

    title: str
    detail: str
    low: Fraction
    high: Fraction
    readings: tuple[tuple[datetime, Fraction], ...]
    unassessed: tuple[tuple[datetime, str], ...]
    means: tuple[MeanBar, ...]
    gaps: tuple[Interval, ...]
    goal: Fraction | None
    line_h: Fraction
    """Readings are joined by a thin line only where they are this many hours apart or less."""


@dataclass(frozen=True, slots=True)
class SedationRail:
    """Readings of one sedation scale as written; `bold` where the scale's own text asks for attention."""

    title: str
    readings: tuple[tuple[datetime, str, bool], ...]


@dataclass(frozen=True, slots=True)
class EventMark:
    """An adverse event and what was done."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class MmeDay:
    """One clock day's MME by the chosen plan, with its range over the plans that cover the course."""

    window: Interval
    value: Fraction
    low: Fraction
    high: Fraction
    complete: bool


@dataclass(frozen=True, slots=True)
class OpioidPanel:
    """MME day by day, and the two window means in words."""

    days: tuple[MmeDay, ...]
    plan: str
    plans: int
    before: str
    after: str
    after_range: str
    basis: str


@dataclass(frozen=True, slots=True)
class DrugBar:
    """One drug.

    Args:
        spans: when it ran, joined for drawing.
        doses: as-needed doses, each its own tick.
        stop: when it stopped for good, drawn as a heavy end with its time.
        began: when it began, for a co-intervention; drawn with its time and "also changed".
        once: it was given once; else it went on.
        words: its amounts, at the right.
    """

    label: str
    spans: tuple[tuple[datetime, datetime], ...]
    doses: tuple[datetime, ...] = ()
    stop: datetime | None = None
    began: datetime | None = None
    once: bool = False
    also_changed: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything on the figure, within `span`.

    Args:
        span: whole local days that hold the three windows.
        course: first start to last stop.
        ground: the part between the two windows, drawn on ground because it is not counted.
        facts_end: where the record ends, if inside `span`.
        outside: readings and doses of the record that lie outside `span`, in words; empty if none.
    """

    title: str
    summary: str
    span: Interval
    clock: ReportClock
    course: Interval
    course_words: str
    ground: Interval | None
    brackets: tuple[WindowBracket, ...]
    ketamine: tuple[KetamineRun, ...]
    ketamine_title: str
    ketamine_detail: str
    pain: PainPanel | None
    no_pain: str
    sedation: tuple[SedationRail, ...]
    events: tuple[EventMark, ...]
    opioids: OpioidPanel | None
    no_opioids: str
    drugs: tuple[DrugBar, ...]
    facts_end: datetime | None = None
    outside: str = ""
