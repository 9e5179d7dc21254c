"""What somebody new does wrong with a protocol of their own, and whether the answer says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adjuvant.library.routes import route_book
from adjuvant.library.vocabulary import conditions, observations
from adjuvant.protocol.limits import rule_examples
from running import Run

QUIET = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "quiet_nights"


@pytest.fixture
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented protocol of the how-to in a folder of this test's own, which is the working folder."""
    shutil.copytree(QUIET, tmp_path / "quiet_nights")
    monkeypatch.chdir(tmp_path)
    return Path("quiet_nights")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def one_line(text: str) -> str:
    return " ".join(text.split())


# --- the right command for a file -------------------------------------------------------------------------


def test_a_folder_is_shown_and_compared_as_its_protocol_is(adjuvant: Run, quiet: Path) -> None:
    shown = adjuvant("protocols", "show", quiet)
    assert shown.code == 0 and shown.out == adjuvant("protocols", "show", quiet / "protocol.yaml").out
    rows = adjuvant("protocols", "compare", quiet, "hardy_burst", "--json").json["regimens"]
    own = next(row for row in rows if row["protocol"] == "quiet_nights")
    assert (own["start_mg_per_24h"], own["cap_mg_per_24h"]) == ([50, 50], 150)  # as the leaflet has them
    assert {row["protocol"] for row in rows} == {"quiet_nights", "hardy_burst"}


def test_a_key_of_the_library_is_not_taken_for_a_folder_of_that_name(adjuvant: Run, quiet: Path) -> None:
    quiet.rename("civik")
    assert "CIVIK" in adjuvant("protocols", "show", "civik").out


def test_a_key_that_is_to_be_checked_is_sent_to_show(adjuvant: Run, quiet: Path) -> None:
    answer = adjuvant("protocols", "check", "hardy_burst")
    assert answer.code == 3
    assert "hardy_burst: is a protocol of the library" in answer.out
    assert "`adjuvant protocols show hardy_burst` shows it" in answer.out


def test_a_key_that_nothing_is_near_names_the_list_and_the_way_to_a_file(adjuvant: Run) -> None:
    answer = adjuvant("protocols", "show", "zzz")
    assert answer.code == 3
    assert "`adjuvant protocols list` names them" in answer.err and "my_ward/protocol.yaml" in answer.err


@pytest.mark.parametrize(
    ("command", "file", "words"),
    [
        (("run",), "protocol.yaml", "is a protocol, not a scenario; `adjuvant protocols check` and `show`"),
        (("run",), "site.yaml", "is a site profile, not a scenario"),
        (("protocols", "show"), "site.yaml", "is a site profile, not a protocol"),
        (("protocols", "show"), "first_day.yaml", "is a scenario, not a protocol; `adjuvant run` reads it"),
    ],
)
def test_a_file_of_another_kind_is_named_as_what_it_is(
    adjuvant: Run, quiet: Path, command: tuple[str, ...], file: str, words: str
) -> None:
    answer = adjuvant(*command, quiet / file)
    assert answer.code == 3 and words in answer.err and f"quiet_nights/{file}:" in answer.err


# --- names ------------------------------------------------------------------------------------------------


def test_every_name_is_listed_with_what_it_means(adjuvant: Run) -> None:
    found = {one["key"]: one for one in adjuvant("protocols", "names", "--json").json["names"]}
    assert {*observations(), *conditions(), *route_book().routes, *rule_examples()} <= set(found)
    assert found["systolic"]["unit"] == "mm[Hg]" and "`measure`" in found["systolic"]["stands_in"]
    assert "`event`" in found["hallucination"]["stands_in"]


def test_a_part_of_a_name_or_title_finds_it_in_any_spelling(adjuvant: Run) -> None:
    assert (
        "systolic (mm[Hg]): Systolic blood pressure" in adjuvant("protocols", "names", "BLOOD_pressure").out
    )
    assert "adopt_rules" in adjuvant("protocols", "names", "poss_3").out
    assert "No name holds 'xyzzy'" in adjuvant("protocols", "names", "xyzzy").out


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("poss", "did you mean 'sedation_poss'"),
        ("respiration_rate", "did you mean 'respiratory_rate'"),
        ("blood_pressure", "did you mean 'systolic' or 'diastolic'"),
        ("breathing_rate", "look it up: `adjuvant protocols names` lists them all"),
        ("moon", "look it up"),
    ],
)
def test_a_rule_on_a_reading_that_does_not_exist_is_sent_to_no_other_reading(
    adjuvant: Run, quiet: Path, written: str, words: str
) -> None:
    change(quiet / "protocol.yaml", "measure: respiratory_rate", f"measure: {written}")
    answer = adjuvant("protocols", "check", quiet)
    assert answer.code == 3 and f"{written!r} is no observation" in answer.out and words in answer.out
    assert "heart_rate" not in answer.out


def test_an_effect_is_proposed_for_an_effect_and_no_reading(adjuvant: Run, quiet: Path) -> None:
    change(quiet / "protocol.yaml", "{measure: respiratory_rate, below: 8 /min}", "{event: sleepy}")
    answer = adjuvant("protocols", "check", quiet)
    assert answer.code == 3 and "'sleepy' is no observation" in answer.out and "'sleep'" not in answer.out


