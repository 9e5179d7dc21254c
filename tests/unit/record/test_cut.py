"""A record cut off at an instant: nothing later is in it, and nothing earlier is changed."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from adjuvant.record import EVENT_KINDS, Basis, Encounter, Origin, RefusalReason
from adjuvant.record.cut import last_fact
from adjuvant.record.exposures import build_exposures
from builders import PatientBuilder, a_patient

HERE = Origin("builder", "encounters", "1")


def at(built: PatientBuilder, hours):
    return built.record().known_at(built.when(hours))


def test_what_begins_later_is_gone_and_what_happens_at_the_instant_is_kept() -> None:
    built = a_patient().given("morphine", "10 mg", 4).given("morphine", "10 mg", 8).pain(3, 4).pain(5, 9)
    record = at(built, 4)
    assert len(record.administrations) == 1
    assert len(record.pain) == 1


def test_an_infusion_that_runs_past_it_is_cut_in_proportion() -> None:
    built = a_patient().infusion("morphine", "2 mg/h", 0, 8, dose="16 mg")
    (event,) = at(built, 2).administrations
    assert event.end == built.when(2)
    assert event.dose is not None
    assert event.dose.in_("mg") == 4
    assert event.rate == built.record().administrations[0].rate


def test_an_infusion_without_a_total_keeps_none() -> None:
    (event,) = at(a_patient().infusion("morphine", "2 mg/h", 0, 8), 2).administrations
    assert (event.dose, event.end) == (None, a_patient().when(2))


def test_demand_doses_are_cut_in_proportion() -> None:
    (event,) = at(a_patient().pca("morphine", 0, 8, demand="8 mg"), 2).administrations
    assert event.dose is not None
    assert event.dose.in_("mg") == 2


def test_what_starts_to_run_at_the_instant_has_given_nothing() -> None:
    assert at(a_patient().infusion("morphine", "2 mg/h", 3, 8), 3).administrations == ()


def test_an_infusion_that_ended_by_then_is_untouched() -> None:
    built = a_patient().infusion("morphine", "2 mg/h", 0, 3)
    assert at(built, 3).administrations == built.record().administrations


def test_a_dose_whose_row_has_an_end_keeps_its_whole_amount() -> None:
    """A push charted over a minute is given at its moment, not in part."""
    start = a_patient()
    built = start.given("morphine", "10 mg", 0, end=start.when("0.5"))
    for hours in ("0", "0.25"):
        (event,) = at(built, hours).administrations
        assert event.dose is not None
        assert event.dose.in_("mg") == 10
        assert event.end is None


def test_a_patch_stays_on_with_its_release_and_loses_a_later_end() -> None:
    start = a_patient()
    built = start.patch_on("fentanyl", "25 ug/h", 0, dose="1 {patch}", end=start.when(72))
    (event,) = at(built, 24).administrations
    assert event.end is None
    assert event.dose is not None
    assert event.dose.value == 1


def test_stays_and_unwanted_events_lose_a_later_end_and_orders_end_at_the_cut() -> None:
    built = (
        a_patient().order("morphine", "10 mg", 0, 48, times=4).adverse("nausea", 1, end=a_patient().when(30))
    )
    stay = Encounter("stay", built.when(0), HERE, end=built.when(100))
    record = at(built.add("encounters", stay), 24)
    assert record.requests[0].end == built.when(24)
    assert record.adverse_events[0].end is None
    assert record.encounters[0].end is None


def test_events_without_a_time_are_kept() -> None:
    built = (
        a_patient().order("morphine", "10 mg", None, None, times=4).condition("metastatic prostate cancer")
    )
    record = at(built, 0)
    assert len(record.requests) == 1
    assert len(record.conditions) == 1


def test_a_later_death_is_not_known() -> None:
    first = a_patient().start
    built = a_patient(death=first + timedelta(hours=50))
    assert at(built, 49).patient.death is None
    assert at(built, 50).patient.death is not None


@pytest.mark.hazard("H-024")
def test_nothing_in_the_cut_record_is_later_than_the_instant() -> None:
    built = (
        a_patient()
        .pca("morphine", 0, 8, basal="1 mg/h", demand="4 mg")
        .with_pain(5)
        .patch_on("fentanyl", "25 ug/h", 2)
    )
    record = at(built, 5)
    for name in EVENT_KINDS:
        for event in getattr(record, name):
            for key in ("at", "start", "end", "onset"):
                moment = getattr(event, key, None)
                assert moment is None or moment <= built.when(5)


@pytest.mark.parametrize("later", [5, 7, 100])
def test_cutting_again_later_changes_nothing(later: int) -> None:
    built = a_patient().infusion("morphine", "2 mg/h", 0, 8).patch_on("fentanyl", "25 ug/h", 1).pain(3, 20)
    once = at(built, 5)
    assert once.known_at(built.when(later)) == once


def test_cutting_twice_is_cutting_at_the_earlier_instant() -> None:
    built = (
        a_patient()
        .infusion("morphine", None, 0, 8, dose="16 mg")
        .patch_on("fentanyl", "25 ug/h", 1)
        .pain(3, 20)
    )
    assert at(built, 6).known_at(built.when(2)) == at(built, 2)


def test_a_late_removal_is_the_one_thing_that_only_the_whole_record_can_know() -> None:
    """Between the end of the ordered wear and the removal nobody could know that the patch was still on."""
    built = a_patient().patch_on("fentanyl", "25 ug/h", 0, wear=72).patch_off("fentanyl", 80)
    names = frozenset({"fentanyl"})
    for hours, end in ((60, 72), (76, 72), (80, 80)):
        (item,) = build_exposures(at(built, hours), names).items
        assert item.end == built.when(end)


def test_an_order_that_ends_after_the_cut_counts_up_to_it() -> None:
    """40 mg a day for 24 of its 48 hours is 40 mg."""
    built = a_patient().order("morphine", "10 mg", 0, 48, times=4)
    exposures = build_exposures(at(built, 24), frozenset({"morphine"}), Basis.ORDERED)
    assert exposures.refused == ()
    assert [item.amount.in_("mg") for item in exposures.items] == [40]


def test_an_order_without_an_end_is_refused_as_ordered_in_the_cut_record_too() -> None:
    built = a_patient().order("morphine", "10 mg", 0, None, times=4)
    exposures = build_exposures(at(built, 24), frozenset({"morphine"}), Basis.ORDERED)
    assert exposures.items == ()
    assert [problem.reason for problem in exposures.refused] == [RefusalReason.MISSING_TIMING]


def test_a_cut_record_knows_what_happened_up_to_the_cut_and_no_further_than_the_whole_one() -> None:
    built = a_patient().given("morphine", "10 mg", 1).pain(3, 20)
    assert built.record().known_until is None
    assert at(built, 10).known_until == built.when(10)
    assert at(built, 30).known_until == built.when(20)
    assert at(a_patient(), 30).known_until == a_patient().when(30)


def test_the_last_fact_is_what_was_seen_or_done_and_not_what_was_planned() -> None:
    built = (
        a_patient().infusion("morphine", "2 mg/h", 0, 8).pain(3, 2).order("morphine", "5 mg", 0, 300, times=4)
    )
    assert last_fact(built.record()) == built.when(8)
    assert last_fact(a_patient().record()) is None
    dead = a_patient(death=a_patient().when(9)).pain(3, 2)
    assert last_fact(dead.record()) == dead.when(9)


def test_an_open_patch_counts_up_to_the_cut() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 0).pain(3, 60)
    for hours in (Fraction(1, 2), 10, 59):
        (item,) = build_exposures(at(built, hours), frozenset({"fentanyl"})).items
        assert item.end == built.when(hours)
