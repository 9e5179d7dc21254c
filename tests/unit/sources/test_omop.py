"""OMOP folders of 5.3 and 5.4: who says that a drug was given, what its names mean, and what cannot be placed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant import sources
from adjuvant.codes import Icd9, Icd10, Snomed
from adjuvant.errors import InputError
from adjuvant.library import opioid_names
from adjuvant.library.omop import omop_book
from adjuvant.record import (
    AdministrationKind,
    Basis,
    Drug,
    Ingredient,
    NotAssessable,
    Outcome,
    PainKind,
    PatientRecord,
    Refusal,
    RefusalReason,
)
from adjuvant.record.exposures import build_exposures
from adjuvant.sources import omop
from adjuvant.sources.terms import Terms
from omop_tables import (
    DISPENSED,
    FENTANYL,
    GIVEN,
    KG,
    MG,
    OXYCODONE,
    PAIN,
    PRESCRIBED,
    SELF_REPORT,
    Folder,
    an_omop,
)

TABLET = "9000001"
NAME = "oxycodone hydrochloride 5 MG Oral Tablet"


def tablets(path: Path, version: str = "5.4") -> Folder:
    return (
        an_omop(path, version)
        .concept(TABLET, NAME)
        .strength(TABLET, OXYCODONE, amount_value="5", amount_unit_concept_id=MG)
    )


def refusals(record: PatientRecord, basis: Basis) -> tuple[Refusal, ...]:
    found = build_exposures(record, opioid_names(), basis)
    assert not found.items
    return found.refused


def lines(found: Folder, outcome: Outcome) -> dict[str, int]:
    return {line.reason: line.count for line in found.read().quality.lines if line.outcome is outcome}


# --- versions, formats, files ----------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["5.3", "5.4"])
@pytest.mark.parametrize("form", ["csv", "packed", "parquet"])
def test_both_versions_are_read_from_csv_and_parquet_alike(tmp_path: Path, version: str, form: str) -> None:
    folder = (
        tablets(tmp_path, version)
        .exposure(TABLET, GIVEN, quantity="2", end="2026-03-02 08:00:00")
        .add(
            "visit_occurrence",
            visit_concept_id="9201",
            visit_start_date="2026-03-01",
            visit_end_date="2026-03-09",
        )
        .measure(PAIN, "7")
    )
    path = folder.write(parquet=form == "parquet", packed=form == "packed")
    assert sources.detect_format(path) == "omop"
    record = sources.read(path).record()
    assert f"OMOP CDM {version} (Invented)" in record.patient.note
    (item,) = build_exposures(record, opioid_names()).items
    assert item.amount.in_("mg") == 10
    assert [score.value for score in record.pain] == [7]
    assert [stay.kind for stay in record.encounters] == ["Inpatient Visit"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [("5.3", "OMOP CDM 5.3 ("), ("5.4", "OMOP CDM 5.4 ("), ("", "of a version it does not state")],
)
def test_without_cdm_source_the_columns_of_visits_tell_the_version(
    tmp_path: Path, columns: str, words: str
) -> None:
    folder = Folder(tmp_path / "omop", columns or "5.4")
    if columns:
        folder.add("visit_occurrence", visit_concept_id="9202", visit_start_date="2026-03-01")
    assert words in folder.record().patient.note


def test_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"says OMOP CDM 6\.0, and only 5\.3 and 5\.4 are read"):
        an_omop(tmp_path, "6.0").read()


@pytest.mark.parametrize("stated", ["5.4", "v5.4", "CDM v5.4", "5.3.1"])
def test_the_version_is_read_however_it_is_written(tmp_path: Path, stated: str) -> None:
    assert f"OMOP CDM {stated.split('v')[-1]}" in an_omop(tmp_path, stated).record().patient.note


def test_a_missing_table_or_column_is_refused_by_name(tmp_path: Path) -> None:
    path = tablets(tmp_path).exposure(TABLET).write(without=("drug_type_concept_id",))
    with pytest.raises(InputError, match="has no column drug_type_concept_id"):
        omop.read(path)
    (path / "drug_exposure.csv").unlink()
    with pytest.raises(InputError, match="has no drug_exposure"):
        omop.read(path)


def test_a_missing_optional_column_is_unknown(tmp_path: Path) -> None:
    path = tablets(tmp_path).exposure(TABLET, quantity="2").write(without=("quantity", "days_supply", "sig"))
    (why,) = refusals(omop.read(path).record(), Basis.ORDERED)
    assert "the quantity is not stated" in why.detail


def test_a_column_of_another_type_is_read_by_what_it_says(tmp_path: Path) -> None:
    """Codes that went through a spreadsheet end in .0, and a quantity may be text."""
    folder = tablets(tmp_path).exposure(
        f"{TABLET}.0", f"{GIVEN}.0", quantity="2.000", end="2026-03-02 08:00:00", drug_source_value="308182.0"
    )
    (item,) = build_exposures(folder.record(), opioid_names()).items
    assert item.amount.in_("mg") == 10


def test_persons_come_in_order_of_their_id_and_may_be_negative(tmp_path: Path) -> None:
    folder = an_omop(tmp_path)
    for person in ("-700000000000000001", "12", "-1100000000000000002"):
        folder.add("person", person_id=person, gender_concept_id="8507", year_of_birth="1960")
    found = folder.read()
    ids = [record.patient.id for record in found.records]
    assert ids == ["-1100000000000000002", "-700000000000000001", "12"]
    only = omop.read(folder.path, patient="-700000000000000001")
    assert [record.patient.id for record in only.records] == ["-700000000000000001"]
    rest = omop.stream(folder.path, after="-1100000000000000002")
    assert [record.patient.id for record in rest.records] == ids[1:]
    with pytest.raises(InputError, match="patient '13': is not in it"):
        omop.read(folder.path, patient="13")


def test_rows_of_a_person_who_is_not_there_are_counted(tmp_path: Path) -> None:
    folder = (
        tablets(tmp_path).exposure(TABLET).exposure(TABLET, person_id="8").measure(PAIN, "3", person_id="")
    )
    found = folder.read()
    astray = [line for line in found.quality.lines if "not in the person table" in line.reason]
    assert {(line.table, line.count) for line in astray} == {("drug_exposure", 1), ("measurement", 1)}
    assert found.quality.count(Outcome.READ, "drug_exposure") == 2


def test_a_person_twice_is_refused(tmp_path: Path) -> None:
    folder = an_omop(tmp_path)
    for _ in range(2):
        folder.add("person", person_id="7", gender_concept_id="8507", year_of_birth="1960")
    with pytest.raises(InputError, match="holds the person 7 twice"):
        folder.read()


def test_a_folder_that_calls_itself_synthetic_makes_synthetic_patients(tmp_path: Path) -> None:
    assert an_omop(tmp_path / "a").record().patient.synthetic
    plain = an_omop(tmp_path / "b")
    plain.rows["cdm_source"][0]["source_description"] = "Hospital records"
    assert not plain.record().patient.synthetic


# --- who says that it happened ---------------------------------------------------------------------------


@pytest.mark.parametrize(("concept", "known"), omop_book().drug_types.items())
def test_the_type_concept_says_what_a_row_is(tmp_path: Path, concept: str, known: object) -> None:
    record = tablets(tmp_path).exposure(TABLET, concept, quantity="2").record()
    basis = omop_book().drug_types[concept].basis
    counts = {
        "ordered": len([order for order in record.requests if not order.statement]),
        "statement": len([order for order in record.requests if order.statement]),
        "dispensed": len(record.dispenses),
        "administered": len(record.administrations),
    }
    assert counts == dict.fromkeys(counts, 0) | {basis: 1}


@pytest.mark.parametrize("concept", ["32817", "32810", "0", "", "999999"])
def test_any_other_type_is_none_of_them_and_leaves_every_total_open(tmp_path: Path, concept: str) -> None:
    folder = tablets(tmp_path).exposure(TABLET, concept, quantity="2")
    record = folder.record()
    assert record.event_count == 0
    for basis in Basis:
        (why,) = refusals(record, basis)
        assert why.ingredient == "oxycodone"
        assert "does not say whether it was ordered, dispensed or given" in why.detail
    reason = "the type concept does not say whether it was ordered, dispensed or given"
    assert lines(folder, Outcome.NOT_USED) == {reason: 1}


def test_a_statement_of_use_is_no_order(tmp_path: Path) -> None:
    (why,) = refusals(tablets(tmp_path).exposure(TABLET, SELF_REPORT, quantity="2").record(), Basis.ORDERED)
    assert "is a statement of use, not an order" in why.detail


# --- times -----------------------------------------------------------------------------------------------


def test_dates_without_times_are_whole_days_of_an_order(tmp_path: Path) -> None:
    folder = tablets(tmp_path).exposure(TABLET, start="2026-03-02", end="2026-03-04", quantity="2")
    (order,) = folder.record().requests
    assert order.start == datetime(2026, 3, 2, tzinfo=UTC)
    assert order.end == datetime(2026, 3, 5, tzinfo=UTC)
    assert "the row has dates without times: it is taken for the whole of its days" in lines(
        folder, Outcome.DOUBTED
    )


@pytest.mark.parametrize("start", ["2026-03-02", "2026-03-02 00:00:00"])
def test_an_administration_that_is_known_to_the_day_stands_at_no_moment(tmp_path: Path, start: str) -> None:
    """Midnight is how the data model writes that no time is known, where a person has no other time."""
    record = tablets(tmp_path).exposure(TABLET, GIVEN, start=start, end="2026-03-02", quantity="2").record()
    assert not record.administrations
    (why,) = refusals(record, Basis.ADMINISTERED)
    assert why.reason is RefusalReason.MISSING_TIMING
    assert (why.start, why.end) == (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))


def test_midnight_is_a_time_beside_other_times(tmp_path: Path) -> None:
    folder = tablets(tmp_path)
    for start in ("2026-03-02 00:00:00", "2026-03-02 06:00:00"):
        folder.exposure(TABLET, GIVEN, start=start, end=start, quantity="1")
    assert [dose.start.hour for dose in folder.record().administrations] == [0, 6]


def test_an_order_that_stops_before_it_starts_is_doubted(tmp_path: Path) -> None:
    folder = tablets(tmp_path).exposure(TABLET, end="2026-03-01 08:00:00", quantity="2", days_supply="2")
    (why,) = refusals(folder.record(), Basis.ORDERED)
    assert "it stops before it starts" in why.detail


@pytest.mark.parametrize("start", ["2026-02-30", "yesterday", "2026-03-29 02:30:00"])
def test_a_time_that_cannot_be_read_leaves_a_reason(tmp_path: Path, start: str) -> None:
    record = tablets(tmp_path).exposure(TABLET, start=start, quantity="2").read(zone="Europe/Berlin").record()
    assert not record.requests
    (why,) = refusals(record, Basis.ORDERED)
    assert why.reason is RefusalReason.MISSING_TIMING


# --- names -----------------------------------------------------------------------------------------------


def test_a_concept_of_zero_is_looked_up_by_the_words_of_its_source(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .exposure("0", drug_source_value="HYDROmorphone 20 mg / 100 mL Premix Bag", quantity="1")
        .exposure("0", drug_source_value="00409128331", quantity="1")
    )
    record = folder.record()
    assert sorted(order.drug.name for order in record.requests) == [
        "hydromorphone",
        "no concept (00409128331)",
    ]
    detail = {why.ingredient: why.detail for why in refusals(record, Basis.ORDERED)}
    assert "1 row names its medicine by numbers alone, and may be of any drug" in detail[None]
    assert set(detail) == {"hydromorphone", None}
    assert [name.name for name in folder.read().quality.names] == ["no concept (00409128331)"]


def test_a_local_concept_is_named_by_the_folders_own_list(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .add(
            "2b_concept",
            concept_id="2000011000",
            concept_name="Fentanyl Citrate 50 mL Vial",
            vocabulary_id="own",
        )
        .exposure("8888888", drug_source_concept_id="2000011000", drug_source_value="FENT50", quantity="1")
    )
    (order,) = folder.record().requests
    assert order.drug.name == "fentanyl"


@pytest.mark.parametrize(
    "how", ["ingredient concept", "product concept", "ancestor", "relationship", "strength"]
)
def test_a_product_without_a_name_is_known_by_what_it_holds(tmp_path: Path, how: str) -> None:
    folder = an_omop(tmp_path)
    concept = {"ingredient concept": FENTANYL, "product concept": "35603427"}.get(how, "9000077")
    if how == "ancestor":
        folder.add("concept_ancestor", ancestor_concept_id=FENTANYL, descendant_concept_id=concept)
    if how == "relationship":
        folder.add(
            "concept_relationship",
            concept_id_1=concept,
            concept_id_2=FENTANYL,
            relationship_id="RxNorm has ing",
        )
    if how == "strength":
        folder.strength(concept, FENTANYL, amount_value="1", amount_unit_concept_id=MG)
    (order,) = folder.exposure(concept, quantity="1").record().requests
    assert order.drug.name == "fentanyl"


def test_a_relationship_that_is_no_longer_valid_says_nothing(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).add(
        "concept_relationship",
        concept_id_1="9000077",
        concept_id_2=FENTANYL,
        relationship_id="RxNorm has ing",
        invalid_reason="D",
    )
    (order,) = folder.exposure("9000077", quantity="1").record().requests
    assert not order.drug.ingredients


def test_names_that_contradict_each_other_make_no_opioid_of_either(tmp_path: Path) -> None:
    folder = tablets(tmp_path).exposure(
        TABLET, quantity="2", days_supply="2", drug_source_value="Fentanyl Patch"
    )
    record = folder.record()
    (order,) = record.requests
    assert not order.drug.ingredients
    (why,) = refusals(record, Basis.ORDERED)
    assert why.reason is RefusalReason.UNKNOWN_DRUG
    assert "the names of the row mean different drugs" in lines(folder, Outcome.DOUBTED)


def test_the_rows_of_medication_are_counted_by_drug_and_unit(tmp_path: Path) -> None:
    folder = tablets(tmp_path)
    folder.exposure(TABLET, GIVEN, quantity="2", dose_unit_source_value="TAB").exposure(
        TABLET, "0", quantity="1"
    )
    found = {(item.drug, item.unit, item.outcome): item.count for item in folder.read().quality.medicines}
    assert found == {
        ("oxycodone", "TAB", Outcome.USED): 1,
        ("oxycodone", "", Outcome.NOT_USED): 1,
    }


@pytest.mark.parametrize("line", ["00406055262", "9000088", "OMOP 9000088"])
def test_the_users_own_lines_name_what_only_a_code_or_a_number_names(tmp_path: Path, line: str) -> None:
    """An NDC cannot be named here; whoever can look it up writes it once."""
    folder = an_omop(tmp_path).exposure("9000088", drug_source_value="00406055262", quantity="1")
    terms = Terms({line: Drug("Roxicodone 5 MG Oral Tablet", (Ingredient("oxycodone"),))})
    record = folder.read(terms=terms).record()
    (order,) = record.requests
    assert (order.drug.name, order.form) == ("oxycodone", "tablet")
    assert not record.unplaced


@pytest.mark.parametrize(
    ("exposure", "source_concept"),
    [
        ({"concept": "9000088", "drug_source_value": "00406055262"}, False),
        ({"concept": "0", "drug_source_value": "00406055262"}, False),
        ({"concept": "9000088"}, False),
        ({"concept": "0", "drug_source_value": "4711", "drug_source_concept_id": "9000089"}, True),
    ],
)
def test_the_list_of_unknown_names_can_be_answered_word_by_word(
    tmp_path: Path, exposure: dict[str, str], source_concept: bool
) -> None:
    """Whatever stands in the list, the same words in a line of the user's own name the drug."""
    folder = an_omop(tmp_path).exposure(**exposure, quantity="1")
    if source_concept:
        folder.concept("9000089", "House pain bag", vocabulary="Local")
    (listed,) = folder.read().quality.names
    terms = Terms({Terms.key(listed.name): Drug(listed.name, (Ingredient("oxycodone"),))})
    answered = folder.read(terms=terms)
    assert answered.record().requests[0].drug.name == "oxycodone"
    assert answered.quality.names == ()


