"""Every value of every file, read once by the library and once as plain text, is the same in both."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from adjuvant import library
from adjuvant.library.drugs import drug_book, drug_words
from adjuvant.library.folder import FOLDER
from adjuvant.library.omop import omop_book
from adjuvant.library.preparations import preparations
from adjuvant.library.routes import ROUTE_GROUPS, form_phrases, route_book


def written(path: Path) -> Any:
    """The file as text, lists and mappings: no number is read, and nothing of the library's own reader is used."""
    return YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))


def source(item: Any) -> tuple[str | None, str | None]:
    """Key of the citation, and the provenance, of an object of the library."""
    return item.citation and item.citation.key, item.provenance and str(item.provenance)


def numbers(*texts: str | None) -> tuple[Fraction | None, ...]:
    return tuple(None if text is None else Fraction(text) for text in texts)


TABLES = [path for path in sorted((FOLDER / "opioids").glob("*.yaml")) if path.stem != "pairs"]


@pytest.mark.hazard("H-026")
@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_conversion_table(path: Path) -> None:
    data, table = written(path), library.load_table(path.stem)
    assert (table.key, table.title, table.scope, table.evidence) == (
        data["table"], data["title"], data["scope"], data["evidence"].strip(),
    )  # fmt: skip
    assert source(table) == (data["citation"], data["provenance"])
    words = (table.warning, table.left_out, table.notes)
    assert words == tuple(data.get(key, "").strip() for key in ("warning", "left_out", "notes"))
    assert table.guidance is (data.get("guidance", "true") == "true")
    assert table.in_spread is (data.get("in_spread", "true") == "true")
    assert len(table.factors) == len(data["rows"])
    for row, stated in zip(table.factors, data["rows"], strict=True):
        assert (row.table, row.ingredient, row.unit.code) == (path.stem, stated["ingredient"], stated["unit"])
        if stated["routes"] == "any":
            assert {route_book().routes[name].group for name in row.routes} == set(ROUTE_GROUPS) - {
                "neuraxial"
            }
        else:
            assert row.routes == set(stated["routes"])
        assert row.forms == (set(stated["forms"]) if "forms" in stated else None)
        assert source(row) == (stated["citation"], stated["provenance"])
        keys = ("factor", "per_patch_hours", "equianalgesic_mg")
        assert (row.factor, row.per_patch_hours, row.equianalgesic_mg) == numbers(*map(stated.get, keys))
        assert (row.low, row.high) == numbers(*stated.get("range", (None, None)))
        assert row.published == numbers(*stated.get("published", ()))
        assert row.refuse == (stated["refuse"].strip() if "refuse" in stated else None)
        assert row.note == stated.get("note", "").strip()
        assert [(band.edge, band.inclusive, band.factor) for band in row.bands] == [
            (Fraction(band.get("above", band.get("from"))), "from" in band, Fraction(band["factor"]))
            for band in stated.get("bands", ())
        ]


def test_the_named_pairs() -> None:
    data = written(FOLDER / "opioids" / "pairs.yaml")["pairs"]
    found = {pair.key: (pair.why, pair.in_spread) for pair in library.named_pairs()}
    assert found == {
        f"{item['primary']}+{item['parenteral']}": (
            item["why"].strip(),
            item.get("in_spread", "true") == "true",
        )
        for item in data
    }
    (default,) = [f"{item['primary']}+{item['parenteral']}" for item in data if item.get("default") == "true"]
    assert library.default_plan().key == default


def test_the_citations() -> None:
    data = written(FOLDER / "citations.yaml")
    assert list(library.citations()) == list(data)
    for key, cited in library.citations().items():
        assert (cited.key, cited.text) == (key, data[key]["text"])
        assert cited.year == (int(data[key]["year"]) if "year" in data[key] else None)
        for name in ("doi", "pmid", "registry", "document"):
            assert getattr(cited, name) == data[key].get(name)


