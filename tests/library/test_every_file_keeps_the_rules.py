"""Lint over all library files: sources, labels, defaults, warnings, and what must not stand in them."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import BaseModel

from adjuvant.citation import Provenance
from adjuvant.library import (
    canonical_form,
    canonical_route,
    citations,
    default_plan,
    digest,
    drug_book,
    ingredient,
    load_table,
    named_pairs,
    opioid_names,
    plausible_limits,
    products,
    responses,
    scales,
    settings,
    spread_plans,
    table_keys,
)
from adjuvant.library.folder import FOLDER
from adjuvant.library.omop import omop_book
from adjuvant.library.preparations import preparations
from adjuvant.library.routes import route_book
from adjuvant.library.rules import read_settings
from adjuvant.library.single_case import metric_words
from adjuvant.library.studies import studies
from adjuvant.library.tables import read_table
from adjuvant.library.vocabulary import interactions
from adjuvant.outcomes.evidence import TRIAL_KEYS
from adjuvant.pk import (
    absorption_findings,
    equilibration,
    incomplete_models,
    load_model,
    model_keys,
    reported_ranges,
)
from adjuvant.pk.reported import reported_effects
from adjuvant.pk.target import METHOD
from adjuvant.protocol.limits import guardrails, modifiers, rule_examples
from adjuvant.protocol.reading import parts, read_protocol
from adjuvant.protocol.values import SITE, Sourced

TABLES = [load_table(key) for key in table_keys()]
ROWS = [row for table in TABLES for row in table.factors]
FILES = sorted(FOLDER.rglob("*.yaml"))


def used_citations() -> set[str]:
    """Every citation that some figure, code, scale, rule, study, limit or protocol names."""
    found = {table.citation.key for table in TABLES} | {row.citation.key for row in ROWS}
    for known in drug_book().ingredients.values():
        found |= {known.citation.key} if known.citation else set()
    found |= {item.citation.key for item in products().values()} | {one.citation.key for one in scales()}
    found |= {rule.citation.key for rule in responses()} | {route_book().citation.key}
    book = omop_book()
    for item in (*book.conventions.values(), *book.drug_types.values(), *book.measured.values()):
        found.add(item.citation.key)
    of_alerts = read_settings(FOLDER / "alerts.yaml")
    for cited in (*settings().values(), *plausible_limits().values(), *of_alerts.values()):
        found |= {cited.citation.key} if cited.citation else set()
    for words in metric_words().values():
        found |= {one.key for one in (words.citation, *words.also) if one}
    found |= {one.citation.key for one in (*studies().values(), *interactions().values())}
    ready = preparations()
    for said in (*ready.vials, *ready.diluents, *ready.separate, ready.storage):
        found |= {said.citation.key} if said.citation else set()
    for key in model_keys():
        found |= {
            cited.key
            for one in load_model(key).figures
            for cited in (one.source.citation, one.source.copy)
            if cited
        }
    sources = [one.source for one in absorption_findings().values() if one.source] + [equilibration().source]
    effects = reported_effects()
    parts_of_it = (effects.g_per_mol, effects.share_of_s, effects.at_once, effects.slow, effects.norketamine)
    sources += [one.source for one in (*reported_ranges().values(), *parts_of_it)]
    found |= {cited.key for one in sources for cited in (one.citation, one.copy) if cited}
    for unread in incomplete_models().values():
        found |= {one.source.citation.key for one in unread.figures.values() if one.source.citation}
    forms: list[BaseModel] = [read_protocol(path) for path in (FOLDER / "protocols").glob("*/protocol.yaml")]
    forms += [*guardrails().values(), *modifiers().values(), *(one.rule for one in rule_examples().values())]
    for form in forms:
        for _, part in parts(form):
            if isinstance(part, Sourced) and part.citation not in (None, SITE):
                found.add(part.citation)
    return found


@pytest.mark.hazard("H-026")
def test_every_citation_is_used_and_every_one_used_is_there() -> None:
    # The trials behind the sentence that stands beside every finding, and the method of target control, are cited
    # from code, by key.
    assert used_citations() | set(TRIAL_KEYS) | {METHOD} == set(citations())


def test_every_identifier_has_its_form_and_none_is_a_link() -> None:
    for cited in citations().values():
        assert cited.doi is None or re.fullmatch(r"10\.\d{4,9}/[^\s:]+", cited.doi), cited.key
        assert cited.pmid is None or re.fullmatch(r"[1-9]\d{5,8}", cited.pmid), cited.key
        assert cited.registry is None or re.fullmatch(r"(NCT|ISRCTN)\d{8}|EudraCT .+", cited.registry), (
            cited.key
        )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_no_file_holds_a_link_a_tab_or_a_very_long_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert "www." not in text
    assert "\t" not in text
    longest = max(len(line) for line in text.splitlines())
    assert longest <= (250 if path.name == "citations.yaml" else 120)


def test_every_row_of_a_table_names_its_table_and_its_line() -> None:
    for table in TABLES:
        lines = (FOLDER / "opioids" / f"{table.key}.yaml").read_text(encoding="utf-8").splitlines()
        for row in table.factors:
            assert row.table == table.key
            assert lines[row.line - 1] == f"  - ingredient: {row.ingredient}"
            assert row.row == f"opioids/{table.key}.yaml:{row.line}"


def test_every_drug_of_a_table_is_an_opioid() -> None:
    assert {row.ingredient for row in ROWS} <= opioid_names()


def test_no_row_answers_for_the_spine_unless_it_refuses() -> None:
    for row in ROWS:
        if row.routes & {"epidural", "intrathecal"}:
            assert row.refuse, row.row


def test_no_table_mixes_a_neuraxial_route_with_another() -> None:
    for row in ROWS:
        assert len({route_book().routes[name].group == "neuraxial" for name in row.routes}) == 1, row.row


def test_bands_that_fall_are_listed_by_name() -> None:
    """A slightly higher dose may read fewer MME there; nowhere else may it."""
    assert {(row.table, row.ingredient) for row in ROWS if not row.monotone} == {
        ("mdanderson_reddy2017", "hydromorphone")
    }


@pytest.mark.hazard("H-030")
def test_methadone_of_exactly_20_mg_stays_in_the_band_below() -> None:
    """20 mg/d of methadone is 80 MME under CDC 2016, not 160 (hand arithmetic: 20 x 4)."""
    for key in ("cdc2016", "cms2018", "mpog_ome"):
        (row,) = load_table(key).rows("methadone")
        assert row.at(Fraction(20)) == 4
        assert row.at(Fraction("20.5")) == 8
        assert row.at(Fraction(40)) == 8
        assert row.at(Fraction(60)) == 10
        assert row.at(Fraction("60.001")) == 12
        assert row.at(Fraction("0.1")) == 4


def test_30_mg_of_hydromorphone_is_in_the_upper_band_of_reddy() -> None:
    """Hand arithmetic: 29.9 x 11.54 = 345.046 and 30 x 9.86 = 295.8."""
    row = load_table("mdanderson_reddy2017").rows("hydromorphone")[0]
    assert row.at(Fraction("29.9")) * Fraction("29.9") == Fraction("345.046")
    assert row.at(Fraction(30)) * 30 == Fraction("295.8")


# --- defaults and the range over tables -----------------------------------------------------------------------


def test_the_default_is_the_pair_that_was_chosen_and_was_really_read() -> None:
    plan = default_plan()
    assert plan.key == "cdc2022+us_equianalgesic_classic"
    for table in plan.tables:
        assert table.guidance
        assert table.in_spread
        read_or_copied = {row.provenance for row in table.factors}
        assert read_or_copied <= {Provenance.READ, Provenance.SECONDARY}
        if Provenance.SECONDARY in read_or_copied:
            assert "two independent" in table.evidence


@pytest.mark.hazard("H-028")
def test_the_default_says_what_it_was_not_made_for() -> None:
    warning = default_plan().primary.warning
    for words in ("outpatients", "cancer-related and palliative pain", "adding up", "not for converting"):
        assert words in warning


def test_no_threshold_of_mme_a_day_stands_anywhere() -> None:
    """No line is drawn at 50 or 90 MME a day: the tables' guideline was not made for these patients."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(50|90)\s*MME", text), path.name


