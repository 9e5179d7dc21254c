"""Pictures that stand alone: every regimen on one scale, and the course of one patient with its reasons."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adjuvant.cli.app import app
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import load, protocol_keys
from adjuvant.protocol.compare import compare, reference_weight
from adjuvant.quantity import parse_quantity
from adjuvant.reports.pictures.spans import spans_svg

SVG = "{http://www.w3.org/2000/svg}"


@cache
def spans(*keys: str, weight: str = "70 kg") -> ET.Element:
    """The comparison of these protocols, or of all."""
    rows = compare(
        [load(key).protocol for key in keys or protocol_keys()], reference_weight(parse_quantity(weight))
    )
    return ET.fromstring(spans_svg(rows, parse_quantity(weight), "A note.", "patel_ldk"))


def of_class(picture: ET.Element, tag: str, name: str) -> list[ET.Element]:
    """The elements of one class."""
    return [one for one in picture.iter(f"{SVG}{tag}") if name in (one.get("class") or "").split()]


def words(picture: ET.Element) -> list[str]:
    """Every label."""
    return ["".join(one.itertext()).replace("\u00a0", " ") for one in picture.iter(f"{SVG}text")]


def test_every_regimen_of_the_library_has_its_row() -> None:
    shown = words(spans())
    for key in protocol_keys():
        if load(key).protocol.regimens:
            assert any(label == key or label.startswith(f"{key} ") for label in shown), key


def test_tenfold_is_one_decade_wherever_it_begins() -> None:
    """CIVIK reaches from 0.05 to 0.5 mg/kg/h, ten times; so does the scale from 100 to 1,000."""
    picture = spans("civik", "hardy_burst")
    (legend, civik, _) = of_class(picture, "rect", "reach")
    lines = sorted({float(one.get("x1") or 0) for one in of_class(picture, "line", "decade")})
    decade = lines[1] - lines[0]
    assert float(civik.get("width") or 0) == pytest.approx(decade, abs=0.05)
    assert legend.get("width") == "26"


def test_at_twice_the_weight_a_dose_per_kilogram_is_twice_as_much_and_a_fixed_one_is_not() -> None:
    light, heavy = words(spans("civik", "hardy_burst")), words(spans("civik", "hardy_burst", weight="140 kg"))
    assert "84 to 840" in light and "168 to 1,680" in heavy
    assert "100 to 500" in light and "100 to 500" in heavy


def test_protocols_whose_own_trial_was_negative_are_marked_and_no_others() -> None:
    negative = [key for key in protocol_keys() if load(key).protocol.evidence.label == "negative_rct"]
    assert set(negative) >= {"hardy_burst", "salas", "fallon_oral"}
    rows = sum(len(load(key).protocol.regimens) for key in negative)
    assert len(of_class(spans(), "path", "negative")) == rows + 1  # and one in the legend
    assert words(spans()).count("negative trial") == rows


def test_esketamine_is_drawn_as_another_drug() -> None:
    assert len(of_class(spans("patel_ldk"), "circle", "s-start")) == 1  # the legend's
    assert len(of_class(spans("importance_esketamine"), "circle", "s-start")) == 2
    assert not of_class(spans("importance_esketamine"), "circle", "racemic")


def test_a_cap_a_soft_ceiling_and_the_founding_dose_are_drawn_apart_and_named_above() -> None:
    """ISLHD: 500 asks for a review, 700 refuses. Each mark stands once more in the legend."""
    picture = spans("islhd_burst", "patel_ldk")
    assert len(of_class(picture, "path", "soft")) == 2 + 1
    assert len(of_class(picture, "line", "cap")) == 3 + 1
    assert len(of_class(picture, "line", "founding")) == 1 + 1
    shown = words(picture)
    assert "700, soft 500" in shown and "a choice" in shown
    for named in ("its own cap, never passed", "soft: asks for a review, caps nothing"):
        assert named in shown
    assert shown.count("35 mg, the first dose of patel_ldk") == 2  # in the legend, and at its foot
    assert not of_class(spans("islhd_burst"), "line", "founding")


def test_the_first_days_are_drawn_of_those_that_say_how_they_go_on() -> None:
    picture = spans("civik", "step_singapore", "maraa_ward")
    shown = words(picture)
    assert any("Not drawn, because their sources do not say enough: 1." in one for one in shown)
    assert (
        "civik infusion" in shown and "maraa_ward fixed" in shown and "step_singapore infusion" not in shown
    )
    assert len(of_class(picture, "rect", "dose-area")) == 10 + 1 + 1  # ten levels, and two that stay
    assert not of_class(spans("step_singapore"), "rect", "dose-area")


def test_a_dose_comes_down_in_the_picture_only_where_ketamine_stops() -> None:
    """CIVIK is over after five days; of the handbook's infusion no end is known."""

    def last_above_the_axis(key: str) -> float:
        picture = spans(key)
        (area, *_) = of_class(picture, "rect", "dose-area")
        axis = float(area.get("y") or 0) + float(area.get("height") or 0)
        outline = max((one.get("d") or "" for one in of_class(picture, "path", "dose-line")), key=len)
        return axis - float(re.findall(r"[0-9.]+", outline)[-1])

    assert last_above_the_axis("civik") == pytest.approx(0, abs=0.05)
    assert last_above_the_axis("sarcoma_infusion") > 5  # up to seven days, of which five are drawn


