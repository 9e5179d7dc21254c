"""A reading that was not taken is no zero, no improvement and no reason to leave anything out.

Windows are those of a course on 5 March 2031: before is 2 to 4 March, after 6 to 8 March.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from charts import MAPPING, Json, a_chart, days_of, pain_of
from running import Run

COURSE = ("--course", "2031-03-05T09:00/2031-03-05T12:00", "--json")
WORDS = MAPPING.replace(
    "constants: {scale: nrs_0_10, reporter: self}",
    "constants: {scale: nrs_0_10, reporter: self}\n"
    '    values: {score: {"asleep": asleep, "unable to score": unable to score, "refused": declined}}',
)


def evaluated(adjuvant: Run, folder: Path, pain: str) -> Json:
    chart = a_chart(folder, days_of(1, 9), pain=pain, mapping=WORDS)
    answer: Json = adjuvant("evaluate", chart, *COURSE).json
    return answer


def answers(outcome: Json) -> dict[str, str]:
    return {item["key"]: item["answer"] for item in outcome["responses"]}


def after(hour: int, score: str) -> str:
    return "".join(f"a,2031-03-{day:02d}T{hour:02d}:00,{score}\n" for day in (6, 7, 8))


@pytest.mark.hazard("H-038", "H-070")
@pytest.mark.parametrize("word", ["asleep", "unable to score", "refused", ""])
def test_readings_that_were_not_taken_change_no_figure_and_no_answer(
    adjuvant: Run, tmp_path: Path, word: str
) -> None:
    """Pain 5 throughout; with six readings missing after, the mean is still 5 and nothing has become better."""
    plain = evaluated(adjuvant, tmp_path / "plain", pain_of(1, 9))
    gappy = evaluated(adjuvant, tmp_path / "gappy", pain_of(1, 9) + after(2, word) + after(6, word))
    for key in ("before", "after", "change", "percent"):
        assert plain["pain"][key] == gappy["pain"][key]
    assert (plain["pain"]["after"], plain["pain"]["change"]) == (5, 0)
    assert answers(plain) == answers(gappy)
    assert gappy["pain"]["not_assessable"] == {"before": 0, "after": 6}


@pytest.mark.hazard("H-038")
def test_nothing_but_missing_readings_is_no_pain_of_zero(adjuvant: Run, tmp_path: Path) -> None:
    outcome = evaluated(adjuvant, tmp_path / "ward", pain_of(1, 5) + pain_of(6, 9, "asleep"))
    pain = outcome["pain"]
    assert (pain["after"], pain["change"], pain["percent"]) == (None, None, None)
    assert any("pain score after" in need for need in pain["missing"])
    of_pain = [
        word for key, word in answers(outcome).items() if key.startswith(("cid", "responder", "kannan"))
    ]
    assert of_pain == ["cannot_evaluate"] * 5
    assert outcome["verdict"]["clinical_response"] != "yes"


@pytest.mark.hazard("H-038")
def test_an_empty_cell_and_a_word_that_nobody_explains_are_no_zero(adjuvant: Run, tmp_path: Path) -> None:
    outcome = evaluated(adjuvant, tmp_path / "ward", pain_of(1, 9) + after(2, "") + after(6, "comfortable"))
    assert outcome["pain"]["after"] == 5
    assert any("does not explain" in line["reason"] for line in outcome["quality"])


@pytest.mark.hazard("H-070")
def test_the_baseline_ends_before_the_first_ketamine(adjuvant: Run, tmp_path: Path) -> None:
    """A pain of 0 charted on the day of the infusion, before or after it, belongs to neither window."""
    day_of_infusion = "".join(f"a,2031-03-05T{hour:02d}:15,0\n" for hour in range(24))
    plain = evaluated(adjuvant, tmp_path / "plain", pain_of(1, 9))
    crowded = evaluated(adjuvant, tmp_path / "crowded", pain_of(1, 9) + day_of_infusion)
    assert plain["windows"]["before"]["end"] == "2031-03-05T00:00:00+00:00"
    assert (crowded["pain"]["before"], crowded["pain"]["after"]) == (5, 5)


@pytest.mark.hazard("H-070")
def test_a_death_leaves_the_windows_open_and_is_said(adjuvant: Run, tmp_path: Path) -> None:
    """Who died on 7 March was observed for one day after; no reading after that is carried on or made up."""
    mapping = WORDS.replace("columns: {id: patient}", "columns: {id: patient, death: death}")
    chart = a_chart(
        tmp_path / "ward",
        days_of(1, 6),
        pain=pain_of(1, 6),
        patients="patient,death\na,2031-03-07T06:00\n",
        mapping=mapping,
    )
    outcome = adjuvant("evaluate", chart, *COURSE).json
    assert any("died" in flag for flag in outcome["verdict"]["flags"])
    assert outcome["pain"]["covered_share"]["after"] < 0.5
    assert outcome["verdict"]["evaluable"] == "no"


@pytest.mark.hazard("H-070")
def test_rescue_doses_and_opioids_stand_beside_pain(adjuvant: Run, tmp_path: Path) -> None:
    outcome = evaluated(adjuvant, tmp_path / "ward", pain_of(1, 9))
    assert {"before", "after"} <= set(outcome["pain"]["rescue_per_day"])
    assert outcome["opioids"]["before"] == outcome["opioids"]["after"] == 40


HARMS = MAPPING + (
    "  sedation: {file: sedation.csv, columns: {patient: patient, time: time, score: score}, constants: {scale: poss}}\n"
    "  adverse_events: {file: events.csv, columns: {patient: patient, time: time, event: event}}\n"
)


def with_harms(folder: Path) -> Path:
    """Pain falls from 8 to 3 while sedation rises from 1 to 3, and a hallucination is charted."""
    days: dict[str, Any] = {
        "sedation": "patient,time,score\n"
        + "".join(f"a,2031-03-{day:02d}T12:00,{1 if day < 5 else 3}\n" for day in range(1, 9)),
        "events": "patient,time,event\na,2031-03-05T11:00,hallucination\n",
    }
    return a_chart(
        folder,
        days_of(1, 9),
        pain=pain_of(1, 4, "8") + pain_of(5, 9, "3"),
        mapping=HARMS,
        **{name: text.encode() for name, text in days.items()},
    )


@pytest.mark.hazard("H-071")
def test_benefit_is_never_shown_to_people_without_the_harms_beside_it(adjuvant: Run, tmp_path: Path) -> None:
    chart = with_harms(tmp_path / "ward")
    shown = adjuvant("evaluate", chart, *COURSE[:2]).out
    assert "Clinical response." in shown
    harms = next(line for line in shown.splitlines() if line.startswith("Harms:"))
    assert "hallucination" in harms
    assert shown.index("Harms:") < shown.index("Before"), "above any figure"
    assert "Sedation" in shown and "3 (" in " ".join(shown.split()).replace("\N{NO-BREAK SPACE}", " ")
    assert adjuvant("report", chart, *COURSE[:2], "--out", tmp_path / "out").code == 0
    (page,) = (tmp_path / "out").glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "Harms:" in text and "hallucination" in text and "POSS" in text


@pytest.mark.hazard("H-071", "H-039")
def test_harms_that_nobody_charted_are_said_to_be_unread_and_not_none(adjuvant: Run, tmp_path: Path) -> None:
    chart = a_chart(tmp_path / "ward", days_of(1, 9), pain=pain_of(1, 4, "8") + pain_of(5, 9, "3"))
    shown = " ".join(adjuvant("evaluate", chart, *COURSE[:2]).out.split())
    assert "no adverse event charted, which is not none" in shown
    assert "Sedation was not charted: not read is not none" in shown


@pytest.mark.hazard("H-071")
def test_benefit_is_never_given_to_scripts_without_the_harms_beside_it(adjuvant: Run, tmp_path: Path) -> None:
    answer = adjuvant("evaluate", with_harms(tmp_path / "ward"), *COURSE).out
    assert "hallucination" in answer and "poss" in answer
