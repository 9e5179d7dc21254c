"""One clock a page, an offset on each time that a machine reads, and no row dated far from all others believed in silence."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from charts import MAPPING, a_chart, a_row, days_of, pain_of
from running import Run

# The clocks of New York go forward on 9 March 2031: these windows have both offsets in them.
COURSE = ("--course", "2031-03-08T09:00/2031-03-08T12:00")
NEW_YORK = ZoneInfo("America/New_York")
TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?")


def a_ward(folder: Path, mapping: str = MAPPING) -> Path:
    return a_chart(
        folder,
        days_of(1, 14, hours=(4, 10, 16, 22)),
        pain=pain_of(1, 14),
        mapping=mapping.replace("Europe/London", "America/New_York"),
    )


@pytest.mark.hazard("H-073", "H-079")
def test_every_time_of_the_answer_carries_the_offset_of_the_records_zone(
    adjuvant: Run, tmp_path: Path
) -> None:
    answer = adjuvant("evaluate", a_ward(tmp_path / "ward"), *COURSE, "--json")
    times = [datetime.fromisoformat(text) for text in TIME.findall(answer.out)]
    assert len(times) >= 9, "course, three windows and the end of onset at least"
    assert all(time.utcoffset() == time.astimezone(NEW_YORK).utcoffset() for time in times)
    assert {time.utcoffset() for time in times} == {
        datetime(2031, month, 1, tzinfo=NEW_YORK).utcoffset() for month in (1, 7)
    }


@pytest.mark.hazard("H-073")
def test_the_page_names_its_one_clock_and_says_when_it_was_changed(adjuvant: Run, tmp_path: Path) -> None:
    chart = a_ward(tmp_path / "ward")
    shown = adjuvant("evaluate", chart, *COURSE).out
    assert "America/New_York" in shown
    assert adjuvant("report", chart, *COURSE, "--out", tmp_path / "out").code == 0
    (page,) = (tmp_path / "out").glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "America/New_York" in text
    assert "Europe/" not in text and "UTC+00:00" not in text
    assert "clock" in text


@pytest.mark.hazard("H-079")
@pytest.mark.parametrize("course", ["2031-03-09T02:30/2031-03-10T00:00", "2031-11-02T01:30/2031-11-03T00:00"])
def test_a_local_time_that_never_was_or_was_twice_is_refused_at_the_command_line(
    adjuvant: Run, tmp_path: Path, course: str
) -> None:
    answer = adjuvant("evaluate", a_ward(tmp_path / "ward"), "--course", course)
    assert answer.code == 2 and "clocks of America/New_York changed" in answer.err
    assert "add its offset" in answer.err


@pytest.mark.hazard("H-024")
def test_what_is_dated_after_the_windows_changes_nothing(adjuvant: Run, tmp_path: Path) -> None:
    """A dose and a score entered for a day to come must not become the latest."""
    plain = a_chart(tmp_path / "plain", days_of(1, 14), pain=pain_of(1, 14))
    later = a_chart(
        tmp_path / "later",
        days_of(1, 14) + a_row("2031-03-20T09:00", dose="5000 mg"),
        pain=pain_of(1, 14) + "a,2031-03-20T09:00,0\n",
    )
    first, second = (adjuvant("evaluate", chart, *COURSE, "--json").json for chart in (plain, later))
    for key in ("windows", "pain", "opioids", "responses"):
        assert first[key] == second[key]


@pytest.mark.hazard("H-024")
@pytest.mark.parametrize("start", ["0031-03-03T09:00", "1931-03-03T09:00", "2931-03-03T09:00"])
def test_a_row_dated_centuries_from_all_others_is_a_quality_line(
    adjuvant: Run, tmp_path: Path, start: str
) -> None:
    chart = a_chart(tmp_path / "ward", days_of(1, 14) + a_row(start), pain=pain_of(1, 14))
    lines = adjuvant("import", chart, "--json").json["quality"]
    assert [line for line in lines if line["table"] == "given.csv" and line["reason"]]


@pytest.mark.hazard("H-024", "H-034")
def test_a_row_with_a_slip_in_its_year_makes_no_unwatched_day_a_day_without_opioids(
    adjuvant: Run, tmp_path: Path
) -> None:
    """Charting begins on 7 March at half past midnight; a dose dated in the year 31 does not begin it earlier."""
    plain = a_chart(tmp_path / "plain", days_of(8, 14), pain=pain_of(7, 14))
    slipped = a_chart(tmp_path / "slip", days_of(8, 14) + a_row("0031-03-03T09:00"), pain=pain_of(7, 14))
    for chart in (plain, slipped):
        opioids = adjuvant("evaluate", chart, *COURSE, "--json").json["opioids"]
        assert (opioids["before"], opioids["complete"]["before"], opioids["percent"]) == (None, False, None)
