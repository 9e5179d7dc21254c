"""`adjuvant evaluate`: from a record and a choice of course to outcomes, for people or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adjuvant.cli.output import CAVEAT, default_store, print_columns, print_json, progress, wants_colour
from adjuvant.errors import AdjuvantError, InputError, UsageError
from adjuvant.quantity import show
from adjuvant.unknown import Unknown

if TYPE_CHECKING:
    from fractions import Fraction

    from adjuvant.library.model import TablePlan
    from adjuvant.opioids import WindowMME
    from adjuvant.outcomes import Course, CourseOutcome, ReportedOutcome
    from adjuvant.record import PatientRecord

__all__ = [
    "Choices",
    "NotEvaluated",
    "choose_plan",
    "evaluated",
    "many_alike",
    "one_line",
    "record_path",
    "run",
]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user chose on the command line, as text."""

    source_format: str | None = None
    patient: str | None = None
    zone: str | None = None
    course: str | None = None
    pseudo_course: bool = False
    onset_end: str | None = None
    before_hours: str | None = None
    after_hours: str | None = None
    table: str | None = None
    parenteral_table: str | None = None


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A patient for whom no course could be evaluated, and why, in one line."""

    patient: str
    reason: str


def run(record: Path | None, choices: Choices, as_json: bool) -> None:
    """Evaluate every course of every chosen patient and print the answers."""
    from adjuvant.outcomes import ReportedOutcome, outcome_json, reported_json
    from adjuvant.reports import terminal_summary

    path = record_path(record)
    answers = list(evaluated(path, choices))
    if as_json:
        documents = [
            {"patient": item.patient, "not_evaluated": item.reason}
            if isinstance(item, NotEvaluated)
            else reported_json(item)
            if isinstance(item, ReportedOutcome)
            else outcome_json(item)
            for item in answers
        ]
        print_json(documents[0] if len(documents) == 1 else {"evaluations": documents})
    elif len(answers) == 1 and not isinstance(answers[0], NotEvaluated):
        print(terminal_summary(answers[0], color=wants_colour()))
    else:
        _print_many(answers, path)
    if len(answers) == 1 and isinstance(answers[0], NotEvaluated):
        raise InputError(f"{path}: patient {answers[0].patient}", answers[0].reason, _NO_COURSE)


_ALIKE = 5
_NO_COURSE = "name the course with --course START/END, or try the windows with --pseudo-course"


def record_path(record: Path | None) -> Path:
    """The record named, or the default store.

    Raises:
        UsageError: neither exists.
    """
    path = record or default_store()
    if record is None and not path.is_dir():
        raise UsageError(
            "RECORD", "was not given, and there is no record store yet", "name one, or run adjuvant demo"
        )
    return path


def choose_plan(table: str | None, parenteral: str | None) -> TablePlan:
    """The plan that --table and --parenteral-table name; the library's default without either.

    Raises:
        UsageError: --parenteral-table without --table.
    """
    from adjuvant import library

    if table is None:
        if parenteral is not None:
            raise UsageError("--parenteral-table", "was given without --table", "name both tables")
        return library.default_plan()
    plan = library.plan(table, parenteral)
    if plan.parenteral is not None and not any(
        library.route_group(route) == "parenteral" for row in plan.parenteral.factors for route in row.routes
    ):
        raise UsageError(
            f"--parenteral-table {plan.parenteral.key}",
            "has no row for a parenteral route",
            "name one that has, such as us_equianalgesic_classic",
        )
    return plan


def evaluated(path: Path, choices: Choices) -> Iterator[CourseOutcome | ReportedOutcome | NotEvaluated]:
    """Every outcome that the choices ask for, in order of patient and course."""
    from adjuvant import outcomes, sources

    if (choices.source_format or sources.detect_format(path)) == "reported":
        reported = sources.read_reported(path)
        yield outcomes.evaluate_reported(
            reported.title,
            reported.figures,
            reported.tensions,
            notes=reported.notes,
            not_stated=reported.not_stated,
        )
        return
    plan = choose_plan(choices.table, choices.parenteral_table)
    with progress(f"reading {path.name}") as tell:
        imported = sources.read(
            path, format=choices.source_format, patient=choices.patient, zone=choices.zone, progress=tell
        )
    if choices.course and len(imported.records) > 1:
        raise UsageError(
            "--course", f"was given for {len(imported.records)} patients", "name one with --patient"
        )
    with progress("evaluating") as tell:
        for done, record in enumerate(imported.records):
            tell(record.patient.id, done, len(imported.records))
            try:
                courses = _courses(record, choices)
            except AdjuvantError as error:
                if len(imported.records) == 1:
                    raise
                yield NotEvaluated(record.patient.id, f"{error.rule}; {error.remedy}")
                continue
            if not courses:
                yield NotEvaluated(record.patient.id, _why_none(record))
            for course in courses:
                yield outcomes.evaluate(record, course, plan, **_windows(record, choices))


def _courses(record: PatientRecord, choices: Choices) -> tuple[Course, ...]:
    from adjuvant import outcomes
    from adjuvant.timeline import parse_instant

    if choices.course and choices.pseudo_course:
        raise UsageError("--course", "cannot go with --pseudo-course", "give one of the two")
    if choices.course:
        start, separator, end = choices.course.partition("/")
        if not separator:
            raise UsageError(
                f"--course {choices.course!r}", "is not START/END", "write two times with a slash between"
            )
        try:
            moments = [parse_instant(text, record.local) for text in (start, end)]
            return (outcomes.declared_course(*moments),)
        except InputError as error:
            raise UsageError(
                f"--course {choices.course!r}: {error.thing}", error.rule, error.remedy
            ) from error
    if choices.pseudo_course:
        return (outcomes.pseudo_course(record),)
    return tuple(outcomes.find_courses(record))


def _why_none(record: PatientRecord) -> str:
    from adjuvant import outcomes

    search = outcomes.search_courses(record)
    seen = [str(item) for item in search.set_aside] + list(search.ordered_only)
    more = f"; set aside: {'; '.join(seen[:3])}" if seen else ""
    return f"has no ketamine course in its administrations{more}"


def _windows(record: PatientRecord, choices: Choices) -> dict[str, Any]:
    options: dict[str, Any] = {
        "before_h": _hours("--before-hours", choices.before_hours),
        "after_h": _hours("--after-hours", choices.after_hours),
        "onset_end": _instant("--onset-end", choices.onset_end, record.local),
    }
    return {name: value for name, value in options.items() if value is not None}


def _hours(name: str, text: str | None) -> Fraction | None:
    from adjuvant.quantity import parse_decimal

    if text is None:
        return None
    try:
        hours = parse_decimal(text)
    except AdjuvantError as error:
        raise UsageError(f"{name} {text!r}", error.rule, "write hours such as 72") from error
    if hours <= 0:
        raise UsageError(f"{name} {text!r}", "is not above zero", "write hours such as 72")
    return hours


def _instant(name: str, text: str | None, local: ZoneInfo) -> datetime | None:
    from adjuvant.timeline import parse_instant

    if text is None:
        return None
    try:
        return parse_instant(text, local)
    except InputError as error:
        raise UsageError(f"{name} {text!r}", error.rule, error.remedy) from error


def _print_many(answers: list[CourseOutcome | ReportedOutcome | NotEvaluated], path: Path) -> None:
    from adjuvant.outcomes import CourseOutcome

    without = [item for item in answers if isinstance(item, NotEvaluated)]
    alike = many_alike(without)
    rows = [
        [item.patient, "", "", "", "", item.reason] if isinstance(item, NotEvaluated) else _row(item)
        for item in answers
        if not (isinstance(item, NotEvaluated) and item.reason in alike)
    ]
    if rows:
        print_columns(["patient", "course", "pain", "MME a day", "adverse events", "finding"], rows)
    for line in alike.values():
        print(line)
    if without and not any(isinstance(item, CourseOutcome) for item in answers):
        print(f"To evaluate them: {_NO_COURSE}.")
    plans = sorted(
        {
            item.opioids.plan_title
            for item in answers
            if isinstance(item, CourseOutcome) and item.opioids is not None
        }
    )
    if plans:
        print(f"\nMME by {' or '.join(plans)}; the range over other tables is in each report. {CAVEAT}")
    if rows:
        print(f"\nFor one patient in full: adjuvant evaluate {path} --patient ID")


def many_alike(without: Sequence[NotEvaluated]) -> dict[str, str]:
    """For each reason that many patients share, one line in place of theirs; --json lists every one."""
    patients: dict[str, list[str]] = {}
    for item in without:
        patients.setdefault(item.reason, []).append(item.patient)
    return {
        reason: f"{len(names):,} patients: each {reason} ({', '.join(names[:_ALIKE])} "
        f"and {len(names) - _ALIKE:,} more; all of them with --json)"
        for reason, names in patients.items()
        if len(names) > 2 * _ALIKE
    }


def _row(outcome: CourseOutcome | ReportedOutcome) -> list[str]:
    from adjuvant.outcomes import CourseKind, CourseOutcome

    patient, _, finding = one_line(outcome)
    if not isinstance(outcome, CourseOutcome):
        return [patient, "as reported", "", "", "", finding]
    pain, opioids = outcome.pain, outcome.opioids
    return [
        patient,
        "pseudo" if outcome.course.kind is CourseKind.PSEUDO else str(outcome.course.number),
        f"{_points(pain.before.mean)} to {_points(pain.after.mean)}" if pain else "not read",
        _change(opioids.before, opioids.after) if opioids else "not read",
        str(len(outcome.adverse_events)) if outcome.record.adverse_events else "not charted",
        finding,
    ]


def _points(mean: Fraction | Unknown) -> str:
    return "?" if isinstance(mean, Unknown) else show(mean)


def _change(before: WindowMME, after: WindowMME) -> str:
    if not (before.charted or after.charted):
        return "not charted"
    return f"{_total(before)} to {_total(after)}"


def _total(window: WindowMME) -> str:
    if not window.charted:
        return "not charted"
    return show(window.per_day) if window.complete else f"at least {show(window.per_day)}"


def one_line(outcome: CourseOutcome | ReportedOutcome) -> tuple[str, str, str]:
    """Patient, course and finding of one outcome, for a list of many."""
    from adjuvant.outcomes import CourseOutcome

    if isinstance(outcome, CourseOutcome):
        course = f"course {outcome.course.number}, {outcome.course.kind}"
        return outcome.record.patient.id, course, outcome.verdict.headline
    return outcome.title, "as reported", outcome.verdict.headline