def test_the_picture_is_whole_and_says_in_words_what_it_shows() -> None:
    rows = compare([load("civik").protocol], reference_weight(parse_quantity("70 kg")))
    text = spans_svg(rows, parse_quantity("70 kg"), "A note.", "")
    assert "<script" not in text and not re.search(r'(href|src)="?http', text)
    described = ET.fromstring(text).find(f"{SVG}desc")
    assert described is not None and "civik infusion, ketamine, intravenous: 84 to 840" in (
        described.text or ""
    )


def drawn(key: str, folder: Path) -> ET.Element:
    """A whole course of the library, as the command draws it."""
    scenario = FOLDER / "protocols" / key / "scenarios" / "whole_course.yaml"
    made = folder / f"{key}.svg"
    ran = CliRunner().invoke(app, ["run", str(scenario), "--check", "--figure", str(made)])
    assert ran.exit_code == 0, ran.output
    return ET.parse(made).getroot()


def test_a_course_shows_each_rate_pain_and_the_rule_of_each_change(tmp_path: Path) -> None:
    """CIVIK at 58 kg: 2.9 mg/h and as much again at each step, one step down for hallucinations."""
    picture = drawn("civik", tmp_path)
    shown = words(picture)
    for rate in ("2.9", "5.8", "8.7", "11.6", "14.5"):
        assert rate in shown
    assert any("[hallucinations]" in one for one in shown) and "hallucination" in shown
    assert any("the rule for a higher dose holds" in one and "2 rescue doses" in one for one in shown)
    assert len(of_class(picture, "line", "rescue")) == 10
    assert len(of_class(picture, "circle", "badge-up")) == 2 * 6  # over the course, and in the table
    assert len(of_class(picture, "circle", "badge-down")) == 2 * 1


def levels(picture: ET.Element) -> list[str]:
    """The figures that stand on the dose, in order of time."""
    found = [
        one for one in picture.iter(f"{SVG}text") if any("b a" in (part.get("class") or "") for part in one)
    ]
    found.sort(key=lambda one: float(one.get("x") or 0))
    return ["".join(one.itertext()) for one in found]


@pytest.mark.parametrize(
    ("key", "doses", "because"),
    [
        # 79 % given is not kept; one level down for hallucinations; five rescue doses raise it again.
        ("hardy_burst", ["100", "300", "100", "300"], "the ordered ketamine that was given 79 %"),
        # 75 mg and 25 more at each step, once paused for sedation.
        ("step_singapore", ["75", "100", "125", "125", "150"], "sedation, Pasero scale 3"),
        # 0.5 mg/kg of 64 kg, then 1 mg/kg, once paused.
        ("salas", ["32", "64", "64"], "pain 7; pain 7 before the first dose"),
    ],
)
def test_a_rate_by_the_day_is_drawn_by_the_day(
    key: str, doses: list[str], because: str, tmp_path: Path
) -> None:
    picture = drawn(key, tmp_path)
    assert levels(picture) == doses
    shown = words(picture)
    assert "as charted, mg/d" in shown and any(because in one for one in shown)


def test_the_mean_of_a_day_is_not_drawn_among_the_scores_of_a_moment(tmp_path: Path) -> None:
    """Hardy's chart holds both: 22 scores of pain are dots, and five daily means are not."""
    assert len(of_class(drawn("hardy_burst", tmp_path), "circle", "dot")) == 22


def test_single_doses_are_bars(tmp_path: Path) -> None:
    picture = drawn("patel_ldk", tmp_path)
    assert len(of_class(picture, "rect", "dose-bar")) == 3
    assert words(picture).count("31") == 3


def test_a_scenario_that_asks_once_is_no_course(tmp_path: Path) -> None:
    scenario = FOLDER / "protocols" / "patel_ldk" / "scenarios" / "first_infusion.yaml"
    ran = CliRunner().invoke(app, ["run", str(scenario), "--figure", str(tmp_path / "x.svg")])
    assert ran.exit_code != 0
    assert not list(tmp_path.iterdir())


def test_a_picture_is_written_as_svg_alone(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["protocols", "compare", "civik", "--figure", str(tmp_path / "x.png")])
    assert ran.exit_code != 0
    assert not list(tmp_path.iterdir())
    good = CliRunner().invoke(app, ["protocols", "compare", "civik", "--figure", str(tmp_path / "x.svg")])
    assert good.exit_code == 0 and (tmp_path / "x.svg").exists()