def test_a_vocabulary_under_its_other_name_is_not_said_to_be_missing(tmp_path: Path) -> None:
    """The MIMIC-IV demo holds its concepts as 2b_concept."""
    folder = an_omop(tmp_path).exposure("9000088", quantity="1")
    assert "concept," in folder.read().source
    folder.rows["2b_concept"] = [{"concept_id": "9000088", "concept_name": "House pain bag"}]
    assert "concept," not in folder.read().source


# --- hidden opioids --------------------------------------------------------------------------------------


def test_a_drug_era_says_which_opioid_is_among_rows_without_a_name(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .exposure("9000088", drug_source_value="00406055262", quantity="1", end="2026-03-03 08:00:00")
        .add(
            "drug_era",
            drug_concept_id=OXYCODONE,
            drug_era_start_date="2026-03-02",
            drug_era_end_date="2026-03-03",
            drug_exposure_count="1",
        )
        .add(
            "drug_era",
            drug_concept_id="1112807",
            drug_era_start_date="2026-03-02",
            drug_era_end_date="2026-03-03",
        )
    )
    found = {why.ingredient: why for why in refusals(folder.record(), Basis.ORDERED)}
    assert set(found) == {"oxycodone", None}
    assert found["oxycodone"].end == datetime(2026, 3, 4, tzinfo=UTC)
    assert (
        "1 of its rows are among those that drug_exposure names by numbers alone" in found["oxycodone"].detail
    )


