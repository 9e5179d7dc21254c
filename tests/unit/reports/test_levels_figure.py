"""The figure of levels by its structure: labels, units, legend, ranges as ranges, sides apart, bands apart."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from adjuvant.pk import Bolus, Covariates, Infusion, Regimen, bands, load_model, reported_ranges
from adjuvant.pk.bands import Bands
from adjuvant.pk.disagreement import behind
from adjuvant.pk.effect_slow import effect_courses, opposed
from adjuvant.pk.estimation import estimate
from adjuvant.pk.measured import Measured
from adjuvant.reports.levels.drawings import effect_drawing, level_drawing, norketamine_drawing
from adjuvant.reports.levels.figure import (
    PHONE_LEVELS,
    PRINT_LEVELS,
    SCREEN_LEVELS,
    LevelsLayout,
    by_side,
    drawing_svg,
)
from adjuvant.reports.levels.held import held_line, held_sections
from adjuvant.reports.levels.html import levels_html
from adjuvant.reports.levels.pages import Shown, levels_page
from adjuvant.reports.levels.parts import Section, level, spanned
from adjuvant.reports.levels.pdf import levels_pdf
from adjuvant.reports.levels.write import csv_text

SVG = "{http://www.w3.org/2000/svg}"
LAYOUTS = (SCREEN_LEVELS, PRINT_LEVELS, PHONE_LEVELS)
ADULT = Covariates(70.0, age_years=40)


@cache
def forecast(drug: str) -> Bands:
    doses = (Infusion(0, 600, "10 mg/h", "iv"), Bolus(120, "5 mg", "iv"))
    return bands(Regimen(doses, drug), np.linspace(0, 1200, 41), ADULT, patients=30)


@cache
def picture(drug: str, layout: LevelsLayout = SCREEN_LEVELS, now: float | None = None) -> ET.Element:
    ranges = [one for one in reported_ranges().values() if one.drug == drug]
    stop = forecast(drug) if now is not None else None
    measured = (("venous", 300.0, 50.0),) if drug == "esketamine" else ()
    drawing = level_drawing(forecast(drug), ranges, now, stop, "the start", measured)
    return ET.fromstring(drawing_svg(drawing, layout))


def of_class(found: ET.Element, tag: str, name: str) -> list[ET.Element]:
    return [one for one in found.iter(f"{SVG}{tag}") if name in (one.get("class") or "").split()]


def words(found: ET.Element) -> list[str]:
    return ["".join(one.itertext()).replace("\u00a0", " ") for one in found.iter(f"{SVG}text")]


def test_each_side_has_a_row_of_its_own_with_its_name() -> None:
    shown = " | ".join(words(picture("esketamine")))
    for name in ("Arterial blood", "Venous blood", "Side of sampling not stated"):
        assert shown.count(name) == 1
    assert shown.count("Over models: a typical patient of each") == 3
    assert shown.count("Over patients: 90 of 100 by one model") == 3


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.name)
def test_every_panel_has_its_unit_and_the_time_is_named_once(layout: LevelsLayout) -> None:
    shown = words(picture("esketamine", layout))
    assert shown.count("ng/mL") == 6
    assert shown.count("Hours since the start") == 1


def test_every_model_stands_in_the_legend_of_its_own_side() -> None:
    shown = words(picture("esketamine"))
    assert "range of 2 models: kamp2020 and simons2022" in shown
    assert "one model, no range: otto2021" in shown and "one model, no range: perezruixo2020" in shown
    assert "kamp2020, its spread is assumed" in shown and "simons2022" in shown


def test_several_models_are_a_band_and_one_is_a_line_that_says_so() -> None:
    racemic, s_form = picture("ketamine"), picture("esketamine")
    # One band over three models; one over patients of Kamp; each once more in its legend.
    assert (
        len(of_class(racemic, "path", "band-first")) == 2
        and len(of_class(racemic, "rect", "band-first")) == 2
    )
    assert len(of_class(racemic, "path", "line-first")) == 1
    assert len(of_class(s_form, "path", "line-first")) == 2


def test_ranges_are_ranges_and_not_lines_at_their_own_levels() -> None:
    """Both ends of each range stand where the axis has them, in every panel and in the bar at the side."""
    found = picture("ketamine")
    for name, low, high, many in (("range-fill", 70, 160, 4), ("range-outline", 100, 250, 4)):
        drawn = of_class(found, "rect", name)
        assert len(drawn) == many
        tall = [float(one.get("height") or 0) for one in drawn]
        axis = float(of_class(found, "rect", f"{name}-bar")[0].get("height") or 0)
        assert tall == pytest.approx([axis] * many, abs=0.05)
        unit = tall[0] / (high - low)
        assert unit == pytest.approx(
            float(of_class(found, "rect", "range-fill")[0].get("height") or 0) / 90, rel=0.01
        )
    shown = words(found)
    for said in ("pain relief", "70 to 160", "dissociation", "100 to 250", "50 to 200"):
        assert said in shown


def test_ranges_of_the_racemate_are_not_drawn_for_s_ketamine() -> None:
    shown = words(picture("esketamine"))
    assert "pain relief" not in shown and "half effect, S" in shown and "90.3 to 157" in shown


def test_what_is_given_stands_on_top_with_unit_and_route() -> None:
    found = picture("ketamine")
    shown = words(found)
    assert "Given, intravenous" in shown and "10 mg/h" in shown and "5 mg" in shown
    assert len(of_class(found, "rect", "rate")) == 2 and len(of_class(found, "path", "ketamine")) == 2


@pytest.mark.hazard("H-040")
def test_the_figure_says_who_was_not_studied_and_that_it_advises_nothing() -> None:
    said = "No model was made from cachectic, dying or palliative patients. Nothing here advises a dose."
    for layout in LAYOUTS:
        found = picture("ketamine", layout)
        assert said in " ".join(words(found))
        (told,) = found.iter(f"{SVG}desc")
        text = (told.text or "").replace("\u00a0", " ")
        assert said in text and "arterial blood, 1 model: highest" in text


def test_now_is_marked_what_follows_is_shaded_and_the_other_future_is_dashed() -> None:
    found = picture("esketamine", SCREEN_LEVELS, 600.0)
    assert words(found).count("now") == 6
    assert len(of_class(found, "rect", "ground")) == 6 and len(of_class(found, "line", "window")) == 6
    assert "the same if it stops now" in words(found)
    assert not of_class(picture("esketamine"), "line", "window")


def test_a_measured_level_is_a_dot_in_the_panels_of_its_own_side_alone() -> None:
    assert len(of_class(picture("esketamine"), "circle", "dot")) == 2


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.name)
def test_nothing_is_drawn_outside_of_the_picture_or_not_a_number(layout: LevelsLayout) -> None:
    found = picture("ketamine", layout)
    _, _, width, height = map(float, (found.get("viewBox") or "").split())
    text = ET.tostring(found, encoding="unicode")
    assert "nan" not in text.lower().replace("nano", "") and "inf" not in re.sub(
        "infusion|information", "", text
    )
    for one in found.iter(f"{SVG}path"):
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", one.get("d") or ""):
            assert -4 <= float(x) <= width and -4 <= float(y) <= height


@pytest.mark.parametrize("drug", ["ketamine", "esketamine"])
def test_on_paper_each_side_is_a_picture_of_its_own_on_the_scale_of_all(drug: str) -> None:
    """So that a page may end between two: each has its axis of time, and a level is as high in each."""
    ranges = [one for one in reported_ranges().values() if one.drug == drug]
    whole = level_drawing(forecast(drug), ranges, None, None, "the start", ())
    parts = [ET.fromstring(drawing_svg(one, PRINT_LEVELS)) for one in by_side(whole)]
    assert [[row.title for row in one.rows] for one in by_side(whole)] == [[row.title] for row in whole.rows]
    shown = [words(one) for one in parts]
    assert [texts.count("ng/mL") for texts in shown] == [2] * len(parts)
    assert [texts.count("Hours since the start") for texts in shown] == [1] * len(parts)
    assert [texts.count("Given, intravenous") for texts in shown] == [1] + [0] * (len(parts) - 1)
    advice = ["Nothing here advises a dose" in " ".join(texts) for texts in shown]
    assert advice == [False] * (len(parts) - 1) + [True]
    every = words(ET.fromstring(drawing_svg(whole, PRINT_LEVELS)))
    for texts in shown:
        assert {one for one in texts if re.fullmatch(r"[\d,]00", one)} == {
            one for one in every if re.fullmatch(r"[\d,]00", one)
        }


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.name)
@pytest.mark.parametrize("kind", ["effects", "norketamine"])
def test_effects_and_the_scenario_lie_within_their_picture_and_are_told_in_words(
    kind: str, layout: LevelsLayout
) -> None:
    found = forecast("esketamine")
    times = np.linspace(0, 30 * 1440, 50)
    drawing = (
        effect_drawing(effect_courses(found, times), "the start")
        if kind == "effects"
        else norketamine_drawing(opposed(found), "the start", 600.0)
    )
    made = ET.fromstring(drawing_svg(drawing, layout))
    _, _, width, height = map(float, (made.get("viewBox") or "").split())
    for one in made.iter(f"{SVG}path"):
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", one.get("d") or ""):
            assert -4 <= float(x) <= width and -4 <= float(y) <= height
    (told,) = made.iter(f"{SVG}desc")
    assert len((told.text or "").split()) > 10 and "nan" not in (told.text or "").split()
    assert words(made).count("now") == (6 if kind == "norketamine" else 0)
    assert "Nothing here advises a dose." in " ".join(words(made))


def test_the_word_for_now_and_the_level_at_the_end_do_not_meet_on_a_phone() -> None:
    """Each stands on a line of its own wherever both are at the top of a narrow panel."""
    found = picture("ketamine", PHONE_LEVELS, 900.0)
    places = {}
    for one in found.iter(f"{SVG}text"):
        text = "".join(one.itertext())
        places.setdefault(text, []).append((float(one.get("x") or 0), float(one.get("y") or 0)))
    ends = [at for text, ats in places.items() if re.fullmatch(r"\d+( to \d+)?", text) for at in ats]
    for now_x, now_y in places["now"]:
        for x, y in ends:
            assert abs(y - now_y) >= 12 or x < now_x - 4 or x > now_x + 200


def test_the_two_effects_stand_beside_each_other_in_percent() -> None:
    times = np.linspace(0, 30 * 1440, 50)
    found = ET.fromstring(
        drawing_svg(effect_drawing(effect_courses(forecast("esketamine"), times), "the start"), SCREEN_LEVELS)
    )
    shown = words(found)
    assert (
        shown.count("At once: follows the blood by minutes")
        == shown.count("Slow: comes and goes over days")
        == 3
    )
    assert shown.count("%") == 6 and "Days since the start" in shown
    assert any(one.startswith("over models, by its own figures, at most ") for one in shown)
    assert len(of_class(found, "path", "band-third")) == 6


def test_the_scenario_of_norketamine_shows_what_is_given_what_is_taken_and_what_is_left() -> None:
    drawing = norketamine_drawing(opposed(forecast("esketamine")), "the start", None)
    shown = words(ET.fromstring(drawing_svg(drawing, SCREEN_LEVELS)))
    assert shown.count("ketamine alone") == shown.count("norketamine, against it") == 3
    assert shown.count("cm") == 6
    assert any(one.startswith("relief that is left") for one in shown)


@cache
def page(drug: str = "esketamine") -> Shown:
    found = forecast(drug)
    times = np.linspace(0, 30 * 1440, 50)
    return Shown(
        subject="<b>bed 4 & 5</b>",
        bands=found,
        marks=[(600.0, "at the end of what is given, 10 h"), (900.0, "5 h after")],
        courses=effect_courses(found, times),
        scenario=opposed(found),
        behind=[
            behind(one.model, ADULT, "0.1 mg/kg", "0.1 mg/kg/h", (1.0, 6.0, 24.0)) for one in found.answers
        ],
    )


def test_the_page_is_whole_escapes_what_it_is_told_and_asks_for_nothing() -> None:
    text = levels_html(levels_page(page()))
    assert "&lt;b&gt;bed 4 &amp; 5&lt;/b&gt;" in text and "<b>bed 4" not in text
    for said in (
        "Which model, and why they disagree",
        "If norketamine works against pain relief",
        "doi:10.1016/j.ejpain",
    ):
        assert said in text
    assert not re.search(r"(?:src|href)=[\"']https?:", text) and "<script" not in text


def test_the_page_says_why_there_is_no_scenario_for_the_racemate() -> None:
    text = levels_html(levels_page(page("ketamine")))
    assert "No model of the racemate gives levels of norketamine" in text


def test_measured_levels_stand_with_the_predicted_ones_and_figures_have_their_own_units(
    pdftotext: Path, tmp_path: Path
) -> None:
    """On the first sheet: what was measured, and the first side of the figure; not half a sheet of nothing."""
    half_day = Regimen((Infusion(0, 720, "7 mg/h", "iv"),), "esketamine")
    found = bands(half_day, [0.0, 720.0, 900.0], ADULT, patients=20)
    measured = [Measured(360, "ketamine", 88, "venous"), Measured(720, "ketamine", 96, "venous")]
    one = estimate(load_model("otto2021"), half_day, ADULT, measured)
    marks, refused = [(720.0, "now"), (900.0, "3 h after")], [("kamp2020", "is of the other side")]
    shown = Shown(
        "x", found, marks, now_min=720.0, before=(Section("given", "What was given", "", items=(("", "Weight."),)),),
        after=held_sections([one], refused, marks), held=held_line([one], refused, marks),
        measured=(("venous", 360.0, 88.0),),
    )  # fmt: skip
    made = levels_page(shown)
    html = levels_html(made)
    assert "<b></b>" not in html and "(L, min)" not in html
    # By hand: the typical clearance of Otto at 70 kg is 95.2 L/h; volumes are in litres.
    assert re.search(r"typical 95\.2 L/h, now [\d.]+ L/h", html) and re.search(
        r"typical \d+(\.\d+)? L, now", html
    )
    file = tmp_path / "page.pdf"
    file.write_bytes(levels_pdf(made))
    first = subprocess.run(
        [pdftotext, "-l", "1", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout
    flat = " ".join(first.split())
    assert (
        "2 measured levels, venous blood, against otto2021:" in flat
        and "Not held against them: kamp2020" in flat
    )
    order = [flat.index(one) for one in ("2 measured levels", "What was given", "Over models: a typical")]
    assert order == sorted(order)


def test_a_measured_level_that_hardly_anybody_has_is_called_out_on_top() -> None:
    half_day = Regimen((Infusion(0, 720, "7 mg/h", "iv"),), "esketamine")
    one = estimate(load_model("otto2021"), half_day, ADULT, [Measured(720, "ketamine", 960, "venous")])
    (line,) = held_line([one], [], [(720.0, "now")])
    assert line.startswith("1 measured level, venous blood") and "1 of 1 lie" not in line
    assert line.endswith("would have it: check dose, time, side and laboratory.")


def test_the_pdf_is_the_same_bytes_each_time() -> None:
    made = levels_page(page())
    assert levels_pdf(made) == levels_pdf(made)


def test_levels_are_written_as_no_more_than_was_worked_out() -> None:
    assert [level(one) for one in (0, 0.01, 0.26, 9.94, 9.96, 1234.4)] == [
        "0",
        "under 0.1",
        "0.3",
        "9.9",
        "10",
        "1,234",
    ]
    assert spanned(10.1, 10.4) == "10" and spanned(3, 12) == "3.0 to 12"


def test_no_cell_of_the_table_begins_like_a_formula() -> None:
    assert csv_text(("a", "b"), [("=1", "2"), ("x", "y,z")]) == 'a,b\r\n\'=1,2\r\nx,"y,z"\r\n'
