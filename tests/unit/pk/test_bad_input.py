"""What cannot be answered is refused by name, with its rule and its remedy; nothing is clamped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adjuvant.errors import AdjuvantError, InputError, LibraryError
from adjuvant.pk import Bolus, Covariates, Infusion, RateChange, Regimen, load_model, simulate

NAN, INF = float("nan"), float("inf")
KAMP, OTTO, NASAL, SIMONS, FLINT = (
    load_model(key) for key in ("kamp2020", "otto2021", "perezruixo2020", "simons2022", "flint2017")
)
HOUR = Regimen((Infusion(0, 60, "10 mg/h", "iv"),))
S_HOUR = Regimen((Infusion(0, 60, "10 mg/h", "iv"),), "esketamine")
ADULT = Covariates(70.0, age_years=50)

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "a rate without unit": (
        lambda: Infusion(0, 60, 10, "iv"),  # type: ignore[arg-type]
        "rate 10: has no unit; write it such as 5 mg/h or 0.1 mg/kg/h.",
    ),
    "a rate in text without unit": (
        lambda: Infusion(0, 60, "10", "iv"),
        "rate '10': has no unit; write it such as 5 mg/h or 0.1 mg/kg/h.",
    ),
    "an amount where a rate belongs": (
        lambda: Infusion(0, 60, "10 mg", "iv"),
        "rate 10 mg: is no rate; write it such as 5 mg/h or 0.1 mg/kg/h.",
    ),
    "a volume where a rate belongs": (
        lambda: Infusion(0, 60, "10 mL/h", "iv"),
        "rate 10 mL/h: is no rate; write it such as 5 mg/h or 0.1 mg/kg/h.",
    ),
    "a rate where an amount belongs": (
        lambda: Bolus(0, "10 mg/h", "iv"),
        "amount 10 mg/h: is no amount; write it such as 10 mg or 0.1 mg/kg.",
    ),
    "a dose without route": (
        lambda: Bolus(0, "10 mg", ""),
        "bolus of 10 mg: has no route; name one, such as intravenous, subcutaneous or oral.",
    ),
    "a route that nobody knows": (
        lambda: Infusion(0, 60, "10 mg/h", "ivv"),
        (
            "infusion at 10 mg/h: has the route 'ivv', which is not known; name one, such as intravenous, "
            "subcutaneous or oral."
        ),
    ),
    "a negative time": (
        lambda: Bolus(-1, "10 mg", "iv"),
        "time of a bolus -1: is negative; give minutes from the start of the simulation, zero or more.",
    ),
    "a time that is no number": (
        lambda: Bolus(NAN, "10 mg", "iv"),
        "time of a bolus nan: is not a finite number; give minutes from the start of the simulation, zero or more.",
    ),
    "an endless infusion": (
        lambda: Infusion(0, INF, "10 mg/h", "iv"),
        "end of an infusion inf: is not a finite number; give minutes from the start of the simulation, zero or more.",
    ),
    "a negative rate": (
        lambda: Infusion(0, 60, "-10 mg/h", "iv"),
        "rate '-10 mg/h': is negative; write it such as 5 mg/h or 0.1 mg/kg/h.",
    ),
    "an infusion that ends before it starts": (
        lambda: Infusion(60, 60, "10 mg/h", "iv"),
        "infusion from minute 60 to 60: does not end after it starts; correct the times, or give a bolus.",
    ),
    "a change of rate after the end": (
        lambda: Infusion(0, 60, "10 mg/h", "iv", (RateChange(60, "5 mg/h"),)),
        (
            "infusion from minute 0 to 60: has changes of rate that are out of order or outside of it; put them in "
            "order of time, after the start and before the end."
        ),
    ),
    "infusions that overlap": (
        lambda: Regimen((Infusion(0, 60, "10 mg/h", "iv"), Infusion(59, 90, "20 mg/h", "IV drip"))),
        (
            "infusions from minute 0 and from minute 59: overlap by the same route, intravenous; write one infusion "
            "with its changes of rate; what two pumps give is `one.plus(other)`."
        ),
    ),
    "amounts of the salt": (
        lambda: Regimen((Bolus(0, "10 mg", "iv"),), counted_as="hydrochloride"),
        (
            "amounts of ketamine as 'hydrochloride': are not of the base, of which every model and every strength on "
            "a label is; give the amounts as the label states them, of the base."
        ),
    ),
    "a regimen of nothing": (lambda: Regimen(()), "regimen: has no doses; add one."),
    "a drug without a model": (
        lambda: Regimen((Bolus(0, "10 mg", "iv"),), "morphine"),
        "drug 'morphine': has no model here; use one of: ketamine, esketamine.",
    ),
    "two drugs in one body": (
        lambda: HOUR.plus(S_HOUR),
        "regimens of ketamine and esketamine: are of two drugs; simulate each by its own model.",
    ),
    "racemic ketamine in a model of the S-form": (
        lambda: simulate(OTTO, HOUR, [1.0], ADULT),
        (
            "regimen of ketamine: is of another drug than otto2021, which is of esketamine; choose a model of the "
            "drug that is given; a dose of one is no dose of the other."
        ),
    ),
    "a weight outside of the model": (
        lambda: simulate(SIMONS, S_HOUR, [1.0], Covariates(45.0)),
        (
            "body weight 45 kg: is outside of 53 to 93 kg, which simons2022 was made for; choose a model that covers "
            "it, or ask for it beyond the population, which is then said."
        ),
    ),
    "an adult in a model of children": (
        lambda: simulate(FLINT, S_HOUR, [1.0], ADULT),
        (
            "body weight 70 kg: is outside of 3.4 to 35 kg, which flint2017 was made for; choose a model that covers "
            "it, or ask for it beyond the population, which is then said."
        ),
    ),
    "a weight that is no number": (
        lambda: Covariates(NAN),
        "body weight nan: is not a finite number; give it in kg.",
    ),
    "a weight of zero": (lambda: Covariates(0.0), "body weight 0: is not above zero; give it in kg."),
    "a weight in grams": (
        lambda: Covariates(70000.0),
        "body weight 70000 kg: is hardly possible; check it, and give it in kg.",
    ),
    "an age that is no number": (
        lambda: Covariates(70.0, age_years=NAN),
        "age nan: is not a finite number; give it in years, or leave it out where it is not known.",
    ),
    "an age that the model needs": (
        lambda: simulate(NASAL, S_HOUR, [1.0], Covariates(70.0)),
        "age: is not known, and perezruixo2020 needs it for Qh; give it in years.",
    ),
    "an ancestry that the model does not name": (
        lambda: simulate(NASAL, S_HOUR, [1.0], Covariates(70.0, 50, frozenset({"martian"}))),
        "ancestry 'martian': is not one that perezruixo2020 names; use one of: asian, japanese.",
    ),
    "a route that the model does not have": (
        lambda: simulate(KAMP, Regimen((Bolus(0, "10 mg", "sc"),)), [1.0], ADULT),
        (
            "dose by the route subcutaneous: has no absorption in kamp2020, which knows: intravenous; state its "
            "absorption, or choose a model that has the route."
        ),
    ),
    "an infusion by a route of single doses": (
        lambda: simulate(NASAL, Regimen((Infusion(0, 60, "60 mg/h", "po"),), "esketamine"), [1.0], ADULT),
        (
            "infusion of 1 mg/min by the route oral: is given over time, and perezruixo2020 knows single doses by it "
            "only; give each dose at once."
        ),
    ),
    "half a spray": (
        lambda: simulate(NASAL, Regimen((Bolus(0, "40 mg", "nasal"),), "esketamine"), [1.0], ADULT),
        (
            "dose of 40 mg by the route nasal: is not given in whole sprays of 28 mg, as in perezruixo2020; give each "
            "dose at once, and in whole sprays."
        ),
    ),
    "times out of order": (
        lambda: simulate(KAMP, HOUR, [10.0, 5.0], ADULT),
        "time 5 after 10: is out of order; give times in rising order.",
    ),
    "no times": (
        lambda: simulate(KAMP, HOUR, [], ADULT),
        "times: are no list of minutes; give one or more.",
    ),
    "a time before the start": (
        lambda: simulate(KAMP, HOUR, [-5.0, 5.0], ADULT),
        "time -5: is negative; give minutes from the start of the simulation, zero or more.",
    ),
    "a rate of the effect site that is no number": (
        lambda: simulate(KAMP, HOUR, [1.0], ADULT, effect_per_min=NAN),
        "rate of the effect site nan: is not a finite number; give it per minute, above zero.",
    ),
    "a level that the model does not have": (
        lambda: simulate(KAMP, HOUR, [1.0], ADULT, analytes=["norketamine"]),
        "'norketamine': is not measured in kamp2020; use one of: ketamine.",
    ),
}
UNKNOWN: dict[str, tuple[str, str]] = {
    "a model that cannot be run": (
        "hasan2021",
        (
            "model 'hasan2021': cannot be run: The analysis has no compartments; clearances, volumes and half-lives "
            "cannot be run; use one of: clements250, domino1982, flint2017, herd2007, hijazi2003, hornik2018, "
            "kamp2020, otto2021, perezruixo2020, simons2022."
        ),
    ),
    "a model that is not there": (
        "kamp2021",
        "model 'kamp2021': is not in the library; did you mean 'kamp2020'.",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_name_rule_and_remedy(what: str) -> None:
    asked, words = REFUSED[what]
    with pytest.raises(InputError) as caught:
        asked()
    assert str(caught.value) == words
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("what", UNKNOWN)
def test_a_model_that_is_not_there_is_refused_by_name(what: str) -> None:
    key, words = UNKNOWN[what]
    with pytest.raises(LibraryError) as caught:
        load_model(key)
    assert isinstance(caught.value, AdjuvantError)
    assert str(caught.value) == words


def test_beyond_the_weights_studied_the_answer_says_so() -> None:
    asked = simulate(SIMONS, S_HOUR, [60.0], Covariates(45.0, age_years=70), beyond_population=True)
    assert "simons2022: applied to 45 kg, outside of the 53 to 93 kg studied." in asked.notices
    assert "simons2022: applied at 70 years, outside of the 19 to 32 years studied." in asked.notices


def test_every_answer_says_that_no_model_was_made_from_these_patients() -> None:
    for model, regimen in ((KAMP, HOUR), (OTTO, S_HOUR), (NASAL, S_HOUR)):
        asked = simulate(model, regimen, [60.0], ADULT)
        assert any("palliative" in notice for notice in asked.notices)
        assert set(model.warnings) <= set(asked.notices)


def test_exponents_that_were_assumed_are_named_where_they_count() -> None:
    words = "how volumes and clearances go with the body weight (assumed)"
    assert simulate(SIMONS, S_HOUR, [60.0], Covariates(70.0)).assumed == ()
    assert simulate(SIMONS, S_HOUR, [60.0], Covariates(80.0)).assumed == (words,)


def test_the_side_of_sampling_and_the_sources_stand_with_the_answer() -> None:
    asked = simulate(OTTO, S_HOUR, [60.0], ADULT)
    assert (asked.sampling, asked.drug, asked.model) == ("venous", "esketamine", "otto2021")
    assert [one.key for one in asked.citations] == ["otto2021", "nlmixr2lib_models"]