def test_rows_without_a_name_leave_open_only_the_time_in_which_they_stand(tmp_path: Path) -> None:
    """Two orders that follow each other are one span, one a month later another; a dose is a moment."""
    folder = an_omop(tmp_path)
    for start, end in (("02 08", "04 08"), ("04 20", "05 08"), ("30 08", "31 08")):
        folder.exposure("9000088", start=f"2026-03-{start}:00:00", end=f"2026-03-{end}:00:00", quantity="1")
    folder.exposure("9000088", GIVEN, start="2026-04-10 08:00:00", end="", quantity="1")
    folder.exposure("9000088", DISPENSED, start="2026-05-01 08:00:00", quantity="9", days_supply="3")
    folder.exposure("9000088", DISPENSED, start="2026-06-01 08:00:00", quantity="9")
    spans = [(why.basis, why.start, why.end) for why in folder.record().unplaced]
    at = {
        day: datetime(2026, int(day[:2]), int(day[3:]), 8, tzinfo=UTC)
        for day in ("03-02", "03-05", "03-30", "03-31", "04-10", "05-01", "05-04", "06-01")
    }
    assert sorted(spans, key=str) == sorted(
        [
            (Basis.ORDERED, at["03-02"], at["03-05"]),
            (Basis.ORDERED, at["03-30"], at["03-31"]),
            (Basis.ADMINISTERED, at["04-10"], at["04-10"]),
            (Basis.DISPENSED, at["05-01"], at["05-04"]),
            (Basis.DISPENSED, at["06-01"], None),
        ],
        key=str,
    )


