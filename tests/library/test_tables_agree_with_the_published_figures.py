"""Every figure of the conversion tables against the compilation of published tables that stands beside the project."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.library import Band, ConversionFactor, load_table, table_keys
from adjuvant.library import plan as library_plan
from adjuvant.library.routes import route_book
from adjuvant.opioids import daily_mme, parse_regimen

pytestmark = pytest.mark.shared

INJECTED = {"intravenous", "subcutaneous", "intramuscular"}
# By injection without a word on where: all three, and a record that does not say either.
ANYWHERE = INJECTED | {"parenteral"}
MOUTH = {"buccal", "sublingual", "oromucosal"}

# Route and form as the compilation writes them, and the routes that our row then answers.
PARENTERAL = {
    "IV|SC|IM": ANYWHERE,
    "IV|SC": {"intravenous", "subcutaneous"},
    "IV|IM": {"intravenous", "intramuscular"},
    "IV": {"intravenous"},
    "IM": {"intramuscular"},
    "injection": ANYWHERE,
    None: ANYWHERE,
}
ROUTES = {
    "injection": ANYWHERE,
    "buccal/sublingual": MOUTH,
    "buccal/oral": MOUTH | {"oral"},
    "oral (transmucosal)": {"oromucosal"},
    "transmucosal": MOUTH,
    "buccal|oromucosal": MOUTH,
    "oromucosal": MOUTH,
    "oral|rectal|injection": ANYWHERE | {"oral", "rectal"},
    "other": ANYWHERE | MOUTH | {"oral", "nasal", "rectal"},
}
FORMS = {
    "patch": {"patch"},
    "film": {"film"},
    "spray": {"spray"},
    "tablet|film": {"tablet", "film"},
    "tablet|lozenge|troche": {"tablet", "lozenge"},
    "film|oral spray": {"film", "spray"},
}

# Where our file says something else than the compilation's `factor`, and why. The figure itself is then in `published`.
NOT_A_FACTOR = {
    ("cms2018", "methadone", "oral"): "a default for an unknown daily dose, which is never used",
    (
        "mdanderson_reddy2017",
        "hydromorphone",
        "parenteral",
    ): "the median over all doses; the two bands are used",
    ("neuraxial", "morphine", "epidural"): "refused: nobody measured it",
    ("cosri_js", "alfentanil", "injection"): "the code gives no unit",
    ("cosri_js", "sufentanil", "injection"): "the code gives no unit",
    ("cosri_js", "remifentanil", "injection"): "the code gives no unit",
}
REFUSED = {
    *NOT_A_FACTOR,
    ("mdanderson_reddy2017", "hydromorphone", "oral"),
    ("mpog_ome", "buprenorphine", "sublingual"),
    ("neuraxial", "morphine", "intrathecal"),
    ("us_equianalgesic_classic", "methadone", "parenteral"),
    ("cms2018", "buprenorphine", "any"),
} - {("cms2018", "methadone", "oral"), ("mdanderson_reddy2017", "hydromorphone", "parenteral")}
LEFT_OUT = {"cdc_research_2020": "nobody could read it; it holds no figure"}
PER_PATCH = {("cms2018", "fentanyl"): Fraction(72), ("cosri_js", "buprenorphine"): Fraction(168)}


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, dict[str, Any]]:
    """The compilation, its numbers as text, so that no float stands between the two."""
    text = (shared / "opioids" / "factors.json").read_text(encoding="utf-8")
    return {table["table_id"]: table for table in json.loads(text, parse_float=str, parse_int=str)["tables"]}


def routes_of(entry: dict[str, Any]) -> frozenset[str]:
    """The canonical routes that a row of the compilation means."""
    route, form = entry["route"], entry.get("dose_form")
    if route == "any":
        return frozenset(name for name, known in route_book().routes.items() if known.group != "neuraxial")
    return frozenset(PARENTERAL[form] if route == "parenteral" else ROUTES.get(route, {route}))


def row_for(table: str, entry: dict[str, Any]) -> ConversionFactor:
    """Our one row for a row of the compilation."""
    forms = FORMS.get(entry.get("dose_form") or "")
    rows = [
        row
        for row in load_table(table).factors
        if row.ingredient == entry["ingredient"]
        and row.routes == routes_of(entry)
        and (forms is None or row.forms == forms)
    ]
    assert len(rows) == 1, f"{table}: {entry['ingredient']} by {entry['route']}: {len(rows)} rows of ours"
    return rows[0]


def cases(published: dict[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Every row of the compilation with its table."""
    return [(key, entry) for key, table in published.items() for entry in table["entries"]]


def test_every_published_table_is_here_and_nothing_else(published) -> None:
    assert set(table_keys()) == set(published) - set(LEFT_OUT)
    assert all(not published[key]["entries"] for key in LEFT_OUT)


def test_every_row_is_here_once_and_no_row_is_ours_alone(published) -> None:
    matched = {(key, row_for(key, entry).line) for key, entry in cases(published)}
    ours = {(key, row.line) for key in table_keys() for row in load_table(key).factors}
    assert matched == ours
    assert len(cases(published)) == len(ours)


