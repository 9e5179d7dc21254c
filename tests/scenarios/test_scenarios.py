"""Every scenario of the library, through the real reader and engine: what the published rule says is advised."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from adjuvant import protocol
from adjuvant.cli.app import app
from adjuvant.library.folder import FOLDER
from adjuvant.protocol.expect import differences

PROTOCOLS = FOLDER / "protocols"
SCENARIOS = sorted(PROTOCOLS.glob("*/scenarios/*.yaml"))
SITES = sorted(PROTOCOLS.glob("*/example_site.yaml"))
STATUSES = {"start", "continue", "raise", "lower", "hold", "stop", "complete", "not eligible", "withheld"}


def name(path: Path) -> str:
    """A scenario as its protocol and its own name."""
    return f"{path.parent.parent.name}-{path.stem}"


def unexpected(path: Path) -> list[str]:
    """What is not as the scenario expects, step by step."""
    told = protocol.read_scenario(path)
    sited = protocol.sited(protocol.load(told.scenario.protocol), told.site)
    facts = protocol.facts_of(told)
    found: list[str] = []
    for step in told.scenario.steps:
        situation = protocol.Situation.at(told.at(step), facts)
        guidance = protocol.evaluate(sited, situation, told.scenario.regimen)
        found += [f"{step.at}: {one}" for one in differences(guidance, step.expect)]
    return found


@pytest.mark.parametrize("path", SCENARIOS, ids=name)
def test_the_advice_is_what_the_published_rule_says(path: Path) -> None:
    assert unexpected(path) == []


@pytest.mark.parametrize("path", SCENARIOS, ids=name)
def test_a_scenario_says_what_it_expects_of_each_step_and_that_its_patient_is_invented(path: Path) -> None:
    told = protocol.read_scenario(path)
    assert told.scenario.scenario == path.stem
    assert told.scenario.protocol == path.parent.parent.name
    assert all(step.expect is not None and step.expect.status in STATUSES for step in told.scenario.steps)
    assert path.read_text(encoding="utf-8").startswith("# An invented patient.")


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.parent.name)
def test_an_example_site_is_invented_and_closes_every_gap(path: Path) -> None:
    listed = protocol.load(path.parent.name)
    sited = protocol.sited(listed, path)
    assert sited.profile is not None and sited.profile.example
    assert "invented" in sited.profile.site and "invented" in sited.profile.approver
    assert protocol.lacking(listed.protocol) and not protocol.lacking(sited.protocol)


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.parent.name)
def test_a_protocol_that_runs_has_five_scenarios_among_them_harm_and_silence(path: Path) -> None:
    told = [protocol.read_scenario(one).scenario for one in sorted(path.parent.glob("scenarios/*.yaml"))]
    assert len(told) >= 5
    seen = {step.expect.status for one in told for step in one.steps if step.expect is not None}
    assert "withheld" in seen and seen & {"stop", "hold", "lower"}
    assert any(step.expect.dose for one in told for step in one.steps if step.expect is not None)


def test_every_protocol_that_can_be_run_has_an_example_site() -> None:
    """Those without a regimen have nothing that a site could complete."""
    runnable = {
        key
        for key in protocol.protocol_keys()
        if protocol.load(key).protocol.kind == "protocol" and protocol.load(key).protocol.regimens
    }
    assert runnable <= {path.parent.name for path in SITES}


def first(tmp_path: Path, old: str, new: str) -> Path:
    """The founding protocol's first infusion with one thing altered."""
    source = PROTOCOLS / "patel_ldk" / "scenarios" / "first_infusion.yaml"
    text = source.read_text(encoding="utf-8")
    assert old in text
    site = (PROTOCOLS / "patel_ldk" / "example_site.yaml").read_text(encoding="utf-8")
    (tmp_path / "example_site.yaml").write_text(site, encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    path = tmp_path / "scenarios" / "first_infusion.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("amount: 31 mg", "amount: 35 mg", "amount is 31 mg, not 35 mg"),
        ("dose: 0.5 mg/kg", "dose: 0.3 mg/kg", "dose is 0.5 mg/kg, not 0.3 mg/kg"),
        ("status: start", "status: continue", "status is start, not continue"),
        ("value: 62 kg", "value: 70 kg", "amount is 35 mg, not 31 mg"),
        ("value: 16 /min", "value: 9 /min", "status is hold, not start"),
    ],
)
def test_a_scenario_that_is_not_met_says_so(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert any(words in one for one in unexpected(first(tmp_path, old, new)))


def test_the_command_checks_a_scenario(tmp_path: Path) -> None:
    met = PROTOCOLS / "patel_ldk" / "scenarios" / "first_infusion.yaml"
    good = CliRunner().invoke(app, ["run", str(met), "--check"])
    assert good.exit_code == 0 and "31 mg" in good.output and "NOT AS EXPECTED" not in good.output
    bad = CliRunner().invoke(app, ["run", str(first(tmp_path, "amount: 31 mg", "amount: 35 mg")), "--check"])
    assert bad.exit_code == 1 and "NOT AS EXPECTED: amount is 31 mg, not 35 mg" in bad.output
