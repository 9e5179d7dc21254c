"""What a protocol learns of a patient's record up to an instant: what was charted, and nothing made up."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from adjuvant import library
from adjuvant.codes import Icd10
from adjuvant.protocol import Facts, Situation
from adjuvant.protocol.chart import Happened
from adjuvant.protocol.charted import facts_from
from adjuvant.quantity import parse_quantity
from adjuvant.record import PainKind, PainReporter
from builders import PatientBuilder, a_patient

PLAN = library.default_plan()


def facts(patient: PatientBuilder, hour: int) -> Facts:
    """What is known at so many hours."""
    return facts_from(patient.record(), patient.when(hour), PLAN)


def seen(found: Facts, measure: str) -> list[Fraction | None]:
    """The values of one measure, oldest first."""
    return [one.value for one in sorted(found.observed, key=lambda one: one.at) if one.measure == measure]


def test_nothing_after_the_instant_is_told() -> None:
    patient = a_patient().pain(7, 1).pain(3, 5).vital("systolic", "120 mm[Hg]", 6).weight("70 kg", 7)
    found = facts(patient, 4)
    assert seen(found, "pain") == [7]
    assert seen(found, "systolic") == []
    assert found.weights == ()


def test_pain_is_the_patient_s_own_and_its_kinds_stay_apart() -> None:
    patient = (
        a_patient()
        .pain(7, 1, reporter=PainReporter.SELF)
        .pain(2, 2, reporter=PainReporter.PROXY)
        .pain(9, 3, kind=PainKind.WORST)
        .pain(5, 3, kind=PainKind.AVERAGE)
        .pain(3, 4, scale="cpot", reporter=PainReporter.BEHAVIOURAL)
    )
    found = facts(patient, 5)
    assert seen(found, "pain") == [7]
    assert seen(found, "pain_worst") == [9]
    assert seen(found, "pain_average") == [5]


def test_a_score_that_could_not_be_taken_is_no_score_and_says_why() -> None:
    found = facts(a_patient().pain(None, 1, why="asleep"), 2)
    (one,) = [one for one in found.observed if one.measure == "pain"]
    assert (one.value, one.source) == (None, "asleep")


def test_sedation_in_letters_is_no_number() -> None:
    found = facts(a_patient().sedation("3", 1).sedation("S", 2).sedation("-2", 3, scale="rass"), 4)
    assert seen(found, "sedation_poss") == [3, None]
    assert seen(found, "sedation_rass") == [-2]


def test_vital_signs_come_in_the_unit_of_the_observation() -> None:
    found = facts(a_patient().vital("respiratory_rate", "16 /min", 1).vital("spo2", "96 %", 1), 2)
    assert seen(found, "respiratory_rate") == [16]
    assert seen(found, "spo2") == [96]


def test_a_day_s_opioids_are_what_was_given_in_the_24_hours_before() -> None:
    # 60 mg of oral morphine a day, evenly; CDC counts oral morphine as itself.
    found = facts(a_patient().on("morphine", "60 mg/d", days=3), 48)
    assert seen(found, "medd_oral") == [60]


def test_the_same_opioids_stand_as_morphine_into_a_vein_by_the_table_s_own_row() -> None:
    # 60 mg by mouth; the classic table holds 30 mg by mouth equal to 10 mg into a vein.
    found = facts(a_patient().on("morphine", "60 mg/d", days=3), 48)
    assert seen(found, "medd_intravenous") == [20]
    (one,) = [one for one in found.observed if one.measure == "medd_intravenous"]
    assert "3 MME per mg" in one.source


def test_a_table_without_a_row_for_injections_says_nothing_of_morphine_into_a_vein() -> None:
    patient = a_patient().on("morphine", "60 mg/d", days=3)
    found = facts_from(patient.record(), patient.when(48), library.plan("cdc2022"))
    assert (seen(found, "medd_oral"), seen(found, "medd_intravenous")) == ([60], [None])


def test_a_day_of_which_something_cannot_be_counted_has_no_total() -> None:
    patient = a_patient().on("morphine", "60 mg/d", days=2).given("oxycodone", None, 30)
    assert seen(facts(patient, 48), "medd_oral") == [None]
    assert seen(facts(patient, 48), "medd_intravenous") == [None]


def test_rescue_doses_are_opioids_given_as_needed() -> None:
    patient = (
        a_patient()
        .given("morphine", "10 mg", 1, as_needed=True)
        .given("morphine", "10 mg", 2, as_needed=False)
        .held("morphine", "10 mg", 3, as_needed=True)
        .given("paracetamol", "1000 mg", 4, as_needed=True)
    )
    assert len(seen(facts(patient, 5), "rescue_doses")) == 1


def test_ketamine_that_was_given_becomes_events_in_order() -> None:
    patient = a_patient().rates("ketamine", [(1, "5 mg/h"), (9, "10 mg/h")], 17).given("morphine", "5 mg", 20)
    found = facts(patient, 21)
    assert [(one.what, str(one.dose) if one.dose else "") for one in found.ketamine] == [
        (Happened.START, "5 mg/h"),
        (Happened.CHANGE, "10 mg/h"),
        (Happened.STOP, ""),
    ]
    assert Situation.at(patient.when(21), found).state.phase == "stopped"
    assert Situation.at(patient.when(10), facts(patient, 10)).state.phase == "running"


def test_single_doses_of_ketamine_are_single_doses() -> None:
    found = facts(a_patient().given("ketamine", "35 mg", 2, route="intravenous"), 3)
    (one,) = found.ketamine
    assert (one.what, str(one.dose)) == (Happened.GIVEN, "35 mg")


def test_an_infusion_charted_as_an_amount_and_its_end_runs_at_its_rate() -> None:
    found = facts(
        a_patient().infusion("ketamine", None, 1, 25, dose="100 mg").given("morphine", "5 mg", 27), 30
    )
    start, stop = found.ketamine
    assert start.what is Happened.START and start.dose is not None
    assert start.dose.same_as(parse_quantity("100 mg/d"))  # 100 mg over 24 hours
    assert (stop.what, stop.at) == (Happened.STOP, a_patient().when(25))


@pytest.mark.parametrize(
    "charted", [{"dose": "35 mg"}, {"rate": "52.5 mg/h"}, {"dose": "35 mg", "rate": "52.5 mg/h"}]
)
def test_where_one_infusion_is_one_dose_it_is_that_dose_over_its_time(charted: dict[str, str]) -> None:
    rate, dose = charted.get("rate"), charted.get("dose")
    chart = a_patient().infusion("ketamine", rate, 2, Fraction(8, 3), dose=dose)
    found = facts_from(chart.record(), chart.when(3), PLAN, rated=False)
    (one,) = found.ketamine
    assert one.what is Happened.GIVEN and one.dose is not None and one.over is not None
    assert one.dose.same_as(parse_quantity("35 mg")) and one.over.same_as(parse_quantity("40 min"))


@pytest.mark.parametrize(
    "charted", [{"rate": None, "dose": None}, {"rate": "3 mL/h"}, {"rate": None, "dose": "20 mL"}]
)
def test_ketamine_that_cannot_be_read_is_never_taken_for_none(charted: dict[str, str | None]) -> None:
    chart = a_patient().infusion("ketamine", charted.get("rate"), 1, 5, dose=charted.get("dose"))
    found = facts(chart, 3)
    assert found.ketamine
    assert Situation.at(chart.when(3), found).contradictions()


def test_ketamine_that_was_held_was_not_given() -> None:
    assert facts(a_patient().held("ketamine", "35 mg", 2), 3).ketamine == ()


@pytest.mark.parametrize(
    ("born", "years"), [(date(1965, 3, 1), 61), (date(1965, 3, 2), 61), (date(1965, 3, 3), 60)]
)
def test_age_is_in_whole_years_at_the_instant(born: date, years: int) -> None:
    assert facts(a_patient(birth_date=born), 1).age_years == years


def test_a_condition_is_known_by_its_code_or_else_by_its_words() -> None:
    patient = (
        a_patient()
        .given("morphine", "5 mg", 1)
        .condition(
            "something else", code=Icd10("F20.0"), onset=datetime.fromisoformat("2026-03-01T00:00+00:00")
        )
        .condition("acute glaucoma", onset=datetime.fromisoformat("2026-03-01T00:00+00:00"))
    )
    known = {key for key, _, _ in facts(patient, 2).conditions}
    assert any("psychosis" in key for key in known)
    assert any("glaucoma" in key or "intraocular" in key for key in known)


def test_drugs_are_known_from_the_first_that_is_charted_on() -> None:
    patient = a_patient().given("morphine", "5 mg", 3)
    assert facts(patient, 4).taken_known_since == patient.when(3)
    assert facts(a_patient().pain(5, 1), 4).taken_known_since is None
