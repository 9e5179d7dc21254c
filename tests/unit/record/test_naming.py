"""From the names and codes of records to drugs: what each means, what stays open, and what is refused."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.codes import RxNorm
from adjuvant.errors import AdjuvantError, InputError
from adjuvant.library import drug_book, ingredient, is_opioid, products
from adjuvant.quantity import parse_quantity
from adjuvant.record import Drug
from adjuvant.record.naming import product_form, resolve_drug

NOTHING = (None, None)


def parts(drug: Drug) -> list[tuple[str, str | None]]:
    """Name and strength of each ingredient, as text."""
    return [
        (item.name, str(item.strength) if item.strength is not None else None) for item in drug.ingredients
    ]


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # RxNorm product names
        ("72 HR Fentanyl 0.075 MG/HR Transdermal System", [("fentanyl", "0.075 mg/h")]),
        ("oxycodone hydrochloride 10 MG Oral Tablet", [("oxycodone", "10 mg/{tablet}")]),
        (
            "acetaminophen 325 MG / oxycodone hydrochloride 2.5 MG Oral Tablet",
            [("paracetamol", "325 mg/{tablet}"), ("oxycodone", "2.5 mg/{tablet}")],
        ),
        (
            "acetaminophen 300 MG / codeine phosphate 30 MG Oral Tablet [Tylenol with Codeine]",
            [("paracetamol", "300 mg/{tablet}"), ("codeine", "30 mg/{tablet}")],
        ),
        (
            "buprenorphine 2 MG / naloxone 0.5 MG Sublingual Film [Suboxone]",
            [("buprenorphine", "2 mg/{film}"), ("naloxone", "0.5 mg/{film}")],
        ),
        (
            "fentanyl 0.004 MG/ML / ropivacaine hydrochloride 2 MG/ML Injectable Solution",
            [("fentanyl", "0.004 mg/mL"), ("ropivacaine", "2 mg/mL")],
        ),
        (
            "12 HR hydromorphone hydrochloride 2 MG Extended Release Oral Capsule",
            [("hydromorphone", "2 mg/{capsule}")],
        ),
        ("methadone hydrochloride 10 MG Oral Tablet [Dolophine]", [("methadone", "10 mg/{tablet}")]),
        ("10 ML fentanyl 0.05 MG/ML Injection", [("fentanyl", "0.05 mg/mL")]),
        ("fentaNYL 0.4 MG/ACTUAT", [("fentanyl", "0.4 mg/{actuat}")]),
        ("fentanyl 1.2 MG Buccal Film", [("fentanyl", "1.2 mg/{film}")]),
        (
            "Suboxone 2 MG / 0.5 MG Sublingual Film",
            [("buprenorphine", "2 mg/{film}"), ("naloxone", "0.5 mg/{film}")],
        ),
        # hospital names
        ("Fentanyl (Concentrate)", [("fentanyl", None)]),
        ("Hydromorphone (Dilaudid)", [("hydromorphone", None)]),
        ("HYDROmorphone P.F.", [("hydromorphone", None)]),
        ("Morphine Sulfate", [("morphine", None)]),
        ("NEONATAL MORPHINE", [("morphine", None)]),
        ("ms04 pca", [("morphine", None)]),
        ("OxyCODONE (Immediate Release)", [("oxycodone", None)]),
        ("OxyCODONE SR (OxyconTIN)", [("oxycodone", None)]),
        ("Morphine SR (MS Contin)", [("morphine", None)]),
        ("Neonatal opium sol.", [("opium", None)]),
        ("TraMADOL (Ultram)", [("tramadol", None)]),
        ("Meperidine cc/hr", [("meperidine", None)]),
        ("HYDROmorphone Infusion – Comfort Care Guidelines", [("hydromorphone", None)]),
        ("Fentanyl 25micrograms/hour patch (product)", [("fentanyl", "25 ug/h")]),
        ("1 ML SYRINGE : MORPHINE SULFATE (PF) 4 MG/ML IV SOLN", [("morphine", "4 mg/mL")]),
        ("MORPHINE 2 MG/1 ML 1 ML SYR", [("morphine", "2 mg/mL")]),
        ("fentaNYL 2000 mcg in D5W 100 mL INFUSION Final Conc = 20 mcg/mL", [("fentanyl", "20 ug/mL")]),
        ("oxyCODONE (OXY IR) cap-tab 10 mg", [("oxycodone", "10 mg/{tablet}")]),
        # ketamine
        ("Ketamine (For Intubation)", [("ketamine", None)]),
        ("KETAMINE MG/HR", [("ketamine", None)]),
        ("Ketamine 100mg/50ml", [("ketamine", "2 mg/mL")]),
        ("Esketamine", [("esketamine", None)]),
        ("S(+)-Ketamine", [("esketamine", None)]),
        # combinations
        ("Acetaminophen w/Codeine", [("paracetamol", None), ("codeine", None)]),
        ("TYLENOL-CODEINE NO.3", [("paracetamol", None), ("codeine", None)]),
        ("HYDROCODONE-HOMATROPINE MBR", [("hydrocodone", None), ("homatropine", None)]),
        ("DILAUDID/BUPIV.", [("hydromorphone", None), ("bupivacaine", None)]),
        ("Fentanyl/Bupivicaine PCEA (ml/hr)", [("fentanyl", None), ("bupivacaine", None)]),
        (
            "HYDROCODONE-ACETAMINOPHEN 5-325 MG PO TABS",
            [("hydrocodone", "5 mg/{tablet}"), ("paracetamol", "325 mg/{tablet}")],
        ),
        (
            "acetaminophen-oxyCODONE 325 mg-5 mg oral tablet",
            [("paracetamol", "325 mg/{tablet}"), ("oxycodone", "5 mg/{tablet}")],
        ),
        (
            "HYDROCODONE 5 MG-ACETAMINOPHEN 325 MG TABLET",
            [("hydrocodone", "5 mg/{tablet}"), ("paracetamol", "325 mg/{tablet}")],
        ),
    ],
)
def test_a_name_means_its_ingredients_with_the_strengths_it_states(text: str, expected: list[tuple]) -> None:
    drug = resolve_drug(text)
    assert parts(drug) == expected
    assert drug.text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Percocet", [("oxycodone", None), ("paracetamol", None)]),
        ("PERCOCET 5/325 TAB", [("oxycodone", None), ("paracetamol", None)]),
        ("Vicodin 5/500 Oral Tablet", [("hydrocodone", None), ("paracetamol", None)]),
        ("Morphine Sulfate (1-10mg)", [("morphine", None)]),
        ("MORPHINE VARIABLE DOSE 2-4MG Oral Tablet", [("morphine", None)]),
        ("fentaNYL inj 50 mcg", [("fentanyl", None)]),
        ("Fentanyl Patch 50 mcg", [("fentanyl", None)]),
        ("Dilaudid 2 mg/hr", [("hydromorphone", None)]),
        ("morphine 10 mg or 20 mg Oral Tablet", [("morphine", None)]),
        ("morphine 10 mg/0 mL Solution", [("morphine", None)]),
        ("morphine 0 mg Oral Tablet", [("morphine", None)]),
        ("5 mg oxycodone 325 mg acetaminophen Oral Tablet", [("oxycodone", None), ("paracetamol", None)]),
        (
            "oxycodone acetaminophen aspirin 5-325 mg tablet",
            [("oxycodone", None), ("paracetamol", None), ("aspirin", None)],
        ),
    ],
)
def test_a_strength_that_leaves_a_doubt_is_left_out(text: str, expected: list[tuple]) -> None:
    """A pack's numbers without a unit, a range, an amount of unknown content: none of them becomes a strength."""
    assert parts(resolve_drug(text)) == expected


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ketorolac", "ketorolac"),
        ("KETOROLAC TROMETHAMINE", "ketorolac"),
        ("KETOPROFEN", "ketoprofen"),
        ("apomorphine", "apomorphine"),
        ("Naloxone (Narcan)", "naloxone"),
        ("Methylnaltrexone", "methylnaltrexone"),
        ("NALTREXONE HCL", "naltrexone"),
        ("LOPERamide", "loperamide"),
    ],
)
def test_names_that_sound_alike_are_other_drugs_and_no_opioids(text: str, name: str) -> None:
    drug = resolve_drug(text)
    assert parts(drug) == [(name, None)]
    assert not is_opioid(drug.name)


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("morphine", "morphine"),
        ("hydromorphone", "hydromorphone"),
        ("oxymorphone", "oxymorphone"),
        ("diamorphine", "diamorphine"),
        ("codeine", "codeine"),
        ("dihydrocodeine", "dihydrocodeine"),
        ("oxycodone", "oxycodone"),
        ("hydrocodone", "hydrocodone"),
        ("fentanyl", "fentanyl"),
        ("sufentanil", "sufentanil"),
        ("alfentanil", "alfentanil"),
        ("remifentanil", "remifentanil"),
        ("methadone", "methadone"),
    ],
)
def test_one_opioid_s_name_inside_another_s_is_not_found_there(text: str, name: str) -> None:
    assert parts(resolve_drug(text)) == [(name, None)]
    assert parts(resolve_drug(f"{text.upper()} HCL")) == [(name, None)]


