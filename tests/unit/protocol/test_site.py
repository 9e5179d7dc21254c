"""A site closes gaps and adds; it changes nothing that the protocol gives, and a slip is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.errors import InputError, LibraryError
from adjuvant.protocol import Sited, lacking, load, read_listed, read_profile, sited
from adjuvant.protocol.facts import fact_lines
from adjuvant.protocol.site import apply
from adjuvant.protocol.values import Sourced
from written import protocol_file

HEAD = """\
site: Example hospital (invented)
example: true
approver: nobody
approved: 2026-11-01
protocol: {key}
version: {version!r}
"""


def at(folder: Path, body: str, key: str = "civik", version: str | None = None) -> Sited:
    """A protocol of the library under a profile with this body."""
    listed = load(key)
    path = folder / "site.yaml"
    head = HEAD.format(key=key, version=version or listed.protocol.version)
    path.write_text(head + body, encoding="utf-8")
    return sited(listed, path)


def chosen(field: str, value: str) -> str:
    return f"chosen:\n  - {{field: {field}, value: {value}, reference: Guideline 7}}\n"


def test_what_the_source_leaves_open_is_chosen_and_cites_the_site(tmp_path: Path) -> None:
    found = at(tmp_path, chosen("weight.kind", "actual"))
    assert found.protocol.weight.kind == "actual"
    assert found.references == {"weight.kind": "Guideline 7"}
    assert "weight.kind" not in {need.field for need in lacking(found.protocol)}
    assert load("civik").protocol.weight.kind == "not_stated"  # the library's own is as it was


def test_a_value_within_the_span_is_taken_and_cites_the_site(tmp_path: Path) -> None:
    found = at(tmp_path, chosen("regimens.bolus.start.value", "0.25 mg/kg"), "cleveland_ed_bolus")
    start = found.protocol.regimens["bolus"].start
    assert start is not None and str(start) == "0.25 mg/kg"
    assert (start.citation, str(start.provenance)) == ("site", "site")


def test_what_the_source_has_nothing_of_is_the_site_s_own_and_never_passes_for_the_source_s(
    tmp_path: Path,
) -> None:
    """Mid Essex gives no course by mouth: a bare value for its length cites the site, as a whole course would."""
    assert load("mid_essex").protocol.regimens["oral"].course is None
    for field, value in (("course.at_most", "5 d"), ("course", "{at_most: 5 d}")):
        found = at(tmp_path, chosen(f"regimens.oral.{field}", value), "mid_essex")
        course = found.protocol.regimens["oral"].course
        assert course is not None and str(course.at_most) == "5 d"
        assert (course.citation, str(course.provenance)) == ("site", "site")
        (shown,) = [
            line
            for name, lines in fact_lines(found.protocol)
            for line in lines
            if line.startswith("At most: 5 d")
        ]
        assert shown == "At most: 5 d [site, chosen by the site]"


@pytest.mark.parametrize("value", ["0.2 mg/kg", "0.3 mg/kg"])
def test_both_ends_of_a_span_are_within_it(tmp_path: Path, value: str) -> None:
    found = at(tmp_path, chosen("regimens.bolus.start.value", value), "cleveland_ed_bolus")
    assert str(found.protocol.regimens["bolus"].start) == value


def test_a_list_is_added_to_and_nothing_in_it_is_lost(tmp_path: Path) -> None:
    before = load("civik").protocol
    body = """\
rules:
  - {key: slow, kind: stop, text: Slow breathing., when: {measure: respiratory_rate, below: 8 /min}}
criteria:
  - {key: light, kind: exclude, text: Under 40 kg., when: {measure: body_weight, below: 40 kg}}
