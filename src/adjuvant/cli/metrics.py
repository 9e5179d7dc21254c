"""`adjuvant metrics`: every single-case metric of a course or a plain series, and what each does not say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjuvant.cli.evaluate import Choices, NotEvaluated, evaluated, record_path
from adjuvant.cli.output import print_json
from adjuvant.cli.series import is_series, read_lists, read_series
from adjuvant.errors import InputError, UsageError

if TYPE_CHECKING:
    from adjuvant.outcomes import CourseOutcome
    from adjuvant.outcomes.single_case import SingleCase

__all__ = ["Lists", "run"]

_LONG = 10_000_000


@dataclass(frozen=True, slots=True)
class Lists:
    """Readings given on the command line, and how a plain series is to be read."""

    before: str | None = None
    after: str | None = None
    improvement: str | None = None
    scale: str | None = None


def run(record: str | None, lists: Lists, choices: Choices, as_json: bool) -> None:
    """Print every single-case metric of each course of a record, or of one plain series.

    Raises:
        UsageError: a record beside two lists, one list alone, or options that do not go together.
        InputError: a series or a record that cannot be used, or a single patient without a course.
    """
    from adjuvant.cli.metrics_page import print_course, print_many

    plain = _plain_series(record, lists)
    if plain is not None:
        _print_series(plain, as_json)
        return
    path = record_path(None if record is None else Path(record))
    number = _number_of(choices.course)
    asked = replace(choices, course=None) if number is not None else choices
    items = list(_courses(path, asked, number))
    if not items:
        raise InputError(f"{path}", f"has no course {number}", "leave --course out to see those that it has")
    if len(items) == 1 and isinstance(items[0], NotEvaluated):
        raise InputError(
            f"{path}: patient {items[0].patient}", items[0].reason, "name the course with --course START/END"
        )
    if as_json:
        documents = [
            {"patient": item.patient, "not_evaluated": item.reason}
            if isinstance(item, NotEvaluated)
            else _document(item)
            for item in items
        ]
        print_json(documents[0] if len(documents) == 1 else {"courses": documents})
    elif len(items) == 1 and not isinstance(items[0], NotEvaluated):
        print_course(items[0])
    else:
        print_many(items, path)


def _plain_series(record: str | None, lists: Lists) -> SingleCase | None:
    """The metrics of a plain series; None where a record is asked about."""
    if lists.before is not None or lists.after is not None:
        if lists.before is None or lists.after is None:
            raise UsageError("--before and --after", "go together", "give both lists")
        if record is not None:
            raise UsageError("--before", "cannot go with a file", "give one of the two")
        return read_lists(lists.before, lists.after, lists.improvement or "decrease", lists.scale).metrics()
    text = _text_of(record)
    if text is None:
        if lists.improvement or lists.scale:
            raise UsageError(
                "--improvement and --scale",
                "go with --before and --after",
                "leave them out: of pain, a fall is better",
            )
        return None
    if lists.improvement or lists.scale:
        raise UsageError("--improvement and --scale", "stand in the file itself", "write them there")
    try:
        return read_series(text).metrics()
    except InputError as error:
        raise error.within("standard input" if record == "-" else str(record)) from error


def _text_of(record: str | None) -> str | None:
    """The text of a series, from standard input or a JSON file that names a baseline; None for a record."""
    if record == "-":
        return sys.stdin.read()
    path = Path(record) if record is not None else None
    if path is None or path.suffix.lower() != ".json" or not path.is_file() or path.stat().st_size > _LONG:
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text if is_series(text) else None


def _number_of(course: str | None) -> int | None:
    return (
        int(course)
        if course is not None and course.isascii() and course.isdigit() and len(course) < 7
        else None
    )


def _courses(path: Path, choices: Choices, number: int | None) -> Iterator[CourseOutcome | NotEvaluated]:
    from adjuvant.outcomes import CourseOutcome

    for item in evaluated(path, choices):
        if isinstance(item, CourseOutcome):
            if number is None or item.course.number == number:
                yield item
        elif isinstance(item, NotEvaluated):
            yield item
        else:
            raise InputError(
                f"{path}", "holds figures that a document reports, and no readings", "give a record"
            )


def _document(outcome: CourseOutcome) -> dict[str, Any]:
    from adjuvant.outcomes import outcome_json
    from adjuvant.outcomes.single_case import metrics_of_course, single_case_json

    whole = outcome_json(outcome)
    return {
        **{key: whole[key] for key in ("patient", "course", "windows")},
        "finding": outcome.verdict.headline,
        "series": {key: whole["pain"][key] for key in ("scale", "reporter", "kind", "other")},
        **single_case_json(metrics_of_course(outcome)),
        "library_digest": outcome.library_digest,
    }


def _print_series(found: SingleCase, as_json: bool) -> None:
    from adjuvant.cli.metrics_page import print_series
    from adjuvant.outcomes.single_case import single_case_json

    if not as_json:
        print_series(found)
        return
    nothing = dict.fromkeys(("patient", "course", "windows", "finding", "series"))
    print_json({**nothing, **single_case_json(found)})