def test_an_era_that_the_named_rows_account_for_adds_nothing(tmp_path: Path) -> None:
    folder = (
        tablets(tmp_path)
        .exposure(TABLET, quantity="2", days_supply="10")
        .add(
            "drug_era",
            drug_concept_id=OXYCODONE,
            drug_era_start_date="2026-03-02",
            drug_era_end_date="2026-03-12",
            drug_exposure_count="1",
        )
    )
    assert not build_exposures(folder.record(), opioid_names(), Basis.ORDERED).refused


# --- keys ------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-022")
def test_the_same_row_twice_counts_once(tmp_path: Path) -> None:
    folder = tablets(tmp_path)
    for _ in range(2):
        folder.exposure(TABLET, GIVEN, quantity="2", end="2026-03-02 08:00:00", drug_exposure_id="5")
    (item,) = build_exposures(folder.record(), opioid_names()).items
    assert item.amount.in_("mg") == 10
    assert lines(folder, Outcome.DUPLICATE) == {"the row stands twice with the same id": 1}


def test_two_rows_of_one_id_that_differ_leave_the_total_open(tmp_path: Path) -> None:
    folder = tablets(tmp_path)
    for quantity in ("1", "2"):
        folder.exposure(TABLET, GIVEN, quantity=quantity, end="2026-03-02 08:00:00", drug_exposure_id="5")
    found = build_exposures(folder.record(), opioid_names())
    assert [item.amount.in_("mg") for item in found.items] == [5]
    (why,) = found.refused
    assert "the id of the row is that of another one, which says something else" in why.detail