adopt_rules: [{key: poss_3, reference: Guideline 7}]
adopt_monitoring: [{key: rcht_iv, reference: Guideline 7}]
adopt_criteria: [{key: pdr_cautions, reference: Guideline 7}]
"""
    found = at(tmp_path, body).protocol
    assert found.criteria[: len(before.criteria)] == before.criteria
    assert {"slow", "poss_3"} <= {rule.key for rule in found.rules}
    assert len(found.criteria) == len(before.criteria) + 1 + len(load("pdr_cautions").protocol.criteria)
    assert len(found.monitoring) == len(before.monitoring) + len(load("rcht_iv").protocol.monitoring)


REFUSED = {
    "another version": ("", "publication of 1925", "not civik, 'publication of 2025"),
    "a field that the protocol gives itself": (
        chosen("regimens.infusion.start.value", "0.1 mg/kg/h"),
        None,
        "is given by the protocol itself (0.05 mg/kg/h)",
    ),
    "a ceiling that the protocol gives itself": (
        chosen("regimens.infusion.ceilings.highest.limit", "2 mg/kg/h"),
        None,
        "highest' is the key of nothing in that list",
    ),
    "a key that no list has": (
        chosen("regimens.infusion.ceilings.own.chosen", "per_kg"),
        None,
        "'own' is the key of nothing in that list",
    ),
    "a field that does not exist": (chosen("weight.sort", "actual"), None, "sort"),
    "a value that breaks its form": (chosen("weight.kind", "adjusted"), None, "correct the value that was chosen"),
    "a rule that the library does not have": (
        "adopt_rules: [{key: poss_9, reference: Guideline 7}]\n",
        None,
        "'poss_9' is no example in rule_examples.yaml",
    ),
    "a schedule that the library does not have": (
        "adopt_monitoring: [{key: rcht, reference: Guideline 7}]\n",
        None,
        "'rcht' is no protocol of the library",
    ),
    "criteria that the library does not have": (
        "adopt_criteria: [{key: pdr, reference: Guideline 7}]\n",
        None,
        "'pdr' is no protocol of the library",
    ),
    "a guardrail that the library does not have": (
        "adopt_guardrails: [{key: asra_acute_rates, reference: Guideline 7}]\n",
        None,
        "'asra_acute_rates' is no guardrail of guardrails.yaml; did you mean 'asra_acute_rate'",
    ),
    "an unknown key": ("grase: 15 min\n", None, "'grase' is not a known key; did you mean 'grace'"),
    "a source of its own": ("citation: park2025\n", None, "names a citation or provenance"),
    "a choice without a reference": ("chosen: [{field: weight.kind, value: actual}]\n", None, "has no 'reference'"),
    "a rule about a reading nobody takes": (
        "rules:\n  - {key: slow, kind: stop, text: Slow., when: {measure: breathing, below: 8 /min}}\n",
        None,
        "'breathing' is no observation of observations.yaml",
    ),
    "a rule whose limit no reading reaches": (
        "rules:\n  - {key: deep, kind: stop, text: Deep., when: {measure: sedation_poss, above: 4}}\n",
        None,
        "no sedation_poss can be above 4",
    ),
}  # fmt: skip


@pytest.mark.hazard("H-042", "H-043")
@pytest.mark.parametrize("name", REFUSED)
def test_a_profile_that_cannot_be_meant_is_refused(name: str, tmp_path: Path) -> None:
    body, version, words = REFUSED[name]
    with pytest.raises(LibraryError) as refused:
        at(tmp_path, body, version=version)
    assert words in str(refused.value)
    assert "site.yaml" in str(refused.value)


@pytest.mark.parametrize("value", ["0.19 mg/kg", "0.31 mg/kg", "3 mg/kg"])
@pytest.mark.hazard("H-003")
def test_a_value_out_of_the_span_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(LibraryError, match=r"is outside what the protocol gives, 0\.2 mg/kg to 0\.3 mg/kg"):
        at(tmp_path, chosen("regimens.bolus.start.value", value), "cleveland_ed_bolus")


def test_a_profile_for_another_protocol_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(HEAD.format(key="salas", version="any"), encoding="utf-8")
    with pytest.raises(LibraryError, match="approve this version, or run the other"):
        sited(load("civik"), path)


def test_a_profile_reads_as_the_sites_own(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(HEAD.format(key="civik", version="any") + "grace: 15 min\n", encoding="utf-8")
    profile, _ = read_profile(path)
    assert (profile.citation, str(profile.provenance), str(profile.grace)) == ("site", "site", "15 min")


@pytest.mark.hazard("H-042")
def test_any_change_of_a_profile_changes_the_digest_and_nothing_else_does(tmp_path: Path) -> None:
    first = at(tmp_path, chosen("weight.kind", "actual"))
    again = at(tmp_path, "# a remark\n" + chosen("weight.kind", "actual"))
    other = at(tmp_path, chosen("weight.kind", "ideal"))
    bare = sited(load("civik"))
    assert first.digest == again.digest
    assert len({first.digest, other.digest, bare.digest}) == 3


# --- word by word -------------------------------------------------------------------------------------------


def refused(folder: Path, body: str, key: str = "civik", version: str | None = None) -> tuple[str, str, str]:
    """Place, rule and remedy of the refusal."""
    with pytest.raises(LibraryError) as error:
        at(folder, body, key, version)
    return error.value.thing.rpartition("/")[2], error.value.rule, error.value.remedy


VIAL = "own_vials: [{strength: STRENGTH, reference: Label 7}]\n"


@pytest.mark.parametrize(
    ("strength", "rule", "remedy"),
    [
        ("5 mg", "5 mg measures mass, and mg/mL measures mass per length^3", "write a strength in mg/mL"),
        ("0 mg/mL", "0 mg/mL is not above zero", "write the strength that the vial prints"),
    ],
)
def test_a_strength_is_one_of_a_vial(tmp_path: Path, strength: str, rule: str, remedy: str) -> None:
    thing, what, how = refused(tmp_path, VIAL.replace("STRENGTH", strength))
    assert (thing, what, how) == ("site.yaml:7: own_vials[0].strength", rule, remedy)


@pytest.mark.parametrize(("strength", "shown"), [("0.5 mg/mL", "0.5 mg/mL"), ("50 g/L", "50 mg/mL")])
def test_a_strength_is_told_in_milligrams_per_millilitre(tmp_path: Path, strength: str, shown: str) -> None:
    found = at(tmp_path, VIAL.replace("STRENGTH", strength)).profile
    assert found is not None and str(found.own_vials[0].strength) == shown


@pytest.mark.parametrize(
    ("body", "place", "rule", "remedy"),
    [
        (
            "opioid_review: {reference: Rule 7}\n",
            "7: opioid_review", "says nothing", "give `when`, `within` or both, or leave it out",
        ),
        ("citation: park2025\n", "1", "names a citation or provenance", "leave both out; a site's values are the site's own"),
        ("provenance: read\n", "1", "names a citation or provenance", "leave both out; a site's values are the site's own"),
        (
            "adopt_rules: [{key: poss_9, reference: Rule 7}]\n",
            "7: adopt_rules[0].key", "'poss_9' is no example in rule_examples.yaml", None,
        ),
        (
            "adopt_monitoring: [{key: rcht, reference: Rule 7}]\n",
            "7: adopt_monitoring[0].key", "'rcht' is no protocol of the library", None,
        ),
        (
            "answer_ages: {consents: 1 d}\n",
            "7: answer_ages.consents", "'consents' is no question of this protocol or site", None,
        ),
        (
            chosen("regimens.infusion.start.value", "0.1 mg/kg/h"),
            "8: chosen[0]", "'value' is given by the protocol itself (0.05 mg/kg/h)", "leave it out",
        ),
        (
            chosen("regimens.infusion.ceilings.own.chosen", "x"),
            "8: chosen[0]", "'own' is the key of nothing in that list", "write the key as the protocol has it",
        ),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_place_what_is_wrong_and_what_to_do(
    tmp_path: Path, body: str, place: str, rule: str, remedy: str | None
) -> None:
    thing, what, how = refused(tmp_path, body)
    assert (thing, what) == (f"site.yaml:{place}", rule)
    if remedy is not None:
        assert how == remedy


def test_a_profile_of_another_protocol_or_version_says_of_which_and_which_runs(tmp_path: Path) -> None:
    version = load("civik").protocol.version
    remedy = "approve this version, or run the other"
    assert refused(tmp_path, "", version="old") == (
        "site.yaml:6: version", f"is for civik, 'old', not civik, {version!r}", remedy,
    )  # fmt: skip
    path = tmp_path / "site.yaml"
    path.write_text(HEAD.format(key="salas", version="any"), encoding="utf-8")
    with pytest.raises(LibraryError) as error:
        sited(load("civik"), path)
    assert (error.value.thing.rpartition("/")[2], error.value.rule) == (
        "site.yaml:5: protocol", f"is for salas, 'any', not civik, {version!r}",
    )  # fmt: skip


def test_everything_that_a_site_takes_up_has_its_own_reference(tmp_path: Path) -> None:
    body = chosen("weight.kind", "actual") + (
        "adopt_rules: [{key: poss_3, reference: Rule 1}]\nadopt_monitoring: [{key: rcht_iv, reference: Rule 2}]\n"
        "adopt_criteria: [{key: pdr_cautions, reference: Rule 3}]\n"
    )
    found = at(tmp_path, body)
    assert found.references == {
        "weight.kind": "Guideline 7", "rules.poss_3": "Rule 1", "monitoring.rcht_iv": "Rule 2",
        "criteria.pdr_cautions": "Rule 3",
    }  # fmt: skip
    assert found.protocol.absent == ()  # what was open is asked for anew, by what is still lacking


def test_an_age_may_be_given_to_every_question_that_is_asked(tmp_path: Path) -> None:
    criteria = (
        "criteria:\n  - {key: own, kind: relative, text: t, when: {attested: calm, question: Is it calm?}}\n"
    )
    ages = 'answer_ages: {calm: 1 d, "weighed:own": 2 d}\n'
    found = at(tmp_path, criteria + ages).profile
    assert found is not None and {key: str(age) for key, age in found.answer_ages.items()} == {
        "calm": "1 d", "weighed:own": "2 d",
    }  # fmt: skip


# --- what may be chosen -------------------------------------------------------------------------------------

WAY = """\
only:
  title: One way
  route: oral
  mode: oral
  times_per_day: 3
  start: {low: 5 mg, high: 10 mg, printed: 5-10 mg}
  ceilings:
    - {key: most, of: single_dose, printed: some 20 mg, readings: [{key: low, limit: 15 mg, strict: false}, {key: high, limit: 20 mg, strict: true}]}
    - {key: daily, of: day, limit: 60 mg/d}
