"""``measurement`` and ``observation``: pain, sedation, vital signs and weights, by their concepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache

from adjuvant.errors import InputError, QuantityError
from adjuvant.library import Scale, plausible_limit, scale_by_loinc, scales
from adjuvant.library.omop import Measured, omop_book
from adjuvant.quantity import Quantity, parse_unit, read_unit, show_exact
from adjuvant.record import (
    BodyWeight,
    NotAssessable,
    Outcome,
    PainKind,
    PainReporter,
    PainScore,
    SedationScore,
    VitalSign,
)
from adjuvant.sources.omop.reading import REMEDY, Gathered, Reading, has_time, number, origin
from adjuvant.sources.omop.vocabulary import plain_id
from adjuvant.sources.tables import Row

__all__ = ["TABLES", "read_observed"]

TABLES = ("measurement", "observation")
_UNITS = {
    "respiratory_rate": "/min", "heart_rate": "/min", "spo2": "%", "systolic": "mm[Hg]",
    "diastolic": "mm[Hg]", "mean_pressure": "mm[Hg]", "body_weight": "kg",
}  # fmt: skip
_KINDS = {
    "bpi_worst": PainKind.WORST, "bpi_average": PainKind.AVERAGE, "nrs_past_week": PainKind.AVERAGE,
}  # fmt: skip
_EQUALS = ("", "0", "4172703")
# Words of charts that say why there is no score; a number that stands beside them is none.
_ABSENT = (
    (re.compile(r"\b(asleep|sleeping)\b"), NotAssessable.ASLEEP),
    (re.compile(r"\bsedated\b"), NotAssessable.SEDATED),
    (re.compile(r"\b(declined|declines|refused|refuses)\b"), NotAssessable.DECLINED),
    (re.compile(r"\b(unable|cannot|unresponsive|non-?verbal)\b"), NotAssessable.UNABLE),
    (re.compile(r"\bnot (recorded|assessed|done|performed|charted)\b"), NotAssessable.NOT_RECORDED),
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One row that is read: its table, key column, moment and what it measures."""

    table: str
    row: Row
    id: str
    at: datetime
    title: str


def read_observed(reading: Reading) -> None:
    """The rows of followed concepts as events; the others are counted, with the commonest concepts."""
    for table in TABLES:
        if table not in reading.folder:
            continue
        meanings = meanings_in(reading)
        column = f"{table}_concept_id"
        for gathered, row in reading.rows(table, column, meanings):
            _read(reading, gathered, table, row, meanings[plain_id(row[column])])
        _count_others(reading, table, column, frozenset(meanings))


def meanings_in(reading: Reading) -> Mapping[str, Scale | Measured]:
    """What is followed, by concept id: the library's, and the folder's concepts of the same LOINC codes."""
    found: dict[str, Scale | Measured] = dict(_listed())
    by_loinc = {item.loinc: item for item in omop_book().measured.values()}
    for concept in reading.vocabulary.by_id.values():
        if concept.vocabulary == "LOINC" and concept.id not in found:
            meaning = scale_by_loinc(concept.code) or by_loinc.get(concept.code)
            if meaning is not None:
                found[concept.id] = meaning
    return found


@lru_cache(maxsize=1)
def _listed() -> Mapping[str, Scale | Measured]:
    by_scale: dict[str, Scale | Measured] = {code: scale for scale in scales() for code in scale.omop}
    return by_scale | dict(omop_book().measured)


def _count_others(reading: Reading, table: str, column: str, taken: frozenset[str]) -> None:
    counts = reading.folder.counts(table, "person_id", column, keys=list(reading.persons))
    for (person, concept), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        gathered = reading.persons.get(person)
        if gathered is None or plain_id(concept) in taken or concept in taken:
            continue
        gathered.counter.read(table, count)
        name = reading.vocabulary.name(concept)
        gathered.counter.line(
            Outcome.NOT_USED, table, "the concept is none that is followed", "",
            f"{name or 'concept'} {concept}", count,
        )  # fmt: skip


def _read(reading: Reading, gathered: Gathered, table: str, row: Row, meaning: Scale | Measured) -> None:
    title = meaning.title if isinstance(meaning, Scale) else meaning.means.replace("_", " ")
    try:
        at = reading.instant(row[f"{table}_date"], row[f"{table}_datetime"])
    except InputError as error:
        gathered.drop(Outcome.NOT_USED, table, f"{title}: the date or time {error.rule}", row, error.remedy)
        return
    if at is None:
        gathered.drop(Outcome.NOT_USED, table, f"{title}: the row has no date", row, REMEDY)
        return
    key = f"{table}_id"
    one = _Reading(table, row, f"{table}.{row[key] or 'row ' + row['row_number']}", at, title)
    try:
        value = number(row["value_as_number"])
    except QuantityError as error:
        gathered.drop(Outcome.UNCONVERTIBLE, table, f"{title}: the number {error.rule}", row, REMEDY)
        return
    if row.get("operator_concept_id", "") not in _EQUALS:
        gathered.drop(
            Outcome.UNCONVERTIBLE, table, f"{title}: the value is a limit, not a number", row, REMEDY
        )
        return
    if isinstance(meaning, Scale):
        used = _score(reading, gathered, one, meaning, value)
    elif meaning.means == "pain without a scale":
        gathered.drop(
            Outcome.UNCONVERTIBLE, table, "pain severity on a scale that is not named", row,
            "code the scale, such as LOINC 72514-3",
        )  # fmt: skip
        return
    else:
        used = _measured(reading, gathered, one, meaning.means, value)
    if used and not has_time(row[f"{table}_datetime"]):
        gathered.doubt(table, f"{title}: no time of day is stated, and midnight stands", row, "")