# --- people ----------------------------------------------------------------------------------------------


def test_a_birth_is_a_day_only_where_all_of_it_is_stated(tmp_path: Path) -> None:
    values = {"person_id": "7", "gender_concept_id": "8507", "year_of_birth": "1966"}
    known = (
        an_omop(tmp_path / "a")
        .add("person", **values, month_of_birth="2", day_of_birth="28")
        .record()
        .patient
    )
    assert (known.birth_date, known.sex) == (date(1966, 2, 28), "male")
    year = an_omop(tmp_path / "b").add("person", **values).record().patient
    assert (year.birth_date, year.age_years) == (None, None)
    broken = an_omop(tmp_path / "c").add("person", **values, month_of_birth="2", day_of_birth="30")
    assert broken.record().patient.birth_date is None
    assert "the date of birth is no date" in lines(broken, Outcome.DOUBTED)


def test_a_death_without_a_time_is_the_end_of_its_day(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).add("death", death_date="2026-03-05", death_datetime="2026-03-05 00:00:00")
    assert folder.record().patient.death == datetime(2026, 3, 6, tzinfo=UTC)
    timed = an_omop(tmp_path / "b").add(
        "death", death_date="2026-03-05", death_datetime="2026-03-05 17:20:00"
    )
    timed.measure(PAIN, "3", at="2026-03-05 18:00:00")
    assert timed.record().patient.death == datetime(2026, 3, 5, 17, 20, tzinfo=UTC)
    assert "events are charted after the recorded death" in lines(timed, Outcome.DOUBTED)


def test_a_visit_that_ends_before_it_begins_is_left_open(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).add(
        "visit_occurrence",
        visit_concept_id="9201",
        visit_start_date="2026-03-05",
        visit_end_date="2026-03-01",
    )
    (stay,) = folder.record().encounters
    assert stay.end is None
    folder.add("visit_occurrence", visit_concept_id="9201")
    assert lines(folder, Outcome.NOT_USED) == {"the visit has no start": 1}


def test_medication_outside_the_observed_time_is_doubted(tmp_path: Path) -> None:
    folder = (
        tablets(tmp_path)
        .exposure(TABLET, quantity="2")
        .add(
            "observation_period",
            observation_period_start_date="2025-01-01",
            observation_period_end_date="2025-12-31",
        )
    )
    reason = "medication stands outside the time in which the person was observed"
    assert lines(folder, Outcome.DOUBTED)[reason] == 1


@pytest.mark.parametrize(
    ("source", "code", "cancer"),
    [
        ("1985   ", Icd9("1985"), True),
        ("4280", Icd9("4280"), False),
        ("C7951", Icd10("C7951"), True),
        ("D0510", Icd10("D0510"), None),
        ("I10", Icd10("I10"), False),
        # A V code is history in ICD-9-CM and an accident in ICD-10; an E code is an accident or diabetes.
        ("V1046", None, None),
        ("E119", None, None),
        # A SNOMED code of eight digits is of no ICD.
        ("65363002.0", None, None),
        ("", None, None),
    ],
)
def test_without_a_vocabulary_a_diagnosis_is_told_by_the_shape_of_its_code(
    tmp_path: Path, source: str, code: object, cancer: bool | None
) -> None:
    folder = an_omop(tmp_path).add(
        "condition_occurrence",
        condition_concept_id="4163261",
        condition_start_date="2026-01-02",
        condition_source_value=source,
    )
    (found,) = folder.record().conditions
    assert (found.code, found.cancer) == (code, cancer)


@pytest.mark.parametrize(
    ("name", "cancer"),
    [
        ("Malignant neoplasm of prostate", True),
        ("Non-small cell carcinoma of lung", True),
        ("Family history of malignant neoplasm of breast", None),
        ("Screening for cancer", None),
        ("Viral sinusitis", None),
    ],
)
def test_with_a_vocabulary_the_concepts_words_say_what_is_a_cancer(
    tmp_path: Path, name: str, cancer: bool | None
) -> None:
    folder = (
        an_omop(tmp_path)
        .concept("9000200", name, "SNOMED", "90000001")
        .add("condition_occurrence", condition_concept_id="9000200", condition_start_date="2026-01-02")
    )
    (found,) = folder.record().conditions
    assert (found.text, found.code, found.cancer) == (name, Snomed("90000001"), cancer)