def test_the_drugs() -> None:
    data, book = written(FOLDER / "drugs.yaml"), drug_book()
    assert [name for name, item in book.ingredients.items() if item.followed] == list(data["ingredients"])
    assert book.salts == set(data["salts"])
    for name, stated in data["ingredients"].items():
        known = book.ingredients[name]
        assert (known.name, known.kind, known.note) == (name, stated["kind"], stated.get("note", "").strip())
        assert known.names == (*stated.get("names", ()), *stated.get("brands", ()))
        assert (known.rxnorm, known.omop) == (stated.get("rxnorm"), stated.get("omop"))
        assert source(known) == (stated.get("citation"), stated.get("provenance"))
        for code, found in (
            (known.rxnorm, library.ingredient_by_rxnorm),
            (known.omop, library.ingredient_by_omop),
        ):
            assert code is None or found(code) is known
        for word in (name, *known.names):
            assert library.ingredient(word) is known
    assert {name: brand.ingredients for name, brand in book.brands.items()} == {
        name: tuple(held) for name, held in data["brands"].items()
    }
    for name, held in data["brands"].items():
        assert book.phrases[drug_words(name)] == tuple(held) and book.brands[name].name == name


def test_the_other_drugs_and_what_they_are_dissolved_in() -> None:
    data, book = written(FOLDER / "other_drugs.yaml"), drug_book()
    assert book.doubtful == set(data["doubtful"])
    for drugs, names, phrases in (
        (data["drugs"], data["names"], book.phrases),
        (data["carriers"], data["carrier_names"], book.carriers),
    ):
        assert set(names) <= set(drugs)
        for name in drugs:
            known = book.ingredients[name]
            assert (known.name, known.kind, known.followed) == (name, "other", False)
            assert known.names == tuple(names.get(name, ()))
            assert all(phrases[drug_words(word)] == (name,) for word in (name, *known.names))
    held = {name for name, item in book.ingredients.items() if not item.followed}
    assert held == {*data["drugs"], *data["carriers"], "other drug", "not a drug"}
    for name in ("other drug", "not a drug"):
        assert (book.ingredients[name].kind, book.ingredients[name].followed) == ("other", False)


def test_the_routes_and_forms() -> None:
    data, book = written(FOLDER / "routes.yaml"), route_book()
    assert source(book) == (data["codes"]["citation"], data["codes"]["provenance"])
    assert list(book.routes) == list(data["routes"]) and book.forms == set(data["forms"])
    for name, stated in data["routes"].items():
        route = book.routes[name]
        assert (route.name, route.group, route.counts_as) == (name, stated["group"], stated.get("counts_as"))
        assert (route.provenance and str(route.provenance), route.why) == (
            stated.get("provenance"), stated.get("why", ""),
        )  # fmt: skip
        assert route.with_form == stated.get("with_form", {})
        for word in (name, *stated.get("names", ()), *stated.get("snomed", ())):
            assert library.canonical_route(word) == name
            assert library.canonical_route(f" {word.upper()} ") == name
    for name, words in data["forms"].items():
        assert {library.canonical_form(word) for word in (name, *words)} == {name}
    for name, codes in data["form_snomed"].items():
        assert {library.canonical_form(code) for code in codes} == {name}
    assert {(item.words, item.form, item.route) for item in form_phrases()} == {
        (item["words"].lower(), item.get("form"), item.get("route")) for item in data["phrases"]
    }
    lengths = [len(item.words) for item in form_phrases()]
    assert lengths == sorted(lengths, reverse=True)


def test_the_products() -> None:
    data = written(FOLDER / "products.yaml")["products"]
    assert list(library.products()) == [item["rxnorm"] for item in data]
    for stated in data:
        known = library.product(stated["rxnorm"])
        assert known is not None
        assert (known.rxnorm, known.name) == (stated["rxnorm"], stated["name"])
        assert (known.form, known.route) == (stated.get("form"), stated.get("route"))
        assert source(known) == (stated["citation"], stated["provenance"])
        assert [
            (name, "not stated" if strength is None else str(strength))
            for name, strength in known.ingredients
        ] == [(name, text) for name, text in stated["ingredients"].items()]


