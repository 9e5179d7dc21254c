"""Synthetic patients: invented, say so everywhere, the same on every run, and like charts in what matters."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant import sources
from adjuvant.errors import InputError, LibraryError, UsageError
from adjuvant.library.strict import read_file
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import (
    EVENT_KINDS,
    AdministrationKind,
    AdministrationStatus,
    NotAssessable,
    PatientRecord,
)
from adjuvant.record.exposures import build_exposures
from adjuvant.record.naming import resolve_drug
from adjuvant.sources.synthetic import Ketamine, Regimen, Scenario, generate, synthesize
from adjuvant.sources.synthetic.parameters import Parameters, parameters
from adjuvant.sources.table.writer import write_tables
from adjuvant.timeline import hours_between

pytestmark = pytest.mark.slow

SIX = generate(6, seed=7).records


def opioids() -> frozenset[str]:
    from adjuvant.library import opioid_names

    return opioid_names()


def test_everything_about_a_synthetic_patient_says_so() -> None:
    for record in SIX:
        assert record.patient.id.startswith("synthetic-")
        assert record.patient.synthetic
        assert record.patient.note.startswith("Synthetic patient")
        for name in EVENT_KINDS:
            for event in getattr(record, name):
                assert event.origin.source == "synthetic"
                assert event.id.startswith("synthetic-")


def test_the_same_seed_gives_the_same_patients_and_another_seed_others() -> None:
    again = generate(6, seed=7).records
    assert again == SIX
    assert generate(6, seed=8).records != SIX


def test_the_first_patients_are_the_same_however_many_are_asked_for() -> None:
    assert generate(2, seed=7).records == SIX[:2]


def test_a_generator_can_be_passed_in_place_of_a_seed() -> None:
    first = generate(2, np.random.default_rng(1)).records
    assert first == generate(2, np.random.default_rng(1)).records
    assert first != generate(2, np.random.default_rng(2)).records


def test_less_than_one_patient_or_a_negative_seed_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="is below 1"):
        generate(0, seed=1)
    with pytest.raises(UsageError, match="seed -1: is negative"):
        generate(1, seed=-1)


def test_the_scenarios_are_taken_in_turn() -> None:
    assert [
        str(scenario).replace("_", " ") in record.patient.note
        for scenario, record in zip(Scenario, SIX, strict=True)
    ] == [True] * 6


def test_every_event_is_accounted_for() -> None:
    found = generate(3, seed=7)
    assert found.quality.unaccounted("synthetic") == 0
    assert sum(record.event_count for record in found.records) == found.quality.lines[0].count
    assert "seed 7" in found.source


@pytest.mark.parametrize("regimen", list(Regimen))
@pytest.mark.parametrize("ketamine", list(Ketamine))
def test_every_regimen_and_course_gives_exposures_without_a_refusal(
    regimen: Regimen, ketamine: Ketamine
) -> None:
    record = synthesize("x", np.random.default_rng(3), Scenario.RESPONDER, regimen=regimen, ketamine=ketamine)
    exposures = build_exposures(record, opioids() | {"ketamine"})
    assert exposures.refused == ()
    assert {item.ingredient for item in exposures.items} >= {"ketamine"}
    assert any(item.ingredient != "ketamine" for item in exposures.items)
    routes = {item.route for item in exposures.items if item.ingredient == "ketamine"}
    assert routes == ({"subcutaneous"} if ketamine is Ketamine.SC_BURST else {"intravenous"})


def test_pain_is_asked_every_four_hours_and_lies_on_its_scale() -> None:
    for record in SIX:
        gaps = [hours_between(first.at, second.at) for first, second in pairwise(record.pain)]
        # Half an hour of jitter around 4 h; a round that nobody charted leaves 8 h; clocks may change by one.
        assert sorted(gaps)[len(gaps) // 2] == pytest.approx(4, abs=0.5)
        values = [item.value for item in record.pain if item.value is not None]
        assert all(0 <= value <= 10 and value.denominator == 1 for value in values)


def test_pain_is_autocorrelated_and_readings_are_missing_in_sleep() -> None:
    """Neighbouring readings of non-responders are alike; most missing ones are at night."""
    records = generate(12, seed=5, scenarios=[Scenario.NON_RESPONDER]).records
    pairs, missing = [], Counter[NotAssessable]()
    for record in records:
        values = [float(item.value) for item in record.pain if item.value is not None]
        level = sum(values) / len(values)
        pairs += [(a - level, b - level) for a, b in pairwise(values)]
        missing.update(item.not_assessable for item in record.pain if item.not_assessable is not None)
    correlation = sum(a * b for a, b in pairs) / sum(a * a for a, _ in pairs)
    assert 0.35 < correlation < 0.8
    assert missing[NotAssessable.ASLEEP] > missing[NotAssessable.DECLINED] > 0
    assert missing[NotAssessable.SEDATED] > 0


def mean_pain(record: PatientRecord, first: int, last: int) -> Fraction:
    """Plain mean of the readings between two days, counted from the first ketamine (negative: before it)."""
    begin = min(item.start for item in record.administrations if item.drug.name == "ketamine")
    values = [
        item.value
        for item in record.pain
        if item.value is not None and timedelta(days=first) <= item.at - begin < timedelta(days=last)
    ]
    return sum(values, Fraction(0)) / len(values)


def changes(scenario: Scenario) -> list[float]:
    records = generate(10, seed=11, scenarios=[scenario]).records
    return [float(mean_pain(record, 5, 9) - mean_pain(record, -3, 0)) for record in records]


def test_responders_fall_and_non_responders_do_not() -> None:
    assert sum(changes(Scenario.RESPONDER)) / 10 < -2.5
    assert abs(sum(changes(Scenario.NON_RESPONDER)) / 10) < 0.6
    assert abs(sum(changes(Scenario.OPIOID_SPARING)) / 10) < 0.9


def test_placebo_like_drift_begins_before_the_ketamine() -> None:
    records = generate(20, seed=11, scenarios=[Scenario.PLACEBO_DRIFT]).records
    before = [float(mean_pain(record, -2, 0) - mean_pain(record, -6, -4)) for record in records]
    assert sum(before) / len(before) < -0.4


def scheduled_per_day(record: PatientRecord, days: int) -> Quantity:
    """Scheduled opioid of one day, so many days after the first ketamine."""
    begin = min(item.start for item in record.administrations if item.drug.name == "ketamine")
    total = Quantity(0, "mg")
    for item in record.administrations:
        given_ = item.status is AdministrationStatus.GIVEN and item.as_needed is False
        inside = timedelta(days=days) <= item.start - begin < timedelta(days=days + 1)
        if given_ and inside and item.dose is not None and item.drug.name == "morphine":
            total = total + item.dose
    return total


def test_opioid_sparing_halves_the_scheduled_opioid() -> None:
    record = synthesize("x", np.random.default_rng(2), Scenario.OPIOID_SPARING, regimen=Regimen.ORAL_MORPHINE)
    assert scheduled_per_day(record, 7).value * 2 == scheduled_per_day(record, -2).value > 0


def test_half_of_the_readings_are_missing_where_the_scenario_says_so() -> None:
    record = synthesize("x", np.random.default_rng(2), Scenario.HALF_MISSING)
    missing = sum(item.not_assessable is not None for item in record.pain) / len(record.pain)
    assert 0.4 < missing < 0.75


@pytest.mark.parametrize("ketamine", list(Ketamine))
def test_a_course_that_is_stopped_ends_with_the_adverse_event(ketamine: Ketamine) -> None:
    record = synthesize("x", np.random.default_rng(2), Scenario.PSYCHOTOMIMETIC, ketamine=ketamine)
    given_ = [item for item in record.administrations if item.drug.name == "ketamine"]
    (event,) = record.adverse_events
    assert len(given_) == 2
    assert (event.kind, event.led_to) == ("hallucination", "ketamine stopped")
    assert given_[-1].start < event.at < given_[-1].end  # type: ignore[operator]


def test_patches_come_off_when_the_next_goes_on() -> None:
    record = synthesize("x", np.random.default_rng(2), Scenario.NON_RESPONDER, regimen=Regimen.PATCH_AND_ORAL)
    on = [item for item in record.administrations if item.kind is AdministrationKind.PATCH_ON]
    off = {
        item.patch: item.start for item in record.administrations if item.kind is AdministrationKind.PATCH_OFF
    }
    assert [off[item.patch] for item in on[:-1]] == [item.start for item in on[1:]]


# --- the parameters -----------------------------------------------------------------------------------------------


def test_the_parameters_say_that_they_are_no_evidence() -> None:
    text = (Path(sources.synthetic.__file__).parent / "parameters.yaml").read_text(encoding="utf-8")
    assert "None of them is evidence" in text


def test_there_are_parameters_for_each_scenario_regimen_and_course() -> None:
    assert set(parameters().under("scenarios").names()) == set(Scenario)
    assert set(parameters().under("regimens").names()) == set(Regimen)
    assert set(parameters().under("ketamine").names()) == set(Ketamine)


def test_a_missing_or_unreadable_parameter_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("pain:\n  dose: 5mg\n", encoding="utf-8")
    pain = Parameters(read_file(tmp_path / "p.yaml", "p.yaml")).under("pain")
    with pytest.raises(LibraryError, match=r"p\.yaml:2: pain: has no 'phi'"):
        pain.number("phi")
    with pytest.raises(
        LibraryError,
        match=r"p\.yaml:2: pain\.dose: quantity '5mg' has no space before its unit; write '5 mg'",
    ):
        pain.quantity("dose")


# --- written as tables and read back -------------------------------------------------------------------------------


def without_origin(record: PatientRecord) -> dict[str, list[object]]:
    return {name: [replace(event, origin=None) for event in getattr(record, name)] for name in EVENT_KINDS}


@settings(max_examples=12)
@given(seed=st.integers(0, 2**32), scenario=st.sampled_from(Scenario))
def test_a_record_written_as_tables_reads_back_the_same(
    tmp_path_factory, seed: int, scenario: Scenario
) -> None:
    folder = tmp_path_factory.mktemp("chart")
    record = synthesize("x", np.random.default_rng(seed), scenario)
    write_tables([record], folder, heading="Synthetic.\n\nInvented.")
    again = sources.read(folder).record()
    assert again.patient == record.patient
    assert without_origin(again) == without_origin(record)


def test_several_patients_of_one_zone_share_their_files(tmp_path: Path) -> None:
    records = [record for record in generate(8, seed=3).records if record.patient.zone == "Europe/London"]
    assert len(records) > 1
    write_tables(records, tmp_path)
    assert [record.patient.id for record in sources.read(tmp_path).records] == [r.patient.id for r in records]


def test_patients_of_several_zones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="are of 0 zones"):
        write_tables([], tmp_path)
    with pytest.raises(InputError, match="are of 3 zones; write one zone at a time"):
        write_tables(SIX + generate(12, seed=3).records, tmp_path)


def test_a_strength_is_written_and_read_back(tmp_path: Path) -> None:
    record = SIX[0]
    tablet = resolve_drug("oxycodone", None, Quantity(5, "mg/{tablet}"))
    event = replace(
        record.administrations[0], drug=tablet, dose=Quantity(2, "{tablet}"), rate=None, body_weight=None
    )
    event = replace(event, kind=AdministrationKind.DOSE, end=None, unit_status=UnitStatus.DERIVED)
    write_tables([replace(record, administrations=(event,))], tmp_path)
    (again,) = sources.read(tmp_path).record().administrations
    assert replace(again, origin=event.origin) == event


def test_what_a_row_cannot_say_is_refused_and_not_rounded(tmp_path: Path) -> None:
    record = SIX[0]
    third = replace(record.administrations[0], dose=Quantity(Fraction(1, 3), "mg"))
    with pytest.raises(InputError, match="does not end as a decimal"):
        write_tables([replace(record, administrations=(third,))], tmp_path)
    doubted = replace(record.administrations[0], doubt="smudged")
    with pytest.raises(InputError, match="is doubted, which a row cannot say"):
        write_tables([replace(record, administrations=(doubted,))], tmp_path)
