"""What is printed beside a dose: which drug by which route, by which weight, and what the trials found."""

from __future__ import annotations

from pathlib import Path

import pytest

from running import Run

PROTOCOLS = Path(__file__).resolve().parents[3] / "src" / "adjuvant" / "library" / "protocols"


def scenario(key: str, name: str) -> Path:
    return PROTOCOLS / key / "scenarios" / f"{name}.yaml"


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    "command", [("run",), ("plan", "--vial", "50 mg/mL", "--bag", "20 mL", "--lasts", "24 h")]
)
def test_who_begins_a_protocol_whose_own_trial_was_negative_is_told_so(
    adjuvant: Run, command: tuple[str, ...]
) -> None:
    """The trial of Hardy and others of 2012: no benefit over placebo, and twice the unwanted effects."""
    first, *rest = command
    more = (*rest, "--pump-step", "0.01 mL/h") if rest else ()
    told = words(adjuvant(first, scenario("hardy_burst", "first_level"), *more).out)
    assert "Evidence: negative rct." in told
    assert "found no benefit and twice the unwanted effects" in told


def test_a_stop_argues_nothing(adjuvant: Run) -> None:
    assert "Evidence:" not in adjuvant("run", scenario("civik", "slow_breathing")).out


def test_a_dose_per_kilogram_stands_beside_the_weight_and_its_time(adjuvant: Run, tmp_path: Path) -> None:
    """147 pounds charted as kilograms give a dose that looks like any other: the weight must be in sight."""
    text = scenario("patel_ldk", "first_infusion").read_text(encoding="utf-8")
    path = tmp_path / "pounds.yaml"
    site = PROTOCOLS / "patel_ldk" / "example_site.yaml"
    path.write_text(
        text.replace("62 kg", "147 kg").replace("../example_site.yaml", str(site)).split("    expect:")[0],
        encoding="utf-8",
    )
    told = words(adjuvant("run", path).out)
    assert "actual body weight, 147 kg, charted 2026-03-01 09:00-05:00. Start with 0.5 mg/kg" in told


@pytest.mark.parametrize(
    ("key", "name", "beginning"),
    [
        ("importance_esketamine", "first_dose", "S-ketamine (not racemic ketamine), nasal. Start"),
        ("hardy_burst", "first_level", "Ketamine, subcutaneous, syringe driver."),
        ("patel_ldk", "first_infusion", "Ketamine, intravenous, timed infusion."),
    ],
)
def test_a_dose_names_its_drug_and_its_route(adjuvant: Run, key: str, name: str, beginning: str) -> None:
    assert beginning in words(adjuvant("run", scenario(key, name)).out)
