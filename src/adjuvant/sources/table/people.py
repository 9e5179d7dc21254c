"""Rows about the patient: who it is, stays, diagnoses, allergies and the three kinds of consent."""

from __future__ import annotations

from adjuvant.codes import Code, code_from_system
from adjuvant.errors import InputError
from adjuvant.record import Allergy, Condition, Consent, ConsentStatus, Encounter, Patient
from adjuvant.sources.table.cells import Row, UnusableError

__all__ = ["allergy", "condition", "consent", "encounter", "patient"]


def patient(row: Row) -> Patient:
    """One patient; a date, age or goal that cannot be read is left out with a doubt, and the patient stays.

    Raises:
        UnusableError: no id, or a word for synthetic that is neither yes nor no.
    """
    synthetic = row.mapping.synthetic or row.flag("synthetic") is True
    notes = [row.mapping.notes, row.text("note") or ""]
    return Patient(
        id=row.need("id"),
        zone=row.mapping.zone.key,
        sex=row.text("sex"),
        birth_date=row.or_doubt(row.date, "birth_date"),
        death=row.or_doubt(row.time, "death"),
        age_years=_whole(row, "age_years"),
        synthetic=synthetic,
        note=" ".join(filter(None, notes)),
        pain_goal=_whole(row, "pain_goal"),
    )


def _whole(row: Row, name: str) -> int | None:
    found = row.or_doubt(row.number, name)
    if found is not None and found.denominator != 1:
        row.doubt(f"{name} is not a whole number, so it is left out", "correct it", row.text(name) or "")
        return None
    return None if found is None else int(found)


def encounter(row: Row) -> Encounter:
    """One stay; an end before its start is left out with a doubt."""
    start, end = row.need_time("time"), row.or_doubt(row.time, "end")
    if end is not None and end < start:
        row.doubt(
            "it ends before it starts, so its end is left out", "correct the times", row.text("end") or ""
        )
        end = None
    return Encounter(row.id, start, row.origin, end, row.text("kind") or "")


def condition(row: Row) -> Condition:
    """One diagnosis or problem."""
    return Condition(
        id=row.id,
        text=row.need("text"),
        origin=row.origin,
        code=_code(row),
        onset=row.or_doubt(row.time, "time"),
        status=row.text("status") or "",
        cancer=row.or_doubt(row.flag, "cancer"),
    )


def allergy(row: Row) -> Allergy:
    """One allergy or intolerance."""
    return Allergy(
        id=row.id,
        text=row.need("text"),
        origin=row.origin,
        code=_code(row),
        status=row.text("status") or "",
        reaction=row.text("reaction") or "",
    )


def consent(row: Row) -> Consent:
    """One consent; its status is read, never inferred."""
    scope, status = row.word("scope"), row.word("status")
    if scope is None or status is None:
        raise UnusableError("scope or status is empty", "fill it in in the source")
    at = row.or_doubt(row.time, "time")
    return Consent(row.id, scope, ConsentStatus(status), row.origin, row.text("given_by"), at)


def _code(row: Row) -> Code | None:
    value, system = row.text("code"), row.text("code_system")
    if value is None:
        return None
    try:
        found = code_from_system(system or "", value)
    except InputError as error:
        row.doubt(f"code {error.rule}, so it is left out", error.remedy, value)
        return None
    if found is None:
        row.doubt("code is of no known system, so it is left out", "name the system, such as ICD-10", value)
    return found