@pytest.mark.hazard("H-029", "H-088")
@pytest.mark.hazard("H-026")
def test_every_factor_is_exactly_the_published_one(published) -> None:
    compared = 0
    for key, entry in cases(published):
        row = row_for(key, entry)
        printed = Fraction(entry["factor"]) if entry.get("factor") is not None else None
        place = f"{row.row}: {row.ingredient}"
        if (key, entry["ingredient"], entry["route"]) in NOT_A_FACTOR:
            assert printed in row.published, place
            assert row.factor is None, place
        else:
            assert row.factor == printed, place
        compared += 1
    assert compared == 196


@pytest.mark.hazard("H-026")
@pytest.mark.hazard("H-031")
def test_every_unit_is_the_published_one(published) -> None:
    for key, entry in cases(published):
        if entry["dose_unit"] == "?":
            assert row_for(key, entry).refuse, "without a unit there is no factor"
        else:
            assert row_for(key, entry).unit.code == entry["dose_unit"], f"{key}: {entry}"


def test_every_band_has_the_published_edge_and_factor(published) -> None:
    seen = 0
    for key, entry in cases(published):
        expected = []
        for tier in entry.get("tiers", ()):
            inclusive = "ge_mg_per_day" in tier
            edge = Fraction(tier["ge_mg_per_day"] if inclusive else tier["gt_mg_per_day"])
            expected.append(Band(edge, inclusive, Fraction(tier["factor"])))
        if key == "mdanderson_reddy2017" and expected:
            # Zero belongs to the lowest band there: the abstract says "below 30 mg" and "30 mg or more".
            expected[0] = Band(Fraction(0), True, expected[0].factor)
        assert row_for(key, entry).bands == tuple(expected), f"{key}: {entry['ingredient']}"
        seen += len(expected)
    assert seen == 14


@pytest.mark.hazard("H-030")
def test_a_tenth_of_a_unit_around_every_published_edge_is_valued_by_the_published_band(published) -> None:
    """Just below, on and just above each edge of each banded row, as a whole regimen is asked."""
    asked = 0
    for key, entry in cases(published):
        tiers = [
            (Fraction(tier.get("ge_mg_per_day", tier.get("gt_mg_per_day"))), "ge_mg_per_day" in tier,
             Fraction(tier["factor"]))
            for tier in entry.get("tiers", ())
        ]  # fmt: skip
        route = "oral" if entry["route"] == "oral" else "intravenous"
        for edge, _, _ in tiers:
            for dose in (edge - Fraction(1, 10), edge, edge + Fraction(1, 10)):
                if dose <= 0:
                    continue
                factor = next(
                    (
                        one
                        for at, inclusive, one in reversed(tiers)
                        if dose > at or (inclusive and dose == at)
                    ),
                    tiers[0][2],
                )
                line = {
                    "drug": entry["ingredient"],
                    "route": route,
                    "dose": f"{float(dose):g} mg",
                    "times_per_day": 1,
                }
                regimen = parse_regimen({"medications": [line]})
                total = daily_mme(regimen, library_plan(key)).total
                assert total.complete and total.value == dose * factor, f"{key}: {line}"
                asked += 1
    assert asked == 3 * 14 - 2 * 4  # of the lowest band of each row only what lies above nothing


def test_every_printed_range_is_here(published) -> None:
    seen = 0
    for key, entry in cases(published):
        ends = entry.get("range") or entry.get("iqr")
        row = row_for(key, entry)
        assert (row.low, row.high) == (tuple(map(Fraction, ends)) if ends else (None, None)), row.row
        seen += bool(ends)
    assert seen == 13


def test_every_equianalgesic_dose_is_here_and_gives_the_factor(published) -> None:
    seen = 0
    for key, entry in cases(published):
        row = row_for(key, entry)
        printed = entry.get("equianalgesic_mg")
        assert row.equianalgesic_mg == (Fraction(printed) if printed else None), row.row
        if printed:
            per_mg = row.factor * (1000 if row.unit.code == "ug" else 1)
            assert per_mg * Fraction(printed) == 30, row.row
            seen += 1
    assert seen == 15


def test_other_printed_figures_are_kept_but_never_computed_with(published) -> None:
    for key, entry in cases(published):
        row = row_for(key, entry)
        others = entry.get("published_factors") or list(entry.get("source_values", {}).values())
        others += [entry["iv_to_po_ratio"]] if "iv_to_po_ratio" in entry else []
        for figure in others:
            assert Fraction(figure) in row.published, row.row


def test_refused_are_exactly_the_rows_without_a_usable_figure(published) -> None:
    refused = {
        (key, entry["ingredient"], entry["route"])
        for key, entry in cases(published)
        if row_for(key, entry).refuse
    }
    assert refused == REFUSED


@pytest.mark.hazard("H-031")
def test_only_the_per_patch_lists_count_patches(published) -> None:
    counted = {
        (key, row.ingredient): row.per_patch_hours
        for key in table_keys()
        for row in load_table(key).factors
        if row.per_patch_hours is not None
    }
    assert counted == PER_PATCH


@pytest.mark.hazard("H-026")
def test_provenance_follows_what_was_really_read(published) -> None:
    for key in ("cdc2016", "cdc2022", "cms2018", "heal2025"):
        assert {row.provenance for row in load_table(key).factors} == {Provenance.SECONDARY}, key
    assert {row.provenance for row in load_table("mcpherson_25_10").factors} == {Provenance.ASSUMED}
    for key, entry in cases(published):
        if "inferred" in entry.get("note", ""):
            assert row_for(key, entry).provenance is Provenance.INFERRED, f"{key}: {entry['ingredient']}"
