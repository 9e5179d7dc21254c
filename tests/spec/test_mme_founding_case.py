"""The founding case's arithmetic: 458.8 to 310.0 MME a day, and how far that depends on the table.

The report states 458.8 MME a day, a fall of 32.43 % and fentanyl stopped. No regimen is reported. That a patch of
62 microgram/h (50 and 12) fits is our inference, and so are both regimens here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from adjuvant import library
from adjuvant.opioids import daily_mme, parse_regimen, spread

REPORTED_BEFORE, REPORTED_PERCENT = Fraction("458.8"), Fraction("-32.43")
PATCHES = [
    {"drug": "fentanyl", "form": "patch", "dose": "50 ug/h", "every_hours": 72},
    {"drug": "fentanyl", "form": "patch", "dose": "12 ug/h", "every_hours": 72},
]
INJECTED: dict[str, Any] = {"drug": "hydromorphone", "route": "iv", "rate": "15.5 mg/d"}
SWALLOWED: dict[str, Any] = {"drug": "hydromorphone", "route": "oral", "dose": "15.5 mg", "times_per_day": 4}


def total(plan: str, *medications: dict[str, Any]) -> Fraction:
    answer = daily_mme(parse_regimen({"medications": list(medications)}), library.plan(plan))
    assert answer.total.complete
    return answer.total.value


def change(plan: str, rest: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """Before, and percent change once the patches are gone."""
    before = total(plan, *PATCHES, rest)
    return before, 100 * (total(plan, rest) - before) / before


def covering(rest: dict[str, Any]) -> dict[str, tuple[Fraction, Fraction]]:
    """Before and percent for every plan of the library's range that covers the regimen."""
    lines = parse_regimen({"medications": [*PATCHES, rest]})
    return {item.plan: change(item.plan, rest) for item in spread(lines, library.spread_plans()).covered}


def test_the_reported_fall_is_a_patch_of_62_by_the_factor_of_2_4() -> None:
    """458.8 x (1 - 0.3243) = 310.0, and 458.8 - 310.0 = 148.8 = 62 x 2.4."""
    after = REPORTED_BEFORE * (100 + REPORTED_PERCENT) / 100
    assert round(after, 1) == 310
    assert total("cdc2022", *PATCHES) == REPORTED_BEFORE - 310 == Fraction("148.8")


@pytest.mark.parametrize("rest", [INJECTED, SWALLOWED], ids=["IV 15.5 mg", "PO 62 mg"])
def test_either_regimen_gives_the_reported_figures_by_the_default_plan(rest: dict[str, Any]) -> None:
    before, percent = change(library.default_plan().key, rest)
    assert before == REPORTED_BEFORE
    assert total(library.default_plan().key, rest) == 310
    assert round(percent, 2) == REPORTED_PERCENT


def test_with_an_injected_rest_the_range_is_418_to_459_and_29_to_44_percent() -> None:
    """ANZCA 232.5 + 186 = 418.5, falls by 44.4 %; classic 310 + 124 = 434, by 28.6 %; the pairs 458.8, by 32.4 %."""
    found = covering(INJECTED)
    assert set(found) == {
        "cdc2022+us_equianalgesic_classic",
        "cdc2016+us_equianalgesic_classic",
        "fpm_anzca_2021",
        "us_equianalgesic_classic",
    }
    befores, percents = zip(*found.values(), strict=True)
    assert (min(befores), max(befores)) == (Fraction("418.5"), Fraction("458.8"))
    assert (round(max(percents), 1), round(min(percents), 1)) == (Fraction("-28.6"), Fraction("-44.4"))


def test_with_a_swallowed_rest_the_range_is_372_to_496_and_32_to_37_5_percent() -> None:
    """Classic 248 + 124 = 372; ANZCA 310 + 186 = 496; 62 x 4 + 148.8 = 396.8 falls by 37.5 %."""
    found = covering(SWALLOWED)
    assert set(found) == {
        "cdc2022+us_equianalgesic_classic",
        "cdc2016+us_equianalgesic_classic",
        "cdc2016",
        "cdc2022",
        "cms2018",
        "heal2025",
        "vonkorff2008",
        "fpm_anzca_2021",
        "us_equianalgesic_classic",
    }
    befores, percents = zip(*found.values(), strict=True)
    assert (min(befores), max(befores)) == (372, 496)
    assert (round(max(percents), 1), round(min(percents), 1)) == (Fraction("-32.4"), Fraction("-37.5"))


@pytest.mark.parametrize(
    ("plan", "rest", "before", "percent"),
    [
        # 62 microgram/h are 1.488 mg a day: x 74 = 110.112; IV 15.5 x 11 = 170.5.
        ("treillet2018", INJECTED, "280.612", "-39.2"),
        ("treillet2018", SWALLOWED, "420.112", "-26.2"),
        # 1.488 mg x 100 = 148.8; IV 15.5 x 12.5 = 193.75.
        ("uk_bnf_openprescribing", INJECTED, "342.55", "-43.4"),
        ("uk_bnf_openprescribing", SWALLOWED, "458.8", "-32.4"),
    ],
)
def test_lists_that_are_no_whole_table_cover_it_too_and_stand_outside_the_range(
    plan: str, rest: dict[str, Any], before: str, percent: str
) -> None:
    """A review's single ratios and an analytics project's list: shown when named, not counted in the range."""
    assert change(plan, rest)[0] == Fraction(before)
    assert round(change(plan, rest)[1], 1) == Fraction(percent)
    assert plan not in covering(rest)
    assert not library.plan(plan).in_spread


def test_a_patch_of_62_and_a_half_would_not_give_the_reported_figure() -> None:
    """Nominal 12 is used as written; 12.5 would make 150 MME, and the fall 32.6 %."""
    other = [PATCHES[0], PATCHES[1] | {"dose": "12.5 ug/h"}]
    assert total("cdc2022", *other) == 150
