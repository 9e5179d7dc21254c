"""MME add up what was taken. Nothing here says what dose of another opioid would equal it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import typing
from pathlib import Path
from types import ModuleType

import pytest

import adjuvant.opioids
from adjuvant.opioids import DailyMME, DayMME, MmeCurve, PlanTotal, Spread, Total, WindowMME
from adjuvant.quantity import Quantity

FOLDER = Path(adjuvant.opioids.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
TELLING = re.compile(
    r"rotat|convert_(to|from|opioid|dose|patient)|conversion_(to|dose)|switch|equianalges|equivalent_dose|dose_of|"
    r"dose_for|from_mme|mme_to|to_(morphine|fentanyl|hydromorphone|oxycodone|methadone)|inverse|replace_opioid"
)
MEASURES = (Total, DailyMME, DayMME, MmeCurve, PlanTotal, Spread, WindowMME)


def public(module: ModuleType) -> dict[str, object]:
    return {name: getattr(module, name) for name in module.__all__}


def names_in(tree: ast.Module) -> set[str]:
    """Every function, class, argument and field that a module defines."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


@pytest.mark.hazard("H-028")
@pytest.mark.parametrize("module", MODULES)
def test_no_name_suggests_turning_one_opioid_into_another(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    assert not {name for name in names_in(tree) if TELLING.search(name)}


@pytest.mark.hazard("H-028")
def test_no_public_function_makes_an_amount_of_drug_out_of_mme() -> None:
    for module in ("", *(f".{name}" for name in MODULES)):
        for name, thing in public(importlib.import_module(f"adjuvant.opioids{module}")).items():
            if not inspect.isfunction(thing):
                continue
            hints = typing.get_type_hints(thing)
            answer = hints.pop("return", None)
            gives_dose = answer is Quantity or Quantity in typing.get_args(answer)
            takes_mme = any(hint in MEASURES or "mme" in key for key, hint in hints.items())
            assert not (gives_dose and takes_mme), f"{name} turns MME into a dose"


@pytest.mark.hazard("H-028")
def test_a_measure_of_mme_carries_no_quantity_that_an_order_could_use() -> None:
    """An MME is a bare number of a stated definition; it has no unit of mass and cannot enter an order."""
    for measure in (Total, PlanTotal, DayMME):
        assert Quantity not in typing.get_type_hints(measure).values()


@pytest.mark.parametrize(
    "name",
    [
        "rotate_opioid",
        "convert_to_fentanyl",
        "equianalgesic_dose",
        "dose_from_mme",
        "switch_to",
        "mme_to_dose",
    ],
)
def test_the_scan_sees_a_telling_name(name: str) -> None:
    assert any(TELLING.search(found) for found in names_in(ast.parse(f"def {name}(): ...")))