def test_what_concepts_of_omop_mean() -> None:
    data, book = written(FOLDER / "omop.yaml"), omop_book()
    assert {name: (item.rule, *source(item)) for name, item in book.conventions.items()} == {
        name: (stated["rule"].strip(), stated["citation"], stated["provenance"])
        for name, stated in data["conventions"].items()
    }
    types = data["drug_types"]
    assert {concept: (item.name, item.basis, *source(item)) for concept, item in book.drug_types.items()} == {
        concept: (stated["name"], stated["basis"], types["citation"], types["provenance"])
        for concept, stated in types["concepts"].items()
    }
    assert {concept: (item.loinc, item.means, *source(item)) for concept, item in book.measured.items()} == {
        concept: (stated["loinc"], stated["means"], part["citation"], part["provenance"])
        for part in (data["measurements"], data["more_measurements"])
        for concept, stated in part["concepts"].items()
    }
    for name in ("units", "products", "visits", "sexes"):
        assert getattr(book, name) == data[name]["concepts"]


@pytest.mark.parametrize("path", sorted((FOLDER / "scales").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_scale(path: Path) -> None:
    data, scale = written(path), library.scale(path.stem)
    assert (scale.key, scale.title, scale.kind, scale.direction) == (
        path.stem, data["title"], data["kind"], data["direction"],
    )  # fmt: skip
    assert (scale.low, scale.high, scale.step) == numbers(*map(data.get, ("low", "high", "step")))
    assert source(scale) == (data["citation"], data["provenance"])
    assert scale.note == data.get("note", "").strip()
    for name in ("loinc", "snomed", "omop"):
        assert getattr(scale, name) == tuple(data.get(name, ()))
    for code in scale.loinc:
        assert library.scale_by_loinc(code) is scale
    levels = [(level.value, level.meaning) for level in scale.levels]
    assert levels == list(data.get("levels", {}).items())


def test_the_response_definitions() -> None:
    data = written(FOLDER / "responses.yaml")
    assert [rule.key for rule in library.responses()] == list(data)
    for rule in library.responses():
        stated = data[rule.key]
        assert (rule.title, rule.rule) == (stated["title"], stated["rule"].strip())
        assert source(rule) == (stated["citation"], stated["provenance"])
        assert rule.thresholds == {
            name: Fraction(item["value"]) for name, item in stated["thresholds"].items()
        }
        assert rule.units == {name: item["unit"] for name, item in stated["thresholds"].items()}
        assert rule.needs == tuple(stated["needs"])
        assert (rule.limit, rule.concern) == (
            stated.get("limit", "").strip(),
            stated.get("concern", "response"),
        )


@pytest.mark.parametrize("name", ["evaluation", "quality_limits"])
def test_the_settings_and_the_limits_of_belief(name: str) -> None:
    data = written(FOLDER / f"{name}.yaml")
    found: Any = library.settings() if name == "evaluation" else library.plausible_limits()
    assert list(found) == list(data)
    for key, item in found.items():
        stated = data[key]
        assert (item.unit, item.why) == (stated["unit"], stated["why"].strip())
        assert source(item) == (stated.get("citation"), stated["provenance"])
        if name == "evaluation":
            assert (item.key, item.value) == (key, Fraction(stated["value"])) and library.setting(key) is item
        else:
            assert (item.kind, item.low, item.high) == (key, *numbers(stated["low"], stated["high"]))
            assert library.plausible_limit(key) is item


def test_the_preparations() -> None:
    data, found = written(FOLDER / "preparations.yaml"), preparations()
    assert len(data["vials"]) == len(found.vials)
    for item, vial in zip(data["vials"], found.vials, strict=True):
        assert item["drug"] == vial.drug
        assert (item["strength"], item["hydrochloride"]) == (str(vial.strength), str(vial.hydrochloride))
        assert numbers(item.get("diluent_at_least")) == (vial.diluent_at_least,)
        assert (item["citation"], item["provenance"]) == source(vial)
    assert [(item["of"], item["name"], item["citation"]) for item in data["diluents"]] == [
        (one.of, one.name, one.citation.key) for one in found.diluents
    ]
    assert [(item["of"], item["drug"], item["says"]) for item in data["separate"]] == [
        (one.of, one.name, one.says) for one in found.separate
    ]
    house = data["house"]
    assert house["greatest_rounding"]["value"] == str(found.greatest_rounding)
    assert [(item["holds"], item["step"]) for item in house["syringes"]] == [
        (str(one.holds), str(one.step)) for one in found.syringes
    ]
    assert [(item["key"], item["asks"]) for item in house["reviews"]] == [
        (one.key, one.asks) for one in found.reviews
    ]
