"""Observations: pain with who reported it, why there is none, sedation, vital signs and weight."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.record import NotAssessable, PainKind, PainReporter
from fixtures.fhir.build import (
    ABSENT,
    LOINC,
    SNOMED,
    UCUM,
    concept,
    imported,
    observed,
    reasons,
    record_of,
    ucum,
)

NRS, WEEK, NO_SCALE = "72514-3", "75893-8", "38208-5"
SCORE = {"system": UCUM, "code": "{score}"}


def score(value: Any, **unit: Any) -> dict[str, Any]:
    return {"valueQuantity": {"value": value, **(unit or SCORE)}}


# --- pain ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        score(7),
        score(7.0),
        score(7, system=UCUM, code="1"),
        score(7, unit="points"),
        {"valueQuantity": {"value": 7}},
        {"valueInteger": 7},
        {"valueString": "7"},
        {"valueCodeableConcept": concept("7")},
        {"valueCodeableConcept": concept(None, (LOINC, "LA10139-6", "7"))},
        {"valueCodeableConcept": concept(None, (LOINC, "LA10139-6", None))},
    ],
)
def test_a_pain_score_in_every_type_of_value(tmp_path: Path, value: dict[str, Any]) -> None:
    (found,) = record_of(tmp_path, observed(NRS, **value)).pain
    assert (found.scale, found.value, found.not_assessable, found.kind) == (
        "nrs_0_10",
        7,
        None,
        PainKind.CURRENT,
    )
    assert found.at.isoformat() == "2026-03-01T09:00:00+00:00"


def test_pain_over_a_week_is_another_scale_and_not_the_pain_of_now(tmp_path: Path) -> None:
    (found,) = record_of(tmp_path, observed(WEEK, **score(6))).pain
    assert (found.scale, found.kind) == ("nrs_past_week", PainKind.AVERAGE)


@pytest.mark.parametrize(
    ("performers", "reporter"),
    [
        (["Patient/p1"], PainReporter.SELF),
        (["RelatedPerson/daughter"], PainReporter.PROXY),
        (["Practitioner/nurse"], PainReporter.UNSTATED),
        (["PractitionerRole/nurse", "Organization/ward"], PainReporter.UNSTATED),
        (["Practitioner/nurse", "Patient/p1"], PainReporter.SELF),
        (["http://example.org/fhir/RelatedPerson/daughter"], PainReporter.PROXY),
        (["Patient/p1", "RelatedPerson/daughter"], PainReporter.UNSTATED),
        (["Patient/somebody-else"], PainReporter.UNSTATED),
        ([], PainReporter.UNSTATED),
    ],
)
def test_who_reported_the_pain(tmp_path: Path, performers: list[str], reporter: PainReporter) -> None:
    (found,) = record_of(
        tmp_path, observed(NRS, **score(7), performer=[{"reference": item} for item in performers])
    ).pain
    assert found.reporter is reporter


def test_a_behavioural_scale_is_nobodys_own_word(tmp_path: Path) -> None:
    (found,) = record_of(
        tmp_path,
        observed(
            concept("Critical-Care Pain Observation Tool (CPOT)"),
            **score(3),
            performer=[{"reference": "Patient/p1"}],
        ),
    ).pain
    assert (found.scale, found.reporter) == ("cpot", PainReporter.BEHAVIOURAL)


@pytest.mark.parametrize(
    ("absent", "reason"),
    [
        (concept(None, (ABSENT, "asked-declined", None)), NotAssessable.DECLINED),
        (concept(None, (ABSENT, "asked-unknown", None)), NotAssessable.UNABLE),
        (concept(None, (ABSENT, "not-performed", None)), NotAssessable.NOT_RECORDED),
        (concept(None, (ABSENT, "unknown", "Unknown")), NotAssessable.NOT_RECORDED),
        (concept("Patient asleep"), NotAssessable.ASLEEP),
        (concept("sedated, RASS -4"), NotAssessable.SEDATED),
        (concept("deeply sedated"), NotAssessable.SEDATED),
        (concept("refused"), NotAssessable.DECLINED),
        (concept("Unable to score"), NotAssessable.UNABLE),
        (concept("the cat sat on the mat"), NotAssessable.NOT_RECORDED),
    ],
)
def test_why_there_is_no_score(tmp_path: Path, absent: dict[str, Any], reason: NotAssessable) -> None:
    found = imported(tmp_path, observed(NRS, dataAbsentReason=absent))
    (only,) = found.record("p1").pain
    assert (only.value, only.not_assessable) == (None, reason)
    assert reasons(found, "Observation") == {f"not assessable: pain not assessable: {reason}": 1}


@pytest.mark.hazard("H-038")
@pytest.mark.parametrize(
    ("text", "reason"), [("asleep", NotAssessable.ASLEEP), ("Unable to Score", NotAssessable.UNABLE)]
)
def test_unable_to_score_in_words_is_never_zero(tmp_path: Path, text: str, reason: NotAssessable) -> None:
    for value in ({"valueString": text}, {"valueCodeableConcept": concept(text)}):
        (found,) = record_of(tmp_path, observed(NRS, **value)).pain
        assert (found.value, found.not_assessable) == (None, reason)


def test_an_empty_observation_was_not_recorded(tmp_path: Path) -> None:
    (found,) = record_of(tmp_path, observed(NRS)).pain
    assert found.not_assessable is NotAssessable.NOT_RECORDED


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"valueString": "5-10"}, "has a value that is not a number"),
        ({"valueString": "7/10"}, "has a value that is not a number"),
        ({"valueString": "severe"}, "has a value that is not a number"),
        ({"valueBoolean": True}, "has a value that is not a number"),
        ({"valueRange": {"low": {"value": 5}, "high": {"value": 10}}}, "has a value that is not a number"),
        ({"valueInteger": "7"}, "has a value that is not a number"),
        (score(11), "has a value that is not on the scale nrs_0_10"),
        (score(-1), "has a value that is not on the scale nrs_0_10"),
        (score(5.5), "has a value that is not on the scale nrs_0_10"),
        (score(70, unit="mm", system=UCUM, code="mm"), "has a score with a unit"),
        (score(70, unit="mm"), "has a score with a unit"),
        ({"valueQuantity": {"comparator": ">", "value": 5, **SCORE}}, "has a limit as its value"),
        ({"valueQuantity": SCORE}, "has a quantity without a value"),
        (
            {**score(5), "dataAbsentReason": concept("asleep")},
            "has both a value and a reason why there is none",
        ),
    ],
)
def test_a_value_that_is_no_score_is_unconvertible(
    tmp_path: Path, value: dict[str, Any], reason: str
) -> None:
    found = imported(tmp_path, observed(NRS, **value))
    assert found.record("p1").pain == ()
    assert reasons(found, "Observation") == {f"unconvertible: {reason}": 1}


def test_pain_severity_without_a_scale_is_not_taken_for_one(tmp_path: Path) -> None:
    """3 may be of 5, of 10 or of 100."""
    found = imported(tmp_path, observed(NO_SCALE, **score(3)))
    assert reasons(found, "Observation") == {
        "unconvertible: is pain severity on a scale that it does not name": 1
    }


def test_the_site_of_pain_is_kept(tmp_path: Path) -> None:
    (found,) = record_of(tmp_path, observed(NRS, **score(7), bodySite=concept("left hip"))).pain
    assert found.site == "left hip"


# --- status and time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("entered-in-error", "not used: was entered in error"),
        ("cancelled", "not used: was cancelled"),
        ("registered", "not used: is registered, with no result yet"),
        ("done", "not used: has a status that R4 does not know"),
        (None, "not used: has a status that R4 does not know"),
    ],
)
def test_a_result_that_is_none_is_left_out_with_a_line(tmp_path: Path, status: Any, reason: str) -> None:
    found = imported(tmp_path, {**observed(NRS, **score(7)), "status": status})
    assert found.record("p1").pain == ()
    assert reasons(found, "Observation") == {reason: 1}


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "preliminary", "unknown"])
def test_other_statuses_are_used(tmp_path: Path, status: str) -> None:
    assert len(record_of(tmp_path, {**observed(NRS, **score(7)), "status": status}).pain) == 1


def test_a_reading_over_a_period_is_known_at_its_end(tmp_path: Path) -> None:
    period = {"start": "2026-03-01T10:00:00Z", "end": "2026-03-01T14:00:00Z"}
    (found,) = record_of(tmp_path, observed(NRS, at=None, effectivePeriod=period, **score(7))).pain
    assert found.at.isoformat() == "2026-03-01T14:00:00+00:00"


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ({"effectiveDateTime": "2026-03-01"}, "effectiveDateTime is a date without a time of day"),
        ({"effectivePeriod": {"start": "2026-03-01T10:00:00Z"}}, "has no effective time"),
        ({}, "has no effective time"),
    ],
)
def test_a_reading_without_an_instant_is_unconvertible(
    tmp_path: Path, when: dict[str, Any], reason: str
) -> None:
    found = imported(tmp_path, observed(NRS, at=None, **when, **score(7)))
    assert reasons(found, "Observation") == {f"unconvertible: {reason}": 1}


# --- sedation -----------------------------------------------------------------------------------------------------------

RASS = concept(None, (SNOMED, "457441000124102", "Richmond agitation-sedation scale"))


@pytest.mark.parametrize(
    ("code", "value", "scale", "written"),
    [
        (RASS, score(-2), "rass", "-2"),
        (RASS, {"valueString": "-2"}, "rass", "-2"),
        (concept("Pasero Opioid-Induced Sedation Scale (POSS)"), {"valueString": "S"}, "poss", "S"),
        (concept("POSS"), {"valueString": "3"}, "poss", "3"),
        (concept("POSS"), score(3), "poss", "3"),
        (concept("POSS"), score(3.0), "poss", "3"),
        (concept("Riker Sedation-Agitation Scale"), {"valueInteger": 4}, "riker_sas", "4"),
    ],
)
def test_sedation_scales(tmp_path: Path, code: Any, value: dict[str, Any], scale: str, written: str) -> None:
    (found,) = record_of(tmp_path, observed(code, **value)).sedation
    assert (found.scale, found.value) == (scale, written)


def test_a_scale_recognised_by_its_name_alone_is_warned_of(tmp_path: Path) -> None:
    counts = reasons(imported(tmp_path, observed(concept("POSS"), **score(3))), "Observation")
    assert counts == {"doubted: its scale is recognised by its name, not by a code": 1}


def test_loinc_54632_5_is_not_rass_whatever_it_is_called(tmp_path: Path) -> None:
    found = imported(tmp_path, observed(concept("RASS", (LOINC, "54632-5", "RASS")), **score(-2)))
    assert found.record("p1").sedation == ()
    assert reasons(found, "Observation") == {"not used: is not an observation that is read": 1}


def test_sedation_off_its_scale_and_not_assessable(tmp_path: Path) -> None:
    off = imported(tmp_path, observed(RASS, **score(7)))
    assert reasons(off, "Observation") == {"unconvertible: has a value that is not on the scale rass": 1}
    none = imported(tmp_path, observed(RASS, dataAbsentReason=concept("refused")))
    assert reasons(none, "Observation") == {"not assessable: sedation not assessable: declined": 1}
    assert none.record("p1").sedation == ()


def test_codes_of_two_scales_are_a_doubt(tmp_path: Path) -> None:
    both = concept(None, (LOINC, NRS, None), (LOINC, WEEK, None))
    counts = reasons(imported(tmp_path, observed(both, **score(7))), "Observation")
    assert counts == {"unconvertible: its codes mean different scales: nrs_0_10 and nrs_past_week": 1}


# --- vital signs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value", "kind", "shown"),
    [
        ("9279-1", ucum(14, "/min"), "respiratory_rate", "14 /min"),
        ("9279-1", ucum(14, "{breaths}/min", "breaths/min"), "respiratory_rate", "14 /min"),
        ("8867-4", ucum(84, "{beats}/min"), "heart_rate", "84 /min"),
        ("59408-5", ucum(97, "%"), "spo2", "97 %"),
        ("2708-6", ucum(0.97, "1"), "spo2", "97 %"),
        ("8480-6", ucum(120, "mm[Hg]", "mmHg"), "systolic", "120 mm[Hg]"),
        ("8478-0", ucum(60, "mm[Hg]"), "mean_pressure", "60 mm[Hg]"),
    ],
)
def test_vital_signs_in_their_own_units(tmp_path: Path, code: str, value: Any, kind: str, shown: str) -> None:
    (found,) = record_of(tmp_path, observed(code, valueQuantity=value)).vitals
    assert (found.kind, str(found.value), found.flagged) == (kind, shown, "")


def pressure(systolic: Any, diastolic: Any) -> dict[str, Any]:
    return observed(
        "85354-9",
        component=[
            {"code": concept(None, (LOINC, "8480-6", None)), **systolic},
            {"code": concept(None, (LOINC, "8462-4", None)), **diastolic},
        ],
    )


def test_a_blood_pressure_has_two_components(tmp_path: Path) -> None:
    both = pressure({"valueQuantity": ucum(107, "mm[Hg]")}, {"valueQuantity": ucum(60, "mm[Hg]")})
    found = record_of(tmp_path, both).vitals
    assert [(item.id, item.kind, str(item.value)) for item in found] == [
        ("v1.diastolic", "diastolic", "60 mm[Hg]"),
        ("v1.systolic", "systolic", "107 mm[Hg]"),
    ]


def test_a_missing_component_is_warned_of_and_not_filled_in(tmp_path: Path) -> None:
    one = pressure({"valueQuantity": ucum(107, "mm[Hg]")}, {"dataAbsentReason": concept("not measured")})
    found = imported(tmp_path, one)
    assert [item.kind for item in found.record("p1").vitals] == ["systolic"]
    assert reasons(found, "Observation") == {"doubted: one of its components has no value": 1}
    none = pressure({"dataAbsentReason": concept("x")}, {"dataAbsentReason": concept("x")})
    assert reasons(imported(tmp_path, none), "Observation") == {"not used: has no value": 1}


def test_an_impossible_reading_is_flagged_and_kept(tmp_path: Path) -> None:
    found = imported(tmp_path, observed("59408-5", valueQuantity=ucum(0, "%")))
    (only,) = found.record("p1").vitals
    assert "spo2 0 % is below" in only.flagged
    assert reasons(found, "Observation") == {"doubted: is hardly possible": 1}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            {"valueQuantity": ucum(14, "mm[Hg]")},
            "unconvertible: respiratory_rate is in a unit of another kind",
        ),
        ({"valueQuantity": {"value": 14}}, "unconvertible: has a value that cannot be used"),
        ({"valueString": "14"}, "not used: has no value that is a quantity"),
        ({}, "not used: has no value that is a quantity"),
        (
            {"valueQuantity": ucum(14, "/min"), "dataAbsentReason": concept("x")},
            "unconvertible: has both a value and",
        ),
    ],
)
def test_a_vital_sign_that_cannot_be_used(tmp_path: Path, value: dict[str, Any], reason: str) -> None:
    found = imported(tmp_path, observed("9279-1", **value))
    assert found.record("p1").vitals == ()
    assert [key for key in reasons(found, "Observation") if key.startswith(reason)]


# --- body weight ---------------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-006")
@pytest.mark.parametrize(
    ("code", "value", "kilograms", "method"),
    [
        ("29463-7", ucum(70, "kg"), 70, "unstated"),
        ("3141-9", ucum(70000, "g"), 70, "measured"),
        ("3142-7", ucum(70, "kg"), 70, "stated"),
        ("8335-2", ucum(70, "kg"), 70, "estimated"),
        # One avoirdupois pound is 0.45359237 kg by definition.
        ("29463-7", ucum(100, "[lb_av]", "lbs"), Fraction("45.359237"), "unstated"),
    ],
)
def test_body_weight_in_kilograms_grams_and_pounds(
    tmp_path: Path, code: str, value: Any, kilograms: Any, method: str
) -> None:
    (found,) = record_of(tmp_path, observed(code, valueQuantity=value)).weights
    assert (found.value.in_("kg"), found.method) == (kilograms, method)


@pytest.mark.parametrize("value", [ucum(0, "kg"), ucum(-70, "kg"), ucum(170, "cm")])
def test_what_is_no_weight_is_unconvertible(tmp_path: Path, value: dict[str, Any]) -> None:
    found = imported(tmp_path, observed("29463-7", valueQuantity=value))
    assert reasons(found, "Observation") == {"unconvertible: is no body weight": 1}


def test_a_weight_of_grams_charted_as_kilograms_is_doubted(tmp_path: Path) -> None:
    found = imported(tmp_path, observed("29463-7", valueQuantity=ucum(70000, "kg")))
    assert reasons(found, "Observation") == {"doubted: is hardly possible": 1}


# --- others --------------------------------------------------------------------------------------------------------------------


def test_other_observations_and_panels_without_a_value_are_left_out_with_their_names(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        observed("15074-8", id="a", valueQuantity=ucum(6, "mmol/L")),
        observed("85353-1", id="b", hasMember=[{"reference": "Observation/a"}]),
        observed({}, id="c"),
    )
    (line,) = [line for line in found.quality.lines if line.reason == "is not an observation that is read"]
    assert line.count == 3
    assert [example.rpartition(": ")[2] for example in line.examples] == [
        "http://loinc.org|15074-8",
        "http://loinc.org|85353-1",
        "no code",
    ]


def test_a_modifier_on_a_score_or_a_component_is_never_passed_over(tmp_path: Path) -> None:
    modifier = {"modifierExtension": [{"url": "http://example.org/opposite"}]}
    found = imported(tmp_path, observed(NRS, **score(7), **modifier))
    assert reasons(found, "Observation") == {"not used: carries a modifier that is not known here": 1}
    both = pressure({"valueQuantity": ucum(107, "mm[Hg]"), **modifier}, {"valueQuantity": ucum(60, "mm[Hg]")})
    assert [item.kind for item in record_of(tmp_path, both).vitals] == ["diastolic"]


def test_names_of_two_scales_are_a_doubt(tmp_path: Path) -> None:
    both = {"text": "POSS", "coding": [{"system": "urn:local", "code": "1", "display": "RASS"}]}
    counts = reasons(imported(tmp_path, observed(both, **score(2))), "Observation")
    assert counts == {"unconvertible: its names mean different scales: poss and rass": 1}


def test_a_local_answer_code_without_words_is_no_number(tmp_path: Path) -> None:
    answer = {"valueCodeableConcept": {"coding": [{"system": "urn:local", "code": "7"}]}}
    counts = reasons(imported(tmp_path, observed(NRS, **answer)), "Observation")
    assert counts == {"unconvertible: has a value that is not a number": 1}


# --- panels ------------------------------------------------------------------------------------------------------------


def part_of(code: str, **value: Any) -> dict[str, Any]:
    return {"code": concept(None, (LOINC, code, None)), **value}


def test_pain_and_sedation_within_a_panel_are_read(tmp_path: Path) -> None:
    panel = observed(
        "38212-7",
        performer=[{"reference": "Patient/p1"}],
        component=[part_of(NRS, **score(7)), {"code": RASS, **score(-1)}, part_of("38208-5", **score(3))],
    )
    record = record_of(tmp_path, panel)
    assert [(item.id, item.value, item.reporter) for item in record.pain] == [
        ("v1.nrs_0_10", 7, PainReporter.SELF)
    ]
    assert [(item.id, item.value) for item in record.sedation] == [("v1.rass", "-1")]


def test_a_panel_of_nothing_but_reasons_is_not_assessable(tmp_path: Path) -> None:
    panel = observed("38212-7", component=[part_of(NRS, dataAbsentReason=concept("asleep"))])
    found = imported(tmp_path, panel)
    assert found.record("p1").pain[0].not_assessable is NotAssessable.ASLEEP
    assert reasons(found, "Observation") == {"not assessable: pain not assessable: asleep": 1}


def test_one_bad_part_of_a_panel_does_not_hide_the_others(tmp_path: Path) -> None:
    panel = observed(
        "38212-7", component=[part_of(NRS, **score(11)), part_of("9279-1", valueQuantity=ucum(14, "/min"))]
    )
    found = imported(tmp_path, panel)
    assert (len(found.record("p1").pain), len(found.record("p1").vitals)) == (0, 1)
    assert reasons(found, "Observation") == {
        "doubted: one of its components has a value that is not on the scale nrs_0_10": 1
    }


def test_a_code_with_its_value_in_a_component_is_one_reading(tmp_path: Path) -> None:
    panel = observed(NRS, component=[part_of(NRS, **score(7))])
    assert [(item.id, item.value) for item in record_of(tmp_path, panel).pain] == [("v1.nrs_0_10", 7)]


def test_two_components_of_one_kind_have_two_ids(tmp_path: Path) -> None:
    panel = observed(
        "85354-9", component=[part_of("8480-6", valueQuantity=ucum(n, "mm[Hg]")) for n in (120, 130)]
    )
    assert [item.id for item in record_of(tmp_path, panel).vitals] == ["v1.systolic.0", "v1.systolic.1"]
