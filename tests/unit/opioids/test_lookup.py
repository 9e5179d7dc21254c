"""One row for an ingredient, a route and a form, from one table; or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adjuvant.library.model import ConversionFactor
from adjuvant.opioids import find_factor
from adjuvant.opioids.lookup import find_applied
from adjuvant.record import Refusal, RefusalReason
from small_tables import a_plan, a_row, a_table

ORAL = a_row("oxycodone", "3")
INJECTED = a_row("oxycodone", "7", routes="parenteral")


def refused(answer: ConversionFactor | Refusal) -> RefusalReason:
    assert isinstance(answer, Refusal), f"expected a refusal, not {answer}"
    assert answer.detail
    assert answer.remedy
    return answer.reason


def test_a_row_is_found_by_ingredient_and_route() -> None:
    plan = a_plan(ORAL, INJECTED, a_row("morphine", "2"))
    assert find_factor(plan, "oxycodone", "oral", None) is ORAL
    assert find_factor(plan, "oxycodone", "intravenous", None) is INJECTED


@pytest.mark.parametrize(
    ("spelling", "row"), [("po", ORAL), ("PO", ORAL), ("iv", INJECTED), ("sc", INJECTED)]
)
def test_common_spellings_of_a_route_are_read(spelling: str, row: ConversionFactor) -> None:
    assert find_factor(a_plan(ORAL, INJECTED), "oxycodone", spelling, None) is row


@pytest.mark.hazard("H-027")
def test_with_a_pair_injected_routes_come_from_the_second_table_only() -> None:
    second = a_row("oxycodone", "9", routes="intravenous subcutaneous")
    plan = a_plan(ORAL, INJECTED, parenteral=a_table(second, a_row("morphine", "5"), key="second"))
    assert find_factor(plan, "oxycodone", "oral", None) is ORAL
    assert find_factor(plan, "oxycodone", "intravenous", None) is second


@pytest.mark.hazard("H-027")
def test_a_lookup_never_falls_through_to_the_other_table_of_a_pair() -> None:
    """The primary table has the injected row and the second has the oral one: neither may help out."""
    plan = a_plan(INJECTED, parenteral=a_table(ORAL, key="second"))
    assert refused(find_factor(plan, "oxycodone", "oral", None)) is RefusalReason.NO_FACTOR
    assert refused(find_factor(plan, "oxycodone", "intravenous", None)) is RefusalReason.NO_FACTOR


def test_an_ingredient_without_a_row_is_refused_and_not_zero() -> None:
    answer = find_factor(a_plan(ORAL), "morphine", "oral", None)
    assert refused(answer) is RefusalReason.NO_FACTOR
    assert "small has no row for morphine" in str(answer)


def test_a_missing_injected_row_says_that_a_parenteral_table_can_be_named() -> None:
    answer = find_factor(a_plan(ORAL), "oxycodone", "intravenous", None)
    assert refused(answer) is RefusalReason.NO_FACTOR
    assert "small has oxycodone for oral only, not intravenous" in str(answer)
    assert "parenteral table" in str(answer)


def test_a_missing_route_is_refused_unless_the_form_settles_it() -> None:
    patch = a_row("fentanyl", "2", routes="transdermal", forms="patch", unit="ug/h")
    plan = a_plan(patch, a_row("fentanyl", "3", routes="buccal"))
    assert find_factor(plan, "fentanyl", None, "patch") is patch
    assert refused(find_factor(plan, "fentanyl", None, "tablet")) is RefusalReason.MISSING_ROUTE
    assert refused(find_factor(plan, "fentanyl", None, None)) is RefusalReason.MISSING_ROUTE


def test_a_route_that_is_not_known_is_refused() -> None:
    assert refused(find_factor(a_plan(ORAL), "oxycodone", "by magic", None)) is RefusalReason.UNKNOWN_ROUTE


@pytest.mark.parametrize("route", ["intrathecal", "epidural"])
def test_neuraxial_doses_are_refused_even_where_a_table_has_a_factor(route: str) -> None:
    plan = a_plan(a_row("morphine", "300", routes=route))
    assert refused(find_factor(plan, "morphine", route, None)) is RefusalReason.NEURAXIAL


def test_parenteral_without_naming_which_needs_a_row_for_parenteral_in_general() -> None:
    assert find_factor(a_plan(INJECTED), "oxycodone", "parenteral", None) is INJECTED
    every = a_row("oxycodone", "7", routes="intravenous subcutaneous intramuscular")
    assert find_factor(a_plan(every), "oxycodone", "parenteral", None) is every
    one = a_row("oxycodone", "7", routes="intravenous")
    answer = find_factor(a_plan(one), "oxycodone", "parenteral", None)
    assert refused(answer) is RefusalReason.MISSING_ROUTE
    assert "intravenous" in str(answer)


def test_a_row_for_one_injected_route_does_not_hold_for_another() -> None:
    plan = a_plan(a_row("morphine", "3", routes="intravenous"))
    assert refused(find_factor(plan, "morphine", "subcutaneous", None)) is RefusalReason.NO_FACTOR


TABLET = a_row("fentanyl", "5", routes="buccal sublingual", forms="tablet lozenge", unit="ug")
FILM = a_row("fentanyl", "8", routes="buccal sublingual", forms="film spray", unit="ug")


def test_the_form_is_asked_for_where_the_table_differs_by_form() -> None:
    plan = a_plan(TABLET, FILM)
    assert find_factor(plan, "fentanyl", "buccal", "film") is FILM
    assert find_factor(plan, "fentanyl", "buccal", "lozenge") is TABLET
    answer = find_factor(plan, "fentanyl", "buccal", None)
    assert refused(answer) is RefusalReason.AMBIGUOUS_FORM
    assert "lozenge or tablet; film or spray" in str(answer)


def test_the_form_is_not_asked_for_where_it_changes_nothing() -> None:
    same = a_row("fentanyl", "5", routes="buccal", forms="film", unit="ug")
    answer = find_factor(a_plan(TABLET, same), "fentanyl", "buccal", None)
    assert isinstance(answer, ConversionFactor)
    assert answer.factor == 5


def test_a_form_that_the_table_does_not_list_is_refused() -> None:
    answer = find_factor(a_plan(TABLET), "fentanyl", "buccal", "film")
    assert refused(answer) is RefusalReason.NO_FACTOR
    assert "not as film" in str(answer)


def test_a_row_for_any_form_answers_a_form_that_no_row_names() -> None:
    general = a_row("fentanyl", "6", routes="buccal", unit="ug")
    assert find_factor(a_plan(general), "fentanyl", "buccal", "film") is general


def test_a_row_that_its_source_gives_no_accepted_factor_for_is_refused_with_its_reason() -> None:
    plan = a_plan(a_row("methadone", routes="intravenous", refuse="it varies too much"))
    answer = find_factor(plan, "methadone", "intravenous", None)
    assert refused(answer) is RefusalReason.NO_CONSENSUS
    assert "it varies too much" in str(answer)


def test_a_row_without_a_factor_is_refused() -> None:
    assert refused(find_factor(a_plan(a_row("codeine")), "codeine", "oral", None)) is RefusalReason.NO_FACTOR


def test_a_feeding_tube_is_counted_by_the_oral_row() -> None:
    assert find_factor(a_plan(ORAL), "oxycodone", "ng tube", None) is ORAL


def test_what_was_found_once_is_found_again_and_plans_do_not_share_it() -> None:
    one, other = a_plan(a_row("morphine", "1")), a_plan(a_row("morphine", "2"))
    for _ in range(2):
        for plan, factor in ((one, 1), (other, 2)):
            found = find_factor(plan, "morphine", "oral", None)
            assert isinstance(found, ConversionFactor)
            assert found.factor == factor


def test_a_plan_that_was_asked_very_many_things_still_answers_rightly() -> None:
    """More than is remembered, so that the memory is emptied on the way."""
    plan = a_plan(ORAL)
    for number in range(1_100):
        assert refused(find_factor(plan, f"drug {number}", "oral", None)) is RefusalReason.NO_FACTOR
        applied = find_applied(plan, "oxycodone", "oral", f"form {number}")
        assert not isinstance(applied, Refusal)
        assert applied.row is ORAL


def test_tables_that_come_and_go_never_answer_for_each_other() -> None:
    """More plans than are remembered, so that the memory is emptied on the way."""
    for factor in range(1, 250):
        found = find_factor(a_plan(a_row("morphine", str(factor))), "morphine", "oral", None)
        assert isinstance(found, ConversionFactor)
        assert found.factor == factor


def test_a_row_of_the_feeding_tubes_own_comes_before_the_oral_one() -> None:
    tube = replace(a_row("oxycodone", "4"), routes=frozenset({"enteral tube"}))
    assert find_factor(a_plan(ORAL, tube), "oxycodone", "ng tube", None) is tube
    assert find_factor(a_plan(tube, ORAL), "oxycodone", "oral", None) is ORAL
