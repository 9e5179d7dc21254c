"""Whatever a record can hold, the record store gives back exactly, and equal records give equal bytes."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjuvant.citation import Citation
from adjuvant.codes import Code, Icd9, Icd10, Loinc, OmopConcept, RxNorm, Snomed
from adjuvant.quantity import Quantity, Unit, parse_unit
from adjuvant.record import (
    EVENT_KINDS,
    BodyWeight,
    MedicationAdministration,
    MedicineCount,
    PainScore,
    Patient,
    PatientRecord,
    QualityLine,
    QualitySummary,
    ReportedFigure,
    UnknownName,
)
from adjuvant.sources import store
from adjuvant.sources.base import Import
from adjuvant.sources.store.codec import field_hints, from_plain, to_plain, without_none
from adjuvant.sources.store.columns import plan_of

# Everything that UTF-8 can hold; half a surrogate pair is no text.
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda at: at.replace(tzinfo=UTC))
NUMBERS = st.one_of(
    st.fractions(),
    st.decimals(allow_nan=False, allow_infinity=False, places=9).map(Fraction),
    st.just(Fraction(10**400)),
)
DIGITS = st.text("0123456789", min_size=1, max_size=9)
WORD = st.text("abcXYZ0.9", min_size=1, max_size=6)
CODES = st.one_of(
    *(DIGITS.map(kind) for kind in (RxNorm, Snomed, OmopConcept)),
    *(WORD.map(kind) for kind in (Code, Loinc, Icd9, Icd10)),
)
NAMED = ["mg", "ug/h", "mg/kg/h", "{tablet}", "mg/{tablet}", "mm[Hg]", "%", "/min", "mL", "[lb_av]", "[iU]"]
UNITS = st.one_of(
    st.sampled_from(NAMED).map(parse_unit),
    st.tuples(st.sampled_from(NAMED), st.sampled_from(NAMED)).map(
        lambda two: parse_unit(two[0]) / parse_unit(two[1])
    ),
    st.tuples(st.sampled_from(NAMED), st.sampled_from(NAMED)).map(
        lambda two: parse_unit(two[0]) * parse_unit(two[1])
    ),
    st.builds(Unit, WORD, st.fractions(min_value=Fraction(1, 9)), st.just((("odd one^", -2),))),
)
QUANTITIES = st.builds(Quantity, NUMBERS, UNITS)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    datetime: MOMENTS,
    date: st.dates(),
    Fraction: NUMBERS,
    Quantity: QUANTITIES,
    Code: CODES,
    RxNorm: DIGITS.map(RxNorm),
    Citation: st.builds(
        Citation, key=WORD, text=TEXT, year=st.none() | st.integers(1000, 3000), doi=WORD.map("10.".__add__)
    ),
}


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type of the record."""
    kind = without_none(hint)
    if kind is not hint:
        return st.none() | of(kind)
    if kind in SCALARS:
        return SCALARS[kind]
    if get_origin(kind) is tuple:
        return st.lists(of(get_args(kind)[0]), max_size=3).map(tuple)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return event(kind)


def event(kind: type[Any], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any value of a dataclass of the record that its own rules let through."""
    fields = {name: of(hint) for name, hint in field_hints(kind).items()} | fixed
    if kind is BodyWeight:
        fields["value"] = st.builds(Quantity, NUMBERS, st.sampled_from(["kg", "[lb_av]"]))
    if kind is PainScore:
        scored = st.fixed_dictionaries(fields | {"not_assessable": st.none(), "value": NUMBERS})
        unable = st.fixed_dictionaries(
            fields
            | {"value": st.none(), "not_assessable": of(field_hints(kind)["not_assessable"]).filter(bool)}
        )
        return st.one_of(scored, unable).map(lambda values: kind(**values))
    if kind is MedicationAdministration:
        hours = st.none() | st.integers(0, 10**6)
        fields |= {
            "start": st.datetimes(datetime(1, 1, 2), datetime(9000, 1, 1)).map(
                lambda at: at.replace(tzinfo=UTC)
            )
        }
        pairs = st.tuples(st.fixed_dictionaries(fields), hours)
        return pairs.map(
            lambda two: kind(
                **(two[0] | {"end": None if two[1] is None else two[0]["start"] + timedelta(seconds=two[1])})
            )
        )
    return st.fixed_dictionaries(fields).map(lambda values: kind(**values))


RECORDS = st.builds(
    lambda patient, events, reported, lines: PatientRecord(
        patient=patient, reported=tuple(reported), quality=QualitySummary(*map(tuple, lines)), **{kind: tuple(found) for kind, found in events.items()}
    ),
    event(Patient, id=st.sampled_from("abc"), zone=st.sampled_from(["UTC", "Europe/London", "Asia/Kathmandu"])),
    st.fixed_dictionaries({name: st.lists(event(kind), max_size=2) for name, kind in EVENT_KINDS.items()}),
    st.lists(event(ReportedFigure), max_size=2),
    st.tuples(*(st.lists(event(kind), max_size=2) for kind in (QualityLine, MedicineCount, UnknownName))),
)  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    [*EVENT_KINDS.values(), Patient, ReportedFigure, QualityLine, MedicineCount, UnknownName],
    ids=lambda kind: kind.__name__,
)
def test_every_type_of_event_comes_back_from_its_columns(kind: type[Any]) -> None:
    """Columns and JSON alike give back an equal value."""
    plan = plan_of(kind)

    @given(event(kind))
    @settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    def holds(value: Any) -> None:
        row = plan.split(value)
        assert len(row) == len(plan.columns)
        assert plan.join(row) == value
        assert from_plain(kind, to_plain(value)) == value

    holds()


@given(st.lists(RECORDS, max_size=3, unique_by=lambda record: record.patient.id))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_store_gives_back_the_records_that_were_written(records: list[PatientRecord]) -> None:
    """Equal records, whichever way they are asked for, and equal bytes from equal imports."""
    ordered = tuple(sorted(records, key=lambda record: record.patient.id))
    import_ = Import(ordered, QualitySummary(), "invented")
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder, "one"), Path(folder, "other")
        store.write(one, import_)
        assert store.read(one).records == ordered
        assert store.patients(one) == tuple(record.patient.id for record in ordered)
        for record in ordered:
            assert store.read(one, patient=record.patient.id).records == (record,)
        store.write(other, import_)
        for file in sorted(item for item in one.rglob("*") if item.is_file()):
            assert file.read_bytes() == (other / file.relative_to(one)).read_bytes(), file.name
