"""Patches: how each application ends, and what is said where the chart does not tell."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import AdministrationStatus, Basis, ExposureKind, RefusalReason
from builders import a_drug, a_patient

FENTANYL_25 = a_drug("fentanyl", "25 ug/h")
FENTANYL_50 = a_drug("fentanyl", "50 ug/h")
FENTANYL_12 = a_drug("fentanyl", "12 ug/h")


def worn(built) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Start and end in hours, and release in ug/h, of each patch exposure."""
    found = []
    for item in built.exposures().items:
        assert item.kind is ExposureKind.PATCH
        assert item.rate is not None
        first, last = ((at - built.start).total_seconds() for at in (item.start, item.end))
        hours = (Fraction(last) - Fraction(first)) / 3600
        assert item.amount.in_("ug") == item.rate.in_("ug/h") * hours, "amount is release times wear"
        found.append((Fraction(first) / 3600, Fraction(last) / 3600, item.rate.in_("ug/h")))
    return found


def problems(built) -> list[tuple[RefusalReason, Fraction | None, Fraction | None]]:
    def hour(at):
        return None if at is None else Fraction((at - built.start).total_seconds()) / 3600

    return [(p.reason, hour(p.start), hour(p.end)) for p in built.exposures().refused]


# --- how it ends -------------------------------------------------------------------------------------------


def test_a_patch_counts_from_application_to_removal() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 6).patch_off("fentanyl", 78)
    assert worn(built) == [(6, 78, 25)]
    (item,) = built.exposures().items
    assert (item.route, item.form) == ("transdermal", "patch")
    assert item.amount.same_as(Quantity("1.8", "mg"))
    assert item.steps == ("25 microgram/h", "25 microgram/h × 72 h = 1800 microgram")
    assert item.events == ("administrations-0001", "administrations-0002")
    assert item.basis is Basis.ADMINISTERED
    assert problems(built) == []


def test_removal_is_found_by_site() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0, site="left chest")
        .patch_on("fentanyl", "50 ug/h", 0, site="right chest")
        .patch_off("fentanyl", 24, site="right chest")
        .patch_off("fentanyl", 48, site="left chest")
    )
    assert sorted(worn(built)) == [(0, 24, 50), (0, 48, 25)]
    assert problems(built) == []


def test_a_removal_that_names_a_site_finds_a_patch_whose_site_was_not_charted() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 0).patch_off("fentanyl", 24, site="left chest")
    assert worn(built) == [(0, 24, 25)]


def test_a_change_at_the_same_site_ends_the_old_patch() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0, site="A")
        .patch_on("fentanyl", "50 ug/h", 72, site="A")
        .patch_off("fentanyl", 96, site="A")
    )
    assert worn(built) == [(0, 72, 25), (72, 96, 50)]
    first, _ = built.exposures().items
    assert "ended when administrations-0002 was put on" in first.note
    assert problems(built) == []


def test_without_sites_the_next_patch_of_the_same_strength_is_a_change() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0)
        .patch_on("fentanyl", "25 ug/h", 72)
        .patch_off("fentanyl", 100)
    )
    assert worn(built) == [(0, 72, 25), (72, 100, 25)]
    assert problems(built) == []


@pytest.mark.hazard("H-032")
def test_without_sites_another_strength_without_a_removal_may_have_been_added() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0)
        .patch_on("fentanyl", "12 ug/h", 24)
        .patch_off("fentanyl", 72)
    )
    assert worn(built) == [(0, 24, 25), (24, 72, 12)]
    assert problems(built) == [(RefusalReason.OPEN_PATCH, 24, 72)]


def test_another_strength_after_the_ordered_wear_is_no_doubt() -> None:
    built = (
        a_patient().patch_on("fentanyl", "25 ug/h", 0, wear=72).patch_on("fentanyl", "50 ug/h", 72, wear=72)
    )
    assert worn(built) == [(0, 72, 25), (72, 144, 50)]
    assert problems(built) == []


def test_a_removal_and_an_application_at_one_moment_are_a_change_and_not_a_removal_of_the_new_one() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0)
        .patch_on("fentanyl", "50 ug/h", 72)
        .patch_off("fentanyl", 72)
        .patch_off("fentanyl", 144)
    )
    assert worn(built) == [(0, 72, 25), (72, 144, 50)]
    assert problems(built) == []


def test_two_patches_put_on_together_add() -> None:
    """50 and 12 microgram/h are worn as one dose of 62."""
    built = (
        a_patient()
        .patch_on(FENTANYL_50, None, 0, dose="1 {patch}")
        .patch_on(FENTANYL_12, None, 0, dose="1 {patch}")
        .patch_off(FENTANYL_50, 72)
        .patch_off(FENTANYL_12, 72)
    )
    assert sorted(worn(built)) == [(0, 72, 12), (0, 72, 50)]
    assert problems(built) == []


