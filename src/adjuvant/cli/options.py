"""Options and arguments that several commands share, each with its one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AfterHours",
    "AsJson",
    "BeforeHours",
    "CourseOption",
    "Examples",
    "Format",
    "OnsetEnd",
    "Parenteral",
    "Patient",
    "Pseudo",
    "Record",
    "Replace",
    "Store",
    "Table",
    "TermsFile",
    "Zone",
]

_RECORD_HELP = (
    "A record store; FHIR file or folder; folder of OMOP, MIMIC-III, MIMIC-IV or eICU tables; mapped CSV. "
    "Default: your record store."
)
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON with stable keys.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="How the record is written: store, fhir, mimic3, mimic4, eicu, omop, table, reported. "
        "Detected if not given.",
    ),
]
TermsFile = Annotated[
    Path | None,
    typer.Option(
        "--terms",
        metavar="FILE",
        help="Your own CSV lines on drug names: name,ingredients[,strength,form,route].",
    ),
]
Examples = Annotated[
    bool, typer.Option("--examples/--no-examples", help="Whether the page holds raw text of rows.")
]
Patient = Annotated[str | None, typer.Option("--patient", metavar="ID", help="Only this patient.")]
Zone = Annotated[
    str | None,
    typer.Option("--zone", metavar="ZONE", help="IANA zone of times without an offset, e.g. Europe/London."),
]
Table = Annotated[
    str | None, typer.Option("--table", metavar="KEY", help="Conversion table; see `adjuvant tables list`.")
]
Parenteral = Annotated[
    str | None,
    typer.Option(
        "--parenteral-table", metavar="KEY", help="Table for parenteral routes, to go with --table."
    ),
]
CourseOption = Annotated[
    str | None, typer.Option("--course", metavar="START/END", help="Declare the course: two ISO 8601 times.")
]
Pseudo = Annotated[
    bool,
    typer.Option(
        "--pseudo-course", help="No ketamine in the record: use 24 h at the midpoint of the charted pain."
    ),
]
OnsetEnd = Annotated[
    str | None,
    typer.Option(
        "--onset-end",
        metavar="TIME",
        help="Declared end of onset (ISO 8601), from which the after window runs.",
    ),
]
BeforeHours = Annotated[
    str | None,
    typer.Option("--before-hours", metavar="HOURS", help="Length of the before window; default 72 h."),
]
AfterHours = Annotated[
    str | None,
    typer.Option("--after-hours", metavar="HOURS", help="Length of the after window; default 72 h."),
]
Record = Annotated[
    Path | None,
    typer.Argument(metavar="RECORD", help=_RECORD_HELP),
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace what was written there before and says something else.")
]
Store = Annotated[
    Path | None, typer.Argument(metavar="STORE", help="A record store; default: your own data folder's.")
]
