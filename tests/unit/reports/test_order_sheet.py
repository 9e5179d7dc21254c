"""The order sheet: one number to set, in the largest type; a refusal in its place; a front and a back; nothing unescaped."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from html import unescape
from pathlib import Path

import pytest

from adjuvant.plan import InfusionPlan, RefusedPlan, Running, draft, monitoring_schedule
from adjuvant.plan.figures import span_words
from adjuvant.quantity import Quantity
from adjuvant.reports.order_sheet import OrderSheet, order_html, order_pdf, order_sheet
from bedside import closed
from infusions import advice, founding, setup, situation


def sheet(
    key: str = "patel_ldk", weight: str = "67.6 kg", regimen: str | None = None, **stated: str | None
) -> OrderSheet:
    protocol = founding() if key == "patel_ldk" else closed(key)
    seen = situation(protocol, weight)
    plan = draft(advice(protocol, seen, regimen), protocol, seen, setup(**stated))
    schedule = None
    if isinstance(plan, InfusionPlan):
        due = plan.order.due
        schedule = monitoring_schedule(
            protocol,
            plan.guidance.regimen,
            Running(due, due + timedelta(minutes=40)),
            due + timedelta(hours=24),
        )
    return order_sheet(plan, protocol, seen, schedule, "Invented patient")


def withheld() -> OrderSheet:
    seen = situation(founding())
    silent = replace(seen, facts=replace(seen.facts, answers=()))
    plan = draft(advice(founding(), silent), founding(), silent, setup())
    assert isinstance(plan, RefusedPlan)
    return order_sheet(plan, founding(), silent, None, "Invented patient")


STANDARD = {"bag": "100 mL", "concentration": "1 mg/mL"}


def test_the_pump_s_rate_stands_once_and_in_the_largest_type() -> None:
    page = order_html(sheet(**STANDARD))
    assert page.count("Set the pump to") == 1
    sizes = sorted({float(size) for size in re.findall(r"(?:font-size:|font: 600) (\d+(?:\.\d+)?)pt", page)})
    rate = re.search(r"\.rate b \{[^}]*font-size: (\d+)pt", page)
    assert rate is not None and float(rate[1]) == sizes[-1] and sizes[-2] <= sizes[-1] * 0.65
    assert re.search(r"<b>50\.7 <small>mL/h</small></b>", page)


def test_it_says_what_is_drawn_added_labelled_and_left() -> None:
    rows = {row.name: (row.text, row.sum) for row in sheet(**STANDARD).prepare}
    assert rows["Draw up"] == ("2 mL of ketamine 50 mg/mL", "2 mL × 50 mg/mL = 100 mg")
    assert rows["Left in the bag"][1] == "66.2 mL, 66.2 mg"
    assert "____" in rows["Add"][0] and "____" in rows["Left in the vial"][1]


def test_an_example_says_that_it_is_not_for_use() -> None:
    assert sheet().banner == "Example, not for use: invented patient, example profile."
    assert "Example, not for use" in order_html(sheet()) and "Example, not for use" in order_html(withheld())


def test_a_refusal_stands_in_the_place_of_the_number() -> None:
    found = withheld()
    assert found.rate == ("", "") and found.prepare == found.there == found.back == found.beside == ()
    page = order_html(found)
    body = page.split("</head>")[1]
    assert "No rate" in body and "Missing: whether there is stroke." in body
    assert "mL" not in body and "Set the pump" not in body


def test_a_preparation_that_is_refused_has_no_number_and_says_what_to_do() -> None:
    found = sheet(bag="20 mL", concentration="1 mg/mL")
    body = order_html(found).split("</head>")[1]
    assert "smaller than the dose" in body and "take a larger bag" in body and "Set the pump" not in body


def test_limits_that_bind_stand_apart_and_an_order_above_another_setting_s_limit_says_so() -> None:
    found = sheet(**STANDARD)
    assert [row.name for row in found.limits] == ["The protocol's own, single dose"]
    above = [row.name for row in found.others if row.strong]
    # 0.75 mg/kg/h and 50.7 mg/h: above 0.5 mg/kg/h and 10 mg/h, below 1, 2 and 1.5 mg/kg/h.
    assert above == ["Faculty of Pain Medicine, greatest rate", "Transcribed sarcoma protocol, greatest rate"]
    assert "here 67.6 mL/h" in next(row.text for row in found.others if row.name.startswith("ASRA, acute"))


def test_whom_it_is_for_and_who_signs_are_blanks_and_never_made_up() -> None:
    found = sheet()
    blanks = {label for label, value in found.who if not value}
    assert blanks == {"Born", "Number", "Allergies", "Treatment consent"}
    assert len(found.signatures) == 3
    assert order_html(found).count("My own rate") == 2


def test_other_people_s_text_is_escaped() -> None:
    found = replace(
        sheet(), subject="<b>x</b>", who=(("Patient", "<script>alert(1)</script>"), *sheet().who[1:])
    )
    assert "<script>" not in order_html(found) and "&lt;script&gt;" in order_html(found)


@pytest.mark.parametrize(
    ("key", "stated", "pages"),
    [
        ("patel_ldk", STANDARD, 2), ("patel_ldk", {}, 2),
        ("civik", {"bag": "100 mL"}, 1),  # refused, for rounding: there is nothing to watch
        ("islhd_burst", {"regimen": "burst", "bag": "20 mL", "lasts": "24 h", "pump_step": "0.01 mL/h"}, 2),
    ],
)  # fmt: skip
def test_the_pdf_is_a_front_and_a_back_and_the_same_bytes_each_time(
    key: str, stated: dict[str, str], pages: int
) -> None:
    made = order_pdf(sheet(key, **stated))
    assert made.startswith(b"%PDF") and made == order_pdf(sheet(key, **stated))
    assert f"/Type/Pages/Count {pages}/".encode() in made


def test_a_refusal_is_one_page_too() -> None:
    assert b"/Type/Pages/Count 1/" in order_pdf(withheld())


@pytest.mark.slow
@pytest.mark.parametrize("stated", [STANDARD, {}, {"vial_holds": "10 mL"}])
def test_the_page_prints_on_the_two_sides_of_one_sheet(
    chromium: Path, tmp_path: Path, stated: dict[str, str]
) -> None:
    page, printed = tmp_path / "order.html", tmp_path / "order.pdf"
    page.write_text(order_html(sheet(**stated)), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(
        [chromium, *options, f"--print-to-pdf={printed}", page.as_uri()], check=True, capture_output=True
    )
    assert len(re.findall(rb"/Type /Page\b", printed.read_bytes())) == 2


def test_a_length_of_time_is_rounded_down_to_whole_minutes() -> None:
    assert [span_words(Quantity(Fraction(n), "min")) for n in (Fraction(199, 2), 120, Fraction(1463.9))] == [
        "99 min", "2 h", "24 h 23 min",
    ]  # fmt: skip


@pytest.mark.slow
def test_the_page_on_the_opioids_prints_on_one_more(chromium: Path, tmp_path: Path) -> None:
    page, printed = tmp_path / "order.html", tmp_path / "order.pdf"
    page.write_text(order_html(with_opioids(None)), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(
        [chromium, *options, f"--print-to-pdf={printed}", page.as_uri()], check=True, capture_output=True
    )
    assert len(re.findall(rb"/Type /Page\b", printed.read_bytes())) == 3


# --- the back, to watch by ------------------------------------------------------------------------------------


def test_the_grid_has_a_cell_for_what_is_asked_and_grey_for_what_is_not() -> None:
    """The founding protocol: every 15 min in the first hour, then fewer things every 30 min."""
    found = sheet(**STANDARD)
    assert found.grid is not None
    assert found.grid.heads[:5] == (
        ("2 Mar", "08:15"),
        ("", "08:30"),
        ("", "08:45"),
        ("", "09:00"),
        ("", "09:30"),
    )
    rows = {row.name + (f", {row.unit}" if row.unit else ""): row.asked for row in found.grid.rows}
    assert rows["Respiratory rate, per min"] == (True,) * 12
    assert rows["Sedation, Pasero scale"] == (True,) * 4 + (False,) * 8
    page = order_html(found)
    assert page.count('<td class="not"') == sum(not asked for row in rows.values() for asked in row)
    assert "Grey is not asked then." in page


def test_a_time_that_has_no_column_stands_with_the_letter_of_its_round() -> None:
    found = sheet(**STANDARD)
    rows = [(row.name, row.text.replace("\N{NO-BREAK SPACE}", " ")) for row in found.watch]
    rounds = {name: text for name, text in rows if name.startswith("Round ")}
    later = " ".join(text for name, text in rows if name.startswith("Later, "))
    assert "16:00 B (16:15)" in later and set(rounds) == {
        f"Round {one}" for one in set(re.findall(r"\d ([A-Z]) ", later))
    }
    assert all("_" not in text for _, text in rows)


def test_what_lies_before_the_order_is_counted_as_past_and_has_no_column() -> None:
    protocol, seen = founding(), situation(founding())
    plan = draft(advice(protocol, seen), protocol, seen, setup(**STANDARD))
    assert isinstance(plan, InfusionPlan)
    due = plan.order.due
    running = Running(due - timedelta(minutes=40), due)
    known = monitoring_schedule(protocol, plan.guidance.regimen, running, due + timedelta(hours=1))
    page = order_sheet(plan, protocol, seen, known, "Invented patient")
    (past,) = [row.text for row in page.watch if row.name == "Past"]
    assert past.startswith("2 times before this order, the last 2026-03-02 07:50")
    assert page.grid is not None and page.grid.heads[0] == ("2 Mar", "08:05")


def test_a_witness_has_a_line_for_what_is_discarded_and_each_checker_a_line_to_sign() -> None:
    page = order_html(sheet(**STANDARD))
    for words in ("Discarded, mL and mg", "Discarded by", "Witness"):
        assert f"<span>{words}</span><i></i>" in page
    assert (
        page.count('<span>Signed, date, time</span><i class="wide"></i>')
        == page.count("<span>My own volume</span>")
        == 2
    )


def test_each_side_says_whose_it_is_and_that_it_is_not_for_use() -> None:
    page = order_html(sheet(**STANDARD))
    assert page.count("<dt>Number</dt>") == page.count("Example, not for use") == 2
    assert page.count("<span>Front</span>") == page.count("<span>Back</span>") == 1


# --- the opioids ------------------------------------------------------------------------------------------------


def with_opioids(removed: datetime | None) -> OrderSheet:
    from adjuvant.library import spread_plans
    from adjuvant.opioids import parse_regimen
    from adjuvant.plan import opioid_stages
    from adjuvant.quantity import parse_quantity

    regimen = parse_regimen(
        {
            "medications": [
                {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "50 ug/h"},
                {"drug": "morphine", "route": "oral", "dose": "60 mg", "times_per_day": 2},
            ]
        }
    )
    protocol, seen = founding(), situation(founding())
    plan = draft(advice(protocol, seen), protocol, seen, setup(**STANDARD))
    none = parse_quantity("0 %")
    stages = opioid_stages(regimen, protocol.protocol, spread_plans(), none, "fentanyl", removed)
    return order_sheet(plan, protocol, seen, None, "Invented patient", opioids=stages)


OFF = datetime(2026, 3, 2, 7, tzinfo=UTC)


def test_mme_before_during_and_after_stand_on_a_page_of_their_own_by_table_and_drug() -> None:
    """CDC 2022: 50 microgram/h × 2.4 = 120, and 120 mg of morphine by mouth × 1."""
    found = with_opioids(OFF).opioids
    assert found is not None and found.heads == ("Before", "During, not cut", "After, fentanyl stopped")
    at = [row.name for row in found.rows].index("CDC 2022")
    assert [(row.name, row.cells, row.whole) for row in found.rows[at : at + 3]] == [
        ("CDC 2022", ("240", "240", "120"), True),
        ("fentanyl", ("120", "120", "stopped"), False),
        ("morphine", ("120", "120", "120"), False),
    ]
    page = order_html(with_opioids(OFF))
    assert "Opioids beside ketamine" in page and "<span>Opioids</span>" in page
    assert "never for converting a patient from one opioid to another" in page
    assert b"/Type/Pages/Count 3/" in order_pdf(with_opioids(OFF))


def test_a_patch_that_is_off_says_when_and_one_that_is_not_has_lines_for_whoever_sees_it_off() -> None:
    off, worn = with_opioids(OFF).opioids, with_opioids(None).opioids
    assert off is not None and worn is not None
    assert off.patches[0].text.startswith("Seen off at 2026-03-02 07:00+00:00.")
    assert off.patches[0].blanks == ("Where on the skin", "Seen off by", "Witness")
    assert "an order to stop takes no patch off" in worn.patches[0].text
    assert worn.patches[0].blanks == ("Where on the skin", "Seen off, date and time", "By", "Witness")
    assert worn.heads[2] == "After, fentanyl patch not seen off"
    assert "<span>Seen off, date and time</span><i></i>" in order_html(with_opioids(None))


def test_a_sheet_nobody_asked_about_opioids_has_no_page_on_them() -> None:
    assert sheet(**STANDARD).opioids is None and "Opioids beside" not in order_html(sheet(**STANDARD))


# --- courses and reviews ------------------------------------------------------------------------------------------


def test_courses_so_far_and_reviews_that_are_due_stand_on_the_back() -> None:
    from adjuvant.plan import ledger
    from adjuvant.plan.course_reviews import CourseReview
    from adjuvant.protocol.chart import ChartEvent, Happened
    from adjuvant.quantity import parse_quantity
    from adjuvant.reports.order_sheet.beside import course_rows
    from bedside import BEGINS

    def given(days: int) -> ChartEvent:
        at = BEGINS - timedelta(days=days)
        return ChartEvent(at, Happened.GIVEN, parse_quantity("30 mg"), parse_quantity("40 min"))

    liver = CourseReview("liver", "liver tests", None, True, None, None, False, False)
    rows = course_rows(ledger([given(60), given(20)], BEGINS), (liver,), UTC)
    assert [(row.name, row.text.rpartition(": ")[2]) for row in rows[:2]] == [
        ("Course 1", "30 mg"),
        ("Course 2", "30 mg"),
    ]
    assert (rows[2].name, rows[2].text) == ("In all", "60 mg")
    assert rows[3].strong and rows[3].text == (
        "Liver tests: never charted; no interval is given; due before another course"
    )
    assert [row.text for row in course_rows(ledger([], BEGINS), (), UTC)] == ["none charted"]


def test_the_evidence_stands_on_the_sheet_as_the_protocol_has_it_negative_trials_included() -> None:
    statement = founding().protocol.evidence.statement
    page = " ".join(unescape(order_html(sheet(**STANDARD))).split())
    assert f"Uncontrolled. {statement}" in page
    assert "placebo-controlled trials in cancer pain are negative" in page
    assert statement not in " ".join(unescape(order_html(withheld())).split())