@pytest.mark.parametrize(
    "text",
    [
        "keta",
        "ketaminex",
        "morphin",
        "Morphology",
        "Opiate Screen",
        "Epidural (ml/hr)",
        "MORPHINESULFATE",
        "Little Pink Pill for water retention",
        "?",
    ],
)
def test_an_unknown_name_is_kept_as_text_without_ingredients(text: str) -> None:
    drug = resolve_drug(text)
    assert drug.ingredients == ()
    assert drug.name == text


def test_a_possessive_is_not_an_s_enantiomer() -> None:
    assert parts(resolve_drug("the patient's ketamine")) == [("ketamine", None)]


def test_an_unknown_partner_stays_visible_under_the_source_s_word() -> None:
    drug = resolve_drug("fentanyl 0.004 MG/ML / nosuchcaine 2 MG/ML Injectable Solution")
    assert parts(drug) == [("fentanyl", "0.004 mg/mL"), ("nosuchcaine", "2 mg/mL")]
    assert parts(resolve_drug("nosuch 1 MG / nosuchcaine 2 MG Oral Tablet")) == []
    assert parts(resolve_drug("fentanyl / nosuchcaine")) == [("fentanyl", None)]


def test_a_name_with_two_different_opioids_of_which_one_is_in_brackets_is_refused() -> None:
    with pytest.raises(InputError, match=r"names morphine, and hydromorphone in brackets; correct the name"):
        resolve_drug("Morphine (Dilaudid)")
    assert parts(resolve_drug("Bupivacaine 0.1% (with fentanyl)")) == [
        ("bupivacaine", None),
        ("fentanyl", None),
    ]


