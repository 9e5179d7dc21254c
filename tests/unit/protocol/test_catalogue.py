"""Protocols by key, version, file and profile: the one that was meant, or what is wrong and what to write."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import catalogue, load, protocol_keys, read_listed, sited
from adjuvant.protocol.catalogue import Listed, beside, named
from written import protocol_file, written

CIVIK = FOLDER / "protocols" / "civik" / "protocol.yaml"
WAY = "only:\n  title: One way\n  route: oral\n  mode: oral\n  start: 5 mg\n  times_per_day: 3\n  course: {at_most: 5 d}\n"
PROFILE = """\
site: Example hospital (invented)
example: true
approver: nobody
approved: 2026-11-01
protocol: {key}
version: {version!r}
"""


def told(error: pytest.ExceptionInfo[LibraryError]) -> tuple[str, str, str]:
    return error.value.thing, error.value.rule, error.value.remedy


def profile(folder: Path, key: str = "written", version: str = "one", more: str = "") -> Path:
    path = folder / "site.yaml"
    path.write_text(PROFILE.format(key=key, version=version) + more, encoding="utf-8")
    return path


def test_the_keys_are_the_folders_of_the_library_in_order() -> None:
    folders = {path.name for path in (FOLDER / "protocols").iterdir() if (path / "protocol.yaml").is_file()}
    assert protocol_keys() == tuple(sorted(folders))


def test_a_protocol_has_its_file_as_plain_values_and_its_digest() -> None:
    found = load("civik")
    assert (found.protocol.protocol, found.path) == ("civik", CIVIK)
    assert found.digest == sha256(CIVIK.read_bytes()).hexdigest()
    assert found.raw["protocol"] == "civik" and found.raw["regimens"]["infusion"]["start"] == "0.05 mg/kg/h"
    assert load("civik") is found


def test_a_version_is_the_one_that_is_asked_for_or_those_that_there_are_are_named() -> None:
    version = load("civik").protocol.version
    assert load(f"civik@{version}").path == CIVIK
    with pytest.raises(LibraryError) as refused:
        load("civik@publication of 2026")
    assert told(refused) == (
        "protocol 'civik'", "has no version 'publication of 2026'", f"use one of: {version}",
    )  # fmt: skip
    with pytest.raises(LibraryError) as refused:
        load("civic")
    assert told(refused) == ("protocol 'civic'", "is not in the library", "did you mean 'civik'")


def test_an_earlier_version_is_kept_beside_the_present_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = protocol_file(tmp_path, WAY)
    text = path.read_text(encoding="utf-8")
    older = path.parent / "versions" / "written" / "protocol.yaml"
    older.parent.mkdir(parents=True)
    older.write_text(text.replace("version: one", "version: nought"), encoding="utf-8")
    library = tmp_path / "library" / "protocols"
    library.mkdir(parents=True)
    path.parent.rename(library / "written")
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path / "library")
    load.cache_clear()
    try:
        assert load("written").protocol.version == load("written@one").protocol.version == "one"
        found = load("written@nought")
        assert found.protocol.version == "nought" and "versions" in found.path.parts
        with pytest.raises(LibraryError) as refused:
            load("written@two")
        assert told(refused)[1:] == ("has no version 'two'", "use one of: nought, one")
    finally:
        load.cache_clear()


def test_a_word_that_ends_like_a_file_is_one_and_is_looked_for_from_its_folder(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY)
    assert named("written/protocol.yaml", tmp_path).path == path
    assert named("civik", tmp_path).path == CIVIK
    with pytest.raises(LibraryError, match=r"protocol\.yaml"):
        named("elsewhere/protocol.yaml", tmp_path)


def test_a_file_that_is_not_there_is_named_as_every_other_is(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as refused:
        read_listed(tmp_path / "none" / "protocol.yaml")
    assert "none/protocol.yaml" in refused.value.thing


def test_a_profile_runs_the_protocol_beside_it_or_else_that_of_the_library(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY)
    assert beside(profile(path.parent)).path == path
    # Under another name the file counts as well; a protocol of another name is none.
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "written.yaml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert beside(profile(other)).path == other / "written.yaml"
    assert beside(profile(path.parent, "civik", load("civik").protocol.version)).path == CIVIK
    with pytest.raises(LibraryError) as refused:
        beside(profile(tmp_path, "civic"))
    assert told(refused) == (
        "site.yaml:5: protocol",
        "'civic' is neither in the library nor in a file beside the profile",
        "did you mean 'civik'",
    )


def test_without_a_profile_a_protocol_is_run_as_its_source_gives_it() -> None:
    listed = load("civik")
    found = sited(listed)
    assert (found.protocol, found.profile, found.references) == (listed.protocol, None, {})
    assert (found.digest, found.own_limits) == (listed.digest, {})


LIMIT = "  - {key: most, title: Most, gives: any, of: day, limit: 100 mg/d, reference: Rule 7}\n"


@pytest.fixture
def listed(tmp_path: Path) -> Listed:
    return read_listed(protocol_file(tmp_path, WAY))


@pytest.mark.parametrize(
    ("more", "place", "rule", "remedy"),
    [
        (
            "adopt_guardrails: [{key: asra_acute_rates, reference: Rule 7}]\n",
            "7: adopt_guardrails[0].key", "'asra_acute_rates' is no guardrail of guardrails.yaml", "did you mean 'asra_acute_rate'",
        ),
        (
            "opioid_review: {when: {event: halucination}, reference: Rule 7}\n",
            "7: opioid_review.when.event", "'halucination' is no observation of observations.yaml", "did you mean 'hallucination'",
        ),
        (
            "rules:\n  - {key: k, kind: stop, text: t, when: {event: halucination}}\n",
            None, "'halucination' is no observation of observations.yaml", "did you mean 'hallucination'",
        ),
        (f"limits:\n{LIMIT}{LIMIT}", "9: limits[1]", "'most' stands twice", "give each a key of its own"),
        (
            "adopt_criteria: [{key: pdr, reference: Rule 7}]\n",
            "7: adopt_criteria[0].key", "'pdr' is no protocol of the library", None,
        ),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_meant_is_told_with_its_place(
    tmp_path: Path, listed: Listed, more: str, place: str | None, rule: str, remedy: str | None
) -> None:
    with pytest.raises(LibraryError) as refused:
        sited(listed, profile(tmp_path, more=more))
    thing, what, how = told(refused)
    assert what == rule and (remedy is None or how == remedy)
    assert place is None or thing == f"site.yaml:{place}"


def test_a_site_s_own_limits_bind_under_its_own_name_and_what_it_leaves_open_stays_open(
    tmp_path: Path, listed: Listed
) -> None:
    found = sited(listed, profile(tmp_path, more=f"limits:\n{LIMIT}"))
    assert list(found.own_limits) == ["site.most"]
    assert found.protocol.absent == () and found.profile is not None
    assert found.digest != listed.digest


def test_a_source_that_nobody_knows_is_found_behind_what_has_none(tmp_path: Path) -> None:
    """The readings of a printed cap have no source of their own; what stands after them is looked at all the same."""
    drip = (
        "drip: {title: D, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}, ceilings: "
        "[{key: most, of: rate, printed: under 10, readings: [{key: one, limit: 10 mg/h, strict: true}]}]}"
    )
    with pytest.raises(LibraryError, match=r"citation 'nobody2020' is not in citations\.yaml"):
        written(tmp_path, drip, more="follow_up: [{says: x, after: 1 h, citation: nobody2020}]")