"""
ABSENT = """\
absent:
  - {field: regimens.only.start.value, text: Which of the two.}
  - {field: regimens.only.ceilings.most.chosen, text: How it is read.}
  - {field: regimens.only.course, text: How long.}
"""
SOURCE = ("park2025", "read")
OWN = ("site", "site")


def own(folder: Path, body: str) -> Sited:
    """A protocol that a test writes, under a profile with this body."""
    path = folder / "site.yaml"
    path.write_text(HEAD.format(key="written", version="one") + body, encoding="utf-8")
    return sited(read_listed(protocol_file(folder, WAY, more=ABSENT)), path)


def own_refused(folder: Path, body: str) -> tuple[str, str, str]:
    with pytest.raises(LibraryError) as error:
        own(folder, body)
    return error.value.thing.rpartition("/")[2], error.value.rule, error.value.remedy


def source(part: Sourced | None) -> tuple[str, str]:
    assert part is not None
    return str(part.citation), str(part.provenance)


NOT_ONE = "is not one value that can be chosen"


@pytest.mark.parametrize(
    ("field", "value", "place", "rule", "remedy"),
    [
        *(
            (
                field, "x", "8: chosen[0]", f"{field!r} {NOT_ONE}",
                f"write it under `{topic}:` of the profile, or adopt one under `adopt_{topic}:`",
            )
            for field, topic in (
                ("criteria", "criteria"), ("rules.pain", "rules"), ("rules.sedation", "rules"), ("monitoring.pain", "monitoring"),
                ("monitoring.systolic", "monitoring"),
            )
        ),
        # A rule that has a name of its own is asked for in the list, and a field called like a reading in its mapping.
        ("rules.mine", "x", "8: chosen[0]", "'mine' is the key of nothing in that list", "write the key as the protocol has it"),
        ("evidence.pain", "x", "1: chosen", "evidence.pain Extra inputs are not permitted", "correct the value that was chosen for it"),
        ("regimens.only.ceilings.daily.limit", "30 mg/d", "8: chosen[0]", "'limit' is given by the protocol itself (60 mg/d)", "leave it out"),
        (
            "regimens.only.ceilings.most.chosen", "middle", "1: chosen",
            "regimens.only.ceilings.0 'middle' is none of its readings", "correct the value that was chosen for it",
        ),
        (
            "regimens.only.start.value", "11 mg", "8: chosen[0]",
            "11 mg is outside what the protocol gives, 5 mg to 10 mg", "choose within it",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_told_with_where_it_is_written_instead(
    tmp_path: Path, field: str, value: str, place: str, rule: str, remedy: str
) -> None:
    assert own_refused(tmp_path, chosen(field, value)) == (f"site.yaml:{place}", rule, remedy)


def test_a_reading_is_chosen_within_its_ceiling_and_the_ceilings_after_it_stay(tmp_path: Path) -> None:
    most, daily = (
        own(tmp_path, chosen("regimens.only.ceilings.most.chosen", "high")).protocol.regimens["only"].ceilings
    )
    assert (most.key, most.chosen, daily.key, str(daily.limit)) == ("most", "high", "daily", "60 mg/d")


def test_of_a_span_the_value_takes_the_place_of_both_ends_and_a_note_of_neither(tmp_path: Path) -> None:
    start = own(tmp_path, chosen("regimens.only.start.value", "6 mg")).protocol.regimens["only"].start
    assert start is not None
    assert (str(start.value), start.low, start.high, start.printed) == ("6 mg", None, None, "5-10 mg")
    assert source(start) == OWN
    noted = own(tmp_path, chosen("regimens.only.start.note", "As we do.")).protocol.regimens["only"].start
    assert noted is not None and (str(noted), noted.note) == ("5 mg to 10 mg", "As we do.")
    assert source(noted) == SOURCE


def test_what_the_protocol_does_not_have_at_all_is_made_for_what_is_chosen_within_it(tmp_path: Path) -> None:
    course = own(tmp_path, chosen("regimens.only.course.at_most", "5 d")).protocol.regimens["only"].course
    assert course is not None and str(course.at_most) == "5 d" and course.fixed is None


def test_a_mapping_that_is_chosen_cites_the_site_unless_it_names_its_own_source(tmp_path: Path) -> None:
    field = "regimens.only.course"
    course = own(tmp_path, chosen(field, "{at_most: 5 d}")).protocol.regimens["only"].course
    assert source(course) == OWN
    cited = "{at_most: 5 d, citation: hardy2012, provenance: secondary}"
    course = own(tmp_path, chosen(field, cited)).protocol.regimens["only"].course
    assert source(course) == ("hardy2012", "secondary")


def test_what_is_adopted_comes_after_what_the_protocol_observes_and_the_site_adds(tmp_path: Path) -> None:
    body = (
        "monitoring:\n  - {items: [spo2], phases: [{every: 2 h}]}\n"
        "adopt_monitoring: [{key: rcht_iv, reference: Rule 2}]\n"
    )
    found = own(tmp_path, body).protocol.monitoring
    first = own(tmp_path, "").protocol.monitoring
    assert found[: len(first)] == first and found[len(first)].items == ("spo2",)
    assert found[len(first) + 1 :] == load("rcht_iv").protocol.monitoring


@pytest.mark.parametrize("lacking", ["citation", "provenance"])
def test_a_protocol_without_a_source_takes_no_values_of_a_site(tmp_path: Path, lacking: str) -> None:
    """No file is read without one; whoever applies a profile to a protocol of his own making is told."""
    found = read_listed(protocol_file(tmp_path, WAY, more=ABSENT))
    path = tmp_path / "site.yaml"
    path.write_text(HEAD.format(key="written", version="one"), encoding="utf-8")
    bare = {key: value for key, value in found.raw.items() if key != lacking}
    with pytest.raises(InputError) as error:
        apply(bare, found.protocol, *read_profile(path), {}, {}, found.digest)
    assert (error.value.thing, error.value.rule, error.value.remedy) == (
        "written", "names no source", "mend its file",
    )  # fmt: skip


def test_a_rule_of_the_site_cites_the_site(tmp_path: Path) -> None:
    body = (
        "rules:\n  - {key: slow, kind: stop, text: Slow., when: {measure: respiratory_rate, below: 9 /min}}\n"
    )
    rules = {rule.key: rule for rule in own(tmp_path, body).protocol.rules}
    assert (source(rules["slow"]), source(rules["breathing"])) == (OWN, SOURCE)


@pytest.mark.parametrize("share", ["0.5 %", "99.5 %"])
def test_a_weight_may_be_believed_to_change_by_any_share_between_none_and_all(
    tmp_path: Path, share: str
) -> None:
    found = at(tmp_path, chosen("weight.kind", "actual") + f"weight_change_at_most: {share}\n")
    assert found.profile is not None and str(found.profile.weight_change_at_most) == share


@pytest.mark.parametrize("share", ["0 %", "100 %", "7 kg"])
def test_a_share_of_a_weight_that_is_none_or_all_or_no_share_is_refused(tmp_path: Path, share: str) -> None:
    with pytest.raises(LibraryError, match="is no share of a weight; write it above 0 % and below 100 %"):
        at(tmp_path, chosen("weight.kind", "actual") + f"weight_change_at_most: {share}\n")


def test_a_day_of_approval_that_is_no_date_is_refused_with_how_one_is_written(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    head = HEAD.format(key="civik", version=load("civik").protocol.version)
    path.write_text(head.replace("2026-11-01", "soon"), encoding="utf-8")
    with pytest.raises(LibraryError) as error:
        read_profile(path)
    assert (error.value.rule, error.value.remedy) == ("'soon' is no date", "write it as in 2026-11-29")