def test_what_is_neither_given_nor_absent_is_shown_as_the_line_to_write(adjuvant: Run, quiet: Path) -> None:
    change(
        quiet / "protocol.yaml",
        "  - {field: rules.sedation, text: At which depth of sedation the infusion is held.}\n",
        "",
    )
    answer = adjuvant("protocols", "check", quiet)
    assert "list it under absent as {field: rules.sedation, text: ...}" in answer.out


# --- the site profile -------------------------------------------------------------------------------------

PROFILE = {
    "a value for a list": ("grace: 15 min", "vials: 50 mg/mL", "vials: is a single value, not a list; write it in brackets"),
    "a day in another order": ("2026-11-01", "1.11.2026", "approved: '1.11.2026' is no date; write it as in 2026-11-29"),
    "no word on being an example": ("example: true\n", "", "has no 'example'; add `example: true` or `example: false`"),
    "a schedule as a value": (
        "grace: 15 min", "chosen: [{field: monitoring.sedation, value: 1 h, reference: G7}]",
        "'monitoring.sedation' is not one value that can be chosen; write it under `monitoring:` of the profile",
    ),
    "a rule as a value": (
        "grace: 15 min", "chosen: [{field: rules.systolic, value: stop, reference: G7}]",
        "write it under `rules:` of the profile, or adopt one under `adopt_rules:`",
    ),
    "another version": ("version: leaflet of 2026", "version: leaflet of 2025", "approve this version, or run the other"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROFILE)
def test_a_slip_in_a_profile_is_told_with_its_file_and_remedy(adjuvant: Run, quiet: Path, name: str) -> None:
    old, new, words = PROFILE[name]
    change(quiet / "site.yaml", old, new)
    answer = adjuvant("protocols", "check", quiet / "site.yaml")
    assert answer.code == 3 and "quiet_nights/site.yaml:" in answer.out and words in answer.out


def per_kilogram(quiet: Path) -> None:
    protocol = quiet / "protocol.yaml"
    change(protocol, "kind: not_used", "kind: actual")
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(
        text.replace("50 mg/d", "1 mg/kg/d").replace("150 mg/d", "3 mg/kg/d"), encoding="utf-8"
    )
    change(protocol, "limit: 11 mg/kg/d", "limit: 3 mg/kg/d")


def test_a_profile_that_says_no_age_of_a_weight_is_told_that_no_dose_will_be_advised(
    adjuvant: Run, quiet: Path
) -> None:
    words = (
        "how old a weight may be is not said: none is advised until the profile has `weight_no_older_than`"
    )
    assert words not in one_line(adjuvant("protocols", "check", quiet / "site.yaml").out)
    per_kilogram(quiet)
    answer = adjuvant("protocols", "check", quiet / "site.yaml")
    assert answer.code == 0 and words in one_line(answer.out)
    change(quiet / "site.yaml", "grace: 15 min", "grace: 15 min\nweight_no_older_than: 7 d")
    assert words not in one_line(adjuvant("protocols", "check", quiet / "site.yaml").out)


# --- the scenario -----------------------------------------------------------------------------------------


def test_an_answer_under_the_bare_name_of_a_condition_is_refused_and_not_passed_over(
    adjuvant: Run, quiet: Path
) -> None:
    change(
        quiet / "protocol.yaml",
        "criteria:\n",
        "criteria:\n  - {key: mind, kind: exclude, text: Psychosis., when: {condition: psychosis}}\n",
    )
    change(quiet / "first_day.yaml", "age: 61", "age: 61\nanswers: [{at: 0 h, by: Dr A., no: [psychosis]}]")
    answer = adjuvant("run", quiet / "first_day.yaml")
    assert answer.code == 3
    assert "answers[0].no: 'psychosis' answers no question" in answer.err
    assert "did you mean 'condition:psychosis'" in answer.err
    change(quiet / "first_day.yaml", "[psychosis]", '["condition:psychosis"]')
    assert adjuvant("run", quiet / "first_day.yaml", "--check").code == 0


def test_what_must_be_missing_is_compared_without_regard_to_capitals_and_the_rest_is_named(
    adjuvant: Run, quiet: Path
) -> None:
    change(quiet / "first_day.yaml", "  respiratory_rate: [{at: 24 h, value: 16 /min}]\n", "")
    expected = "{status: raise, dose: 100 mg/d, because: [titration.raise_when]}"
    change(quiet / "first_day.yaml", expected, "{status: withheld, missing: [respiratory rate]}")
    assert adjuvant("run", quiet / "first_day.yaml", "--check").code == 0
    change(quiet / "first_day.yaml", "[respiratory rate]", "[pain]")
    answer = adjuvant("run", quiet / "first_day.yaml", "--check")
    assert answer.code == 1 and "'pain' is not named as missing; Respiratory rate" in one_line(answer.out)


def test_gaps_are_named_once_each_and_where_a_site_closes_them_is_said(adjuvant: Run, quiet: Path) -> None:
    change(quiet / "first_day.yaml", "site: site.yaml\n", "")
    told = one_line(adjuvant("run", quiet / "first_day.yaml").out)
    assert "(for rules.sedation)" not in told and told.count("rules.sedation:") == 1
    assert "A site chooses them in its profile" in told and "`--site` of a command" in told


def test_where_one_of_several_regimens_is_wanted_the_way_to_name_it_is_said(
    adjuvant: Run, quiet: Path
) -> None:
    change(quiet / "first_day.yaml", "protocol: protocol.yaml\nsite: site.yaml", "protocol: lothian_scottish")
    told = one_line(adjuvant("run", quiet / "first_day.yaml").out)
    assert "`--regimen` of a command" in told
