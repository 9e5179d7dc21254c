"""The command on alerts, and its help. Everything heavy is imported inside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adjuvant.cli.options import AsJson, Format, Patient, Zone

__all__ = ["alerts_command"]


def alerts_command(
    protocol: Annotated[
        str, typer.Option("--protocol", help="A protocol's key; see `adjuvant protocols list`.")
    ],
    record: Annotated[Path, typer.Option("--record", help="A record of any format that `import` reads.")],
    at: Annotated[
        str, typer.Option("--at", help="The instant, ISO 8601; without an offset in the record's zone.")
    ],
    site: Annotated[
        Path | None, typer.Option("--site", help="A site profile; alerts are off unless it turns them on.")
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", help="What clinicians answered that no record holds, as YAML."),
    ] = None,
    acts: Annotated[
        Path | None,
        typer.Option("--acts", help="What was done about alerts: acknowledged, put off, resolved, as YAML."),
    ] = None,
    regimen: Annotated[
        str | None, typer.Option("--regimen", help="Which regimen, where there are several.")
    ] = None,
    patient: Patient = None,
    source_format: Format = None,
    zone: Zone = None,
    as_json: AsJson = False,
) -> None:
    """What is overdue, out of range, missing or asked by a rule in a chart at one instant.

    A charting aid and no alarm: it watches no patient, and says what the chart shows when it is asked.
    """
    from adjuvant.cli.alerting import alerts

    alerts(protocol, record, at, site, regimen, answers, acts, patient, source_format, zone, as_json)
