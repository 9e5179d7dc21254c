"""The command on single-case metrics, and its help. Everything heavy is imported inside it."""

from __future__ import annotations

from typing import Annotated

import typer

from adjuvant.cli.options import AfterHours, AsJson, BeforeHours, Format, OnsetEnd, Patient, Pseudo, Zone

__all__ = ["metrics_command"]

Readings = Annotated[
    str | None,
    typer.Argument(
        metavar="RECORD",
        help="A record, as for evaluate (default: your store); or a series as JSON, - for standard input.",
    ),
]
Before = Annotated[
    str | None,
    typer.Option("--before", metavar="LIST", help="Readings before, such as 8,7,NA,9; NA is a missing one."),
]
After = Annotated[
    str | None, typer.Option("--after", metavar="LIST", help="Readings after, to go with --before.")
]
Better = Annotated[
    str | None,
    typer.Option(
        "--improvement", metavar="WAY", help="decrease (the default, for pain) or increase; with --before."
    ),
]
Scale = Annotated[
    str | None,
    typer.Option(
        "--scale", metavar="KEY", help="Refuse readings that are not on it, e.g. nrs_0_10; with --before."
    ),
]
Course = Annotated[
    str | None,
    typer.Option(
        "--course",
        metavar="N",
        help="Only the course of this number; or declare one as START/END, two times.",
    ),
]


def metrics_command(
    record: Readings = None,
    before: Before = None,
    after: After = None,
    improvement: Better = None,
    scale: Scale = None,
    course: Course = None,
    source_format: Format = None,
    patient: Patient = None,
    zone: Zone = None,
    pseudo_course: Pseudo = False,
    onset_end: OnsetEnd = None,
    before_hours: BeforeHours = None,
    after_hours: AfterHours = None,
    as_json: AsJson = False,
) -> None:
    """Every single-case metric of pain before and after a course, and what each does not say.

    The windows are those of evaluate. Without a record: two lists of readings, or a series as JSON.
    """
    from adjuvant.cli.evaluate import Choices
    from adjuvant.cli.metrics import Lists, run

    choices = Choices(
        source_format, patient, zone, course, pseudo_course, onset_end, before_hours, after_hours
    )
    run(record, Lists(before, after, improvement, scale), choices, as_json)
