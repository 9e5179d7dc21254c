"""The rolling curve: MME in the 24 hours that end at each instant."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from adjuvant.opioids.curve import mme_curve
from adjuvant.timeline import Interval
from builders import a_patient, a_plan, a_row

BANDS = [("0", "4"), ("20", "8")]
PLAN = a_plan(
    a_row("morphine", "1"),
    a_row("morphine", "3", routes="intravenous"),
    a_row("fentanyl", "2.4", "ug/h", routes="transdermal", forms=frozenset({"patch"})),
    a_row("methadone", None, bands=BANDS),
    a_row("methadone", None, bands=[("0", "4"), ("48", "8")], routes="intravenous"),
)


def rolling(built, start=0, end=72, plan=PLAN) -> list[tuple[Fraction, Fraction]]:
    span = Interval(built.when(start), built.when(end))
    points = mme_curve(built.exposures(), plan, span, ZoneInfo("UTC")).rolling
    return [
        (Fraction((p.at - built.start) // timedelta(microseconds=1), 3600 * 10**6), p.value) for p in points
    ]


def test_a_dose_enters_at_its_moment_and_leaves_24_hours_later() -> None:
    assert rolling(a_patient().given("morphine", "10 mg", 6)) == [
        (0, 0),
        (6, 0),
        (6, 10),
        (30, 10),
        (30, 0),
        (72, 0),
    ]


def test_two_doses_add_for_as_long_as_both_lie_within_24_hours() -> None:
    built = a_patient().given("morphine", "10 mg", 0).given("morphine", "5 mg", 12)
    assert rolling(built) == [(0, 10), (12, 10), (12, 15), (24, 15), (24, 5), (36, 5), (36, 0), (72, 0)]


def test_a_dose_every_24_hours_makes_a_level_line() -> None:
    """One dose leaves at the instant at which the next is given."""
    built = a_patient().given("morphine", "10 mg", 0).given("morphine", "10 mg", 24)
    assert rolling(built, 0, 36) == [(0, 10), (24, 10), (36, 10)]


def test_an_infusion_rises_stays_and_falls_in_straight_lines() -> None:
    built = a_patient().infusion("morphine", "1 mg/h", 0, 36)
    assert rolling(built) == [(0, 0), (24, 72), (36, 72), (60, 0), (72, 0)]


def test_a_short_infusion_has_a_plateau() -> None:
    built = a_patient().infusion("morphine", "2 mg/h", 10, 12)
    assert rolling(built, 0, 48) == [(0, 0), (10, 0), (12, 12), (34, 12), (36, 0), (48, 0)]


def test_a_patch_rises_to_its_full_reading_after_a_day_and_falls_after_removal() -> None:
    built = a_patient().patch_on("fentanyl", "62 ug/h", 0).patch_off("fentanyl", 48)
    assert rolling(built) == [(0, 0), (24, Fraction("148.8")), (48, Fraction("148.8")), (72, 0)]


def test_what_lies_before_the_span_counts_for_24_hours() -> None:
    built = a_patient().given("morphine", "10 mg", 6).infusion("morphine", "1 mg/h", 0, 12)
    # At 15 h: 10 mg, and 12 mg times 3. From 24 h the infusion leaves, from 30 h the dose.
    assert rolling(built, 15, 40) == [(15, 46), (24, 46), (30, 28), (30, 18), (36, 0), (40, 0)]


def test_a_span_between_two_changes_has_two_points() -> None:
    built = a_patient().infusion("morphine", "1 mg/h", 0, 24)
    assert rolling(built, 6, 7) == [(6, 18), (7, 21)]


def test_a_step_at_the_end_of_the_span_belongs_to_it() -> None:
    assert rolling(a_patient().given("morphine", "10 mg", 6), 0, 6) == [(0, 0), (6, 0), (6, 10)]


def test_24_hours_are_elapsed_time_when_the_clocks_change() -> None:
    built = a_patient(zone="Europe/London", start="2026-03-28T12:00").given("morphine", "10 mg", 0)
    assert rolling(built, 0, 30)[-3:] == [(24, 10), (24, 0), (30, 0)]


def test_a_band_goes_by_the_mass_of_the_same_24_hours() -> None:
    built = a_patient().given("methadone", "15 mg", 0).given("methadone", "15 mg", 12)
    # 15 mg is 60, 30 mg is 240, and 60 again once the first dose has left.
    assert rolling(built, 0, 48) == [
        (0, 60), (12, 60), (12, 240), (24, 240), (24, 60), (36, 60), (36, 0), (48, 0),
    ]  # fmt: skip


def test_a_running_dose_steps_at_the_edge_of_a_band_within_a_microsecond() -> None:
    built = a_patient().infusion("methadone", "4 mg/h", 0, 24)
    points = rolling(built, 0, 24)
    tick = Fraction(1, 3600 * 10**6)
    # 48 mg are reached at 12 h: 192 by the lower band up to and including the edge, 384 above it.
    assert (12, 192) in points
    after = next(value for at, value in points if at == 12 + tick)
    assert after == (48 + 4 * tick) * 8
    assert points[-1] == (24, 96 * 8)
    assert [at for at, _ in points] == [0, 12 - tick, 12, 12 + tick, 24]


def test_a_leaving_dose_steps_down_at_the_edge_of_a_band() -> None:
    built = a_patient().infusion("methadone", "4 mg/h", 0, 24)
    points = dict(rolling(built.given("methadone", "12 mg", 24, route="intravenous"), 25, 60))
    tick = Fraction(1, 3600 * 10**6)
    # From 24 h on 96 mg leave at 4 mg/h and 12 mg stay: 48 are left at 39 h, where the lower band begins.
    assert points[39 - tick] == (48 + 4 * tick) * 8
    assert points[Fraction(39)] == 48 * 4
    assert points[Fraction(48)] == 0


def test_banded_and_fixed_drugs_add() -> None:
    built = a_patient().given("methadone", "15 mg", 0).infusion("morphine", "1 mg/h", 0, 24)
    assert rolling(built, 0, 30) == [(0, 60), (24, 132), (24, 72), (30, 54)]


def test_two_banded_drugs_are_banded_apart() -> None:
    built = a_patient().given("methadone", "15 mg", 0).given("methadone", "15 mg", 0, route="intravenous")
    assert rolling(built, 0, 12)[0] == (0, 120)


def test_what_is_refused_is_not_in_the_line() -> None:
    built = a_patient().given("morphine", "10 mg", 1).given("codeine", "30 mg", 2).given("morphine", None, 3)
    assert rolling(built, 0, 12) == [(0, 0), (1, 0), (1, 10), (12, 10)]


def near(points: list[tuple[Fraction, Fraction]], hour: int) -> list[Fraction]:
    """The values within two microseconds of an hour."""
    return [value for at, value in points if abs(at - hour) * 3600 * 10**6 <= 2]


def test_a_band_is_crossed_on_a_slope_that_follows_a_level_stretch() -> None:
    """10 mg from the start, then 2 mg an hour from the sixth: the total passes 20 mg at the eleventh."""
    built = a_patient().given("methadone", "10 mg", 0).infusion("methadone", "2 mg/h", 6, 16, route="oral")
    values = near(rolling(built, 0, 24), 11)
    assert min(values) <= 80 < 160 <= max(values)


def test_a_band_by_the_microgram_is_crossed_at_its_own_edge() -> None:
    plan = a_plan(a_row("fentanyl", None, "ug", routes="intravenous", bands=[("0", "0.1"), ("500", "0.2")]))
    values = near(rolling(a_patient().infusion("fentanyl", "100 ug/h", 0, 10), 0, 24, plan), 5)
    assert min(values) <= 50 < 100 <= max(values)
    assert near(rolling(a_patient().infusion("fentanyl", "100 ug/h", 0, 10), 0, 24, plan), 10) == [200]


def test_two_drugs_with_bands_are_each_read_in_their_own() -> None:
    plan = a_plan(
        a_row("methadone", None, bands=BANDS), a_row("codeine", None, bands=[("0", "0.1"), ("100", "0.2")])
    )
    built = a_patient().given("methadone", "10 mg", 0).given("codeine", "60 mg", 0)
    assert rolling(built, 0, 12, plan) == [(0, 46), (12, 46)]
