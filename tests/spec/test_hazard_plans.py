"""Hazards of setting up an infusion: no route but the protocol's, and no dose that nobody stated."""

from __future__ import annotations

import dataclasses
import inspect
import shutil
from pathlib import Path

import pytest
import typer
from pydantic_core import PydanticUndefined

from adjuvant.cli.plan_commands import plan_command
from adjuvant.library.routes import route_book, route_group
from adjuvant.plan import Order, Setup
from adjuvant.protocol import load, protocol_keys
from adjuvant.protocol.gate import covers
from adjuvant.protocol.limits import guardrails
from adjuvant.protocol.regimen import Ceiling, Loading, Regimen, Titration
from running import Run

QUIET = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "quiet_nights"


@pytest.fixture
def checked(tmp_path: Path, adjuvant: Run):  # type: ignore[no-untyped-def]
    """Check the invented protocol with one line of it changed."""

    def run(old: str, new: str):  # type: ignore[no-untyped-def]
        folder = tmp_path / "quiet_nights"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(QUIET, folder)
        file = folder / "protocol.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return adjuvant("protocols", "check", folder)

    return run


@pytest.mark.hazard("H-048")
def test_a_regimen_without_a_route_is_refused(checked) -> None:  # type: ignore[no-untyped-def]
    answer = checked("    route: subcutaneous\n", "")
    assert answer.code == 3 and "regimens.infusion: has no 'route'" in answer.out


@pytest.mark.hazard("H-048")
@pytest.mark.parametrize("route", sorted(route_book().routes))
def test_no_protocol_can_give_ketamine_beside_the_spinal_cord(checked, route: str) -> None:  # type: ignore[no-untyped-def]
    answer = checked("route: subcutaneous", f"route: {route}")
    if route_group(route) == "neuraxial":
        assert answer.code == 3
        assert f"ketamine is not given by the {route} route under any protocol here" in answer.out
    else:
        assert answer.code == 0, answer.out


@pytest.mark.hazard("H-048")
def test_a_limit_of_one_route_covers_no_other() -> None:
    met = 0
    for key in protocol_keys():
        for regimen in load(key).protocol.regimens.values():
            for rail in guardrails().values():
                if rail.routes and regimen.route not in rail.routes:
                    assert not covers(rail, regimen)
                    met += 1
    assert met > 100


@pytest.mark.hazard("H-048")
def test_the_route_of_a_plan_is_its_protocol_s_and_cannot_be_stated_otherwise() -> None:
    assert not any("route" in name for name in inspect.signature(plan_command).parameters)
    assert not any("route" in field.name for field in dataclasses.fields(Setup))


@pytest.mark.hazard("H-051")
def test_nothing_that_bears_on_a_dose_has_a_default() -> None:
    """Where nothing is stated there is nothing: None, an empty list, or a refusal; never a figure."""
    for form in (Regimen, Titration, Ceiling, Loading):
        for name, field in form.model_fields.items():
            given = field.get_default(call_default_factory=True)
            assert given in (None, PydanticUndefined, (), "", False), f"{form.__name__}.{name} is {given!r}"
    for part in (Setup, Order):
        for field in dataclasses.fields(part):
            assert field.default in (None, dataclasses.MISSING, ""), f"{part.__name__}.{field.name}"


@pytest.mark.hazard("H-051")
def test_no_option_of_the_command_that_plans_states_a_figure_by_itself() -> None:
    """`--step` counts the steps of a scenario, and is the one number that is not asked for."""
    for name, parameter in inspect.signature(plan_command).parameters.items():
        if name == "step":
            continue
        default = parameter.default
        assert default in (None, False, "", inspect.Parameter.empty) or isinstance(
            default, typer.models.ParameterInfo
        ), name


@pytest.mark.hazard("H-051")
@pytest.mark.parametrize("left_out", ["--vial", "--bag"])
def test_what_is_not_stated_is_asked_for_and_not_filled_in(adjuvant: Run, left_out: str) -> None:
    scenario = load("patel_ldk").path.parent / "scenarios" / "first_infusion.yaml"
    stated = {"--vial": "50 mg/mL", "--bag": "50 mL"}
    given = [part for name, value in stated.items() if name != left_out for part in (name, value)]
    answer = adjuvant("plan", scenario, *given)
    assert (answer.code, answer.out) == (3, "") and "not stated" in answer.err