def test_two_equal_patches_put_on_together_are_not_one() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0)
        .patch_on("fentanyl", "50 ug/h", 0)
        .patch_off("fentanyl", 24, dose="2 {patch}")
    )
    assert worn(built) == [(0, 24, 50), (0, 24, 50)]
    assert problems(built) == []


@pytest.mark.hazard("H-032")
def test_patches_at_different_sites_add() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0, site="A", wear=72)
        .patch_on("fentanyl", "25 ug/h", 36, site="B", wear=72)
    )
    assert worn(built) == [(0, 72, 25), (36, 108, 25)]


def test_ordered_wear_ends_a_patch_only_where_no_removal_is_charted() -> None:
    early = a_patient().patch_on("fentanyl", "25 ug/h", 0, wear=72).patch_off("fentanyl", 50)
    late = a_patient().patch_on("fentanyl", "25 ug/h", 0, wear=72).patch_off("fentanyl", 80)
    never = a_patient().patch_on("fentanyl", "25 ug/h", 0, wear=72).pain(3, 90)
    assert worn(early) == [(0, 50, 25)]
    assert worn(late) == [(0, 80, 25)]
    assert worn(never) == [(0, 72, 25)]
    (item,) = never.exposures().items
    assert item.note == "end from the ordered wear of 72 h"
    assert item.wear_hours == 72
    assert all(item.note == "" for built in (early, late) for item in built.exposures().items)


def test_a_change_later_than_the_ordered_wear_does_not_prolong_it() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0, site="A", wear=72)
        .patch_on("fentanyl", "25 ug/h", 90, site="A", wear=72)
    )
    assert worn(built) == [(0, 72, 25), (90, 162, 25)]


@pytest.mark.hazard("H-032")
def test_a_patch_nobody_took_off_counts_until_the_last_fact_and_is_open_from_then_on() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 0).pain(4, 60)
    assert worn(built) == [(0, 60, 25)]
    assert problems(built) == [(RefusalReason.OPEN_PATCH, 60, None)]
    (item,) = built.exposures().items
    assert "removal not charted" in item.note


def test_an_order_that_runs_into_the_future_is_no_fact() -> None:
    built = (
        a_patient().patch_on("fentanyl", "25 ug/h", 0).pain(4, 60).order("morphine", "5 mg", 0, 500, times=4)
    )
    assert worn(built) == [(0, 60, 25)]


def test_a_patch_that_is_the_last_fact_itself_is_open_from_its_application() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 10)
    assert worn(built) == []
    assert problems(built) == [(RefusalReason.OPEN_PATCH, 10, None)]


def test_the_end_of_the_applications_own_row_is_its_removal() -> None:
    start = a_patient()
    built = start.patch_on("fentanyl", "25 ug/h", 0, end=start.when(70)).pain(4, 200)
    assert worn(built) == [(0, 70, 25)]
    assert problems(built) == []


def test_a_row_charted_as_one_moment_does_not_remove_its_own_patch() -> None:
    start = a_patient()
    built = start.patch_on("fentanyl", "25 ug/h", 0, end=start.when(0)).patch_off("fentanyl", 30)
    assert worn(built) == [(0, 30, 25)]


def test_a_row_with_its_own_end_is_over_before_the_next_removal_is_paired() -> None:
    start = a_patient()
    built = (
        start.patch_on("fentanyl", "25 ug/h", 0, end=start.when(70))
        .patch_on("fentanyl", "50 ug/h", 70)
        .patch_off("fentanyl", 140)
    )
    assert worn(built) == [(0, 70, 25), (70, 140, 50)]
    assert problems(built) == []


# --- what the chart does not tell --------------------------------------------------------------------------


def test_a_removal_that_does_not_say_which_of_two_different_patches_is_flagged_until_both_are_off() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0, site="A")
        .patch_on("fentanyl", "12 ug/h", 12, site="B")
        .patch_off("fentanyl", 24)
        .patch_off("fentanyl", 72)
    )
    assert worn(built) == [(0, 24, 50), (12, 72, 12)]
    assert problems(built) == [(RefusalReason.OPEN_PATCH, 24, 72)]


def test_an_unclear_removal_stays_unclear_where_the_other_patch_is_never_taken_off() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0, site="A")
        .patch_on("fentanyl", "12 ug/h", 12, site="B")
        .patch_off("fentanyl", 24)
        .pain(3, 72)
    )
    assert worn(built) == [(0, 24, 50), (12, 72, 12)]
    assert problems(built) == [(RefusalReason.OPEN_PATCH, 24, None), (RefusalReason.OPEN_PATCH, 72, None)]