# --- what was measured -----------------------------------------------------------------------------------


def test_pain_is_read_with_what_it_is_of(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .measure(PAIN, "7", measurement_source_value="Pain Level")
        .measure(PAIN, "3", at="2026-03-02 10:00:00", measurement_source_value="Pain Level Response")
    )
    scores = folder.record().pain
    assert [(score.value, score.kind) for score in scores] == [
        (7, PainKind.CURRENT),
        (3, PainKind.AFTER_INTERVENTION),
    ]


@pytest.mark.hazard("H-038")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Unable to Score", NotAssessable.UNABLE),
        ("Patient sleeping", NotAssessable.ASLEEP),
        ("Declined", NotAssessable.DECLINED),
    ],
)
def test_words_that_say_why_there_is_no_score_go_before_the_number_beside_them(
    tmp_path: Path, words: str, reason: NotAssessable
) -> None:
    folder = an_omop(tmp_path).measure(PAIN, "0", value_source_value=words)
    (score,) = folder.record().pain
    assert (score.value, score.not_assessable) == (None, reason)
    assert folder.read().quality.count(Outcome.NOT_ASSESSABLE, "measurement") == 1


@pytest.mark.parametrize(
    ("value", "more", "outcome"),
    [
        ("11", {}, Outcome.UNCONVERTIBLE),
        ("6.5", {}, Outcome.UNCONVERTIBLE),
        ("many", {}, Outcome.UNCONVERTIBLE),
        ("7", {"operator_concept_id": "4172704"}, Outcome.UNCONVERTIBLE),
        ("", {}, Outcome.NOT_ASSESSABLE),
    ],
)
def test_a_value_that_is_no_score_is_none(
    tmp_path: Path, value: str, more: dict[str, str], outcome: Outcome
) -> None:
    folder = an_omop(tmp_path).measure(PAIN, value, **more)
    assert folder.read().quality.count(outcome, "measurement") == 1
    assert all(score.value is None for score in folder.record().pain)


def test_a_reading_without_a_time_stands_at_midnight_and_says_so(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).measure(PAIN, "7", at="2026-03-02")
    (score,) = folder.record().pain
    assert score.at == datetime(2026, 3, 2, tzinfo=UTC)
    (reason,) = lines(folder, Outcome.DOUBTED)
    assert reason.endswith("no time of day is stated, and midnight stands")


def test_vital_signs_and_weights_are_read_in_the_units_of_their_concepts(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .measure("3024171", "14", unit_concept_id="8541")
        .measure("40762499", "98", unit_source_value="%")
        .measure("3004249", "11647", unit_source_value="mmHg")
        .measure("3025315", "70", unit_concept_id=KG)
        .measure("3025315", "154", unit_source_value="lbs")
    )
    folder.rows["measurement"][2]["unit_source_value"] = "mm[Hg]"
    record = folder.record()
    found = {vital.kind: (vital.value.value, bool(vital.flagged)) for vital in record.vitals}
    assert found == {"respiratory_rate": (14, False), "spo2": (98, False), "systolic": (11647, True)}
    assert [round(weight.value.in_("kg")) for weight in record.weights] == [70, 70]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "body weight: the unit is not stated, or cannot be read"),
        ({"unit_source_value": "cm"}, "body weight: the unit is of another kind"),
    ],
)
def test_a_weight_without_its_unit_is_none(tmp_path: Path, more: dict[str, str], reason: str) -> None:
    folder = an_omop(tmp_path).measure("3025315", "70", **more)
    assert lines(folder, Outcome.UNCONVERTIBLE) == {reason: 1}


def test_sedation_is_rass_by_its_own_concept_and_never_by_loinc_54632_5(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .concept("9000300", "Acute onset mental status change", "LOINC", "54632-5")
        .measure("36684829", "-2")
        .measure("9000300", "-2")
    )
    assert [score.value for score in folder.record().sedation] == ["-2"]
    assert lines(folder, Outcome.NOT_USED) == {"the concept is none that is followed": 1}


def test_a_folders_own_concept_of_a_known_loinc_code_is_followed(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .concept("9000301", "Pain severity - 0-10 verbal numeric rating", "LOINC", "72514-3")
        .measure("9000301", "4")
    )
    assert [score.value for score in folder.record().pain] == [4]


def test_pain_of_the_past_week_and_pain_without_a_scale_in_observation(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .add(
            "observation",
            observation_concept_id="46235652",
            observation_date="2026-03-02",
            value_as_number="5",
        )
        .add(
            "observation",
            observation_concept_id="3034263",
            observation_date="2026-03-02",
            value_as_number="5",
        )
    )
    (score,) = folder.record().pain
    assert (score.scale, score.kind, score.value) == ("nrs_past_week", PainKind.AVERAGE, Fraction(5))
    assert lines(folder, Outcome.UNCONVERTIBLE) == {"pain severity on a scale that is not named": 1}


