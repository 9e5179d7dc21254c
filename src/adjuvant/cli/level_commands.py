"""The commands on levels of ketamine, and their help. Everything heavy is imported inside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adjuvant.cli.options import AsJson, Format, Patient, Replace, Zone

__all__ = ["forecast_command", "simulate_command"]

Models = Annotated[
    list[str] | None,
    typer.Option("--model", metavar="KEY", help="Only this model; may be given more than once."),
]
Patients = Annotated[
    int, typer.Option("--patients", metavar="N", min=0, help="Patients drawn for each model.")
]
Norketamine = Annotated[
    bool, typer.Option("--norketamine", help="Norketamine of drawn patients too; takes longer.")
]
Beyond = Annotated[
    bool,
    typer.Option(
        "--beyond-population", help="Apply a model to a weight that it did not study; it then says so."
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder for the page as HTML, PDF and CSV.")
]


def simulate_command(
    regimen: Annotated[
        str, typer.Argument(metavar="REGIMEN", help="A regimen as JSON, or - for standard input.")
    ],
    models: Models = None,
    ahead: Annotated[
        float, typer.Option("--ahead", metavar="HOURS", help="How long to go on after the last dose.")
    ] = 24.0,
    patients: Patients = 1000,
    norketamine: Norketamine = False,
    beyond: Beyond = False,
    sensitivity: Annotated[
        bool,
        typer.Option("--sensitivity", help="Which figure of each model moves its levels most."),
    ] = False,
    out: Out = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Levels of ketamine under a regimen, by every published model that applies.

    Bands over models and over patients, arterial and venous apart. It advises no dose.
    """
    from adjuvant.cli.simulating import Options, run

    chosen = Options(tuple(models or ()), ahead, patients, norketamine, beyond, replace, sensitivity)
    run(regimen, chosen, out, as_json)


def forecast_command(
    record: Annotated[
        Path, typer.Argument(metavar="RECORD", help="A record of any format that `import` reads.")
    ],
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="INSTANT", help="The instant of now, ISO 8601. Default: the last fact."),
    ] = None,
    ahead: Annotated[float, typer.Option("--ahead", metavar="HOURS", help="How far to look ahead.")] = 24.0,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="INSTANT", help="Leave out what began before; it is then said."),
    ] = None,
    weight: Annotated[
        str | None, typer.Option("--weight", help="Body weight, e.g. '62 kg'. Default: the last charted.")
    ] = None,
    absorption: Annotated[
        list[str] | None,
        typer.Option(
            "--absorption",
            metavar="KEY=SHARE,TIME",
            help="For a route that models do not know: subcutaneous_assumed=0.9,20 min.",
        ),
    ] = None,
    measured: Annotated[
        Path | None,
        typer.Option("--measured", metavar="FILE", help="Measured levels as CSV: time,analyte,level,side."),
    ] = None,
    occasions: Annotated[
        list[str] | None,
        typer.Option(
            "--occasion", metavar="INSTANT", help="A new occasion begins, for what varies between them."
        ),
    ] = None,
    models: Models = None,
    patients: Patients = 1000,
    norketamine: Norketamine = False,
    beyond: Beyond = False,
    patient: Patient = None,
    source_format: Format = None,
    zone: Zone = None,
    out: Out = None,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """What ketamine was given so far, what is on board now, and what comes if nothing changes.

    Racemic and S-ketamine apart. What was given and cannot be counted refuses. It advises no dose.
    """
    from adjuvant.cli.forecasting import Asked, run
    from adjuvant.cli.simulating import Options

    asked = Asked(
        record, at, since, patient, source_format, zone, weight, tuple(absorption or ()), measured,
        tuple(occasions or ()),
    )  # fmt: skip
    run(asked, Options(tuple(models or ()), ahead, patients, norketamine, beyond, replace), out, as_json)
