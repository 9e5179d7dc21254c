"""Asking the library for what it does not have: the sentence names the thing, the file and the nearest name."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant import library
from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library.facts import PlausibleLimit, Scale
from adjuvant.library.folder import FOLDER
from adjuvant.library.instruments import read_scale, read_scales
from adjuvant.library.medicines import read_products
from adjuvant.library.model import ConversionTable
from adjuvant.library.rules import read_responses, read_settings
from adjuvant.library.tables import read_table


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda: library.setting("pain_gap_hours"),
            "setting 'pain_gap_hours': is not in evaluation.yaml; did you mean ",
        ),
        (lambda: library.scale("nrs_0_11"), "scale 'nrs_0_11': does not exist; did you mean 'nrs_0_10'."),
        (lambda: library.route("orla"), "route 'orla': is not in routes.yaml; did you mean 'oral'."),
        (
            lambda: library.citation("dowell2023"),
            "citation 'dowell2023': is not in citations.yaml; did you mean 'dowell2022'.",
        ),
        (
            lambda: library.load_table("cdc2023"),
            "conversion table 'cdc2023': does not exist; did you mean 'cdc2022'.",
        ),
        (
            lambda: library.plan("cdc2022", "cdc2022"),
            "pair cdc2022+cdc2022: pairs a table with itself; name one table, or two.",
        ),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(ask: Callable[[], object], sentence: str) -> None:
    with pytest.raises(LibraryError) as caught:
        ask()
    said = str(caught.value)
    assert said == sentence if sentence.endswith(".") else said.startswith(sentence)
    assert not said.endswith("..")


def test_a_scale_that_takes_the_code_of_another_is_refused_by_name(tmp_path: Path) -> None:
    text = (FOLDER / "scales" / "nrs_0_10.yaml").read_text(encoding="utf-8")
    (tmp_path / "nrs_0_10.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(text.replace("scale: nrs_0_10", "scale: other"), encoding="utf-8")
    with pytest.raises(LibraryError) as caught:
        read_scales(tmp_path)
    place = f"{tmp_path.name}/other.yaml"
    assert str(caught.value) == f"{place}: has the code 72514-3 of nrs_0_10 too; let one code mean one scale."


def limit(low: str, high: str) -> PlausibleLimit:
    return PlausibleLimit("spo2", Fraction(low), Fraction(high), "%", "A test.", Provenance.ASSUMED)


def test_a_doubted_reading_is_said_to_be_below_or_above() -> None:
    belief = limit("40", "100")
    assert [belief.doubt(Fraction(value)) for value in (40, 70, 100)] == ["", "", ""]
    assert belief.doubt(Fraction("39.5")) == "spo2 39.5 % is below 40: hardly possible, doubted"
    assert belief.doubt(Fraction(101)) == "spo2 101 % is above 100: hardly possible, doubted"


def scale(low: str | None, high: str | None, step: str | None) -> Scale:
    ends = [None if text is None else Fraction(text) for text in (low, high, step)]
    return Scale("k", "t", "sedation", "more", *ends, library.citation("dowell2022"), Provenance.ASSUMED)


def test_a_scale_counts_its_steps_from_its_low_end() -> None:
    odd = scale("1", "7", "2")
    assert [value for value in range(10) if odd.allows(Fraction(value))] == [1, 3, 5, 7]
    thirds = scale("1", "7", "3")
    assert [value for value in range(10) if thirds.allows(Fraction(value))] == [1, 4, 7]
    halves = scale("0.5", "2", "0.5")
    assert [halves.allows(Fraction(text)) for text in ("0.5", "1", "0", "0.75")] == [True, True, False, False]


def test_a_scale_without_both_ends_allows_no_number() -> None:
    assert not scale(None, None, None).allows(Fraction(1))
    assert not scale("0", None, "1").allows(Fraction(1))
    assert not scale(None, "9", "1").allows(Fraction(1))
    assert scale("0", "9", None).allows(Fraction(1, 3)), "ends without a step allow whatever lies between"


def test_a_plan_of_one_table_counts_in_the_range_as_its_table_does() -> None:
    for key in library.table_keys():
        assert library.plan(key).in_spread is library.load_table(key).in_spread
    assert library.plan("heal2025", "fpm_anzca_2021").in_spread is False


def test_a_setting_and_a_threshold_may_stand_below_zero(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("a:\n  value: -2.5\n  unit: h\n  why: A test.\n  provenance: assumed\n", encoding="utf-8")
    assert read_settings(path)["a"].value == Fraction(-5, 2)
    path = tmp_path / "responses.yaml"
    path.write_text(
        "a:\n  title: A\n  rule: A test.\n  thresholds: {points: {value: -2, unit: '1'}}\n  needs: [pain]\n"
        "  citation: dowell2022\n  provenance: assumed\n",
        encoding="utf-8",
    )
    assert read_responses(path)["a"].thresholds == {"points": -2}


def a_table(folder: Path, row: str) -> ConversionTable:
    path = folder / "t.yaml"
    path.write_text(
        "table: t\ntitle: T\nscope: tests\nevidence: invented\ncitation: dowell2022\nprovenance: assumed\nrows:\n"
        f"  - {{ingredient: morphine, routes: [oral], unit: mg, {row}, citation: dowell2022, provenance: assumed}}\n",
        encoding="utf-8",
    )
    return read_table(path)


def test_a_range_may_hold_its_factor_at_either_end_or_be_one_value(tmp_path: Path) -> None:
    for ends in ("[2, 3]", "[1, 2]", "[2, 2]"):
        (row,) = a_table(tmp_path, f"factor: 2, range: {ends}").factors
        assert row.low is not None and row.high is not None and row.low <= 2 <= row.high


def test_level_bands_still_rise(tmp_path: Path) -> None:
    (level,) = a_table(tmp_path, "bands: [{above: 0, factor: 2}, {above: 9, factor: 2}]").factors
    (falling,) = a_table(tmp_path, "bands: [{above: 0, factor: 2}, {above: 9, factor: 1}]").factors
    assert level.monotone and not falling.monotone


def test_what_a_file_need_not_say_stays_unsaid(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        "scale: s\ntitle: S\nkind: sedation\ndirection: deeper\nlow: 0\nhigh: 4\nstep: 1\n"
        "citation: dowell2022\nprovenance: assumed\n",
        encoding="utf-8",
    )
    bare = read_scale(path)
    assert (bare.note, bare.levels, bare.loinc, bare.snomed, bare.omop) == ("", (), (), (), ())
    path = tmp_path / "products.yaml"
    path.write_text(
        'products:\n  - {rxnorm: "1", name: P, ingredients: {morphine: not stated}, citation: dowell2022, '
        "provenance: assumed}\n",
        encoding="utf-8",
    )
    product = read_products(path)["1"]
    assert (product.form, product.route, product.ingredients) == (None, None, (("morphine", None),))
