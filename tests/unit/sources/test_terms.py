"""The user's own lines on drug names, and what every reader makes of names and codes with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.errors import InputError
from adjuvant.library import drug_book, is_opioid
from adjuvant.quantity import parse_quantity
from adjuvant.record import Drug
from adjuvant.sources.terminology import Terminology
from adjuvant.sources.terms import Terms

HEADER = "name,ingredients,strength,form,route\n"


def terms_of(folder: Path, *lines: str, header: str = HEADER) -> Terms:
    """Terms with those lines."""
    path = folder / "terms.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return Terms.read(path)


def parts(drug: Drug) -> list[tuple[str, str | None]]:
    """Name and strength of each ingredient, as text."""
    return [(item.name, str(item.strength) if item.strength else None) for item in drug.ingredients]


# --- reading -------------------------------------------------------------------------------------------------


def test_a_line_says_ingredients_strengths_form_and_route(tmp_path: Path) -> None:
    words = Terminology(
        terms_of(
            tmp_path,
            "House Pain Bag 7,bupivacaine + fentanyl,1 mg/mL + 2 ug/mL,injection,epidural",
            "Oxy-House 5,oxycodone,5 mg/{tablet},tablet,oral",
        )
    )
    assert parts(words.drug("House  pain BAG 7")) == [("bupivacaine", "1 mg/mL"), ("fentanyl", "2 ug/mL")]
    assert words.form("house pain bag 7") == ("injection", "epidural")
    assert parts(words.drug("Oxy-House 5")) == [("oxycodone", "5 mg/{tablet}")]
    assert words.drug("Oxy-House 5").text == "Oxy-House 5"
    assert words.drug("Oxy-House 6").ingredients == ()


@pytest.mark.parametrize("word", ["other", "Other", "none", "NONE"])
def test_a_name_can_be_said_to_be_no_opioid_or_no_drug(tmp_path: Path, word: str) -> None:
    drug = Terminology(terms_of(tmp_path, f"Zubrovin study,{word},,,")).drug("Zubrovin study")
    assert len(drug.ingredients) == 1, "it is no longer unknown"
    assert drug.name in drug_book().ingredients, "so the engine knows that it is no opioid"
    assert not is_opioid(drug.name)
    assert drug.name == ("other drug" if word.lower() == "other" else "not a drug")


def test_a_line_without_ingredients_is_not_filled_in_yet(tmp_path: Path) -> None:
    header = "name,ingredients,strength,form,route,rows,tables,nearest\n"
    terms = terms_of(
        tmp_path, "Zubrovin,,,,,12,drug_exposure,", "Nosuchine,other,,,,1,rx,opium", header=header
    )
    assert terms.open == 1
    assert Terminology(terms).drug("Zubrovin").ingredients == ()
    assert Terminology(terms).drug("Nosuchine").ingredients


def test_the_digest_changes_with_the_file(tmp_path: Path) -> None:
    first = terms_of(tmp_path, "a,other,,,").digest
    assert terms_of(tmp_path, "a,other,,,").digest == first
    assert terms_of(tmp_path, "a,none,,,").digest != first


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (",morphine,,,", r"terms\.csv:2: name: is empty"),
        ("a,morphin,,,", r"terms\.csv:2: ingredients: 'morphin' is not .* did you mean 'morphine'"),
        ("a,morphine+,,,", r"terms\.csv:2: ingredients: '' is not an ingredient"),
        ("a,morphine + Morphine Sulfate,,,", r"ingredients: name one of them twice"),
        ("a,morphine + other,,,", r"joins 'other' or 'none' with something else"),
        ("a,Percocet,,,", r"'Percocet' is not an ingredient"),
        ("a,morphine,5,,", r"terms\.csv:2: strength: '5'"),
        ("a,morphine,5 mg,,", r"'5 mg' is no strength; write it as in 5 mg/\{tablet\}"),
        ("a,morphine,-5 mg/mL,,", r"terms\.csv:2: strength: '-5 mg/mL'"),
        ("a,morphine,0 mg/mL,,", r"'0 mg/mL' is no strength"),
        ("a,morphine,5 kg/h/h,,", r"strength"),
        ("a,morphine,5-10 mg/mL,,", r"terms\.csv:2: strength: '5-10 mg/mL'"),
        ("a,oxycodone + paracetamol,5 mg/{tablet},,", r"gives 1 for 2 ingredients"),
        ("a,morphine,,tablett,", r"terms\.csv:2: form: 'tablett' is not known"),
        ("a,morphine,,,upwards", r"terms\.csv:2: route: 'upwards' is not known"),
        ("a,morphine", r"terms\.csv:2: has 2 fields where the header has 5"),
        ('a,"morphine,,,', r"terms\.csv:2: is not well-formed CSV"),
    ],
)
def test_a_broken_line_is_refused_with_file_line_rule_and_remedy(
    tmp_path: Path, line: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        terms_of(tmp_path, line)


def test_a_name_stands_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"terms\.csv:3: name: 'A' stands in line 2 already"):
        terms_of(tmp_path, "a,morphine,,,", "A,fentanyl,,,")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("name\n", "terms.csv:1: has no column 'ingredients'"),
        ("name,ingredients,streng\n", "has a column 'streng' that is not known; did you mean 'strength'"),
        ("name;ingredients\n", "is separated by semicolon, not by comma"),
        ("", "is empty"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, header: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        terms_of(tmp_path, header=header)


# --- against the library ---------------------------------------------------------------------------------------


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize(
    "line",
    [
        "Morphine Sulfate,hydromorphone,,,",
        "Morphine Sulfate,other,,,",
        "Morphine Sulfate,none,,,",
        "Percocet,paracetamol,,,",
        "Ketamine (For Intubation),other,,,",
        "Esketamine,ketamine,,,",
        "Ketorolac,morphine,,,",
        "Naloxone (Narcan),morphine,,,",
    ],
)
def test_a_line_never_turns_an_opioid_or_ketamine_into_something_else(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match=r"terms\.csv:2: ingredients: .* contradicts the library"):
        terms_of(tmp_path, line)


@pytest.mark.parametrize(
    "line",
    [
        "Morphine Sulfate,morphine,10 mg/mL,injection,",
        "Bupivacaine bag 7,bupivacaine + fentanyl,,,epidural",
        "Tylenol No. 3 house,paracetamol + codeine,,,",
        "Sodium Chloride 0.9% (study),fentanyl,,,",
        "Ketorolac,other,,,",
        "Morphine (Dilaudid),hydromorphone,,,",
    ],
)
def test_a_line_may_add_to_what_the_library_knows(tmp_path: Path, line: str) -> None:
    name, ingredients = line.split(",")[:2]
    drug = Terminology(terms_of(tmp_path, line)).drug(name)
    wanted = {"other": "other drug"}.get(ingredients, ingredients.replace(" ", "").replace("+", " + "))
    assert drug.name == wanted.replace(" + ", "+")


# --- names and codes together ------------------------------------------------------------------------------------


def test_names_rxnorm_codes_and_omop_concepts_mean_the_same_drug() -> None:
    words = Terminology()
    assert words.drug("Morphine Sulfate").name == "morphine"
    assert words.drug("", rxnorm="7052").name == "morphine"
    assert words.drug(None, omop="1110410").name == "morphine"
    assert words.drug("Morphine Sulfate", omop="1110410").name == "morphine"
    assert words.drug("Morphine Sulfate", omop="0").name == "morphine"
    assert words.drug("morphine", rxnorm="7052").rxnorm is not None
    assert words.drug("Morphine Sulfate") is words.drug("Morphine Sulfate"), "each is looked up once"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Morphine (Dilaudid)", {}),
        ("Oxycodone 5 MG Oral Tablet", {"rxnorm": "7052"}),
        ("Oxycodone 5 MG Oral Tablet", {"omop": "1110410"}),
        ("morphine", {"rxnorm": "70 52"}),
        ("morphine", {"omop": "N02AA01"}),
        ("", {}),
        ("", {"omop": "999999999"}),
        ("Zubrovin", {"omop": "999999999"}),
    ],
)
def test_what_contradicts_itself_is_no_drug_and_raises_nothing(text: str, codes: dict[str, str]) -> None:
    assert Terminology().drug(text, **codes).ingredients == ()


def test_a_strength_stated_apart_goes_to_the_only_ingredient(tmp_path: Path) -> None:
    strength = parse_quantity("10 mg/mL")
    assert parts(Terminology().drug("", omop="1110410", strength=strength)) == [("morphine", "10 mg/mL")]
    words = Terminology(terms_of(tmp_path, "Zubrovin,morphine,,,"))
    assert parts(words.drug("Zubrovin", strength=strength)) == [("morphine", "10 mg/mL")]
    assert words.drug("morphine 2 mg/mL", omop="1110410", strength=strength).ingredients == ()


def test_a_code_without_a_name_can_have_a_line(tmp_path: Path) -> None:
    words = Terminology(terms_of(tmp_path, "OMOP 999999999,fentanyl,,,", "RxNorm 999999998,other,,,"))
    assert words.drug("", omop="999999999").name == "fentanyl"
    assert words.drug(None, rxnorm="999999998").name == "other drug"


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize("text", ["ACETAMIN/HYDROCODNE 325MG/5MG", "Heparin / Fentanil citrat / Morphne"])
def test_a_name_of_which_only_the_harmless_part_is_known_stays_unknown(text: str) -> None:
    drug = Terminology().drug(text)
    assert drug.ingredients == () or any(is_opioid(item.name) for item in drug.ingredients)


@given(text=st.text(max_size=40), code=st.none() | st.text(max_size=8), omop=st.none() | st.text(max_size=8))
def test_any_text_and_code_gives_a_drug(text: str, code: str | None, omop: str | None) -> None:
    words = Terminology()
    drug = words.drug(text, rxnorm=code, omop=omop)
    assert drug.text
    words.form(text, code)
