"""Medicines that only numbers name: which opioids the drug eras say are among them, so that none is lost.

A folder without a vocabulary names most rows by a concept and an NDC, and such a row may be any drug. Its
drug eras, which were made with the vocabulary, name ingredients.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from adjuvant.errors import InputError
from adjuvant.library import ingredient_by_omop
from adjuvant.record import (
    Basis,
    Drug,
    Ingredient,
    MedicationAdministration,
    MedicationDispense,
    Outcome,
    RefusalReason,
)
from adjuvant.record.exposure_amounts import after
from adjuvant.record.name_words import counted
from adjuvant.sources.omop.exposures import TABLE
from adjuvant.sources.omop.reading import Gathered, Reading, day_after, day_of, whole
from adjuvant.sources.omop.vocabulary import plain_id
from adjuvant.sources.tables import Row
from adjuvant.timeline import local_midnight

__all__ = ["ERAS", "read_eras"]

ERAS = "drug_era"
_LOOK_UP = "add the concept table (a vocabulary download) to the folder, so that the rows have names"
_KINDS = {"requests": Basis.ORDERED, "dispenses": Basis.DISPENSED, "administrations": Basis.ADMINISTERED}
_Nameless = list[tuple[datetime, datetime | None, Basis, str]]


def read_eras(reading: Reading) -> None:
    """A refusal for each era of an opioid or ketamine that the named rows do not account for.

    And one for each run of rows that are named by numbers alone: they may hold what no era names, because the
    library does not know every ingredient's concept.
    """
    eras: dict[str, list[Row]] = {}
    for gathered, row in reading.rows(ERAS):
        known = ingredient_by_omop(plain_id(row["drug_concept_id"]))
        if known is None or not counted([known.name]):
            gathered.drop(
                Outcome.NOT_USED, ERAS, "the era is of no opioid or ketamine that is known by its number", row
            )
            continue
        gathered.counter.used(ERAS)
        eras.setdefault(gathered.person, []).append(row)
    for person, gathered in reading.persons.items():
        nameless = _nameless(gathered)
        for row in eras.get(person, ()):
            _account_for(reading, gathered, row, nameless)
        if nameless:
            _may_be_any(gathered, nameless)


def _nameless(gathered: Gathered) -> _Nameless:
    found: _Nameless = []
    for kind, basis in _KINDS.items():
        for event in gathered.events.get(kind, ()):
            if event.id in gathered.nameless:
                found.append((event.start, _end(event), basis, event.id))
    return found


def _end(event: Any) -> datetime | None:
    """Until when a row goes: a dose is a moment, a supply lasts its days, an order may have no end."""
    if isinstance(event, MedicationAdministration):
        return event.end or event.start
    if isinstance(event, MedicationDispense):
        return after(event.start, event.days_supply * 24) if event.days_supply is not None else None
    end: datetime | None = event.end
    return end


def _account_for(reading: Reading, gathered: Gathered, row: Row, nameless: _Nameless) -> None:
    """Say that an era holds more rows than those that name its drug."""
    known = ingredient_by_omop(plain_id(row["drug_concept_id"]))
    if known is None:
        return
    try:
        start = local_midnight(day_of(row["drug_era_start_date"]), reading.local)
        end = day_after(day_of(row["drug_era_end_date"]), reading.local)
    except InputError as error:
        gathered.doubt(ERAS, f"a date {error.rule}", row)
        return
    named = [
        event
        for kind in _KINDS
        for event in gathered.events.get(kind, ())
        if known.name in {item.name for item in event.drug.ingredients} and start <= event.start < end
    ]
    rows = whole(row["drug_exposure_count"])
    if rows is not None and len(named) >= rows:
        return
    within = [item for item in nameless if start <= item[0] < end]
    if named and not within:
        return  # nothing without a name is left that the era could stand for
    bases = {basis for _, _, basis, _ in within}
    count = "an unknown number of" if rows is None else str(rows - len(named))
    gathered.lose(
        Drug(known.name, (Ingredient(known.name),)),
        bases.pop() if len(bases) == 1 else None,
        f"the drug eras have {known.name} from {row['drug_era_start_date']} to {row['drug_era_end_date']}, "
        f"and {count} of its rows are among those that {TABLE} names by numbers alone",
        _LOOK_UP,
        reason=RefusalReason.UNKNOWN_DRUG,
        span=(start, end),
        event=f"{ERAS}.{row['drug_era_id'] or 'row ' + row['row_number']}",
    )
    gathered.doubt(ERAS, f"{known.name}: rows are named by numbers alone", row, _LOOK_UP)


def _may_be_any(gathered: Gathered, nameless: _Nameless) -> None:
    """One refusal for each run of rows without a name that follow each other within a day, and basis."""
    for basis in sorted({basis for _, _, basis, _ in nameless}):
        for run in _runs([item for item in nameless if item[2] is basis]):
            rows = "1 row names its" if len(run) == 1 else f"{len(run)} rows name their"
            gathered.lose(
                None,
                basis,
                f"{rows} medicine by numbers alone, and may be of any drug: {run[0][3]} is one",
                _LOOK_UP,
                reason=RefusalReason.UNKNOWN_DRUG,
                span=(run[0][0], _reach(run)),
            )
    gathered.counter.line(
        Outcome.DOUBTED, TABLE, "the row names its medicine by numbers alone, and may be of any drug",
        _LOOK_UP, nameless[0][3], len(nameless),
    )  # fmt: skip


def _runs(nameless: _Nameless) -> list[_Nameless]:
    runs: list[_Nameless] = []
    for item in sorted(nameless, key=lambda item: (item[0], item[3])):
        reach = _reach(runs[-1]) if runs else item[0]
        if runs and (reach is None or item[0] - reach <= timedelta(days=1)):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _reach(run: _Nameless) -> datetime | None:
    """Until when a run of rows goes; None where the end of one is not known."""
    ends = [end for _, end, _, _ in run]
    return None if None in ends else max(end for end in ends if end is not None)
