"""Six models on the same infusion: they differ as the notes say, which is the main uncertainty of any level."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from adjuvant.pk import Covariates, Infusion, Regimen, load_model, simulate

SIX = ("kamp2020", "otto2021", "domino1982", "clements250", "hijazi2003", "herd2007")
MAN = Covariates(70.0)


@lru_cache(maxsize=2)
def levels(amount: str, minutes: int) -> dict[str, float]:
    """The highest level while it runs, of each model, of the drug that each is of."""
    found = {}
    for key in SIX:
        model = load_model(key)
        regimen = Regimen((Infusion.of_amount(0, minutes, amount, "iv"),), model.drug)
        curve = simulate(model, regimen, np.linspace(0, minutes, 241), MAN, analytes=["ketamine"])
        found[key] = float(curve.ng_per_ml["ketamine"].max())
    return found


@pytest.mark.shared
@pytest.mark.parametrize(
    ("amount", "minutes", "words"),
    [
        ("2.4 mg/kg", 1440, r"0\.1 mg/kg/h for 24 h ends at (\d+) to (\d+) ng/mL over six models"),
        ("0.5 mg/kg", 40, r"0\.5 mg/kg in 40 min peaks at (\d+) to (\d+)"),
    ],
    ids=["a day at 0.1 mg/kg/h", "0.5 mg/kg in 40 min"],
)
def test_the_lowest_and_the_highest_of_six_models_are_those_of_the_notes(
    amount: str, minutes: int, words: str, shared: Path
) -> None:
    notes = " ".join((shared / "pk" / "README.md").read_text(encoding="utf-8").split())
    low, high = (int(end) for end in re.search(words, notes).groups())  # type: ignore[union-attr]
    found = levels(amount, minutes)
    assert (round(min(found.values())), round(max(found.values()))) == (low, high)
