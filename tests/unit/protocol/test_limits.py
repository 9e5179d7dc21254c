"""Guardrails, modifiers and rules to adopt: the figures of the clinical facts, and broken files with their words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library.strict import read_file
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.limits import (
    guardrails,
    modifiers,
    own_limit,
    read_guardrails,
    read_modifiers,
    read_response_questions,
    read_rule_examples,
    rule_examples,
)
from adjuvant.protocol.predicate import Attested, Event, Not, Seen, walk
from adjuvant.protocol.regimen import Conversion
from adjuvant.protocol.site import OwnLimit
from adjuvant.quantity import Quantity

# Where each figure stands in the clinical facts: file, the record's id, the way to it, and its unit there.
FIGURES = {
    "asra_acute_bolus": ("protocols", "asra_acute_2018", ("limits", "bolus_max_mg_per_kg"), "mg/kg"),
    "asra_acute_rate": ("protocols", "asra_acute_2018", ("limits", "infusion_max_mg_per_kg_h"), "mg/kg/h"),
    "asra_chronic_bolus": ("protocols", "asra_chronic_2018", ("limits", "bolus_max_mg_per_kg"), "mg/kg"),
    "asra_chronic_rate": ("protocols", "asra_chronic_2018", ("limits", "infusion_mg_per_kg_h", 1), "mg/kg/h"),
    "asra_chronic_least_rate": (
        "protocols",
        "asra_chronic_2018",
        ("limits", "infusion_mg_per_kg_h", 0),
        "mg/kg/h",
    ),
    "asra_chronic_least_time": ("protocols", "asra_chronic_2018", ("limits", "min_duration_h"), "h"),
    "asra_chronic_least_total": ("protocols", "asra_chronic_2018", ("limits", "min_total_mg"), "mg"),
    "dissociative_threshold": (
        "protocol_sources",
        "statpearls_ketamine",
        ("dose", "dissociative_threshold_iv_mg_per_kg", 0),
        "mg/kg",
    ),
    "mid_essex_daily": (
        "protocols",
        "mid_essex_palliative",
        ("options", 1, "usual_ceiling_mg_per_24h"),
        "mg/d",
    ),
    "oral_us_daily": ("protocols", "docslib5135884_oral_conversion", ("dose", "max_reported_mg_day"), "mg/d"),
    "fpm_rate": ("protocol_sources", "fpm_pm12_2021", ("dose", "max_mg_per_kg_h"), "mg/kg/h"),
    "cheo_rate": ("protocol_sources", "cheo", ("dose", "max_mcg_per_kg_h"), "ug/kg/h"),
    "sarcoma_rate": ("protocol_sources", "nch_ortho", ("dose", "max_mg_per_h"), "mg/h"),
    "uwhc_single": ("protocols", "ed_bolus_uwhc", ("dose", "max_single_mg"), "mg"),
    "uwhc_interval": ("protocols", "ed_bolus_uwhc", ("dose", "min_repeat_interval_h"), "h"),
    "cleveland_single": ("protocol_sources", "cleveland_clinic_sddk", ("dose", "max_mg"), "mg"),
    "scirp_interval": ("protocols", "ed_bolus_scirp", ("dose", "repeat_every_min"), "min"),
}
# These stand in sentences of the facts, and were read off them by a person.
IN_WORDS = {
    "label_push_rate": "0.5 mg/kg/min",
    "label_push_time": "60 s",
    "islhd_daily": "700 mg/d",
    "sg_pall_oral_single": "100 mg",
    "cleveland_interval": "30 min",
}


def record(shared: Path, file: str, key: str) -> Any:
    """One record of the clinical facts."""
    whole = json.loads((shared / "clinical" / f"{file}.json").read_text(encoding="utf-8"))
    listed = whole.get("protocols") or whole["findings"]
    return next(item for item in listed if item["id"] == key)


def figure_of(key: str) -> Quantity:
    """What a guardrail of the library limits, be it a dose or a time."""
    rail = guardrails()[key]
    found = rail.interval if rail.limit is None else rail.limit.value
    assert found is not None
    return found


def test_every_guardrail_is_compared_with_the_facts() -> None:
    assert set(guardrails()) == set(FIGURES) | set(IN_WORDS)


@pytest.mark.shared
@pytest.mark.parametrize("key", FIGURES)
def test_a_guardrail_has_the_figure_of_the_facts(key: str, shared: Path) -> None:
    file, ident, way, unit = FIGURES[key]
    here = record(shared, file, ident)
    for step in way:
        here = here[step]

    assert figure_of(key) == Quantity(Fraction(str(here)), unit)


@pytest.mark.parametrize(("key", "figure"), IN_WORDS.items())
def test_a_guardrail_has_the_figure_of_its_sentence(key: str, figure: str) -> None:
    assert str(figure_of(key)) == figure


def test_what_was_not_read_at_its_source_does_not_bind() -> None:
    not_read = {key for key, one in guardrails().items() if one.provenance is not Provenance.READ}

    assert {"asra_acute_bolus", "asra_acute_rate", "fpm_rate"} <= not_read
    assert not any(guardrails()[key].binds for key in not_read)


def test_nothing_made_for_surgery_emergencies_children_or_other_pain_binds() -> None:
    elsewhere = ("surgery", "emergency", "children", "chronic pain")
    for key, one in guardrails().items():
        if any(word in one.settings for word in elsewhere):
            assert not one.binds, key


def test_only_the_label_refuses_before_a_site_has_adopted_anything() -> None:
    refusing = [key for key, one in guardrails().items() if one.binds and one.severity == "absolute"]

    assert refusing == ["label_push_rate", "label_push_time"]


def test_the_founding_dose_is_over_the_bolus_and_inside_the_rate_of_the_acute_consensus() -> None:
    # Half a milligram per kilogram over 40 minutes is 0.75 mg/kg/h (test vector 9 of the facts).
    dose = Quantity(Fraction(1, 2), "mg/kg")

    assert dose > figure_of("asra_acute_bolus")
    assert dose / Quantity(40, "min") < figure_of("asra_acute_rate")


def test_a_minimum_only_ever_advises() -> None:
    assert {one.severity for one in guardrails().values() if one.kind == "minimum"} == {"recommended"}


def test_modifiers_say_whom_they_mean() -> None:
    assert str(modifiers()["mid_essex_frail"].start) == "30 mg/d"
    assert str(modifiers()["froedtert_elderly"].start) == "2 ug/kg/min"
    assert modifiers()["asra_severe_liver"].start is None


def test_sixty_years_exactly_are_not_over_sixty() -> None:
    # The handbook's two rules leave that age out (test vector 7 of the facts).
    when = modifiers()["maraa_older_or_light"].when
    bounds = {part.measure: part.bound for part in walk(when) if isinstance(part, Seen)}

    assert {key: (name, str(value)) for key, (name, value) in bounds.items()} == {
        "age": ("above", "60 a"),
        "body_weight": ("below", "70 kg"),
    }


def asked(key: str) -> dict[tuple[str, str, str], str]:
    """What a rule compares: measure, what of it, and bound, with the figure."""
    found = {}
    for part in walk(rule_examples()[key].rule.when):
        if isinstance(part, Seen):
            name, value = part.bound
            found[part.measure, part.of, name] = str(value)
    return found


@pytest.mark.shared
def test_the_limits_of_vital_signs_are_those_of_the_facts(shared: Path) -> None:
    printed = record(shared, "protocols", "ed_bolus_scirp")["vital_exclusion"]
    measures = {
        "SBP": ("systolic", " mm[Hg]"),
        "HR": ("heart_rate", " /min"),
        "RR": ("respiratory_rate", " /min"),
    }
    wanted = {}
    for name, words in printed.items():
        measure, unit = measures[name]
        below, above = words.split(" or ")
        wanted[measure, "value", "below"] = below.removeprefix("<") + unit
        wanted[measure, "value", "above"] = above.removeprefix(">") + unit

    assert asked("scirp_vital_signs") == wanted
    assert rule_examples()["scirp_vital_signs"].rule.kind == "entry"


def test_the_rule_of_the_founding_dose_asks_for_a_fifth_above_the_baseline() -> None:
    of_a_fifth = ("percent_rise_from_baseline", "from")
    wanted = {(measure, *of_a_fifth): "20 %" for measure in ("systolic", "diastolic", "heart_rate")}

    assert asked("depression_pressure_pulse_dissociation") == wanted


def test_entry_pause_review_reduction_stop_futility_and_call_are_told_apart() -> None:
    kinds = {key: one.rule.kind for key, one in rule_examples().items()}

    assert set(kinds.values()) == {"entry", "pause", "review", "reduce", "stop", "futility", "call"}
    assert kinds["comfort_care_futility"] == "futility"
    assert kinds["nsw_call"] == "call"


def test_no_rule_to_adopt_holds_ketamine_for_saturation() -> None:
    # No source of ketamine that was read gives such a figure, so that offering one would be inventing it.
    measures = {
        part.measure for one in rule_examples().values() for part in walk(one.rule.when) if type(part) is Seen
    }

    assert "spo2" not in measures
    assert "sedation_rass" not in measures


def test_every_rule_to_adopt_says_what_it_was_made_for_and_where_it_stands() -> None:
    for key, one in rule_examples().items():
        assert one.rule.key == key
        assert one.rule.citation
        assert one.rule.provenance in (Provenance.READ, Provenance.SECONDARY), key
        assert one.limit_of_use


def test_questions_that_no_record_answers_are_asked_of_a_person() -> None:
    parts = list(walk(rule_examples()["picu_new_events"].rule.when))

    assert [part.event for part in parts if isinstance(part, Event)] == ["any_unwanted_effect"]
    assert [part.attested for part in parts if isinstance(part, Attested)] == ["not_by_present_illness"]


def test_an_effect_that_lasts_is_no_reason_of_the_rule_for_effects_that_passed() -> None:
    # The source lowers the next dose after an effect that has gone; what has not gone is another rule's.
    when = rule_examples()["oral_resolved_reduce"].rule.when
    lasting = [part.not_ for part in walk(when) if isinstance(part, Not)]

    assert [part.event for part in lasting if isinstance(part, Event) and part.within is None] == [
        "any_unwanted_effect"
    ]


# --- broken files -------------------------------------------------------------------------------------------

RAIL: Mapping[str, str] = {
    "title": "A cap",
    "drug": "ketamine",
    "routes": "[intravenous]",
    "settings": "every use",
    "gives": "any",
    "kind": "maximum",
    "of": "rate",
    "severity": "absolute",
    "limit": "1 mg/kg/h",
    "binds": "false",
    "citation": "cohen2018",
    "provenance": "read",
}
MODIFIER: Mapping[str, str] = {
    "title": "Frail",
    "who": "frailty",
    "advice": "Begin lower.",
    "citation": "mid_essex",
    "provenance": "read",
}
RULE: Mapping[str, str] = {
    "key": "a",
    "kind": "stop",
    "text": "Ends.",
    "when": "{event: seizure}",
    "citation": "nct00618397",
    "provenance": "read",
}


def written(folder: Path, form: Mapping[str, str], changes: Mapping[str, str | None], kind: str) -> Path:
    """A file with one such mapping, in which the changes stand; None leaves a key out."""
    lines = [f"{key}: {value}" for key, value in {**form, **changes}.items() if value is not None]
    path = folder / "limits.yaml"
    if kind == "examples":
        head, indent = ["examples:", "  a:", "    rule:"], "      "
        tail = ["    limit_of_use: Elsewhere."]
    else:
        head, indent, tail = [f"{kind}:", "  a:"], "    ", []
    path.write_text("\n".join([*head, *(indent + line for line in lines), *tail]) + "\n", encoding="utf-8")
    if kind != "examples":
        other = {"guardrails": "modifiers", "modifiers": "guardrails"}[kind]
        path.write_text(path.read_text(encoding="utf-8") + f"{other}: {{}}\n", encoding="utf-8")
    return path


def words_of(error: LibraryError, folder: Path) -> str:
    """The error without the name of the folder that pytest made."""
    return str(error).removeprefix(f"{folder.name}/")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"citation": None}, "limits.yaml:3: guardrails.a: has no 'citation'; "),
        ({"citation": "cohen2019"}, "citation 'cohen2019' is not in citations.yaml; did you mean 'cohen2018'"),
        ({"binds": "true", "provenance": "secondary"}, "limits.yaml:12: guardrails.a.binds: binds, and was not read "),
        ({"binds": None}, "limits.yaml:3: guardrails.a: has no 'binds'; add `binds: true` or `binds: false`."),
        ({"limit": None}, "limits.yaml:3: guardrails.a: has a limit if, and only if, it caps a dose; "),
        ({"limit": "1 mg/kg"}, "limits.yaml:11: guardrails.a.limit: 1 mg/kg does not limit a rate; write an amount per"),
        ({"of": "single_dose"}, "limits.yaml:11: guardrails.a.limit: 1 mg/kg/h does not limit a single dose; write an "),
        ({"limit": "1 mL/h"}, "limits.yaml:11: guardrails.a.limit: 1 mL/h measures "),
        ({"limit": "0 mg/kg/h"}, "0 mg/kg/h is not above zero; "),
        ({"limit": "{low: 1 mg/kg/h, high: 2 mg/kg/h}"}, "limits.yaml:11: guardrails.a.limit: is a span, 1 mg/kg/h to "),
        ({"interval": "1 h"}, "has an interval if, and only if, it is a least interval or a least duration; "),
        ({"kind": "least_interval"}, "has an interval if, and only if, it is a least interval or a least duration; "),
        ({"routes": "[iv]"}, "limits.yaml:5: guardrails.a.routes[0]: 'iv' is not the library's word for a route; "),
        ({"severity": "hard"}, "limits.yaml:10: guardrails.a.severity: 'hard' is none of 'absolute' or 'recommended'; "),
        ({"why": "no reason"}, "limits.yaml:15: guardrails.a.why: 'why' is not a known key; "),
    ],
)  # fmt: skip
def test_a_broken_guardrail_is_refused_with_its_place(
    changes: Mapping[str, str | None], words: str, tmp_path: Path
) -> None:
    with pytest.raises(LibraryError) as caught:
        read_guardrails(written(tmp_path, RAIL, changes, "guardrails"))

    assert words in words_of(caught.value, tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"who": "frailness"}, "limits.yaml:4: modifiers.a.who: 'frailness' is neither a condition of conditions.yaml "),
        ({"provenance": None}, "limits.yaml:3: modifiers.a: has no 'provenance'; "),
        ({"start": "30 mL/d"}, "30 mL/d measures "),
        ({"when": "{measure: agee, above: 60 a}"}, "'agee' is no observation of observations.yaml; did you mean 'age'"),
        ({"when": "{measure: age, above: 60}"}, "60 has no unit; write it with its unit, a"),
        ({"routes": "[skin]"}, "'skin' is not the library's word for a route; write 'topical'"),
    ],
)  # fmt: skip
def test_a_broken_modifier_is_refused_with_its_place(
    changes: Mapping[str, str | None], words: str, tmp_path: Path
) -> None:
    with pytest.raises(LibraryError) as caught:
        read_modifiers(written(tmp_path, MODIFIER, changes, "modifiers"))

    assert words in words_of(caught.value, tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "b"}, "limits.yaml:4: examples.a.rule.key: 'b' is not the key that it stands under, 'a'; name both alike."),
        ({"regimens": "[infusion]"}, "examples.a.rule.regimens: names regimens, and belongs to no protocol; leave it out."),
        ({"citation": None}, "limits.yaml:4: examples.a.rule: has no 'citation'; "),
        ({"kind": "halt"}, "limits.yaml:5: examples.a.rule.kind: 'halt' is none of "),
        ({"when": "{event: systolic}"}, "'systolic' is a reading, not an unwanted effect; ask by `measure`"),
        ({"when": "{event: seizures}"}, "'seizures' is no observation of observations.yaml; did you mean 'seizure'"),
        ({"when": "{measure: spo2, below: 90 mg}"}, "give it in %"),
        ({"when": "{measure: spo2, above: 100 %}"}, "no spo2 can be above 100 %; it runs from 0 to 100"),
        ({"when": "{condition: gout}"}, "'gout' is no condition of conditions.yaml; "),
        ({"resume_after": "1 h"}, "resumes, and is a rule of kind stop; make it `pause`"),
        ({"reduce_by": "33 %"}, "lowers the dose, and is a rule of kind stop; make it `reduce`"),
        ({"call": "someone"}, "names whom to call if, and only if, it is a rule of kind call; "),
    ],
)  # fmt: skip
def test_a_broken_example_is_refused_with_its_place(
    changes: Mapping[str, str | None], words: str, tmp_path: Path
) -> None:
    with pytest.raises(LibraryError) as caught:
        read_rule_examples(written(tmp_path, RULE, changes, "examples"))

    assert words in words_of(caught.value, tmp_path)


def test_an_example_without_its_limit_of_use_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, RULE, {}, "examples")
    path.write_text(
        path.read_text(encoding="utf-8").replace("    limit_of_use: Elsewhere.\n", ""), encoding="utf-8"
    )

    with pytest.raises(LibraryError) as caught:
        read_rule_examples(path)

    assert "examples.a: has no 'limit_of_use'; " in str(caught.value)


def test_a_file_without_one_of_its_two_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "limits.yaml"
    path.write_text("guardrails: {}\n", encoding="utf-8")

    with pytest.raises(LibraryError) as caught:
        read_guardrails(path)

    assert "has no 'modifiers'; add `modifiers:`" in str(caught.value)


@pytest.mark.parametrize(
    ("key", "when", "words"),
    [
        ("hardy2021", "{measure: pain, up_to: 3}", "limits.yaml:2: hardy2021: 'hardy2021' is no response of responses.yaml; did you mean 'hardy2012'."),
        ("hardy2012", "{measure: pian, up_to: 3}", "limits.yaml:2: hardy2012.when.measure: 'pian' is no observation of observations.yaml; did you mean 'pain'"),
    ],
)  # fmt: skip
def test_a_broken_question_of_a_response_is_refused_with_its_place(
    key: str, when: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "limits.yaml"
    path.write_text(f"{key}:\n  when: {when}\n  citation: hardy2012\n  provenance: read\n", encoding="utf-8")

    with pytest.raises(LibraryError) as caught:
        read_response_questions(path)

    assert words_of(caught.value, tmp_path).startswith(words)


def test_a_site_s_own_limit_binds_as_a_guardrail_of_the_site_and_of_the_protocol_s_drug(
    tmp_path: Path,
) -> None:
    entry = read_file(written(tmp_path, RAIL, {}, "guardrails"), "limits.yaml")
    asked = {
        "key": "most", "title": "The most here", "routes": ("intravenous",), "gives": "infusion", "of": "rate",
        "limit": "20 mg/h", "strict": True, "reference": "Own paper",
    }  # fmt: skip
    found = own_limit(OwnLimit.model_validate(asked), "esketamine", entry)
    assert found == Guardrail.model_validate(
        {
            "title": "The most here", "drug": "esketamine", "routes": ("intravenous",), "settings": "this site",
            "gives": "infusion", "kind": "maximum", "of": "rate", "severity": "absolute", "limit": "20 mg/h",
            "strict": True, "binds": True, "citation": "site", "provenance": Provenance.SITE,
        }
    )  # fmt: skip


def test_what_is_whole_is_read(tmp_path: Path) -> None:
    # The forms that the broken files above are changed from; without this they could be broken already.
    assert set(read_guardrails(written(tmp_path, RAIL, {}, "guardrails"))) == {"a"}
    assert set(read_modifiers(written(tmp_path, MODIFIER, {}, "modifiers"))) == {"a"}
    assert set(read_rule_examples(written(tmp_path, RULE, {}, "examples"))) == {"a"}
    path = tmp_path / "limits.yaml"
    path.write_text(
        "hardy2012:\n  when: {measure: pain, up_to: 3}\n  citation: hardy2012\n  provenance: read\n",
        encoding="utf-8",
    )
    assert set(read_response_questions(path)) == {"hardy2012"}


def test_a_third_is_exact_and_a_number_in_quotes_is_none() -> None:
    third = Conversion.model_validate({"to": "oral", "ratio": "1/3"})

    assert third.ratio is not None
    assert third.ratio * 3 == 1
    assert Conversion.model_validate_json(third.model_dump_json()) == third
    for broken in ("3", "1/0", "0/3", "1 / 3", "-1/3", "0.5/3"):
        with pytest.raises(ValidationError):
            Conversion.model_validate({"to": "oral", "ratio": broken})


@pytest.mark.parametrize(
    ("fields", "rule", "remedy"),
    [
        ({"limit": {"low": "5 mg", "high": "10 mg"}}, "is a span, 5 mg to 10 mg", "give one figure, and the other end in a limit of its own"),
        ({"of": "single_dose", "limit": "5 mg/h"}, "5 mg/h does not limit a single dose", "write an amount, or correct `of`"),
        ({"of": "day", "limit": "5 mg"}, "5 mg does not limit a day", "write an amount per time, or correct `of`"),
    ],
)  # fmt: skip
def test_a_limit_of_another_unit_or_of_two_ends_is_refused_with_what_to_write(
    tmp_path: Path, fields: dict[str, Any], rule: str, remedy: str
) -> None:
    limit = fields["limit"] if isinstance(fields["limit"], str) else "{low: 5 mg, high: 10 mg}"
    text = (
        "guardrails:\n  most: {title: Most, drug: ketamine, settings: everywhere, gives: any, kind: maximum, "
        f"of: {fields.get('of', 'single_dose')}, severity: absolute, limit: {limit}, binds: true, "
        "citation: hardy2012, provenance: read}\nmodifiers: {}\n"
    )
    path = tmp_path / "guardrails.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as error:
        read_guardrails(path)
    assert rule in error.value.rule
    assert error.value.remedy == remedy


def test_a_limit_that_binds_and_was_not_read_is_refused_with_what_to_write(tmp_path: Path) -> None:
    text = (
        "guardrails:\n  most: {title: Most, drug: ketamine, settings: everywhere, gives: any, kind: maximum, of: day, "
        "severity: absolute, limit: 5 mg/d, binds: true, citation: hardy2012, provenance: secondary}\nmodifiers: {}\n"
    )
    path = tmp_path / "guardrails.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as error:
        read_guardrails(path)
    assert error.value.remedy == "write false; a site may adopt it"


def test_a_modifier_of_whom_nobody_knows_is_refused_with_those_beside_the_conditions(tmp_path: Path) -> None:
    text = (
        "guardrails: {}\nmodifiers:\n  small: {title: Small, who: no such people, advice: Less., citation: hardy2012, "
        "provenance: read}\n"
    )
    path = tmp_path / "guardrails.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as error:
        read_modifiers(path)
    assert error.value.rule == (
        "'no such people' is neither a condition of conditions.yaml nor one of elderly, older_or_light"
    )
