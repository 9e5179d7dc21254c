"""The commands on protocols and scenarios, and their help. Everything heavy is imported inside a command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adjuvant.cli.options import AsJson, Format, Patient, Zone

__all__ = ["advise", "protocols_app", "run_scenario"]

Figure = Annotated[
    Path | None, typer.Option("--figure", help="Write a picture to this file as well, as SVG.")
]

protocols_app = typer.Typer(
    help="List, show, compare and check the protocols for low-dose ketamine.",
    short_help="The protocols for ketamine: list, show, compare, check.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)


@protocols_app.command("list", short_help="Every protocol, its evidence, and how much is missing.")
def protocols_list(as_json: AsJson = False) -> None:
    """Every protocol: what it is, how it is supported, and how much is missing to run it."""
    from adjuvant.cli.protocols import list_protocols

    list_protocols(as_json)


@protocols_app.command("show", short_help="One protocol: every value with its source, what is missing.")
def protocols_show(
    key: Annotated[str, typer.Argument(help="A protocol's key, key@version, or a file or its folder.")],
    as_json: AsJson = False,
) -> None:
    """One protocol: every value with its source, what is missing, where sources disagree, the evidence."""
    from adjuvant.cli.protocols import show_protocol

    show_protocol(key, as_json)


@protocols_app.command("compare")
def protocols_compare(
    keys: Annotated[
        list[str] | None, typer.Argument(help="Only these: keys, files or folders; default: all.")
    ] = None,
    weight: Annotated[
        str, typer.Option("--weight", help="Body weight to compare at, e.g. '70 kg'.")
    ] = "70 kg",
    as_json: AsJson = False,
    figure: Figure = None,
) -> None:
    """All regimens in milligrams per 24 hours at one body weight."""
    from adjuvant.cli.protocols import compare_protocols

    compare_protocols(weight, keys or [], as_json, figure)


@protocols_app.command("check", short_help="What is wrong with a file of your own, or missing in it.")
def protocols_check(
    files: Annotated[list[Path], typer.Argument(help="Protocol files, their folders, or site profiles.")],
    as_json: AsJson = False,
) -> None:
    """Check protocols and site profiles: form, names, doses within reach; exit code 3 if any is refused."""
    from adjuvant.cli.protocols import check_files

    if not check_files(files, as_json):
        raise typer.Exit(3)


@protocols_app.command("names")
def protocols_names(
    part: Annotated[str, typer.Argument(help="A part of a name or its title, such as pressure.")] = "",
    as_json: AsJson = False,
) -> None:
    """The words that protocols, site profiles and scenarios are written in."""
    from adjuvant.cli.protocol_names import list_names

    list_names(part, as_json)


def run_scenario(
    scenario: Annotated[
        Path, typer.Argument(help="A scenario of an invented patient, as YAML; or a folder of them.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Exit code 1 where the advice is not what the scenario expects.")
    ] = False,
    as_json: AsJson = False,
    figure: Figure = None,
) -> None:
    """What a protocol advises for the invented patient of a scenario, and why.

    Of a folder, every scenario in it, a line each: exit code 1 where one does not hold, 3 where one cannot be
    played.
    """
    if scenario.is_dir():
        from adjuvant.cli.run_folder import run_folder

        code = run_folder(scenario, as_json, figure)
        if code:
            raise typer.Exit(code)
        return
    from adjuvant.cli.running import run

    if not run(scenario, as_json, figure) and check:
        raise typer.Exit(1)


def advise(
    protocol: Annotated[
        str, typer.Option("--protocol", help="A protocol's key; see `adjuvant protocols list`.")
    ],
    record: Annotated[Path, typer.Option("--record", help="A record of any format that `import` reads.")],
    at: Annotated[
        str, typer.Option("--at", help="The instant, ISO 8601; without an offset in the record's zone.")
    ],
    site: Annotated[
        Path | None, typer.Option("--site", help="A site profile, where the protocol has gaps.")
    ] = None,
    regimen: Annotated[
        str | None, typer.Option("--regimen", help="Which regimen, where there are several.")
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", help="What clinicians answered that no record holds, as YAML."),
    ] = None,
    patient: Patient = None,
    source_format: Format = None,
    zone: Zone = None,
    as_json: AsJson = False,
) -> None:
    """What a protocol advises for a patient of a record at one instant, and why."""
    from adjuvant.cli.advising import advise as run

    run(protocol, record, at, site, regimen, answers, patient, source_format, zone, as_json)
