"""The commands on schedules, and their help. Everything heavy is imported inside a command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adjuvant.cli.options import AsJson

__all__ = ["compare_command", "design_command"]

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Folder for the page as HTML and PDF, the CSV and the figure."),
]


def compare_command(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="Schedules as JSON, or - for standard input.")
    ],
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Compare schedules of ketamine on the same patients, by every model that applies.

    Time in a range, peak, chance of passing a ceiling, dose, days, work. It advises no dose.
    """
    from adjuvant.cli.comparing import run

    run(question, out, as_json)


def design_command(
    question: Annotated[
        str,
        typer.Argument(
            metavar="QUESTION", help="A space, a target or next steps as JSON, or - for standard input."
        ),
    ],
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Search schedules, reach a level on paper, or see a protocol's next steps, under its limits.

    A search answers with a frontier for each model. Exit code 4 where limits refuse the rates for a level.
    """
    from adjuvant.cli.designing import run

    if not run(question, out, as_json):
        raise typer.Exit(4)
