"""Imports point one way, and a machine says so: the contracts of pyproject.toml."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LAYERS = """
    cli > web > reports | cohort | interop > design | evidence > outcomes > journal > alerts > plan > protocol
    > opioids | symptoms | pk > sources > record > library > codes : quantity : timeline : unknown : citation > errors
"""


def contracts(root: Path) -> dict[str, dict[str, object]]:
    config = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in config["tool"]["importlinter"]["contracts"]}


def test_every_import_keeps_the_contracts(root: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contract_states_the_layers_in_the_order_of_the_house(root: Path) -> None:
    stated = " > ".join(str(layer) for layer in contracts(root)["layers"]["layers"])  # type: ignore[attr-defined]
    assert stated.replace("(", "").replace(")", "").split() == LAYERS.split()


def test_no_package_escapes_the_layers(root: Path) -> None:
    layers = contracts(root)["layers"]
    assert layers["exhaustive"] is True
    assert layers["exhaustive_ignores"] == ["__main__"]
    assert "ignore_imports" not in layers


def test_only_the_doors_and_the_cohort_may_import_sources(root: Path) -> None:
    allowed = contracts(root)["sources"]["allowed_importers"]
    assert isinstance(allowed, list)
    assert {name.split(".")[1] for name in allowed} == {"sources", "cohort", "web", "cli"}


def test_there_is_no_utils(root: Path) -> None:
    names = {
        path.stem for path in (root / "src" / "adjuvant").rglob("*") if path.suffix == ".py" or path.is_dir()
    }
    assert not names & {"util", "utils", "helpers", "common", "misc"}


@pytest.mark.hazard("H-040")
def test_nothing_that_advises_plans_or_watches_reads_a_level(root: Path) -> None:
    """A forecast is for people: below `design` no module of a protocol, a plan or an alert imports levels."""
    for package in ("protocol", "plan", "alerts", "outcomes"):
        for path in (root / "src" / "adjuvant" / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                named += [one.name for one in node.names] if isinstance(node, ast.Import) else []
                assert not any(name.startswith(("adjuvant.pk", "adjuvant.design")) for name in named), (
                    f"{path.name} imports levels"
                )
