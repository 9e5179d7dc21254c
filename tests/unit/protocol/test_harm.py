"""What clinicians answered of harm: it stands for the dose that it was said of, and a yes until the dose goes down."""

from __future__ import annotations

from datetime import timedelta

from adjuvant.protocol import Situation
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.finding import Context, Finding
from adjuvant.protocol.harm import judge_harm
from adjuvant.protocol.predicate import Attested
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import Answer
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, Chart

SEVENTY = DosingWeight(parse_quantity("70 kg"), "actual", BEGINS, "70 kg")
TOXIC = Attested(attested="toxic", question="Is it toxic?")
DRIP = Regimen.model_validate(
    {"title": "x", "route": "intravenous", "mode": "continuous_infusion", "start": "0.1 mg/kg/h"}
)


def judged(chart: Chart, yes: bool, answered: float, hour: float) -> Finding:
    said = Answer("toxic", yes, BEGINS + timedelta(hours=answered), "Dr Invented")
    facts = chart.but(answers=(said,)).facts
    return judge_harm(TOXIC, DRIP, Situation.at(BEGINS + timedelta(hours=hour), facts), Context({}, SEVENTY))


RAISED = Chart().ketamine(0, "start", "0.1 mg/kg/h").ketamine(2, "change", "0.2 mg/kg/h")
LOWERED = Chart().ketamine(0, "start", "0.2 mg/kg/h").ketamine(2, "change", "0.1 mg/kg/h")


def test_that_a_lower_dose_did_no_harm_says_nothing_of_a_higher_one() -> None:
    assert isinstance(judged(RAISED, False, 1, 3).answer, Unknown)
    assert judged(RAISED, False, 2.5, 3).answer is False


def test_that_it_harms_stands_while_the_dose_is_as_high_and_not_once_it_was_lowered() -> None:
    assert judged(RAISED, True, 1, 3).answer is True
    assert isinstance(judged(LOWERED, True, 1, 3).answer, Unknown)
    assert judged(LOWERED, True, 2.5, 3).answer is True