def test_a_reading_without_a_date_is_not_used(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).measure(PAIN, "3", at="").measure(PAIN, "3", at="2026-13-01")
    assert folder.read().quality.count(Outcome.NOT_USED, "measurement") == 2


def test_an_oral_dose_with_an_end_is_one_dose(tmp_path: Path) -> None:
    record = tablets(tmp_path).exposure(TABLET, GIVEN, quantity="2", end="2026-03-02 09:00:00").record()
    assert [dose.kind for dose in record.administrations] == [AdministrationKind.DOSE]


def test_an_oral_administration_that_lasts_for_days_may_be_many_doses(tmp_path: Path) -> None:
    """120 tablets at one moment would be 900 MME on the first day and none on the other thirty."""
    folder = tablets(tmp_path).exposure(TABLET, GIVEN, quantity="120", end="2026-04-02 08:00:00")
    (problem,) = refusals(folder.record(), Basis.ADMINISTERED)
    assert "it lasts a day or longer, and may be the sum of many doses" in problem.detail


@pytest.mark.parametrize(
    "reason", ["Entered in error", "patient refused", "Cancelled", "dose held", "Not given"]
)
def test_a_stop_reason_that_says_not_given_leaves_a_doubt(tmp_path: Path, reason: str) -> None:
    folder = tablets(tmp_path).exposure(
        TABLET, GIVEN, quantity="2", end="2026-03-02 08:00:00", stop_reason=reason
    )
    (problem,) = refusals(folder.record(), Basis.ADMINISTERED)
    assert "may not have been given" in problem.detail


def test_any_other_stop_reason_is_only_a_reason(tmp_path: Path) -> None:
    folder = tablets(tmp_path).exposure(
        TABLET, GIVEN, quantity="2", end="2026-03-02 08:00:00", stop_reason="Regimen completed"
    )
    assert folder.record().administrations[0].doubt == ""


@pytest.mark.parametrize(
    ("sig", "needed"),
    [("take 1 tablet every 6 hours as needed", True), ("one tablet four times a day", None)],
)
def test_an_order_whose_words_say_as_needed_is_no_schedule(
    tmp_path: Path, sig: str, needed: bool | None
) -> None:
    (order,) = tablets(tmp_path).exposure(TABLET, quantity="40", days_supply="10", sig=sig).record().requests
    assert order.as_needed is needed


def test_a_prescription_and_its_supply_are_never_added(tmp_path: Path) -> None:
    folder = tablets(tmp_path)
    for kind in (PRESCRIBED, DISPENSED):
        folder.exposure(TABLET, kind, quantity="20", days_supply="10")
    record = folder.record()
    for basis in (Basis.ORDERED, Basis.DISPENSED):
        (item,) = build_exposures(record, opioid_names(), basis).items
        assert item.amount.in_("mg") == 100


# --- what is odd -----------------------------------------------------------------------------------------


def test_a_row_without_a_start_leaves_every_time_open(tmp_path: Path) -> None:
    folder = tablets(tmp_path).exposure(TABLET, start="", quantity="2")
    (why,) = refusals(folder.record(), Basis.ORDERED)
    assert (why.start, why.end, why.reason) == (None, None, RefusalReason.MISSING_TIMING)
    assert lines(folder, Outcome.NOT_USED) == {"the row has no start": 1}


@pytest.mark.parametrize("days", ["", "0", "-3", "a week"])
def test_days_of_supply_that_are_none_are_not_stated(tmp_path: Path, days: str) -> None:
    folder = tablets(tmp_path).exposure(TABLET, DISPENSED, quantity="20", days_supply=days)
    (why,) = refusals(folder.record(), Basis.DISPENSED)
    assert "the days of supply are not stated" in why.detail


def test_a_name_that_contradicts_itself_is_no_drug_and_stays_in_view(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).exposure("0", drug_source_value="Morphine (Dilaudid)", quantity="1")
    (order,) = folder.record().requests
    assert (order.drug.text, order.drug.ingredients) == ("Morphine (Dilaudid)", ())
    assert refusals(folder.record(), Basis.ORDERED)[0].reason is RefusalReason.UNKNOWN_DRUG


def test_a_concept_that_is_no_longer_valid_is_doubted(tmp_path: Path) -> None:
    folder = tablets(tmp_path).exposure(TABLET, quantity="2", days_supply="10")
    folder.rows["concept"][0]["invalid_reason"] = "U"
    (why,) = refusals(folder.record(), Basis.ORDERED)
    assert "the concept is no longer valid (U)" in why.detail


def test_a_local_concept_is_followed_to_what_it_maps_to(tmp_path: Path) -> None:
    folder = (
        tablets(tmp_path)
        .add(
            "concept_relationship", concept_id_1="2000000001", concept_id_2=TABLET, relationship_id="Maps to"
        )
        .exposure("0", drug_source_concept_id="2000000001", drug_source_value="4711", quantity="1")
    )
    (order,) = folder.record().requests
    assert order.drug.name == "oxycodone"


