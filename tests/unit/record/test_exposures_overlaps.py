"""One infusion charted twice is counted once, and the doubt is said."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.record import RefusalReason
from builders import a_patient


def totals(built) -> tuple[Fraction, list[tuple[str, ...]]]:
    exposures = built.exposures()
    assert all(problem.reason is RefusalReason.OVERLAP for problem in exposures.refused)
    return sum((i.amount.in_("mg") for i in exposures.items), Fraction(0)), [
        p.events for p in exposures.refused
    ]


def test_the_same_time_of_the_same_order_counts_once() -> None:
    built = (
        a_patient()
        .infusion("morphine", "2 mg/h", 0, 10, order="A")
        .infusion("morphine", "2 mg/h", 0, 10, order="A")
    )
    assert totals(built) == (20, [("administrations-0001", "administrations-0002")])


def test_rows_that_name_no_order_are_taken_for_the_same_one() -> None:
    """FHIR exports mark rewritten rows as completed and name no order: adding them nearly doubles the dose."""
    built = a_patient().infusion("morphine", "2 mg/h", 0, 10).infusion("morphine", "3 mg/h", 2, 8)
    total, problems = totals(built)
    assert total == 20
    assert len(problems) == 1


def test_a_row_that_names_no_order_is_not_added_on_top_of_one_that_does() -> None:
    built = a_patient().infusion("morphine", "2 mg/h", 0, 10, order="A").infusion("morphine", "3 mg/h", 2, 8)
    assert totals(built)[0] == 20


def test_two_different_orders_run_side_by_side_and_add() -> None:
    built = (
        a_patient()
        .infusion("morphine", "2 mg/h", 0, 10, order="A")
        .infusion("morphine", "3 mg/h", 0, 10, order="B")
    )
    assert totals(built) == (50, [])


def test_of_a_partial_overlap_the_rest_counts_in_proportion() -> None:
    built = a_patient().infusion("morphine", "2 mg/h", 0, 6).infusion("morphine", None, 4, 10, dose="18 mg")
    exposures = built.exposures()
    first, second = exposures.items
    assert (first.amount.in_("mg"), second.amount.in_("mg")) == (12, 12)
    assert second.start == a_patient().when(6)
    assert "only the part after administrations-0001" in second.note
    (problem,) = exposures.refused
    assert (problem.start, problem.end) == (a_patient().when(4), a_patient().when(6))
    assert "until 2026-03-02 06:00" in problem.detail


def test_a_long_row_shadows_all_later_ones_within_it() -> None:
    built = a_patient().infusion("morphine", "1 mg/h", 0, 12)
    for start in (1, 3, 11):
        built = built.infusion("morphine", "9 mg/h", start, start + 2)
    # 12 h at 1 mg/h, then the last hour of the row from 11 to 13 h at 9 mg/h.
    assert totals(built)[0] == 12 + 9


def test_another_order_between_does_not_hide_an_overlap() -> None:
    built = (
        a_patient()
        .infusion("morphine", "1 mg/h", 0, 10, order="A")
        .infusion("morphine", "1 mg/h", 1, 3, order="B")
        .infusion("morphine", "1 mg/h", 4, 6, order="A")
    )
    total, problems = totals(built)
    assert total == 12
    assert problems == [("administrations-0001", "administrations-0003")]


def test_rows_that_only_touch_do_not_overlap() -> None:
    built = a_patient().infusion("morphine", "1 mg/h", 0, 4).infusion("morphine", "2 mg/h", 4, 8)
    assert totals(built) == (12, [])


def test_other_routes_and_other_drugs_do_not_overlap() -> None:
    built = (
        a_patient()
        .infusion("morphine", "1 mg/h", 0, 4)
        .infusion("morphine", "1 mg/h", 0, 4, route="subcutaneous")
        .infusion("hydromorphone", "1 mg/h", 0, 4)
    )
    assert totals(built) == (12, [])


def test_a_bolus_during_an_infusion_adds() -> None:
    built = a_patient().infusion("morphine", "1 mg/h", 0, 4).given("morphine", "5 mg", 2, route="intravenous")
    assert totals(built) == (9, [])


def test_demand_doses_beside_their_basal_rate_add() -> None:
    assert totals(a_patient().pca("morphine", 0, 8, basal="1 mg/h", demand="4 mg")) == (12, [])


def test_two_sums_of_demand_doses_over_the_same_time_count_once() -> None:
    built = a_patient().pca("morphine", 0, 24, demand="24 mg").pca("morphine", 0, 8, demand="9 mg")
    # Of two that begin together the one with the lesser id counts.
    assert totals(built)[0] == 24


def test_a_paused_row_shadows_nothing() -> None:
    built = a_patient().infusion("morphine", "0 mg/h", 0, 4).infusion("morphine", "1 mg/h", 0, 4)
    assert totals(built) == (4, [])