def test_every_table_but_the_plainest_carries_a_warning() -> None:
    assert {table.key for table in TABLES if not table.warning} == {"uk_bnf_openprescribing"}


def test_the_range_counts_whole_tables_that_were_read_and_the_named_pairs() -> None:
    assert [plan.key for plan in spread_plans()] == [
        "cdc2022+us_equianalgesic_classic",
        "cdc2016+us_equianalgesic_classic",
        "cdc2016",
        "cdc2022",
        "cms2018",
        "fpm_anzca_2021",
        "heal2025",
        "uk_palliative_local",
        "us_equianalgesic_classic",
        "vonkorff2008",
    ]
    for plan in spread_plans():
        for table in plan.tables:
            assert table.guidance
            assert all(row.provenance is not Provenance.ASSUMED for row in table.factors)


@pytest.mark.hazard("H-029")
def test_every_table_left_out_of_the_range_says_why() -> None:
    assert {table.key: bool(table.left_out) for table in TABLES if not table.in_spread} == dict.fromkeys(
        (
            "cosri_js",
            "mcpherson_25_10",
            "mdanderson_reddy2017",
            "mpog_ome",
            "neuraxial",
            "treillet2018",
            "uk_bnf_openprescribing",
        ),
        True,
    )
    assert all(pair.why for pair in named_pairs())


def factor(table: str, ingredient_name: str, route: str) -> Fraction | None:
    """A table's one factor by route; None where it has no such row."""
    rows = [row for row in load_table(table).rows(ingredient_name) if route in row.routes]
    return rows[0].factor if rows else None