def test_which_of_two_equal_patches_was_removed_does_not_matter() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0, site="A")
        .patch_on("fentanyl", "50 ug/h", 12, site="B")
        .patch_off("fentanyl", 24)
        .patch_off("fentanyl", 72)
    )
    assert worn(built) == [(0, 24, 50), (12, 72, 50)]
    assert problems(built) == []


def test_a_removal_of_a_stated_strength_finds_the_patch_of_that_strength() -> None:
    built = (
        a_patient()
        .patch_on(FENTANYL_50, None, 0, dose="1 {patch}", site="A")
        .patch_on(FENTANYL_12, None, 0, dose="1 {patch}", site="B")
        .patch_off(FENTANYL_12, 24)
        .patch_off(FENTANYL_50, 72)
    )
    assert sorted(worn(built)) == [(0, 24, 12), (0, 72, 50)]
    assert problems(built) == []


def test_a_removal_without_a_site_means_a_patch_that_is_still_due_to_be_worn() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0, site="A", wear=72)
        .patch_on("fentanyl", "25 ug/h", 72, site="B", wear=72)
        .patch_off("fentanyl", 140)
    )
    assert worn(built) == [(0, 72, 25), (72, 140, 25)]


def test_a_late_removal_without_a_site_means_the_patch_that_was_due_last() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0, site="A", wear=72)
        .patch_on("fentanyl", "25 ug/h", 72, site="B", wear=72)
        .patch_off("fentanyl", 150)
    )
    assert worn(built) == [(0, 72, 25), (72, 150, 25)]


def test_a_removal_of_a_patch_nobody_charted_makes_the_time_before_it_incomplete() -> None:
    built = a_patient().patch_off("fentanyl", 20)
    assert worn(built) == []
    assert problems(built) == [(RefusalReason.OPEN_PATCH, None, 20)]


def test_after_a_known_removal_only_the_time_since_then_is_incomplete() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 0).patch_off("fentanyl", 24).patch_off("fentanyl", 40)
    assert worn(built) == [(0, 24, 25)]
    assert problems(built) == [(RefusalReason.OPEN_PATCH, 24, 40)]


def test_a_patch_not_given_neither_counts_nor_ends_another() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0)
        .patch_on("fentanyl", "25 ug/h", 24, status=AdministrationStatus.NOT_GIVEN)
        .patch_off("fentanyl", 30, status=AdministrationStatus.NOT_GIVEN)
        .patch_off("fentanyl", 48)
    )
    assert worn(built) == [(0, 48, 25)]
    assert problems(built) == []


def test_a_patch_of_unknown_status_is_refused_for_as_long_as_it_would_have_been_worn() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 5, status=AdministrationStatus.UNKNOWN)
        .patch_off("fentanyl", 48)
    )
    assert worn(built) == []
    assert problems(built) == [(RefusalReason.DOUBTED, 5, 48)]


def test_a_removal_of_unknown_status_leaves_the_patch_on_and_is_flagged() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0)
        .patch_off("fentanyl", 24, status=AdministrationStatus.UNKNOWN)
        .patch_off("fentanyl", 48)
    )
    assert worn(built) == [(0, 48, 25)]
    assert problems(built) == [(RefusalReason.OPEN_PATCH, 24, 48)]


def test_a_removal_of_unknown_status_with_nothing_on_says_nothing() -> None:
    assert problems(a_patient().patch_off("fentanyl", 24, status=AdministrationStatus.UNKNOWN)) == []


def test_a_doubted_patch_is_refused_for_the_time_it_was_worn() -> None:
    built = (
        a_patient().patch_on("fentanyl", "25 ug/h", 0, doubt="125?", raw="dose=125").patch_off("fentanyl", 72)
    )
    assert worn(built) == []
    assert problems(built) == [(RefusalReason.DOUBTED, 0, 72)]


def test_a_doubted_patch_that_nobody_took_off_is_refused_without_end() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 0, unit_status=UnitStatus.UNCONVERTIBLE).pain(4, 72)
    assert problems(built) == [(RefusalReason.UNKNOWN_UNIT, 0, None)]


def test_a_doubt_about_the_amount_does_not_undo_a_removal() -> None:
    built = (
        a_patient().patch_on("fentanyl", "25 ug/h", 0).patch_off("fentanyl", 24, doubt="amount unreadable")
    )
    assert worn(built) == [(0, 24, 25)]


def test_only_the_asked_for_drug_is_paired() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0)
        .patch_on("nicotine", "0.875 mg/h", 2)
        .patch_off("nicotine", 20)
    )
    assert problems(built.patch_off("fentanyl", 30)) == []
    (item,) = built.patch_off("fentanyl", 30).exposures("fentanyl").items
    assert item.end == built.when(30)


