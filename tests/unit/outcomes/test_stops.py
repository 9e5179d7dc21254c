"""Stopped drugs: a silence to the end of the window that is longer than a day and than any pause before."""

from __future__ import annotations

import pytest

from adjuvant.outcomes.stops import began_in, ended_in, stopped_drugs
from adjuvant.record import Exposures
from adjuvant.timeline import Interval
from builders import PatientBuilder, a_patient

A = a_patient()
BEFORE = Interval(A.when(0), A.when(72))
AFTER = Interval(A.when(120), A.when(192))


def stops(patient: PatientBuilder) -> list[tuple[str, object]]:
    exposures = patient.exposures() if patient.events else Exposures(A.exposures().basis)
    return [(stop.label, stop.at) for stop in stopped_drugs(exposures, BEFORE, AFTER)]


def doses(drug: str, hours: range) -> PatientBuilder:
    patient = a_patient()
    for hour in hours:
        patient = patient.given(drug, "10 mg", hour)
    return patient


def test_an_infusion_that_ended_before_after_is_stopped_when_it_ended() -> None:
    assert stops(a_patient().infusion("morphine", "2 mg/h", 0, 100)) == [
        ("morphine intravenous", A.when(100))
    ]


def test_a_patch_taken_off_is_stopped_and_named_a_patch() -> None:
    patient = a_patient().patch_on("fentanyl", "50 ug/h", 0, site="a").patch_off("fentanyl", 110, site="a")
    assert stops(patient) == [("fentanyl patch", A.when(110))]


@pytest.mark.parametrize(("end", "stopped"), [(167, True), (168, False), (192, False)])
def test_a_silence_of_a_day_is_not_yet_a_stop(end: int, stopped: bool) -> None:
    """The window ends at 192 h: more than 24 h of silence are needed."""
    assert bool(stops(a_patient().infusion("morphine", "2 mg/h", 0, end))) is stopped


def test_a_tablet_due_again_is_not_stopped() -> None:
    assert stops(doses("oxycodone", range(0, 192, 6))) == []


def test_a_drug_taken_every_second_day_is_not_stopped_by_a_pause_as_long_as_its_others() -> None:
    assert stops(doses("oxycodone", range(0, 192, 48))) == []


def test_tablets_that_cease_are_stopped_at_the_last_one() -> None:
    assert stops(doses("oxycodone", range(0, 100, 6))) == [("oxycodone oral", A.when(96))]


def test_a_single_dose_before_was_not_running() -> None:
    assert stops(a_patient().given("oxycodone", "10 mg", 30)) == []


def test_a_drug_that_ran_only_during_the_course_is_not_stopped() -> None:
    assert stops(a_patient().infusion("morphine", "2 mg/h", 80, 100)) == []


def test_a_route_stops_although_the_drug_goes_on_by_another() -> None:
    patient = a_patient().infusion("morphine", "2 mg/h", 0, 100)
    for hour in range(0, 192, 6):
        patient = patient.given("morphine", "10 mg", hour)
    assert stops(patient) == [("morphine intravenous", A.when(100))]


def test_what_was_refused_forbids_the_claim_that_the_drug_stopped() -> None:
    patient = a_patient().infusion("morphine", "2 mg/h", 0, 100).given("morphine", None, 150)
    assert stops(patient) == []


def test_beginning_is_told_by_the_same_rule_as_ending() -> None:
    spans = [(A.when(hour), A.when(hour)) for hour in (48, 60, 72)]
    assert began_in(spans, A.when(0))
    assert not began_in(spans, A.when(24))
    assert not began_in(spans, A.when(48))
    assert ended_in(spans, A.when(97))
    assert not ended_in(spans, A.when(96))
    assert not ended_in(spans, A.when(72))
