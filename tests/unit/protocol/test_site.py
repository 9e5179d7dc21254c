"""A site closes gaps and adds; it changes nothing that the protocol gives, and a slip is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.protocol import Sited, lacking, load, read_profile, sited

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
