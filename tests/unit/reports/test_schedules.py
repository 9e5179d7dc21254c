"""Pages and figures on schedules: labels, units and legend by structure, sides apart, the same words everywhere."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest

from adjuvant.design import Asked, Compared, Found, compare_schedules, groups, typed
from adjuvant.design.searched import asked_steps, bounds_of, objectives_of, read_design, space_of
from adjuvant.design.wire import COMPARED_HEADS, compared_rows
from adjuvant.pk import Covariates, Infusion, Regimen, load_model
from adjuvant.reports.schedules import (
    compared_page,
    found_page,
    frontier_figure,
    levels_figure,
    schedules_html,
    schedules_markdown,
    schedules_pdf,
    steps_page,
    write_schedules,
)
from adjuvant.reports.schedules.html import figure_svg
from adjuvant.reports.schedules.model import Figure
from adjuvant.reports.schedules.words import figure, percent_words
from adjuvant.reports.schedules.write import csv_text, figure_file

SVG = "{http://www.w3.org/2000/svg}"
EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "reference" / "example_schedules"
ASKED = Asked("blood", 70.0, 160.0, "Range reason.", 200.0, "Ceiling reason.", None)


@cache
def compared(drug: str = "ketamine") -> Compared:
    schedules = [
        typed(name, Regimen((Infusion(0, hours * 60, rate, "intravenous"),), drug))
        for name, rate, hours in (("long", "5 mg/h", 48), ("short", "30 mg/h", 1))
    ]
    found, left = groups(drug, Covariates(70, 60), patients=60, seed=1)
    return compare_schedules(schedules, found, 70, ASKED, seed=1, left=tuple(left.items()), step_min=30)


@cache
def found() -> Found:
    from adjuvant.design import search

    question = read_design((EXAMPLES / "search.json").read_text(encoding="utf-8"), EXAMPLES)
    people, _ = question.common.groups("ketamine")
    assert question.pump is not None
    return search(
        question.sited, question.regimen, space_of(question), bounds_of(question), question.pump, people,
        question.common.kilograms, question.common.asked, objectives=objectives_of(question), step_min=30,
    )  # fmt: skip


def drawn(made: str) -> ET.Element:
    return ET.fromstring(made)


def of_class(picture: ET.Element, tag: str, name: str) -> list[ET.Element]:
    return [one for one in picture.iter(f"{SVG}{tag}") if name in (one.get("class") or "").split()]


def words(picture: ET.Element) -> list[str]:
    return ["".join(one.itertext()).replace("\u00a0", " ") for one in picture.iter(f"{SVG}text")]


@cache
def levels() -> ET.Element:
    return drawn(figure_file(levels_figure(compared()), faces=False))


def test_each_schedule_has_a_panel_for_each_side_of_the_circulation_and_each_side_names_its_models() -> None:
    shown = words(levels())
    assert shown.count("long") == shown.count("short") == 2
    assert any(one.startswith("Arterial") and "kamp2020" in one for one in shown)
    assert any("not stated" in one and "domino1982, clements250, hijazi2003" in one for one in shown)
    assert not any("kamp2020" in one and "domino1982" in one for one in shown)


def test_drawn_patients_are_a_band_with_a_median_and_other_models_a_range_of_another_look() -> None:
    assert len(of_class(levels(), "path", "levels")) == 2  # of the two schedules, arterial
    assert len(of_class(levels(), "path", "levels-middle")) == 2
    assert len(of_class(levels(), "path", "levels-other")) == 2
    s_ketamine = drawn(figure_file(levels_figure(compared("esketamine")), faces=False))
    assert any(one.startswith("Venous") and "otto2021" in one for one in words(s_ketamine))


def test_the_legend_names_every_mark_with_its_unit() -> None:
    shown = words(levels())
    for named in (
        "nine in ten of 60 drawn patients, and the median",
        "range over the typical patients of models, none measured",
        "range asked for, 70 to 160 ng/mL",
        "ceiling, 200 ng/mL",
    ):
        assert named in shown
    assert len(of_class(levels(), "rect", "levels")) == len(of_class(levels(), "rect", "levels-other")) == 1
    assert len(of_class(levels(), "line", "limit")) == 4 + 1  # in each panel, and in the legend
    assert len(of_class(levels(), "rect", "aim")) == 4 + 1


def test_every_axis_begins_at_zero_names_its_unit_and_all_are_on_one_scale() -> None:
    shown = words(levels())
    assert shown.count("ng/mL") == 4 and shown.count("0") == 4 and "day 1" in shown
    tops = {one for one in shown if re.fullmatch(r"\d+", one)}
    assert {shown.count(one) for one in tops if int(one) >= 100} == {4}


def test_a_level_of_twice_the_height_is_drawn_twice_as_high() -> None:
    """The ceiling stands at 200 and the range ends at 160 and 70, above the same zero."""
    (aim, *_) = [one for one in of_class(levels(), "rect", "aim") if float(one.get("width") or 0) > 100]
    (line, *_) = [
        one
        for one in of_class(levels(), "line", "limit")
        if float(one.get("x2") or 0) - float(one.get("x1") or 0) > 100
    ]
    top, height = float(aim.get("y") or 0), float(aim.get("height") or 0)
    zero = top + height * 160 / 90
    assert zero - float(line.get("y1") or 0) == pytest.approx(height * 200 / 90, abs=0.1)


FIGURES = (
    "levels", "levels, phone 0", "levels, phone 1", "S-ketamine", "S-ketamine, phone 0", "S-ketamine, phone 1",
    "S-ketamine, phone 2", "frontier", "frontier, phone",
)  # fmt: skip


@cache
def every_figure() -> dict[str, Figure]:
    levels_, frontier = levels_figure(compared()), frontier_figure(found(), ("total_mg", "hours_in_range"))
    s_ketamine = levels_figure(compared("esketamine"))
    return {
        "levels": levels_, "S-ketamine": s_ketamine, "frontier": frontier, "frontier, phone": frontier.narrow[0],
        **{f"levels, phone {place}": one for place, one in enumerate(levels_.narrow)},
        **{f"S-ketamine, phone {place}": one for place, one in enumerate(s_ketamine.narrow)},
    }  # fmt: skip


def test_every_figure_is_looked_at() -> None:
    assert set(every_figure()) == set(FIGURES)


@pytest.mark.parametrize("drug", ["ketamine", "esketamine"])
def test_on_a_phone_each_side_has_a_picture_of_its_own_with_its_own_legend_and_units(drug: str) -> None:
    made = levels_figure(compared(drug))
    sides = {"ketamine": ["Arterial", "Side of"], "esketamine": ["Arterial", "Venous", "Side of"]}[drug]
    assert len(made.narrow) == len(sides)
    for one, side in zip(made.narrow, sides, strict=True):
        shown = words(drawn(figure_svg(one)))
        (title,) = [said for said in shown if said.startswith(("Arterial", "Venous", "Side of"))]
        assert title.startswith(side)
        assert shown.count("ng/mL") == 2 and "day 1" in shown
        assert "range asked for, 70 to 160 ng/mL" in shown and "ceiling, 200 ng/mL" in shown
        assert one.width < 400 and not set(sides) - {side} & set(one.summary.split())


@pytest.mark.parametrize("name", FIGURES)
def test_no_label_of_any_figure_runs_out_of_it_or_over_another(name: str) -> None:
    made = every_figure()[name]
    boxes = [box for layer in made.layers for box in layer.boxes]
    assert all(left >= -8 and right <= made.width + 8 and top >= 0 for left, top, right, _ in boxes)
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            over_x = min(one[2], other[2]) - max(one[0], other[0])
            over_y = min(one[3], other[3]) - max(one[1], other[1])
            assert over_x <= 0 or over_y <= 1


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_in_a_figure_stands_outside_of_it_or_is_no_number(name: str) -> None:
    made = every_figure()[name]
    picture = drawn(figure_svg(made))
    text = ET.tostring(picture, encoding="unicode").lower()
    assert "nan" not in text and not re.search(r"[ML ]-?inf", text)
    for one in picture.iter(f"{SVG}circle"):
        assert (
            0 <= float(one.get("cx") or -1) <= made.width and 0 <= float(one.get("cy") or -1) <= made.height
        )
    for one in picture.iter(f"{SVG}path"):
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", one.get("d") or ""):
            assert -1 <= float(x) <= made.width + 1 and -1 <= float(y) <= made.height + 1


def test_the_figure_says_in_words_what_it_shows() -> None:
    (said,) = levels().iter(f"{SVG}desc")
    assert said.text is not None and "long by kamp2020, arterial: highest" in said.text
    assert "nine in ten" in said.text


def test_the_frontier_has_a_panel_a_model_and_tells_kept_broken_and_best_apart() -> None:
    made = drawn(figure_file(frontier_figure(found(), ("total_mg", "hours_in_range")), faces=False))
    shown = words(made)
    sides = {"arterial": "arterial", "not_stated": "side of the circulation not stated"}
    for model in found().models:
        # The side that a model is of stands beside its name, so that no two are read as one.
        (title,) = [" ".join(one.split()) for one in shown if one.split()[:1] == [model]]
        assert title == f"{model} {sides[load_model(model).sampling]}"
    assert {
        "on the frontier",
        "keeps every bound, and another beats it",
        "breaks a bound in this model",
    } <= set(shown)
    assert "Along: mg in all. Up: hours in the range, median." in shown
    best = sum(len(names) for _, names in found().frontiers)
    kept = sum(not one.broken for one in found().scored) - best
    broken = sum(bool(one.broken) for one in found().scored)
    assert len(of_class(made, "circle", "best")) == best + 1
    assert len(of_class(made, "circle", "kept")) == kept + 1
    assert len(of_class(made, "line", "broken")) == 2 * (broken + 1)


@cache
def page_html() -> str:
    return schedules_html(compared_page(compared(), subject="two", note="A note.", age_years=60))


def test_the_page_brings_everything_along_and_escapes_what_came_from_outside() -> None:
    assert "<script" not in page_html() and not re.search(r'(?:src|href)="?https?:', page_html())
    made = schedules_html(compared_page(compared(), subject="<b>two</b>", age_years=None))
    assert "<b>two</b>" not in made and "&lt;b&gt;two&lt;/b&gt;" in made and "not known" in made


def test_the_page_says_what_it_cannot_say_and_whom_no_model_was_made_from() -> None:
    for said in (
        "Nothing here advises a dose by itself",
        "no model was made from palliative patients",
        "What no comparison of levels can say",
        "Whether any of these schedules relieves pain",
        "Range reason.",
        "Ceiling reason.",
        "coefficient of variation of CL: 0.25 (assumed)",
        "is of another drug than otto2021",
    ):
        assert said in page_html()


def test_arterial_and_other_levels_stand_in_tables_of_their_own() -> None:
    page = compared_page(compared("esketamine"), subject="two")
    by_side = {
        one.title.split(":")[0]: {row[1] for row in one.rows}
        for one in page.tables
        if ": levels" in one.title
    }
    assert by_side["Arterial"] == {"kamp2020", "simons2022"} and by_side["Venous"] == {"otto2021"}
    assert "perezruixo2020" in by_side["Side of the circulation not stated"]


def test_the_pdf_holds_the_words_of_the_page_and_comes_out_the_same_twice(
    pdftotext: Path, tmp_path: Path
) -> None:
    page = compared_page(compared(), subject="two", age_years=60)
    made = schedules_pdf(page)
    assert made == schedules_pdf(page) and made.startswith(b"%PDF")
    file = tmp_path / "page.pdf"
    file.write_bytes(made)
    text = subprocess.run([pdftotext, str(file), "-"], capture_output=True, text=True, check=True).stdout
    flat = " ".join(text.split())
    assert "Nothing here advises a dose by itself" in flat and "What survives every model" in flat
    assert "ng/mL" in flat and "A clinician decides." in flat


def test_the_csv_has_a_row_for_each_schedule_and_model_and_leaves_empty_what_is_not_known() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(COMPARED_HEADS, compared_rows(compared())))))
    assert len(rows) == len(compared().measured) and tuple(rows[0]) == COMPARED_HEADS
    for row in rows:
        drawn_one = row["model"] == "kamp2020"
        assert bool(row["above_ceiling"]) == bool(row["peak_p95"]) == drawn_one
        assert row["sampling"] in ("arterial", "not_stated") and row["rounds"] == ""


def test_all_files_of_a_page_are_written(tmp_path: Path) -> None:
    page = compared_page(compared(), subject="two")
    made = write_schedules(page, (COMPARED_HEADS, compared_rows(compared())), tmp_path, ("compare", "two"))
    assert [one.name for one in made] == [
        f"adjuvant-compare-two.{ending}" for ending in ("html", "pdf", "csv", "svg")
    ]
    assert all(one.stat().st_size > 500 for one in made)


def test_the_same_page_in_markdown_has_its_figure_and_its_tables() -> None:
    page = compared_page(compared(), subject="two")
    (picture,) = page.figures
    made = schedules_markdown(page, {picture.title: "two.svg"}, "Made.")
    assert "](two.svg)" in made and "| long |" in made and made.count("\n## ") >= 6


@pytest.mark.hazard("H-040")
def test_every_page_on_schedules_names_what_is_assumed_and_who_was_not_studied() -> None:
    question = read_design((EXAMPLES / "search.json").read_text(encoding="utf-8"), EXAMPLES)
    steps = read_design((EXAMPLES / "next_steps.json").read_text(encoding="utf-8"), EXAMPLES)
    for page in (
        compared_page(compared(), subject="two"),
        found_page(found(), question.common.asked, bounds_of(question), subject="some", who=()),
        steps_page(asked_steps(steps), steps.common.asked, subject="next", who=(), protocol="civik"),
    ):
        said = dict(page.lists)
        assert "coefficient of variation of CL: 0.25 (assumed)" in " ".join(said["Assumed figures"])
        assert "palliative" in said["What must be said of the models"][0]
        assert "Nothing here advises a dose by itself" in page.limit and "clinician decides" in page.foot


def test_a_search_that_keeps_nothing_says_so() -> None:
    from dataclasses import replace

    nothing = replace(
        found(), everywhere=(), robust=(), frontiers=tuple((model, ()) for model in found().models)
    )
    question = read_design((EXAMPLES / "search.json").read_text(encoding="utf-8"), EXAMPLES)
    page = found_page(nothing, question.common.asked, bounds_of(question), subject="none", who=(("A", "b"),))
    assert "none keeps every bound in every model" in page.finding[0]
    assert all(one.rows[0][0] == "none keeps every bound" for one in page.tables)


def test_the_figure_of_a_page_names_itself_for_who_cannot_see_it() -> None:
    made = drawn(figure_svg(levels_figure(compared())))
    assert (made.get("aria-label") or "").startswith("Levels of ketamine in blood under 2 schedules.")


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "0 %"), (0.0001, "under 0.1 %"), (0.0512, "5.1 %"), (0.9999, "over 99.9 %"), (1.0, "100 %")],
)
def test_a_share_that_is_not_none_is_never_shown_as_none(share: float, said: str) -> None:
    assert percent_words(share) == said


def test_figures_keep_three_digits_that_count() -> None:
    assert [figure(one) for one in (0, 0.01234, 1.2345, 123.456, 2940)] == [
        "0",
        "0.01",
        "1.23",
        "123",
        "2,940",
    ]