def test_the_founding_case_reads_418_to_459_mme_and_falls_by_29_to_44_percent_over_the_range() -> None:
    """IV hydromorphone 15.5 mg a day and a patch of 62 microgram an hour, which is then stopped.

    Hand arithmetic: 15.5 x 20 + 62 x 2.4 = 458.8 (falls 32.4 %); 15.5 x 20 + 62 x 2 = 434 (28.6 %);
    15.5 x 15 + 62 x 3 = 418.5 (44.4 %).
    """
    totals, falls = [], []
    for plan in spread_plans():
        injected = factor(plan.tables[-1].key, "hydromorphone", "intravenous")
        patch = factor(plan.primary.key, "fentanyl", "transdermal")
        if injected is not None and patch is not None:
            before = Fraction("15.5") * injected + 62 * patch
            totals.append(before)
            falls.append(62 * patch / before * 100)
    assert (min(totals), max(totals)) == (Fraction("418.5"), Fraction("458.8"))
    assert (round(float(min(falls)), 1), round(float(max(falls)), 1)) == (28.6, 44.4)


def test_by_mouth_the_founding_case_reads_372_to_496_mme_over_the_range() -> None:
    """Hydromorphone 62 mg a day by mouth and the same patch; hand arithmetic: 62 x 4 + 62 x 2 = 372, 62 x 5 + 62 x 3 = 496."""
    totals = set()
    for plan in spread_plans():
        oral = factor(plan.primary.key, "hydromorphone", "oral")
        patch = factor(plan.primary.key, "fentanyl", "transdermal")
        if oral is not None and patch is not None and plan.primary.key != "cms2018":  # a list per patch
            totals.add(62 * oral + 62 * patch)
    assert (min(totals), max(totals)) == (372, 496)


# --- codes ----------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-017")
@pytest.mark.shared
def test_every_rxnorm_and_omop_code_is_one_that_was_seen_with_its_name(shared: Path) -> None:
    codes = json.loads((shared / "clinical" / "codes.json").read_text(encoding="utf-8"))["ingredients"]
    tables = json.loads((shared / "opioids" / "factors.json").read_text(encoding="utf-8"))["tables"]
    cases = (shared / "opioids" / "cases.json").read_text(encoding="utf-8")
    seen = {(name, known["rxnorm"]) for name, known in codes.items()}
    unverified = set()
    for entry in (entry for table in tables for entry in table["entries"]):
        pair = (entry["ingredient"], entry["rxnorm_ingredient"])
        (unverified if entry.get("rxnorm_verified") is False else seen).add(pair)
    for known in drug_book().ingredients.values():
        if known.rxnorm is not None and (known.name, known.rxnorm) not in seen:
            assert f"TestGetConversionFactor_{known.rxnorm}" in cases, known.name
        if known.omop is not None:
            assert str(codes[known.name]["omop_concept_id"]) == known.omop
    for name, _ in unverified:
        assert ingredient(name).rxnorm is None, f"{name}: its code was never seen with its name"


@pytest.mark.shared
def test_every_omop_concept_of_a_measurement_was_seen_with_its_loinc_code(shared: Path) -> None:
    codes = json.loads((shared / "clinical" / "codes.json").read_text(encoding="utf-8"))
    seen = {
        (str(item["omop_concept_id"]), code)
        for code, item in codes["observations"].items()
        if "omop_concept_id" in item
    }
    seen |= {(item["omop_concept_id"], item["code"]) for item in codes["mimic_items"].values()}
    book = omop_book()
    assert {(concept, item.loinc) for concept, item in book.measured.items()} <= seen
    assert set(book.products.items()) <= seen


@pytest.mark.shared
def test_no_code_that_is_known_to_mean_something_else_is_used(shared: Path) -> None:
    codes = json.loads((shared / "clinical" / "codes.json").read_text(encoding="utf-8"))
    wrong = {item["code"] for item in codes["do_not_use"]}
    assert wrong
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    assert not [code for code in wrong if code in text]


def test_every_synonym_of_a_drug_leads_back_to_it() -> None:
    for known in drug_book().ingredients.values():
        for name in (known.name, *known.names):
            assert ingredient(name) is known, name
            assert ingredient(name.upper()) is known, name


def test_every_spelling_of_a_route_or_form_leads_back_to_it() -> None:
    book = route_book()
    for spelling, name in book.route_spellings.items():
        assert canonical_route(spelling.upper()) == name
    for spelling, name in book.form_spellings.items():
        assert canonical_form(spelling.title()) == name


# --- the whole -----------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-017")
def test_the_digest_changes_with_any_byte_of_any_file(tmp_path: Path) -> None:
    """Checked on the smallest unit it is made of: the digest of one table."""
    path = tmp_path / "cdc2016.yaml"
    content = (FOLDER / "opioids" / "cdc2016.yaml").read_bytes()
    path.write_bytes(content)
    whole = read_table(path).digest
    assert whole == load_table("cdc2016").digest
    path.write_bytes(content.replace(b"factor: 0.15", b"factor: 0.16"))
    assert read_table(path).digest != whole
    assert re.fullmatch(r"[0-9a-f]{64}", digest())