# --- codes ------------------------------------------------------------------------------------------------------


def test_an_ingredient_code_alone_names_the_drug() -> None:
    drug = resolve_drug(None, "7804")
    assert parts(drug) == [("oxycodone", None)]
    assert drug.text == "oxycodone"
    assert drug.rxnorm == RxNorm("7804")


def test_a_product_code_alone_gives_strengths() -> None:
    assert parts(resolve_drug(None, " 197696 ")) == [("fentanyl", "0.075 mg/h")]
    assert parts(resolve_drug("", "1049640")) == [
        ("paracetamol", "325 mg/{tablet}"),
        ("oxycodone", "5 mg/{tablet}"),
    ]


def test_an_unknown_code_leaves_the_name_to_speak() -> None:
    drug = resolve_drug("Morphine Sulfate", "999999999")
    assert parts(drug) == [("morphine", None)]
    assert drug.rxnorm == RxNorm("999999999")
    unknown = resolve_drug(None, "999999999")
    assert unknown.ingredients == ()
    assert unknown.text == "RxNorm 999999999"


def test_a_name_and_a_code_that_agree_give_the_fuller_answer() -> None:
    assert parts(resolve_drug("Percocet", "1049640")) == [
        ("paracetamol", "325 mg/{tablet}"),
        ("oxycodone", "5 mg/{tablet}"),
    ]
    assert parts(resolve_drug("Percocet", "7804")) == [("oxycodone", None), ("paracetamol", None)]
    assert parts(resolve_drug("oxycodone 5 MG Oral Tablet", "7804")) == [("oxycodone", "5 mg/{tablet}")]


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Oxycodone 5 MG Oral Tablet", "7052", "means oxycodone by its name and morphine by its code"),
        ("Tylenol", "993837", r"means paracetamol by its name and codeine \+ paracetamol by its code"),
        (
            "Percocet",
            "351267",
            r"means oxycodone \+ paracetamol by its name and buprenorphine \+ naloxone by its code",
        ),
        ("Ketorolac", "6130", "means ketorolac by its name and ketamine by its code"),
        ("S-ketamine", "6130", "means esketamine by its name and ketamine by its code"),
        ("oxycodone aspirin", "1049640", "by its name and oxycodone . paracetamol by its code"),
        (
            "oxycodone 5 MG Oral Tablet",
            "1049683",
            r"strength of oxycodone: is 10 mg/\{tablet\} and also 5 mg/\{tablet\}",
        ),
    ],
)
def test_a_code_that_contradicts_the_name_is_refused(text: str, code: str, words: str) -> None:
    """Neither is guessed to be right: a reader keeps the row in view with this error as its doubt."""
    with pytest.raises(InputError, match=words):
        resolve_drug(text, code)


