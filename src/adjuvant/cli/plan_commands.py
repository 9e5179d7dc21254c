"""The command on plans, and its help. Everything heavy is imported inside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adjuvant.cli.options import AsJson

__all__ = ["plan_command"]


def plan_command(
    scenario: Annotated[Path, typer.Argument(help="A scenario of an invented patient, as YAML.")],
    vial: Annotated[
        str | None, typer.Option("--vial", help="Strength in hand, e.g. '50 mg/mL'. There is no default.")
    ] = None,
    bag: Annotated[
        str | None, typer.Option("--bag", help="What bag or syringe holds once made up, e.g. '50 mL'.")
    ] = None,
    pump_step: Annotated[
        str | None,
        typer.Option("--pump-step", help="Least step of the pump, e.g. '0.1 mL/h'. Else the site's."),
    ] = None,
    concentration: Annotated[
        str | None, typer.Option("--concentration", help="How strong it is to be, e.g. '1 mg/mL'.")
    ] = None,
    lasts: Annotated[
        str | None, typer.Option("--lasts", help="For how long a bag that runs is to last, e.g. '24 h'.")
    ] = None,
    diluent: Annotated[str | None, typer.Option("--diluent", help="E.g. 'sodium chloride 0.9 %'.")] = None,
    vial_holds: Annotated[
        str | None, typer.Option("--vial-holds", help="Volume of one vial, e.g. '10 mL'.")
    ] = None,
    bag_before: Annotated[
        str | None,
        typer.Option("--bag-before", help="Strength of the bag that runs and is changed, e.g. '2 mg/mL'."),
    ] = None,
    pump_shows: Annotated[
        str | None, typer.Option("--pump-shows", help="The rate on the pump's display, to be checked.")
    ] = None,
    ordered: Annotated[
        str | None,
        typer.Option("--ordered", help="The dose as written, held against the advice: '0.5 mg/kg'."),
    ] = None,
    step: Annotated[
        int, typer.Option("--step", min=1, help="Which step of the scenario, counted from 1.")
    ] = 1,
    opioids: Annotated[
        Path | None, typer.Option("--opioids", help="A regimen as JSON, as `adjuvant mme` takes it.")
    ] = None,
    cut: Annotated[
        str | None,
        typer.Option("--cut", help="The share of the opioids to cut that was chosen, e.g. '25 %'."),
    ] = None,
    stop: Annotated[
        str, typer.Option("--stop", help="One opioid that is to be stopped, e.g. fentanyl.")
    ] = "",
    removed: Annotated[
        str | None,
        typer.Option("--patch-removed", help="When its patch was seen to be off, with its offset."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the sheet as HTML and PDF.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a sheet of the same name that says something else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What a nurse sets up of a protocol's advice: vial, bag, rate, the arithmetic twice, what is watched.

    Exit code 4 where no plan is given; the sheet then says why, and has no number.
    """
    from adjuvant.cli.planning import Beside, plan_scenario

    stated = {
        "vial": vial, "bag": bag, "pump_step": pump_step, "concentration": concentration, "lasts": lasts,
        "diluent": diluent, "vial_holds": vial_holds, "bag_before": bag_before, "ordered": ordered,
    }  # fmt: skip
    if not plan_scenario(
        scenario,
        step,
        stated,
        Beside(opioids, cut, stop, removed),
        pump_shows,
        out,
        replace,
        as_json,
    ):
        raise typer.Exit(4)
