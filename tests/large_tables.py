"""Large invented OMOP folders, made quickly by DuckDB, and gzip files that unpack to far more than they are."""

from __future__ import annotations

import gzip
from pathlib import Path

__all__ = ["a_bomb", "an_omop_of"]

_DRUGS = (
    ("1110410", "Morphine Sulfate 10 MG Oral Tablet"),
    ("0", "Paracetamol 500 mg"),
    ("0", "Sodium chloride 0.9%"),
    ("1124957", "Oxycodone 5 MG Oral Tablet"),
)
_STRENGTHS = """\
drug_concept_id,ingredient_concept_id,amount_value,amount_unit_concept_id,valid_start_date,valid_end_date
1110410,1110410,10,8576,1970-01-01,2099-12-31
1124957,1124957,5,8576,1970-01-01,2099-12-31
"""
_SIG = "'take one tablet every four hours as needed for pain in the chart of the ward'"
_RANDOM = " || ".join(f"md5(i::varchar || '{number}')" for number in range(25))


def an_omop_of(place: Path, rows: int, *, persons: int, strangers: int = 0, random: bool = False) -> Path:
    """A folder of persons, administrations and strengths with so many administrations, over the persons in turn.

    Args:
        persons: how many are in ``person``; their ids are of seven digits, so that they sort as they count.
        strangers: further persons who have rows and stand in no ``person``, as in a folder cut to a cohort.
        random: each row carries 800 random signs in place of an instruction, which no packing makes small.
    """
    import duckdb

    place.mkdir(parents=True)
    concepts = ", ".join(number for number, _ in _DRUGS)
    names = ", ".join(f"'{name}'" for _, name in _DRUGS)
    with duckdb.connect(config={"memory_limit": "500MB", "threads": "2"}) as connection:
        connection.execute(
            f"copy (select 1000000 + i as person_id, 8532 as gender_concept_id, 1960 as year_of_birth"
            f" from range({persons}) as t(i)) to '{place}/person.csv' (header)"
        )
        (place / "drug_strength.csv").write_text(_STRENGTHS, encoding="utf-8")
        connection.execute(
            f"""
            copy (
                select i as drug_exposure_id, 1000000 + (i * 7919) % {persons + strangers} as person_id,
                    [{concepts}][1 + i % 4] as drug_concept_id,
                    date '2026-01-01' + (i % 300)::int as drug_exposure_start_date,
                    timestamp '2026-01-01 08:00:00' + to_minutes((i % 300) * 1440 + i % 600)
                        as drug_exposure_start_datetime,
                    date '2026-01-01' + (i % 300)::int as drug_exposure_end_date,
                    32818 as drug_type_concept_id, 1 as quantity, 1 as days_supply, {_RANDOM if random else _SIG} as sig,
                    [{names}][1 + i % 4] as drug_source_value, 'oral' as route_source_value,
                    'tablet' as dose_unit_source_value
                from range(1, {rows} + 1) as t(i)
            ) to '{place}/drug_exposure.csv' (header)
            """
        )
    return place


def a_bomb(file: Path, head: bytes, block: bytes, unpacked: int) -> Path:
    """A gzip file of `head` and then `block` over and over until it unpacks to `unpacked` bytes.

    Members of a gzip file follow one another, so one that was packed once can stand there a hundred times.
    """
    each = 100 << 20
    member = gzip.compress(block * (each // len(block)))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        opened.write(gzip.compress(head))
        for _ in range(unpacked // each + 1):
            opened.write(member)
    return file
