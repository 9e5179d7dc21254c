"""Unknown: never true, never false, and it always says what is missing."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.errors import InternalError
from adjuvant.unknown import Ternary, Unknown, all_of, any_of, negate

ANSWERS: list[Ternary] = [True, False, Unknown("weight")]


def test_asking_the_truth_value_of_unknown_raises_and_names_what_is_missing() -> None:
    with pytest.raises(InternalError, match="weight"):
        bool(Unknown("weight"))


def test_unknown_must_say_what_it_needs() -> None:
    with pytest.raises(InternalError, match="does not say what it needs"):
        Unknown([])


def test_needs_are_kept_once_each_in_the_order_they_came() -> None:
    assert Unknown(["worst pain", "rescues", "worst pain"]).needs == ("worst pain", "rescues")


@pytest.mark.parametrize(("left", "right"), list(product(ANSWERS, ANSWERS)))
def test_all_of_and_any_of_follow_kleenes_strong_tables(left: Ternary, right: Ternary) -> None:
    """Kleene's tables: false decides all_of, true decides any_of, else the unknown remains."""
    both, either = all_of([left, right]), any_of([left, right])
    if left is False or right is False:
        assert both is False
    elif isinstance(left, Unknown) or isinstance(right, Unknown):
        assert both == Unknown("weight")
    else:
        assert both is True
    if left is True or right is True:
        assert either is True
    elif isinstance(left, Unknown) or isinstance(right, Unknown):
        assert either == Unknown("weight")
    else:
        assert either is False


@given(st.lists(st.sampled_from(ANSWERS)))
def test_de_morgan_holds_for_any_list_of_answers(answers: list[Ternary]) -> None:
    assert negate(all_of(answers)) == any_of([negate(answer) for answer in answers])


def test_joined_needs_name_everything_that_is_missing() -> None:
    answer = all_of([Unknown("pain after"), True, Unknown(["rescues", "pain after"])])
    assert answer == Unknown(["pain after", "rescues"])


@pytest.mark.parametrize("wrong", [None, 0, 1, "yes", float("nan")])
def test_anything_but_the_three_answers_is_refused(wrong: object) -> None:
    with pytest.raises(InternalError, match="True, False or Unknown"):
        all_of([wrong])  # type: ignore[list-item]
