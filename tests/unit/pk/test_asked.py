"""A regimen as JSON: what is read, and what is refused by place, rule and remedy."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adjuvant.errors import InputError
from adjuvant.pk.asked import read_asked
from adjuvant.pk.regimen import Bolus, Infusion

WHOLE: dict[str, Any] = {
    "weight_kg": 70,
    "age_years": 55,
    "drug": "ketamine",
    "doses": [
        {"route": "iv", "start_min": 0, "duration_min": 40, "amount": "35 mg"},
        {"route": "intravenous", "start_min": 60, "end_min": 120, "rate": "5 mg/h", "changes": [{"at_min": 90, "rate": "0 mg/h"}]},
        {"route": "oral", "start_min": 200, "amount": "0.5 mg/kg"},
    ],
    "times_min": [10, 40.5],
    "absorptions": [{"finding": "oral_yanagihara", "half_life_min": 30}],
}  # fmt: skip


def with_(**changed: Any) -> str:
    return json.dumps({key: value for key, value in {**WHOLE, **changed}.items() if value is not None})


def dose(**changed: Any) -> str:
    first = {key: value for key, value in {**WHOLE["doses"][0], **changed}.items() if value is not None}
    return with_(doses=[first])


def test_a_whole_regimen_is_read_as_it_stands() -> None:
    found = read_asked(json.dumps(WHOLE))
    first, second, third = found.regimen.doses
    assert isinstance(first, Infusion) and isinstance(second, Infusion) and isinstance(third, Bolus)
    assert (first.start_min, first.end_min, float(first.rate.in_("mg/min"))) == (0, 40, 35 / 40)
    assert second.changes[0].at_min == 90 and second.changes[0].rate.value == 0
    assert str(third.amount) == "0.5 mg/kg" and third.route == "oral"
    assert found.times_min == (10, 40.5) and found.drug_named
    assert (found.covariates.weight_kg, found.covariates.age_years) == (70, 55)
    assert found.absorptions[0].share == 0.2


def test_the_drug_of_the_asked_model_is_taken_where_the_file_names_none() -> None:
    found = read_asked(with_(drug=None), "esketamine")
    assert found.regimen.drug == "esketamine" and not found.drug_named


REFUSED = {
    "no drug": (with_(drug=None), "drug: is missing; write one of: ketamine, esketamine; they are two drugs."),
    "another drug": (with_(drug="morphine"), "drug 'morphine': has no model here; use one of: ketamine, esketamine."),
    "no weight": (with_(weight_kg=None), "weight_kg: is missing; give the body weight in kg."),
    "a weight in text": (with_(weight_kg="70"), 'weight_kg "70": is not a number; give the body weight in kg.'),
    "a weight of nobody": (with_(weight_kg=7000), "body weight 7000 kg: is hardly possible; check it, and give it in kg."),
    "a salt": (
        with_(counted_as="hydrochloride"),
        ("amounts of ketamine as 'hydrochloride': are not of the base, of which every model and every strength on a "
        "label is; give the amounts as the label states them, of the base."),
    ),
    "no doses": (with_(doses=[]), "doses: is an empty list; list each dose."),
    "no route": (
        dose(route=None),
        "doses[0]: infusion at 0.875 mg/min: has no route; name one, such as intravenous, subcutaneous or oral.",
    ),
    "a rate without unit": (
        dose(amount=None, rate=5),
        "doses[0]: rate 5: has no unit; write it as text, such as '5 mg/h'.",
    ),
    "a rate in bare text": (
        dose(amount=None, rate="5"),
        "doses[0]: rate '5': has no unit; write it such as 5 mg/h or 0.1 mg/kg/h.",
    ),
    "an amount without unit": (dose(amount=35), "doses[0]: amount 35: has no unit; write it as text, such as '10 mg'."),
    "amount and rate": (
        dose(rate="5 mg/h"),
        "doses[0]: dose: has both an amount and a rate; give one of the two, such as 35 mg or 5 mg/h.",
    ),
    "neither": (
        dose(amount=None),
        "doses[0]: dose: has neither an amount nor a rate; give one of the two, such as 35 mg or 5 mg/h.",
    ),
    "end and duration": (dose(end_min=50), "doses[0]: dose: has both an end and a duration; give one of the two."),
    "an endless infusion": (
        dose(amount=None, rate="5 mg/h", duration_min=None),
        "doses[0]: infusion: has neither an end nor a duration; add end_min or duration_min.",
    ),
    "a negative time": (
        dose(start_min=-1),
        "doses[0]: start of an infusion -1: is negative; give minutes from the start of the simulation, zero or more.",
    ),
    "infusions that overlap": (
        with_(doses=[WHOLE["doses"][0], {**WHOLE["doses"][0], "start_min": 20}]),
        ("infusions from minute 0 and from minute 20: overlap by the same route, intravenous; write one infusion with "
        "its changes of rate; what two pumps give is `one.plus(other)`."),
    ),
    "a key that is not known": (dose(rout="iv"), "doses[0]: key 'rout': is not known in a dose; did you mean 'route'."),
    "an absorption that is not known": (
        with_(absorptions=[{"finding": "oral_yanagihar", "half_life_min": 30}]),
        "absorptions[0]: absorption 'oral_yanagihar': is not in the library; did you mean 'oral_yanagihara'.",
    ),
    "NaN": (with_(weight_kg=float("nan")), "regimen: holds NaN, which is no number; write a number, or leave it out."),
    "a key twice": ('{"weight_kg": 70, "weight_kg": 7}', "key 'weight_kg': stands twice in one object; keep one."),
    "no JSON": ("{", "regimen: is not JSON in line 1; write it as the reference of `simulate` shows."),
    "an exponent too long": (
        f'{{"weight_kg": 1e{"9" * 999}}}', "regimen: is not JSON; write it as the reference of `simulate` shows."
    ),
    "a number too long": (
        f'{{"weight_kg": {"9" * 9999}}}', "regimen: is not JSON; write it as the reference of `simulate` shows."
    ),
    "a list": ("[]", "regimen: is no object; write one with weight_kg, age_years, ancestry."),
}  # fmt: skip


@pytest.mark.hazard("H-040")
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_place_rule_and_remedy(name: str) -> None:
    text, said = REFUSED[name]
    with pytest.raises(InputError) as caught:
        read_asked(text)
    assert str(caught.value) == said
