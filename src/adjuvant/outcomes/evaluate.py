"""The evaluation of one course: windows, pain and opioids before and after, every definition, the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.citation import Citation
from adjuvant.library.model import TablePlan
from adjuvant.outcomes.cochanges import also_changed
from adjuvant.outcomes.courses import ketamine_exposures, open_infusions, search_courses
from adjuvant.outcomes.facts import facts_of
from adjuvant.outcomes.flags import died_when, flags_of, methadone_words, strangers_in
from adjuvant.outcomes.model import Course, CourseKind, CourseOutcome, PainSummary
from adjuvant.outcomes.observed import observed_part, seen_before
from adjuvant.outcomes.opioid_change import opioid_summary
from adjuvant.outcomes.opioid_window import short_charting
from adjuvant.outcomes.other_pain import other_pain
from adjuvant.outcomes.pain import PRIMARY_RULE, primary_series, summary_of
from adjuvant.outcomes.pain_flags import pain_flags
from adjuvant.outcomes.responses import answer_all
from adjuvant.outcomes.sparing import sparing_doubts
from adjuvant.outcomes.verdict import verdict_of
from adjuvant.outcomes.windows import windows_for
from adjuvant.record import PainScore, PatientRecord
from adjuvant.symptoms import PainSeries, adverse_events_in, rescue_doses, share_at_or_below
from adjuvant.timeline import Interval, Series
from adjuvant.unknown import Unknown

__all__ = ["evaluate"]

_EMPTY: Series[PainScore] = Series((), ())


def evaluate(
    record: PatientRecord,
    course: Course,
    plan: TablePlan | None = None,
    plans: Sequence[TablePlan] | None = None,
    *,
    before_h: Fraction | None = None,
    after_h: Fraction | None = None,
    onset_end: datetime | None = None,
    local: ZoneInfo | None = None,
) -> CourseOutcome:
    """What one course was followed by, for one patient; it never says what it caused.

    Pure: the same record and course give the same outcome, and nothing at or after the end of the after
    window is seen, whatever the record holds.

    Args:
        record: one patient's facts.
        course: found, declared or a pseudo-course.
        plan: the table or pair for the figures; the library's default unless given.
        plans: the tables and pairs of the range; the library's unless given.
        before_h, after_h, onset_end: as in `windows_for`.
        local: the zone of the clock days; the record's unless given.
    Raises:
        InputError: windows that cannot be, as in `windows_for`.
    Source: shared methods of this project; each response definition and setting carries its own citation.
    """
    from adjuvant.library import default_plan, digest, setting, spread_plans

    here = record.local if local is None else local
    windows = windows_for(course, here, before_h=before_h, after_h=after_h, onset_end=onset_end)
    silence = setting("pain_gap_h").value
    seen = seen_before(record, windows.after.end, silence)
    series = primary_series(seen, windows)
    pain = None if series is None else summary_of(series, seen, windows)
    chosen = default_plan() if plan is None else plan
    every = spread_plans() if plans is None else tuple(plans)
    opioids = opioid_summary(seen, windows, chosen, every, here)
    if opioids is not None:
        opioids = replace(opioids, warnings=(*opioids.warnings, *methadone_words(opioids)))
    rescue = {
        name: _rescue(seen, window, observed_part(seen, window, silence), name)
        for name, window in (("before", windows.before), ("after", windows.after))
    }
    span = Interval(windows.before.start, windows.after.end)
    events = adverse_events_in(seen, Interval(course.start, windows.after.end))
    facts = facts_of(seen, windows, pain, opioids, rescue["after"], events)
    answers = answer_all(facts)
    doubts = sparing_doubts(seen, course, windows, opioids, answers, here)
    shares = [_goal_share(series, pain, window) for window in (windows.before, windows.after)]
    return CourseOutcome(
        record=seen,
        course=_with_exposures(seen, course),
        windows=replace(windows, rules=(*windows.rules, *open_infusions(seen, course, here), PRIMARY_RULE)),
        pain=pain,
        pain_series=_EMPTY if series is None else series.scores.within(span),
        other_pain=other_pain(seen, series, pain, windows),
        opioids=opioids,
        sedation=Series.of(seen.sedation, at=lambda score: score.at).within(span),
        adverse_events=adverse_events_in(seen, span),
        rescue_per_day_before=rescue["before"],
        rescue_per_day_after=rescue["after"],
        goal_share_before=shares[0],
        goal_share_after=shares[1],
        responses=answers,
        verdict=verdict_of(
            course,
            pain,
            opioids,
            answers,
            events,
            doubts=doubts,
            strangers=strangers_in(seen, windows),
            died=died_when(seen, course, windows),
        ),
        also_changed=also_changed(seen, windows, here),
        quality=seen.quality,
        citations=cited((answer.citation for answer in answers), (chosen, *every)),
        library_digest=digest(),
        flags=flags_of(
            seen,
            course,
            windows,
            opioids,
            answers,
            search_courses(seen),
            here,
            events=events,
            pain=pain_flags(seen, windows, series, pain, facts),
            doubts=doubts,
        ),
    )


def cited(definitions: Iterable[Citation], plans: Sequence[TablePlan]) -> tuple[Citation, ...]:
    """Every citation once, by key: those of the definitions and those of the tables."""
    tables = (table.citation for plan in plans for table in plan.tables)
    found = {citation.key: citation for citation in (*definitions, *tables)}
    return tuple(found[key] for key in sorted(found))


def _rescue(
    record: PatientRecord, window: Interval, observed: Interval | None, name: str
) -> Fraction | Unknown:
    if observed is None:
        return Unknown(f"rescue doses {name}: nothing is charted in that window")
    short = short_charting(record, name, window, observed, record.local)
    if short is not None:
        return Unknown(f"rescue doses {name}: {short.detail}")
    return rescue_doses(record, observed).per_day


def _goal_share(series: PainSeries | None, pain: PainSummary | None, window: Interval) -> Fraction | Unknown:
    if series is None or pain is None:
        return Unknown("pain readings on the 0 to 10 scale")
    if pain.goal is None:
        return Unknown("the personalised pain goal")
    return share_at_or_below(series.scores, window, pain.goal)


def _with_exposures(record: PatientRecord, course: Course) -> Course:
    if course.kind is not CourseKind.DECLARED or course.exposures:
        return course
    inside = tuple(
        item
        for item in ketamine_exposures(record, (each.drug for each in record.administrations))
        if item.start <= course.end and item.end >= course.start
    )
    return replace(course, exposures=inside)
