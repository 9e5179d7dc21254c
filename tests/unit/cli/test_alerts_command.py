"""The command on alerts: off unless a site turns them on, what was done about each, bad input in words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from running import Run

ROOT = Path(__file__).resolve().parents[3]
CHART = ROOT / "src" / "adjuvant" / "sources" / "examples" / "psychotomimetic_stop"
ASKED = ("alerts", "--protocol", "hardy_burst", "--record", CHART, "--at", "2031-08-18T19:45")


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    """The invented ward of the reference, in a folder of this test's own."""
    folder = tmp_path / "ward"
    shutil.copytree(ROOT / "docs" / "reference" / "example_ward", folder)
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def state(answer: dict, key: str) -> str:
    (one,) = [alert for alert in answer["open"] if alert["alert"] == key]
    return str(one["state"])


def test_alerts_are_off_unless_the_profile_turns_them_on_and_that_is_said(adjuvant: Run, ward: Path) -> None:
    for site in ((), ("--site", ward / "site.yaml")):
        if site:
            change(ward / "site.yaml", "alerts: true", "alerts: false")
        answer = adjuvant(*ASKED, *site, "--json").json
        assert (answer["on"], answer["open"]) == (False, [])
        assert "alerts: true" in answer["remedy"]
        assert "Alerts are off" in adjuvant(*ASKED, *site).out


def test_a_charted_hallucination_is_an_alert_and_everything_says_what_it_is(
    adjuvant: Run, ward: Path
) -> None:
    answer = adjuvant(*ASKED, "--site", ward / "site.yaml", "--json").json
    assert answer["patient"] == "synthetic-psychotomimetic-stop" and answer["site"]["example"]
    assert "charting aid" in answer["what_this_is"] and answer["remedy"] is None
    (one,) = [alert for alert in answer["open"] if alert["alert"] == "rule:hallucinations"]
    assert one["raised"] == "2031-08-18T18:40:00+00:00"  # charted at 19:40 British summer time
    assert "Hallucination, grade 2" in one["text"]
    words = adjuvant(*ASKED, "--site", ward / "site.yaml").out
    assert "charting aid, not an alarm" in words
    assert [line for line in words.splitlines() if len(line) > 100] == []


def test_what_was_charted_later_is_not_seen(adjuvant: Run, ward: Path) -> None:
    asked = [*ASKED[:-1], "2031-08-18T19:39"]
    keys = {one["alert"] for one in adjuvant(*asked, "--site", ward / "site.yaml", "--json").json["open"]}
    assert "rule:hallucinations" not in keys and "overdue:dysphoria" in keys


@pytest.mark.hazard("H-057")
def test_what_was_done_is_kept_with_name_and_time_and_removes_nothing(adjuvant: Run, ward: Path) -> None:
    done = ("--site", ward / "site.yaml", "--acts", ward / "acts.yaml", "--json")
    answer = adjuvant(*ASKED, *done).json
    assert state(answer, "rule:nsw_call") == "acknowledged"
    assert state(answer, "overdue:dysphoria") == "snoozed"
    # It was resolved on paper, and the chart still shows it.
    assert state(answer, "overdue:pain_average") == "open"
    by = {change["by"] for one in answer["resolved"] for change in one["history"] if change["by"]}
    assert by == {"Nurse A. Example"}


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("until: 2031-08-18T19:55", "until: 2031-08-18T23:55", 4, "at most 15 min are allowed"),
        ("rule:nsw_call", "rule:breathing", 2, "is on no alert that was there then"),
        ("do: snooze", "do: mute", 3, "acts.yaml:"),
        (", until: 2031-08-18T19:55", "", 2, "without an end"),
        (", why: Charted on paper.", "", 2, "without a reason"),
        ("at: 2031-08-18T19:42", "at: yesterday", 3, "acts.yaml:3"),
        ("by: Nurse A. Example}", "by: Nurse A. Example, quietly: yes}", 3, "acts.yaml:3"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_printed(
    adjuvant: Run, ward: Path, old: str, new: str, code: int, words: str
) -> None:
    change(ward / "acts.yaml", old, new)
    answer = adjuvant(*ASKED, "--site", ward / "site.yaml", "--acts", ward / "acts.yaml")
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.err


def test_acts_where_alerts_are_off_are_refused_and_not_left_out(adjuvant: Run, ward: Path) -> None:
    answer = adjuvant(*ASKED, "--acts", ward / "acts.yaml")
    assert answer.code == 2 and "belongs to a site where they are off" in answer.err


# --- in a scenario ----------------------------------------------------------------------------------------


def test_a_scenario_expects_alerts_and_says_what_is_not_as_expected(adjuvant: Run, ward: Path) -> None:
    path = ward / "night.yaml"
    assert adjuvant("run", path, "--check").code == 0
    change(path, 'no_alerts: ["rule:deep_sedation"]', 'no_alerts: ["rule:breathing"]')
    answer = adjuvant("run", path, "--check")
    assert answer.code == 1 and "there is an alert rule:breathing" in answer.out
    change(path, 'no_alerts: ["rule:breathing"]', 'no_alerts: ["rule:deep_sedation"]')
    change(path, '"overdue:respiratory_rate"]', '"overdue:mood"]')
    assert "no alert overdue:mood" in adjuvant("run", path).out


def test_a_scenario_of_a_site_without_alerts_has_none(adjuvant: Run, ward: Path) -> None:
    change(ward / "site.yaml", "alerts: true", "alerts: false")
    text = (ward / "night.yaml").read_text(encoding="utf-8")
    start, end = text.index("acts:"), text.index("steps:")
    (ward / "night.yaml").write_text(text[:start] + text[end:], encoding="utf-8")
    answer = adjuvant("run", ward / "night.yaml", "--json").json["steps"]
    assert not any(step["alerts"]["on"] for step in answer)
    assert any("alerts are off at this site" in words for step in answer for words in step["unexpected"])


def test_answers_that_no_record_holds_come_from_a_file(adjuvant: Run, ward: Path) -> None:
    asked = "missing:toxicity_lowers:an answer to: Is the toxicity of ketamine not acceptable?"
    answers = ward / "answers.yaml"
    answers.write_text(
        "answers: [{by: Dr A, at: 2031-08-18T19:44, no: [toxicity_not_acceptable]}]\n", encoding="utf-8"
    )
    for more, there in (((), True), (("--answers", answers), False)):
        answer = adjuvant(*ASKED, "--site", ward / "site.yaml", *more, "--json").json
        assert (asked in {one["alert"] for one in answer["open"]}) is there
        advice = adjuvant("advise", *ASKED[1:], "--site", ward / "site.yaml", *more, "--json").json
        assert any("toxicity" in one["what"] for one in advice["missing"]) is there


@pytest.mark.parametrize("command", ["advise", "alerts"])
def test_an_answer_to_what_is_not_asked_is_refused(adjuvant: Run, ward: Path, command: str) -> None:
    answers = ward / "answers.yaml"
    answers.write_text(
        "answers: [{by: Dr A, at: 2031-08-18T19:44, no: [toxicity_not_bearible]}]\n", encoding="utf-8"
    )
    answer = adjuvant(command, *ASKED[1:], "--answers", answers)
    assert answer.code == 3
    assert "answers.yaml:1" in answer.err
    assert "did you mean 'toxicity_not_bearable'" in answer.err