@pytest.mark.parametrize("code", ["N02AA01", "70 52", "7052.0", "-1"])
def test_a_code_of_another_form_is_refused(code: str) -> None:
    with pytest.raises(InputError, match="RxNorm code"):
        resolve_drug("morphine", code)


@pytest.mark.parametrize(("text", "code"), [(None, None), ("", ""), ("  ", None), (None, " ")])
def test_neither_name_nor_code_is_refused(text: str | None, code: str | None) -> None:
    with pytest.raises(InputError, match="drug: has neither a name nor a code"):
        resolve_drug(text, code)


def test_every_product_s_own_name_means_what_its_code_means() -> None:
    """Two readings of the same product, by its name and by the library's entry, must not disagree."""
    for item in products().values():
        by_name = resolve_drug(item.name)
        assert {part.name for part in by_name.ingredients} == {name for name, _ in item.ingredients}, (
            item.name
        )
        both = resolve_drug(item.name, item.rxnorm)
        assert {part.name: part.strength for part in both.ingredients} == dict(item.ingredients), item.name
        form, route = product_form(item.name)
        assert form in (None, item.form), item.name
        assert route in (None, item.route), item.name


# --- strengths stated apart ---------------------------------------------------------------------------------


def test_a_strength_stated_apart_is_that_of_the_single_drug_or_of_the_one_opioid() -> None:
    strength = parse_quantity("5 mg/{tablet}")
    assert parts(resolve_drug("oxycodone", None, strength)) == [("oxycodone", "5 mg/{tablet}")]
    assert parts(resolve_drug("Percocet", None, strength)) == [
        ("oxycodone", "5 mg/{tablet}"),
        ("paracetamol", None),
    ]
    assert parts(resolve_drug("gabapentin", None, strength)) == [("gabapentin", "5 mg/{tablet}")]


def test_a_strength_that_could_belong_to_several_is_not_used() -> None:
    strength = parse_quantity("5 mg/{tablet}")
    assert parts(resolve_drug("morphine / codeine", None, strength)) == [
        ("morphine", None),
        ("codeine", None),
    ]
    assert parts(resolve_drug("ibuprofen / caffeine", None, strength)) == [
        ("ibuprofen", None),
        ("caffeine", None),
    ]
    assert resolve_drug("nothing known", None, strength).ingredients == ()


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("Percocet", "325 mg/{tablet}"),
        ("oxycodone-acetaminophen", "325 mg/{tablet}"),
        ("hydrocodone / ibuprofen", "200 mg/{tablet}"),
        ("Percodan", "0.325 g/{tablet}"),
        ("Codeine / Acetaminophen 300-30 MG Oral Tablet", None),
    ],
)
def test_the_strength_of_the_partner_is_never_that_of_the_opioid(name: str, strength: str | None) -> None:
    """Two tablets would be 650 mg of oxycodone, 975 MME, where they hold ten."""
    with pytest.raises(InputError, match="which is that of its partner"):
        resolve_drug(name, None, parse_quantity(strength) if strength else None)


