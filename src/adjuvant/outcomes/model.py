"""What an evaluation answers: course, windows, pain and opioids before and after, responses, verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from adjuvant.citation import Citation, Provenance
from adjuvant.opioids.model import DrugMean, MmeCurve, WindowMME
from adjuvant.record import (
    AdverseEvent,
    Exposure,
    PainKind,
    PainReporter,
    PainScore,
    PatientRecord,
    QualitySummary,
    Refusal,
    ReportedFigure,
    SedationScore,
)
from adjuvant.timeline import Interval, Series
from adjuvant.unknown import Ternary, Unknown

__all__ = [
    "Course",
    "CourseKind",
    "CourseOutcome",
    "DrugChange",
    "DrugStop",
    "OpioidSummary",
    "PainSummary",
    "PlanChange",
    "ReportedOutcome",
    "ResponseAnswer",
    "Verdict",
    "WindowPain",
    "Windows",
]


class CourseKind(StrEnum):
    """How the course came to be known."""

    FOUND = "found in administrations"
    DECLARED = "declared"
    PSEUDO = "pseudo-course, no ketamine given"


@dataclass(frozen=True, slots=True)
class Course:
    """A run of ketamine administrations with fewer than the stated ketamine-free days between them.

    Args:
        start, end: first start and last stop.
        exposures: the ketamine exposures within it; empty for a pseudo-course.
        number: 1 for a record's first course.
    """

    start: datetime
    end: datetime
    kind: CourseKind
    exposures: tuple[Exposure, ...] = ()
    number: int = 1


@dataclass(frozen=True, slots=True)
class Windows:
    """The three windows of an evaluation, and the rules that made them, in words."""

    before: Interval
    during: Interval
    after: Interval
    onset_end: datetime
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WindowPain:
    """Pain over one window, one scale, one reporter, one kind.

    Args:
        mean: time-weighted mean in points, or Unknown with what is missing.
        covered_share: share of the window's time that the mean rests on, 0 to 1.
        area: points times hours over the covered time.
        scored, not_assessable: numbers of readings.
        gaps: spans longer than the gap limit without a score.
    """

    window: Interval
    mean: Fraction | Unknown
    covered_share: Fraction
    area: Fraction | Unknown
    scored: int
    not_assessable: int
    worst: Fraction | Unknown
    gaps: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class PainSummary:
    """Pain before and after, with the change and its caveats."""

    scale: str
    reporter: PainReporter
    kind: PainKind
    before: WindowPain
    after: WindowPain
    change: Fraction | Unknown
    percent: Fraction | Unknown
    caveats: tuple[str, ...]
    goal: Fraction | None = None


@dataclass(frozen=True, slots=True)
class DrugChange:
    """One drug by one route, before and after; None where it was not given in that window."""

    label: str
    before: DrugMean | None
    after: DrugMean | None
    change: Fraction | None


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Before, after and percent change by one table or pair, or why it cannot say."""

    plan: str
    title: str
    before: Fraction | None
    after: Fraction | None
    percent: Fraction | None
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class DrugStop:
    """A drug that was running before and has no exposure from `at` to the end of the after window."""

    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpioidSummary:
    """Opioids before and after by the chosen plan, drug by drug, and over every plan that covers all."""

    plan: str
    plan_title: str
    basis: str
    before: WindowMME
    after: WindowMME
    percent: Fraction | Unknown
    drugs: tuple[DrugChange, ...]
    by_table: tuple[PlanChange, ...]
    uncovered: tuple[PlanChange, ...]
    stopped: tuple[DrugStop, ...]
    curve: MmeCurve
    curve_low_high: tuple[tuple[Fraction, Fraction], ...]
    """Least and greatest daily MME over the covering plans, one pair per day of `curve.days`."""
    warnings: tuple[str, ...]
    withheld: tuple[str, ...] = ()
    """Opioid doses charted as not given in a window, by drug, with the reasons charted, in words."""


@dataclass(frozen=True, slots=True)
class ResponseAnswer:
    """One published response definition applied.

    Args:
        answer: True, False, or Unknown with what is missing ("cannot evaluate").
        rule: the definition in our words; seen: the patient's figures it was applied to.
    """

    key: str
    title: str
    rule: str
    seen: str
    answer: Ternary
    citation: Citation
    provenance: Provenance

    @property
    def word(self) -> str:
        """``yes``, ``no`` or ``cannot_evaluate``."""
        if isinstance(self.answer, Unknown):
            return "cannot_evaluate"
        return "yes" if self.answer else "no"

    @property
    def missing(self) -> tuple[str, ...]:
        """What it would need, empty unless it cannot be evaluated."""
        return self.answer.needs if isinstance(self.answer, Unknown) else ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The finding.

    Args:
        headline: a few words, for example ``Clinical response.``
        sentence: the honest one-sentence finding with its figures.
        limit: what cannot be said, on its own line.
        evaluable, clinical_response: the two rungs answered today; later rungs are listed as not asked yet.
            Clinical response is about pain alone, and Unknown for a pseudo-course.
        opioid_sparing: its own finding beside the ladder; Unknown where the fall may have another reason,
            None where nobody asked.
        sparing_words: what that finding rests on.
    """

    headline: str
    sentence: str
    limit: str
    evaluable: Ternary
    clinical_response: Ternary
    not_asked: tuple[str, ...] = ()
    evaluable_words: str = ""
    response_words: str = ""
    opioid_sparing: Ternary | None = None
    sparing_words: str = ""


@dataclass(frozen=True, slots=True)
class CourseOutcome:
    """One course evaluated: everything a report shows, each figure with its derivation."""

    record: PatientRecord
    course: Course
    windows: Windows
    pain: PainSummary | None
    pain_series: Series[PainScore]
    other_pain: tuple[str, ...]
    """Pain series of other scales, reporters or kinds that were left out of the summary, in words."""
    opioids: OpioidSummary | None
    sedation: Series[SedationScore]
    adverse_events: tuple[AdverseEvent, ...]
    rescue_per_day_before: Fraction | Unknown
    rescue_per_day_after: Fraction | Unknown
    goal_share_before: Fraction | Unknown
    goal_share_after: Fraction | Unknown
    responses: tuple[ResponseAnswer, ...]
    verdict: Verdict
    also_changed: tuple[str, ...]
    """Co-interventions seen in the record around the course, in words."""
    quality: QualitySummary
    citations: tuple[Citation, ...]
    library_digest: str = ""
    flags: tuple[str, ...] = ()
    """What a reader must weigh beside the finding; stands above the figures."""


@dataclass(frozen=True, slots=True)
class ReportedOutcome:
    """An evaluation of figures that a document merely reports; nothing in it was derived from doses."""

    title: str
    figures: tuple[ReportedFigure, ...]
    change: Fraction | Unknown
    percent: Fraction | Unknown
    opioid_percent: Fraction | Unknown
    responses: tuple[ResponseAnswer, ...]
    verdict: Verdict
    tensions: tuple[str, ...]
    citations: tuple[Citation, ...]
    derived: tuple[str, ...] = ()
    """Figures that are our arithmetic on the printed ones, and what would follow under a named assumption."""
    notes: tuple[str, ...] = ()
    """What else the document says, in words: the patient, other drugs, consent."""
    not_stated: tuple[str, ...] = ()
    """What a reader would look for and does not find in the document."""