def test_a_patch_of_unknown_status_is_gone_once_another_is_put_on_at_its_site() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 5, site="A", status=AdministrationStatus.UNKNOWN)
        .patch_on("fentanyl", "50 ug/h", 20, site="A")
        .patch_off("fentanyl", 48, site="A")
    )
    assert worn(built) == [(20, 48, 50)]
    assert problems(built) == [(RefusalReason.DOUBTED, 5, 20)]


def test_a_removal_charted_twice_at_the_same_moment_is_one() -> None:
    built = a_patient().patch_on("fentanyl", "25 ug/h", 0, site="A")
    assert problems(built.patch_off("fentanyl", 24, site="A").patch_off("fentanyl", 24, site="A")) == []


def test_a_removal_at_one_site_says_nothing_about_another() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0, site="A")
        .patch_off("fentanyl", 24, site="A")
        .patch_off("fentanyl", 40, site="B")
    )
    assert problems(built) == [(RefusalReason.OPEN_PATCH, None, 40)]


def test_an_open_patch_is_in_doubt_once_another_is_put_on_elsewhere() -> None:
    """Sites are rotated: the new one may have taken its place. Both count, and the time is said to be incomplete."""
    built = (
        a_patient()
        .patch_on("fentanyl", "25 ug/h", 0, site="A")
        .patch_on("fentanyl", "25 ug/h", 48, site="B", wear=48)
        .pain(3, 90)
    )
    assert worn(built) == [(0, 90, 25), (48, 96, 25)]
    assert problems(built) == [(RefusalReason.OPEN_PATCH, 48, None)]


def test_fewer_patches_removed_than_put_on_leave_the_rest_unknown() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0, dose="2 {patch}")
        .patch_off("fentanyl", 24, dose="1 {patch}")
    )
    assert worn(built) == [(0, 24, 50)]
    assert problems(built) == [(RefusalReason.OPEN_PATCH, 24, None)]


def test_a_removal_that_counts_its_patches_takes_off_as_many() -> None:
    built = (
        a_patient()
        .patch_on("fentanyl", "50 ug/h", 0, dose="2 {patch}", site="A")
        .patch_on("fentanyl", "25 ug/h", 6, dose="1 {patch}", site="B")
        .patch_on("fentanyl", "25 ug/h", 9, dose="1 {patch}", site="C")
    )
    all_off = built.patch_off("fentanyl", 24, dose="4 {patch}")
    assert {end for _, end, _ in worn(all_off)} == {24}
    assert problems(all_off) == []
    three = built.patch_off("fentanyl", 24, dose="3 {patch}").patch_off("fentanyl", 30)
    assert worn(three) == [(0, 24, 50), (6, 24, 25), (9, 30, 25)]
    assert problems(three) == [(RefusalReason.OPEN_PATCH, 24, 30)]


# --- how much it releases ----------------------------------------------------------------------------------


def test_patches_are_counted_by_the_release_of_one() -> None:
    built = a_patient().patch_on(FENTANYL_25, None, 0, dose="2 {patch}").patch_off(FENTANYL_25, 10)
    assert worn(built) == [(0, 10, 50)]
    (item,) = built.exposures().items
    assert item.steps[0] == "2 patch × 25 microgram/h = 50 microgram/h"


def test_a_dose_written_as_a_release_is_one() -> None:
    built = a_patient().patch_on("fentanyl", None, 0, dose="75 ug/h").patch_off("fentanyl", 10)
    assert worn(built) == [(0, 10, 75)]


def test_milligrams_an_hour_are_the_same_release() -> None:
    built = a_patient().patch_on("fentanyl", "0.075 mg/h", 0).patch_off("fentanyl", 10)
    assert worn(built) == [(0, 10, 75)]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, RefusalReason.MISSING_DOSE),
        ({"dose": "7.5 mg"}, RefusalReason.AMBIGUOUS_DOSE),
        ({"dose": "1 {patch}"}, RefusalReason.AMBIGUOUS_STRENGTH),
        ({"dose": "1 {patch}", "strength": "5 mg/{patch}"}, RefusalReason.AMBIGUOUS_STRENGTH),
        ({"dose": "0 {patch}", "strength": "25 ug/h"}, RefusalReason.IMPLAUSIBLE),
        ({"dose": Quantity(-1, "{patch}"), "strength": "25 ug/h"}, RefusalReason.IMPLAUSIBLE),
        ({"rate": "0 ug/h"}, RefusalReason.IMPLAUSIBLE),
    ],
)
def test_a_patch_without_a_release_is_refused_for_the_time_it_was_worn(fields, reason) -> None:
    built = a_patient().patch_on("fentanyl", None, 0, **fields).patch_off("fentanyl", 72)
    assert worn(built) == []
    assert problems(built) == [(reason, 0, 72)]