def test_a_strong_opioid_with_an_antagonist_keeps_its_strength() -> None:
    held = resolve_drug("Embeda", None, parse_quantity("100 mg/{capsule}")).ingredients
    assert str(held[0].strength) == "100 mg/{capsule}"
    assert str(resolve_drug("morphine", None, parse_quantity("200 mg/{tablet}")).ingredients[0].strength) == (
        "200 mg/{tablet}"
    )


def test_two_strengths_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InputError, match=r"is 5 mg/\{tablet\} and also 10 mg/\{tablet\}"):
        resolve_drug("oxycodone 10 MG Oral Tablet", None, parse_quantity("5 mg/{tablet}"))
    same = resolve_drug("morphine 2 mg/mL", None, parse_quantity("2000 ug/mL"))
    assert parts(same) == [("morphine", "2000 ug/mL")]


# --- form and route -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("72 HR Fentanyl 0.075 MG/HR Transdermal System", ("patch", "transdermal")),
        ("oxycodone hydrochloride 10 MG Oral Tablet", ("tablet", "oral")),
        ("60 MG 12 HR Extended Release Oral Tablet", ("tablet", "oral")),
        ("2 MG Extended Release Oral Capsule", ("capsule", "oral")),
        ("fentanyl 0.2 MG Sublingual Tablet [Abstral]", ("tablet", "sublingual")),
        ("fentanyl 1.2 MG Buccal Film", ("film", "buccal")),
        ("levomethadyl 10 MG/ML Oral Solution", ("solution", "oral")),
        ("Fentanyl 0.8 MG Oral Lozenge", ("lozenge", "oromucosal")),
        ("Metered Dose Nasal Spray", ("spray", "nasal")),
        ("morphine Injection", ("injection", None)),
        ("ketamine Injectable Solution", ("injection", None)),
        ("MORPHINE SULFATE (PF) 4 MG/ML IV SOLN", ("injection", "intravenous")),
        ("morphine sulfate 2 mg/ml ij/iv soln", ("injection", None)),
        ("TRAMADOL HCL 50 MG PO TABS", ("tablet", "oral")),
        ("Morphine Sulfate (Concentrated Oral Soln)", ("solution", "oral")),
        ("Fentanyl Patch", ("patch", "transdermal")),
        ("Lidocaine 5% Patch", ("patch", None)),
        ("Nicotine Patch", ("patch", None)),
        ("morphine rectal suppository", ("suppository", "rectal")),
        ("Oral Form Oxycodone (product)", (None, "oral")),
        ("fentanyl IV PCA", (None, "intravenous")),
        ("FentaNYL buccal", (None, "buccal")),
        ("Dilaudid Epidural", (None, "epidural")),
        ("Fentanyl/Bupivicaine PCEA (ml/hr)", (None, "epidural")),
        ("morphine intrathecal", (None, "intrathecal")),
        ("morphine tablet or capsule", NOTHING),
        ("morphine oral or intravenous", NOTHING),
        ("Morphine Sulfate", NOTHING),
        ("", NOTHING),
    ],
)
def test_a_name_implies_form_and_route_only_where_it_says_them(text: str, expected: tuple) -> None:
    assert product_form(text) == expected


def test_the_code_s_form_and_route_win_and_the_name_fills_what_they_leave_open() -> None:
    assert product_form(None, "197696") == ("patch", "transdermal")
    assert product_form("something", "197696") == ("patch", "transdermal")
    assert product_form("fentanyl IV", "1735002") == ("injection", "intravenous")
    assert product_form("Oral Tablet", "999999999") == ("tablet", "oral")
    assert product_form(None, None) == NOTHING


# --- laws and real names ------------------------------------------------------------------------------------

WORDS = st.lists(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="()[]"), max_size=8), max_size=4
)


