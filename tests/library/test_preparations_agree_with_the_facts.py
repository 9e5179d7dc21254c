"""The strengths in which ketamine is supplied, against the label's own words as they were typed elsewhere."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.citation import Provenance
from adjuvant.library.preparations import preparations


@pytest.mark.hazard("H-012")
@pytest.mark.shared
def test_strengths_of_base_and_hydrochloride_are_the_label_s(shared: Path) -> None:
    sources = json.loads((shared / "clinical" / "protocol_sources.json").read_text(encoding="utf-8"))
    (label,) = [one for one in sources["findings"] if one["id"] == "fda_legacy_dosing"]
    base, salt = re.search(
        r"strengths ([\d, ]+) mg/mL base \(([\d., ]+) mg/mL HCl\)", label["preparation"]
    ).groups()
    vials = [one for one in preparations().vials if one.drug == "ketamine"]
    assert [one.strength.value for one in vials] == [Fraction(part) for part in base.split(",")]
    assert [one.hydrochloride.value for one in vials] == [Fraction(part.strip()) for part in salt.split(",")]
    # The salt's mass over the base's is that of their molecules, 274.19 and 237.73 g/mol.
    for one in vials:
        assert one.hydrochloride is not None
        ratio = one.hydrochloride.value / one.strength.value
        assert abs(ratio - Fraction("274.19") / Fraction("237.73")) < Fraction("0.0005")
    assert "equal volume" in label["preparation"]
    assert [one.diluent_at_least for one in vials] == [None, None, 1]


def test_strengths_of_s_ketamine_are_those_that_two_makers_print() -> None:
    """Ketanest S and Esketamin Kalceks: 5 and 25 mg of base in a millilitre; 5.77, and 28.83 or 28.85 of the salt.

    The salt's mass over the base's is that of their molecules, and 5.77 is printed to three figures only.
    """
    vials = [one for one in preparations().vials if one.drug == "esketamine"]
    assert [one.strength.value for one in vials] == [5, 25]
    assert [one.hydrochloride.value for one in vials if one.hydrochloride is not None] == [
        Fraction("5.77"),
        Fraction("28.83"),
    ]
    for one, step in zip(vials, (Fraction("0.005"), Fraction("0.02")), strict=True):
        assert one.hydrochloride is not None
        made = one.strength.value * Fraction("274.19") / Fraction("237.73")
        assert abs(one.hydrochloride.value - made) <= step
        assert one.provenance is Provenance.SECONDARY, "read in copies of the labels"