def _score(reading: Reading, gathered: Gathered, one: _Reading, scale: Scale, value: Fraction | None) -> bool:
    """Add a score, or the reason why there is none: words go before the number that stands beside them."""
    absent = _absent(reading, one.row)
    if absent is None and value is None:
        absent = NotAssessable.NOT_RECORDED
    where = origin(one.table, one.row, f"{one.table}_id")
    if scale.kind == "sedation":
        if absent is not None or value is None:
            gathered.drop(Outcome.NOT_ASSESSABLE, one.table, f"{one.title}: {absent}", one.row)
            return False
        if not scale.allows(value):
            return _off_the_scale(gathered, one)
        gathered.add(
            "sedation", one.table, SedationScore(one.id, one.at, scale.key, show_exact(value), where)
        )
        return True
    if absent is None and value is not None and not scale.allows(value):
        return _off_the_scale(gathered, one)
    event = PainScore(
        id=one.id,
        at=one.at,
        scale=scale.key,
        origin=where,
        value=value if absent is None else None,
        not_assessable=absent,
        reporter=PainReporter.BEHAVIOURAL if scale.kind == "pain behavioural" else PainReporter.UNSTATED,
        kind=_pain_kind(reading, one, scale),
    )
    if absent is None:
        gathered.add("pain", one.table, event)
        return True
    gathered.events.setdefault("pain", []).append(event)
    gathered.drop(Outcome.NOT_ASSESSABLE, one.table, f"{one.title}: {absent}", one.row)
    return False


def _off_the_scale(gathered: Gathered, one: _Reading) -> bool:
    gathered.drop(
        Outcome.UNCONVERTIBLE, one.table, f"{one.title}: the value is not on the scale", one.row, REMEDY
    )
    return False


def _words(reading: Reading, row: Row) -> str:
    """Everything that a row says of its value in words."""
    said = (
        row["value_source_value"],
        row.get("value_as_string", ""),
        reading.vocabulary.name(row["value_as_concept_id"]),
    )
    return " ".join(said).lower()


def _absent(reading: Reading, row: Row) -> NotAssessable | None:
    words = _words(reading, row)
    return next((reason for pattern, reason in _ABSENT if pattern.search(words)), None)


def _pain_kind(reading: Reading, one: _Reading, scale: Scale) -> PainKind:
    """What a score is of. One concept may stand for several items, which the source's name tells apart."""
    source = one.row[f"{one.table}_source_value"]
    name = f"{source} {reading.vocabulary.name(one.row[f'{one.table}_source_concept_id'])}".lower()
    if "response" in name:
        return PainKind.AFTER_INTERVENTION
    if "acceptable" in name or "goal" in name:
        return PainKind.ACCEPTABLE
    return _KINDS.get(scale.key, PainKind.CURRENT)


def _measured(
    reading: Reading, gathered: Gathered, one: _Reading, means: str, value: Fraction | None
) -> bool:
    """Add a vital sign or a weight; what is hardly possible is flagged, and as a weight left out."""
    table, row, title = one.table, one.row, one.title
    if value is None:
        gathered.drop(Outcome.NOT_ASSESSABLE, table, f"{title}: no number is charted", row)
        return False
    found = _quantity(reading, row, value, _UNITS[means])
    if isinstance(found, str):
        gathered.drop(Outcome.UNCONVERTIBLE, table, f"{title}: {found}", row, "state the unit")
        return False
    limit = plausible_limit(means)
    flagged = limit.doubt(found.in_(limit.unit)) if limit is not None else ""
    where = origin(table, row, f"{table}_id")
    if means == "body_weight":
        if flagged or found.value <= 0:
            gathered.drop(Outcome.NOT_USED, table, f"{title}: is hardly possible", row, REMEDY)
            return False
        gathered.add("weights", table, BodyWeight(one.id, one.at, found, where))
        return True
    gathered.add("vitals", table, VitalSign(one.id, one.at, means, found, where, flagged))
    if flagged:
        gathered.doubt(table, f"{title}: is hardly possible", row)
    return True


def _quantity(reading: Reading, row: Row, value: Fraction, wanted: str) -> Quantity | str:
    """The value in the unit of its kind, by the unit's concept or its spelling; or why it has none."""
    code = reading.vocabulary.unit(row["unit_concept_id"])
    try:
        unit = parse_unit(code) if code else read_unit(row["unit_source_value"])
    except QuantityError:
        return "the unit is not stated, or cannot be read"
    rate = {name: power for name, power in unit.dimension if not name.startswith("{")}
    if wanted == "/min" and rate == {"time": -1}:
        # 14 {breaths}/min is 14 /min, whatever is said to be counted.
        return Quantity(value * unit.factor / parse_unit(wanted).factor, wanted)
    try:
        return Quantity(value, unit).to(wanted)
    except QuantityError:
        return "the unit is of another kind"