@given(
    before=WORDS,
    after=WORDS,
    name=st.sampled_from(["morphine", "ketamine", "fentanyl", "naloxone", "ketorolac"]),
)
def test_a_drug_s_name_is_found_as_a_whole_word_among_any_others(before, after, name: str) -> None:
    drug = resolve_drug(" ".join([*before, name, *after]))
    found = {item.name for item in drug.ingredients}
    assert name in found or any(name in ingredient(other).names or name in other for other in found)


@given(text=st.text(max_size=60))
def test_any_text_gives_a_drug_or_an_error_of_ours(text: str) -> None:
    try:
        drug = resolve_drug(text)
    except AdjuvantError:
        return
    assert all(item.name in drug_book().ingredients or item.name for item in drug.ingredients)
    product_form(text)


OPIOID_WORD = re.compile(
    r"(?<![a-z])(morphine|hydromorphone|oxymorphone|oxycodone|hydrocodone|codeine|fentanyl|methadone|meperidine"
    r"|tramadol|buprenorphine|ketamine)(?![a-z])"
)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("mimic3_demo/d_items.csv.gz", "label"),
        ("mimic3_demo/prescriptions.csv.gz", "drug"),
        ("mimic4_demo_orders/prescriptions.csv.gz", "drug"),
        ("mimic4_demo_orders/pharmacy.csv.gz", "medication"),
        ("eicu_demo_partial/infusiondrug.csv.gz", "drugname"),
        ("eicu_demo_partial/medication.csv.gz", "drugname"),
        ("eicu_demo_partial/admissiondrug.csv.gz", "drugname"),
    ],
)
def test_in_real_records_every_opioid_named_in_full_is_found_and_none_is_made_up(
    shared: Path, file: str, column: str
) -> None:
    """Against a plain search for whole words, written apart from the library."""
    with gzip.open(shared / "data" / file, "rt", encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        (name,) = [field for field in rows.fieldnames or () if field.lower() == column]
        texts = {row[name] for row in rows if row[name]}
    seen = 0
    for text in texts:
        expected = set(OPIOID_WORD.findall(text.lower()))
        found = {item.name for item in resolve_drug(text).ingredients}
        assert expected <= found, text
        seen += len(expected)
        for extra in found - expected:
            if is_opioid(extra) or extra in ("ketamine", "esketamine"):
                brands = {extra, *ingredient(extra).names, *drug_book().brands}
                assert any(brand.replace("-", " ") in text.lower().replace("-", " ") for brand in brands), (
                    text
                )
    assert seen > 3, "the file names opioids"


def test_a_text_that_is_too_long_for_a_name_is_not_searched_for_one() -> None:
    with pytest.raises(InputError, match="too long for a name"):
        resolve_drug("morphine " * 100_000)


@pytest.mark.hazard("H-034")
@pytest.mark.parametrize(
    ("name", "opioid"),
    [
        ("Tylenol #3", "codeine"),
        ("Tylenol No. 3", "codeine"),
        ("TYLENOL #4 TABLET", "codeine"),
        ("Fiorinal with codeine", "codeine"),
        ("Cheratussin AC", "codeine"),
        ("Talwin NX", "pentazocine"),
        ("Trezix", "dihydrocodeine"),
        ("Seglentis", "tramadol"),
        ("Hycet", "hydrocodone"),
        ("Xartemis XR", "oxycodone"),
    ],
)
def test_an_opioid_that_a_combinations_name_hides_is_there_and_not_alone(name: str, opioid: str) -> None:
    """Two tablets of Tylenol #3 hold 60 mg of codeine, and looked like paracetamol."""
    names = [item.name for item in resolve_drug(name).ingredients]
    assert opioid in names
    assert len(names) > 1


@pytest.mark.parametrize("name", ["Tylenol", "Tylenol 325 mg tablet", "Tylenol 500", "Fioricet", "Fiorinal"])
def test_a_combination_without_an_opioid_is_none(name: str) -> None:
    names = {item.name for item in resolve_drug(name).ingredients}
    assert names
    assert not names & {"codeine"}
