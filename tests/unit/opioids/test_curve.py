"""Totals of clock days: what falls into each day, by which factor, and what makes a day incomplete."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from adjuvant.opioids.curve import daily_curve, mme_curve
from adjuvant.opioids.model import MmeCurve
from adjuvant.record import AdministrationStatus, Basis, RefusalReason
from adjuvant.timeline import Interval
from builders import a_patient, a_plan, a_row

MORPHINE = a_row("morphine", "1")
MORPHINE_IV = a_row("morphine", "3", routes="intravenous")
OXYCODONE = a_row("oxycodone", "1.5")
FENTANYL_IV = a_row("fentanyl", "0.3", "ug", routes="intravenous")
PATCH = a_row("fentanyl", "2.4", "ug/h", routes="transdermal", forms=frozenset({"patch"}))
PER_PATCH = a_row(
    "fentanyl", "7.2", "ug/h", routes="transdermal", forms=frozenset({"patch"}), per_patch_hours=Fraction(72)
)
BANDS = [("0", "4"), ("20", "8"), ("40", "10"), ("60", "12")]
METHADONE = a_row("methadone", None, bands=BANDS)
PLAN = a_plan(MORPHINE, MORPHINE_IV, OXYCODONE, FENTANYL_IV, PATCH, METHADONE)


def curve(built, plan=PLAN, hours: int = 72, basis: Basis = Basis.ADMINISTERED) -> MmeCurve:
    span = Interval(built.when(0), built.when(hours))
    return mme_curve(built.exposures(basis=basis), plan, span, ZoneInfo(built.patient.zone))


def totals(built, plan=PLAN, hours: int = 72, basis: Basis = Basis.ADMINISTERED) -> list[Fraction]:
    return [day.total for day in curve(built, plan, hours, basis).days]


def test_doses_fall_into_the_day_they_were_given() -> None:
    built = (
        a_patient()
        .given("morphine", "10 mg", 0)
        .given("oxycodone", "10 mg", 23)
        .given("morphine", "7 mg", 24)
    )
    assert totals(built) == [25, 7, 0]


def test_a_dose_at_midnight_belongs_to_the_day_that_begins() -> None:
    assert totals(a_patient().given("morphine", "10 mg", 48)) == [0, 0, 10]


def test_each_drug_has_its_own_total() -> None:
    (first, *_) = curve(
        a_patient().given("morphine", "10 mg").given("oxycodone", "10 mg").given("morphine", "5 mg")
    ).days
    assert first.by_drug == {"morphine": 15, "oxycodone": 15}


def test_an_infusion_is_divided_at_midnight() -> None:
    # 2 mg/h from 18:00 to 06:00 the day after next: 12 mg, 48 mg, 12 mg, each times 3.
    built = a_patient().infusion("morphine", "2 mg/h", 18, 54)
    assert totals(built) == [36, 144, 36]


def test_micrograms_are_not_milligrams() -> None:
    # 100 ug/h for 24 h is 2,400 ug, times 0.3 a microgram; the same in mg reads the same.
    assert totals(a_patient().infusion("fentanyl", "100 ug/h", 0, 24))[0] == 720
    assert totals(a_patient().infusion("fentanyl", "0.1 mg/h", 0, 24))[0] == 720


def test_a_patch_reads_its_factor_for_every_microgram_an_hour_worn_all_day() -> None:
    built = a_patient().patch_on("fentanyl", "75 ug/h", 0).patch_off("fentanyl", 48)
    assert totals(built) == [180, 180, 0]


def test_a_patch_worn_for_a_part_of_the_day_counts_for_that_part() -> None:
    built = a_patient().patch_on("fentanyl", "50 ug/h", 18).patch_off("fentanyl", 30)
    assert totals(built) == [30, 30, 0]


@pytest.mark.parametrize("wear", [48, 72])
def test_a_row_that_counts_patches_holds_only_for_the_wear_it_was_made_for(wear: int) -> None:
    plan = a_plan(PER_PATCH)
    built = a_patient().patch_on("fentanyl", "75 ug/h", 0, wear=wear)
    answer = curve(built, plan)
    if wear == 72:
        assert [day.total for day in answer.days] == [180, 180, 180]
        assert all(day.complete for day in answer.days)
    else:
        assert [day.total for day in answer.days] == [0, 0, 0]
        assert [day.complete for day in answer.days] == [False, False, True]
        (problem,) = answer.refused
        assert problem.reason is RefusalReason.NO_FACTOR
        assert "counts patches worn 72 h, and this one is worn 48 h" in problem.detail


def test_a_row_that_counts_patches_refuses_a_patch_of_unstated_wear_even_if_it_was_worn_so_long() -> None:
    """The wear must be known when the patch is put on: a curve up to now cannot wait for the removal."""
    built = a_patient().patch_on("fentanyl", "75 ug/h", 0).patch_off("fentanyl", 72)
    (problem,) = curve(built, a_plan(PER_PATCH)).refused
    assert problem.reason is RefusalReason.MISSING_TIMING
    assert "unstated wear" in problem.detail


def test_a_release_row_does_not_convert_an_amount() -> None:
    built = a_patient().given("fentanyl", "75 ug", route="transdermal", form="patch")
    (problem,) = curve(built).refused
    assert problem.reason is RefusalReason.AMBIGUOUS_DOSE
    assert "converts a release rate" in problem.detail


def test_methadone_is_banded_on_the_days_total() -> None:
    """Two orders of 20 mg a day are 40 mg a day: 320 MME, not 2 x 80."""
    built = a_patient().given("methadone", "20 mg", 8).given("methadone", "20 mg", 20)
    assert totals(built)[0] == 320


@pytest.mark.parametrize(
    ("mg", "mme"),
    [
        ("10", 40),
        ("20", 80),
        ("20.5", 164),
        ("40", 320),
        ("40.1", 401),
        ("60", 600),
        ("60.1", Fraction("721.2")),
    ],
)
def test_the_edges_of_a_band(mg: str, mme) -> None:
    assert totals(a_patient().given("methadone", f"{mg} mg"))[0] == mme


def test_a_band_may_change_from_day_to_day() -> None:
    built = a_patient().given("methadone", "15 mg", 8).given("methadone", "30 mg", 30)
    assert totals(built) == [60, 240, 0]


def test_forms_and_strengths_of_one_banded_drug_add_up_before_the_band_is_chosen() -> None:
    built = (
        a_patient()
        .given("methadone", "15 mg", 8, form="tablet")
        .given("methadone", "15 mg", 9, form="solution")
        .given("methadone", "10 mg", 10)
    )
    assert totals(built)[0] == 320


def test_as_needed_doses_that_were_given_count() -> None:
    assert totals(a_patient().given("morphine", "10 mg", as_needed=True))[0] == 10


def test_as_needed_orders_do_not_count_and_scheduled_ones_do() -> None:
    built = (
        a_patient()
        .order("morphine", "15 mg", 0, 72, times=4)
        .order("morphine", "15 mg", 0, 72, times=6, as_needed=True)
    )
    answer = curve(built, basis=Basis.ORDERED)
    assert [day.total for day in answer.days] == [60, 60, 60]
    assert answer.basis is Basis.ORDERED
    assert answer.refused == ()


def test_an_order_as_needed_hides_none_that_comes_after_it() -> None:
    built = (
        a_patient()
        .order("morphine", "10 mg", 0, 72, times=6, as_needed=True)
        .order("oxycodone", "10 mg", 0, 72, times=4)
    )
    assert [day.total for day in curve(built, basis=Basis.ORDERED).days] == [60, 60, 60]


# --- days of 23 and 25 hours -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "hours"),
    [("2026-03-28T00:00", [24, 23, 24]), ("2026-10-24T00:00", [24, 25, 24])],
    ids=["spring", "autumn"],
)
def test_a_clock_day_takes_up_what_its_own_hours_hold(start: str, hours: list[int]) -> None:
    built = a_patient(zone="Europe/London", start=start).infusion("morphine", "1 mg/h", 0, 80)
    days = curve(built, hours=sum(hours)).days
    assert [day.day.interval.hours for day in days] == hours
    assert [day.total for day in days] == [3 * length for length in hours]


def test_days_are_those_of_the_records_own_zone() -> None:
    # 23:00 in New York is already the next day in UTC.
    built = a_patient(zone="America/New_York").given("morphine", "10 mg", 23)
    assert totals(built) == [10, 0, 0]


# --- what makes a day incomplete ---------------------------------------------------------------------------


def complete(built, plan=PLAN) -> list[bool]:
    return [day.complete for day in curve(built, plan).days]


def test_a_refused_dose_makes_its_day_incomplete_and_no_other() -> None:
    built = a_patient().given("morphine", None, 30).given("morphine", "10 mg", 30)
    assert complete(built) == [True, False, True]
    assert totals(built) == [0, 10, 0]
    day = curve(built).days[1]
    assert [problem.reason for problem in day.refused] == [RefusalReason.MISSING_DOSE]


def test_a_refused_infusion_makes_every_day_it_runs_through_incomplete() -> None:
    assert complete(a_patient().infusion("morphine", "3 mL/h", 20, 30)) == [False, False, True]


def test_a_refused_infusion_that_ends_at_midnight_leaves_the_next_day_complete() -> None:
    assert complete(a_patient().infusion("morphine", "3 mL/h", 20, 24)) == [False, True, True]


def test_an_infusion_without_an_end_makes_all_days_from_then_on_incomplete() -> None:
    assert complete(a_patient().infusion("morphine", "3 mg/h", 30, None)) == [True, False, False]


def test_a_removal_without_an_application_makes_all_days_before_it_incomplete() -> None:
    assert complete(a_patient().patch_off("fentanyl", 30)) == [False, False, True]


def test_an_open_patch_makes_the_days_from_the_last_fact_incomplete() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 0).pain(3, 30)
    assert complete(built) == [True, False, False]
    assert totals(built) == [60, 15, 0]


def test_a_drug_without_a_factor_makes_the_days_it_was_given_incomplete() -> None:
    built = (
        a_patient().given("codeine", "30 mg", 1).given("codeine", "30 mg", 2).given("codeine", "30 mg", 50)
    )
    answer = curve(built)
    assert [day.complete for day in answer.days] == [False, True, False]
    assert [day.total for day in answer.days] == [0, 0, 0]
    (problem,) = answer.refused
    assert problem.reason is RefusalReason.NO_FACTOR
    assert len(problem.events) == 3
    assert [len(day.refused[0].events) for day in answer.days if day.refused] == [2, 1]
    first = answer.days[0].refused[0]
    assert (first.start, first.end) == (built.when(1), built.when(2))


def test_a_neuraxial_dose_is_refused_and_never_summed() -> None:
    built = a_patient().given("morphine", "0.2 mg", 1, route="intrathecal").given("morphine", "10 mg", 1)
    answer = curve(built)
    assert [problem.reason for problem in answer.refused] == [RefusalReason.NEURAXIAL]
    assert answer.days[0].total == 10
    assert not answer.days[0].complete


def test_an_injection_is_never_converted_as_if_swallowed() -> None:
    built = a_patient().given("oxycodone", "10 mg", route="intravenous")
    answer = curve(built)
    assert answer.days[0].total == 0
    assert not answer.days[0].complete


def test_what_was_held_leaves_the_day_complete() -> None:
    built = a_patient().held("morphine", "10 mg", 2).given("morphine", "10 mg", 3)
    assert (complete(built)[0], totals(built)[0]) == (True, 10)


def test_what_may_not_have_been_given_makes_the_day_incomplete() -> None:
    assert (
        complete(a_patient().given("morphine", "10 mg", 2, status=AdministrationStatus.UNKNOWN))[0] is False
    )


def test_refusals_outside_the_days_are_left_out() -> None:
    built = a_patient().given("morphine", None, 200).given("codeine", "30 mg", 200)
    assert curve(built).refused == ()


# --- around it ---------------------------------------------------------------------------------------------


def test_whole_days_are_counted_even_where_the_span_begins_at_noon() -> None:
    built = a_patient().given("morphine", "10 mg", 3).given("morphine", "20 mg", 20)
    span = Interval(built.when(12), built.when(18))
    (day,) = mme_curve(built.exposures(), PLAN, span, ZoneInfo("UTC")).days
    assert day.total == 30


def test_exposures_before_and_after_the_days_are_left_out() -> None:
    built = a_patient().infusion("morphine", "1 mg/h", 0, 72).given("morphine", "9 mg", 80)
    span = Interval(built.when(24), built.when(48))
    (day,) = mme_curve(built.exposures(), PLAN, span, ZoneInfo("UTC")).days
    assert day.total == 72


def test_a_record_without_opioids_has_days_of_nothing() -> None:
    answer = curve(a_patient().pain(3))
    assert [day.total for day in answer.days] == [0, 0, 0]
    assert {point.value for point in answer.rolling} == {0}


def test_a_curve_names_its_plan_and_carries_the_warnings_of_its_tables() -> None:
    answer = curve(a_patient(), a_plan(MORPHINE, key="oral", warning="for outpatients"))
    assert answer.plan == "oral"
    assert answer.warnings == ("for outpatients",)


def test_the_days_alone_are_those_of_the_curve() -> None:
    built = (
        a_patient().on("morphine", "60 mg/d").given("codeine", "30 mg", 3).patch_on("fentanyl", "25 ug/h", 4)
    )
    span = Interval(built.when(0), built.when(0) + timedelta(days=3))
    zone = ZoneInfo("UTC")
    assert (
        daily_curve(built.exposures(), PLAN, span, zone)
        == mme_curve(built.exposures(), PLAN, span, zone).days
    )
