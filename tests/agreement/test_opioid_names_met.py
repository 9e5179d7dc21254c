"""Every drug string of the open data: each opioid and ketamine is found, and nothing else passes for one.

The list of what makes a string an opioid's is made by hand from what a pharmacist would look for, apart from
the library: stems and brands as they stand inside words, and the names that only sound alike.
"""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest

from adjuvant.library import drug_book
from adjuvant.sources.terminology import Terminology

FILES = [
    ("mimic3_demo/d_items.csv.gz", "label"),
    ("mimic3_demo/prescriptions.csv.gz", "drug"),
    ("mimic3_demo/prescriptions.csv.gz", "drug_name_generic"),
    ("mimic4_demo_orders/prescriptions.csv.gz", "drug"),
    ("mimic4_demo_orders/pharmacy.csv.gz", "medication"),
    ("eicu_demo_partial/infusiondrug.csv.gz", "drugname"),
    ("eicu_demo_partial/medication.csv.gz", "drugname"),
    ("eicu_demo_partial/admissiondrug.csv.gz", "drugname"),
    ("mimic4_demo_omop53/drug_exposure.csv.gz", "drug_source_value"),
    ("mimic4_demo_omop53/2b_concept.csv.gz", "concept_name"),
]
# What stands in a string -> what must be found. The first that fits a place of the string counts.
OPIOIDS = {
    "hydromorph": "hydromorphone", "dilaudid": "hydromorphone", "oxymorph": "oxymorphone",
    "ms contin": "morphine", "mso4": "morphine", "ms04": "morphine", "morphin": "morphine",
    "oxycod": "oxycodone", "percocet": "oxycodone", "roxicodone": "oxycodone", "roxicet": "oxycodone",
    "oxycontin": "oxycodone", "endocet": "oxycodone", "oxy ir": "oxycodone",
    "hydrocod": "hydrocodone", "norco": "hydrocodone", "vicodin": "hydrocodone", "lortab": "hydrocodone",
    "codein": "codeine", "remifentan": "remifentanil", "sufentan": "sufentanil", "alfentan": "alfentanil",
    "fentan": "fentanyl", "sublimaze": "fentanyl", "duragesic": "fentanyl", "methado": "methadone",
    "meperidin": "meperidine", "demerol": "meperidine", "dolantin": "meperidine", "tramad": "tramadol",
    "ultram": "tramadol", "ultracet": "tramadol", "tapentad": "tapentadol", "buprenorph": "buprenorphine",
    "suboxone": "buprenorphine", "butorphan": "butorphanol", "nalbuphin": "nalbuphine",
    "pentazoc": "pentazocine", "opium": "opium", "propoxyphen": "propoxyphene", "darvocet": "propoxyphene",
    "esketamin": "esketamine", "ketamin": "ketamine",
}  # fmt: skip
# Names in which one of these stands and that are no opioid.
FALSE_FRIENDS = ("apomorphin", "dextromethorphan", "orphenadrin", "morphology", "ipratropium", "tiotropium")
_FRIEND = re.compile("|".join(FALSE_FRIENDS))
_STEM = re.compile("|".join(OPIOIDS))
_COUNTED = {name for name, item in drug_book().ingredients.items() if item.kind in ("opioid", "ketamine")}


def expected(text: str) -> set[str]:
    """What the list made by hand finds in a string."""
    return {OPIOIDS[stem] for stem in _STEM.findall(_FRIEND.sub(" ", text.lower()))}


@pytest.mark.hazard("H-016")
@pytest.mark.shared
@pytest.mark.parametrize(("file", "column"), FILES, ids=[f"{file}:{column}" for file, column in FILES])
def test_every_opioid_among_the_names_met_is_found_and_no_other_name_passes_for_one(
    shared: Path, file: str, column: str
) -> None:
    with gzip.open(shared / "data" / file, "rt", encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        (field,) = [name for name in rows.fieldnames or () if name.lower() == column]
        texts = {row[field].strip() for row in rows if row[field]} - {""}
    words = Terminology()
    wrong = {}
    for text in texts:
        found = {item.name for item in words.drug(text).ingredients} & _COUNTED
        if found != expected(text):
            wrong[text] = (found, expected(text))
    assert not wrong
    assert sum(bool(expected(text)) for text in texts) >= 3, "the file names opioids"


@pytest.mark.hazard("H-016")
@pytest.mark.shared
def test_every_opioid_among_the_concepts_of_a_synthetic_vocabulary_is_found(shared: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(shared / "data" / "synthea27nj_omop54" / "concept.parquet")
    columns = {name.lower(): table.column(name).to_pylist() for name in table.column_names}
    words = Terminology()
    texts = [
        text
        for text, domain in zip(columns["concept_name"], columns["domain_id"], strict=True)
        if domain == "Drug"
    ]
    for text in texts:
        found = {item.name for item in words.drug(text).ingredients} & _COUNTED
        assert found == expected(text), text
    assert sum(bool(expected(text)) for text in texts) > 15


@pytest.mark.hazard("H-016")
@pytest.mark.parametrize(
    "text",
    ["Ketorolac", "Ketoprofen", "Ketoconazole", "Apomorphine HCl", "Naloxone", "NALTREXONE HCL", "Narcan",
     "Methylnaltrexone", "Naloxegol", "Dextromethorphan", "D-METHORPHAN HB", "LOPERamide", "LOMOTIL",
     "Orphenadrine Citrate", "Levothyroxine", "Methotrexate", "Codanthramer", "Doxycycline"],
)  # fmt: skip
def test_a_name_that_only_sounds_like_an_opioid_is_none(text: str) -> None:
    assert not {item.name for item in Terminology().drug(text).ingredients} & _COUNTED
