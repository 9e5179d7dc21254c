"""What the fuzzer finds that is read as a unit is a unit to the independent UCUM library too."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from adjuvant.errors import AdjuvantError
from fuzz.targets import units

UNITS = [
    "g", "mg", "kg", "ug", "ng", "L", "mL", "uL", "dL", "h", "min", "s", "d", "wk", "mo", "a", "m", "cm", "mol", "mmol", "eq", "meq",
    "[iU]", "U", "%", "[lb_av]", "[in_i]", "mm[Hg]", "[drp]", "Cel", "K", "J", "[Cal]", "Pa", "W", "10*", "10^", "1", "10", "24",
    "{tablet}", "{patch}", "{x}", "(m.s)", "(24.h)", "(g/d)", "kk", "Mt", "daL", "Yg", "q", "dB", "t", "Hz", "bar", "", "(", ")",
]  # fmt: skip
ENDINGS = ["", "", "", "2", "-1", "+2", "3", "{x}", "{a}{b}", "0", "-", "999"]


def test_codes_put_together_by_chance_that_are_read_are_valid_to_the_independent_library(
    node_ucum: Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]],
) -> None:
    """Chance with a fixed seed: more than a thousand distinct codes that both grammars take."""
    dice = random.Random(20260301)
    units.accepted.clear()
    for _ in range(6000):
        parts = [dice.choice(UNITS) + dice.choice(ENDINGS) for _ in range(dice.randint(1, 3))]
        code = dice.choice(["", "", "", "/"]) + "".join(part + dice.choice("./") for part in parts)[:-1]
        try:
            units.check(code.encode())
        except AdjuvantError as error:
            raise AssertionError(code) from error
    codes = sorted(units.accepted)
    assert len(codes) > 1000
    answers = node_ucum([{"validate": code} for code in codes])
    wrong = [
        (code, answer["status"], answer["code"], answer["message"])
        for code, answer in zip(codes, answers, strict=True)
        if answer["status"] != "valid" or answer["code"] != code or answer["assumed"]
    ]
    assert wrong == []
