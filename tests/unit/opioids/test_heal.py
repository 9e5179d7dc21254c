"""The four HEAL definitions of MME per day, each worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.errors import InputError
from adjuvant.opioids import (
    HealDefinition,
    HealFigures,
    HealSupply,
    Total,
    heal_definitions,
    heal_figures,
    parse_regimen,
)
from small_tables import a_plan, a_row

PLAN = a_plan(
    a_row("oxycodone", "2"),
    a_row("methadone", bands=(("above 0", "4"), ("above 20", "8"))),
    a_row("buprenorphine", "30", routes="sublingual"),
)


def supply(start: str, days: int, mg: str | int = 10, drug: str = "oxycodone", **more: Any) -> HealSupply:
    """`mg` once a day for `days` days from `start`, in March 2026."""
    route = "sublingual" if drug == "buprenorphine" else "oral"
    medication = {"drug": drug, "route": route, "dose": f"{mg} mg", "times_per_day": 1} | more
    (line,) = parse_regimen({"medications": [medication]})
    return HealSupply(line, date.fromisoformat(f"2026-03-{start}"), days)


def values(figures: HealFigures) -> list[Fraction | None]:
    return [total.value if total is not None else None for total in figures.by_definition.values()]


def by_date(*supplies: HealSupply, window: tuple[str, str] | None = None) -> HealFigures:
    days = None if window is None else tuple(date.fromisoformat(f"2026-03-{day}") for day in window)
    return heal_definitions(supplies, PLAN, window=days).with_buprenorphine  # type: ignore[arg-type]


def test_one_supply_reads_the_same_by_the_first_two_and_the_last() -> None:
    """10 days of 20 MME: 200 in all. In a window of 20 days 10 a day."""
    figures = by_date(supply("01", 10), window=("01", "21"))
    assert figures.total.value == 200
    assert (figures.days_supply, figures.therapy_days, figures.window_days) == (10, 10, 20)
    assert values(figures) == [20, 20, 10, 20]


def test_overlapping_supplies_are_taken_by_date() -> None:
    """20 MME on days 1 to 10 and 40 on days 6 to 15: 600 in all, 20 days of supply, 15 on therapy, 60 at most."""
    figures = by_date(supply("01", 10), supply("06", 10, 20))
    assert figures.total.value == 600
    assert (figures.days_supply, figures.therapy_days) == (20, 15)
    assert values(figures) == [30, 40, None, 60]


def test_a_gap_counts_in_no_definition_but_the_window() -> None:
    figures = by_date(supply("01", 5), supply("11", 5), window=("01", "21"))
    assert values(figures) == [20, 20, 10, 20]


def test_only_days_inside_the_window_count_for_it() -> None:
    """Days 6 to 10 of ten days of 20 MME, in a window of days 6 to 15: 100 over 10 days."""
    figures = by_date(supply("01", 10), window=("06", "16"))
    assert figures.by_definition[HealDefinition.FIXED_WINDOW] == Total(
        Fraction(10), Fraction(10), Fraction(10), True
    )


def test_bands_are_read_at_each_days_total() -> None:
    """15 mg alone are 60 MME; on the five days with another 15 mg the 30 mg are 240."""
    figures = by_date(supply("01", 10, 15, "methadone"), supply("06", 5, 15, "methadone"))
    assert figures.total.value == 5 * 60 + 5 * 240
    assert values(figures) == [100, 150, None, 240]


def test_identical_supplies_both_count() -> None:
    assert values(by_date(supply("01", 10), supply("01", 10))) == [20, 40, None, 40]


def test_order_does_not_matter() -> None:
    both = supply("01", 10), supply("06", 10, 20)
    assert by_date(*both) == by_date(*reversed(both))


def test_as_needed_supplies_make_an_interval() -> None:
    figures = by_date(supply("01", 10), supply("01", 5, 20, as_needed=True))
    maximum = figures.by_definition[HealDefinition.MAXIMUM_DAY]
    assert maximum == Total(Fraction(20), Fraction(20), Fraction(60), True)
    on_therapy = figures.by_definition[HealDefinition.ON_THERAPY_DAYS]
    assert on_therapy == Total(Fraction(20), Fraction(20), Fraction(40), True)


def test_with_and_without_buprenorphine() -> None:
    answer = heal_definitions([supply("01", 10), supply("01", 5, 1, "buprenorphine")], PLAN)
    assert values(answer.with_buprenorphine) == [Fraction(350, 15), 35, None, 50]
    assert values(answer.without_buprenorphine) == [20, 20, None, 20]
    assert answer.plan == "small"
    assert answer.citation.key == "adams2025"


def test_without_the_only_drug_there_is_no_day_to_divide_by() -> None:
    figures = heal_definitions([supply("01", 5, 1, "buprenorphine")], PLAN).without_buprenorphine
    assert values(figures) == [None, None, None, 0]
    assert (figures.days_supply, figures.therapy_days) == (0, 0)


def test_a_refused_supply_leaves_every_figure_incomplete() -> None:
    figures = by_date(supply("01", 10), supply("01", 5, drug="codeine"))
    for total in figures.by_definition.values():
        assert total is None or (total.complete is False and total.high is None)


def test_what_is_no_opioid_has_no_days() -> None:
    figures = by_date(supply("01", 10), supply("01", 30, drug="gabapentin"))
    assert (figures.days_supply, figures.therapy_days) == (10, 10)


@pytest.mark.parametrize(
    ("supplies", "window", "words"),
    [
        ([], None, "nothing listed"),
        ([supply("01", 0)], None, "is not a day of supply"),
        ([supply("01", -3)], None, "is not a day of supply"),
        ([supply("01", 3)], ("05", "05"), "does not end after it starts"),
        ([supply("01", 3)], ("05", "01"), "does not end after it starts"),
    ],
)
def test_input_without_a_day_is_an_error(
    supplies: list[HealSupply], window: tuple[str, str] | None, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        by_date(*supplies, window=window)


def test_counts_made_elsewhere_can_be_given() -> None:
    whole = Total(Fraction(300), Fraction(300), Fraction(300), True)
    most = Total(Fraction(60), Fraction(60), Fraction(60), True)
    figures = heal_figures(whole, most, days_supply=20, therapy_days=15, window_days=30)
    assert values(figures) == [15, 20, 10, 60]
    assert values(heal_figures(whole, most, days_supply=0, therapy_days=15, window_days=None)) == [
        None,
        20,
        None,
        60,
    ]


@pytest.mark.parametrize(
    ("days", "therapy", "window", "words"),
    [
        (-1, 1, None, "is negative"),
        (1, -1, None, "is negative"),
        (1, 1, 0, "has no day"),
        (1, 1, -5, "has no day"),
    ],
)
def test_impossible_counts_are_errors(days: int, therapy: int, window: int | None, words: str) -> None:
    nothing = Total(Fraction(0), Fraction(0), Fraction(0), True)
    with pytest.raises(InputError, match=words):
        heal_figures(nothing, nothing, days_supply=days, therapy_days=therapy, window_days=window)