@pytest.mark.parametrize(
    ("era", "found"),
    [
        ({"drug_era_start_date": "soon"}, set()),
        ({"drug_exposure_count": ""}, {"oxycodone"}),
        ({"drug_exposure_count": "3"}, {"oxycodone"}),
        ({"drug_concept_id": "1114220"}, set()),
    ],
)
def test_an_era_is_used_as_far_as_it_says_something(
    tmp_path: Path, era: dict[str, str], found: set[str]
) -> None:
    values = {
        "drug_concept_id": OXYCODONE,
        "drug_era_start_date": "2026-03-02",
        "drug_era_end_date": "2026-03-12",
        "drug_exposure_count": "1",
    }
    folder = (
        tablets(tmp_path)
        .exposure(TABLET, quantity="2", days_supply="10")
        .exposure("9000088", drug_source_value="00406055262", quantity="1")
        .add("drug_era", **(values | era))
    )
    assert {why.ingredient for why in folder.record().unplaced} - {None} == found


@pytest.mark.parametrize(
    ("table", "values", "reason"),
    [
        ("condition_occurrence", {"condition_start_date": "2026-02-30"}, "the date of the diagnosis is not"),
        (
            "condition_occurrence",
            {"condition_concept_id": "0"},
            "the diagnosis has neither a concept nor a code",
        ),
        ("visit_occurrence", {"visit_start_date": "2026-02-30"}, "a date or time of the visit is not"),
        ("death", {"death_date": "2026-02-30"}, "the date of death is not"),
        ("observation_period", {"observation_period_start_date": "now"}, "a date of the period is not"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(
    tmp_path: Path, table: str, values: dict[str, str], reason: str
) -> None:
    folder = an_omop(tmp_path).add(table, **values)
    (found,) = lines(folder, Outcome.NOT_USED)
    assert found.startswith(reason)


def test_a_source_concept_says_which_system_a_code_is_of(tmp_path: Path) -> None:
    folder = (
        an_omop(tmp_path)
        .concept("44831588", "Malignant neoplasm of bone", "ICD9CM", "198.5")
        .concept("9000400", "A code of our own", "local", "X1")
        .add("condition_occurrence", condition_source_concept_id="44831588", condition_source_value="4280")
        .add("condition_occurrence", condition_source_concept_id="9000400", condition_source_value="C61")
    )
    for row in folder.rows["condition_occurrence"]:
        row |= {"condition_concept_id": "1", "condition_start_date": "2026-01-01"}
    found = folder.record().conditions
    assert [(item.code, item.cancer) for item in found] == [(Icd9("198.5"), True), (None, None)]


def test_sedation_off_its_scale_or_without_a_value_is_none(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).measure("36684829", "7").measure("36684829", "")
    assert folder.record().sedation == ()
    quality = folder.read().quality
    assert quality.count(Outcome.UNCONVERTIBLE) == quality.count(Outcome.NOT_ASSESSABLE) == 1


def test_an_acceptable_level_is_no_pain_that_is_felt(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).measure(PAIN, "3", measurement_source_value="Pain Level Acceptable")
    assert [score.kind for score in folder.record().pain] == [PainKind.ACCEPTABLE]


def test_vital_signs_without_a_number_and_weights_beyond_belief_are_none(tmp_path: Path) -> None:
    folder = an_omop(tmp_path).measure("3024171", "", unit_concept_id="8541")
    folder.measure("3025315", "700", unit_concept_id=KG).measure("3024171", "14", unit_concept_id="8576")
    folder.measure("3027018", "72", unit_source_value="{beats}/min")
    record = folder.record()
    assert ([vital.value.value for vital in record.vitals], record.weights) == ([72], ())
    quality = folder.read().quality
    assert quality.count(Outcome.NOT_ASSESSABLE) == 1
    assert quality.count(Outcome.UNCONVERTIBLE) == 1
    assert quality.count(Outcome.NOT_USED) == 1


def test_the_users_zone_is_the_zone_of_the_times(tmp_path: Path) -> None:
    record = an_omop(tmp_path).measure(PAIN, "3").read(zone="Europe/Berlin").record()
    assert record.pain[0].at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert "they are taken in Europe/Berlin" in record.patient.note


def test_progress_is_told_after_each_batch(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []

    def tell(what: str, done: int, total: int | None = None) -> None:
        told.append((what, done, total))

    an_omop(tmp_path).read(progress=tell)
    assert told == [("persons", 1, 1)]


def test_two_rows_of_the_same_dose_are_kept_and_said(tmp_path: Path) -> None:
    """A chart that was exported twice under new ids doubles every dose, and only their likeness shows it."""
    folder = tablets(tmp_path)
    for _ in range(2):
        folder.exposure(TABLET, GIVEN, quantity="2", end="2026-03-02 08:00:00")
    reason = "has the drug, time and dose of another administration: both are kept"
    assert lines(folder, Outcome.DOUBTED)[reason] == 1
