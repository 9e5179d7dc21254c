"""One rule chooses models, for a forecast of a regimen and for a comparison of schedules alike."""

from __future__ import annotations

import pytest

from adjuvant.design import groups
from adjuvant.errors import AdjuvantError, InputError
from adjuvant.pk import Bolus, Covariates, Regimen, load_model, model_keys
from adjuvant.pk.choice import applicable, fitted, model_reasons

PATIENTS = [
    Covariates(70, 60), Covariates(70), Covariates(30, 10), Covariates(12, 2), Covariates(70, 18),
    Covariates(40, 80), Covariates(175, 60), Covariates(3, 0.1), Covariates(70, 17.9),
]  # fmt: skip
NAMED: list[tuple[str, ...]] = [(), ("hornik2018",), ("kamp2020", "herd2007"), ("otto2021",)]


def by_forecast(drug: str, who: Covariates, only: tuple[str, ...]) -> tuple[list[str], dict[str, str]] | str:
    try:
        inside, out = applicable(Regimen((Bolus(0, "10 mg", "iv"),), drug), who, models=only)
    except AdjuvantError:
        return "none"
    return [model.key for model, _ in inside], {one.model: one.rule for one in out}


def by_comparison(
    drug: str, who: Covariates, only: tuple[str, ...]
) -> tuple[list[str], dict[str, str]] | str:
    try:
        found, left = groups(drug, who, patients=1, seed=1, only=only)
    except AdjuvantError:
        return "none"
    return [one.model.key for one in found], left


@pytest.mark.parametrize("drug", ["ketamine", "esketamine"])
@pytest.mark.parametrize("only", NAMED)
@pytest.mark.parametrize("who", PATIENTS)
def test_a_forecast_and_a_comparison_ask_the_same_models_in_the_same_order_and_say_the_same_of_the_others(
    drug: str, only: tuple[str, ...], who: Covariates
) -> None:
    assert by_forecast(drug, who, only) == by_comparison(drug, who, only)


def test_the_order_is_that_of_the_library_and_every_model_has_its_place_and_its_reason() -> None:
    found, _ = by_comparison("ketamine", Covariates(70, 60), ())
    assert found == [key for key in model_reasons() if key in found]
    assert set(model_reasons()) == set(model_keys()) and all(model_reasons().values())


def test_a_model_of_children_answers_for_its_ages_and_where_it_is_named_and_then_says_so() -> None:
    child = load_model("hornik2018")
    for age, inside in (
        (None, False),
        (0.5, False),
        (1, True),
        (10, True),
        (18, True),
        (18.1, False),
        (60, False),
    ):
        who = Covariates(40, age)
        if inside:
            fitted(child, "ketamine", who, named=False)
            continue
        with pytest.raises(InputError, match="is not one of the children of 1 to 18 years that hornik2018"):
            fitted(child, "ketamine", who, named=False)
    person = fitted(child, "ketamine", Covariates(40, 60), named=True)
    assert any("applied at 60 years, outside of the 1 to 18 years studied" in one for one in person.notices)


def test_another_drug_is_refused_whether_the_model_is_named_or_not() -> None:
    for named in (True, False):
        with pytest.raises(InputError, match="is of another drug than otto2021"):
            fitted(load_model("otto2021"), "ketamine", Covariates(70, 60), named=named)
        fitted(load_model("kamp2020"), "esketamine", Covariates(70, 60), named=named)
