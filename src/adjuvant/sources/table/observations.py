"""Rows of pain, sedation, vital signs, weights and adverse events; no reading is ever taken for a zero."""

from __future__ import annotations

import re
from fractions import Fraction

from adjuvant.errors import AdjuvantError, QuantityError
from adjuvant.library import Scale, plausible_limit, scale
from adjuvant.quantity import Quantity, parse_decimal, parse_unit
from adjuvant.record import (
    AdverseEvent,
    BodyWeight,
    NotAssessable,
    PainKind,
    PainReporter,
    PainScore,
    SedationScore,
    VitalSign,
)
from adjuvant.sources.table.cells import Row, UnusableError
from adjuvant.sources.table.fields import VITAL_KINDS

__all__ = ["adverse_event", "pain", "sedation", "vitals", "weight"]

_OUT_OF = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*/\s*([0-9]+)")
_GRADES = range(1, 6)


def pain(row: Row) -> PainScore:
    """One pain reading: a score, or the reason why there is none.

    Raises:
        UnusableError: no readable time or scale, a score outside its scale, a word that nobody explains, or a
            score together with a reason for having none.
    """
    at, key = row.need_time("time"), _scale_key(row, "pain")
    text, reason = row.text("score"), row.word("reason")
    value: Fraction | None = None
    if text is not None and text.casefold() in row.table.fields.words["reason"]:
        reason = reason or text.casefold()
    elif text is not None:
        value = _points(row, key, text)
        if reason is not None:
            raise UnusableError("it has a score and a reason for having none", "keep one of the two", text)
    elif reason is None:
        reason = NotAssessable.NOT_RECORDED
    return PainScore(
        id=row.id,
        at=at,
        scale=key,
        origin=row.origin,
        value=value,
        not_assessable=NotAssessable(reason) if reason else None,
        reporter=PainReporter(row.word("reporter") or PainReporter.UNSTATED),
        kind=PainKind(row.word("kind") or PainKind.CURRENT),
        site=row.text("site"),
    )


def _scale_key(row: Row, purpose: str) -> str:
    key = row.need("scale")
    try:
        kind = scale(key).kind
    except AdjuvantError as error:
        raise UnusableError(f"scale {error.rule}", error.remedy, key) from None
    if not kind.startswith(purpose):
        raise UnusableError(
            f"scale is not one for {purpose}", "correct the scale, or the table", f"{key}: {kind}"
        )
    return key


def _points(row: Row, key: str, text: str) -> Fraction:
    known = scale(key)
    out_of = _OUT_OF.fullmatch(text)
    if out_of and known.high is not None and Fraction(out_of[2]) == known.high:
        text = out_of[1]
    try:
        found = parse_decimal(row.decimal(text))
    except QuantityError as error:
        if not any(letter.isdigit() for letter in text):
            raise UnusableError(
                "score is a word that the mapping does not explain",
                "add it under values: score:, as the reason why there is no score",
                text,
            ) from None
        raise UnusableError(f"score {error.rule}", "correct it in the source", text) from None
    _inside(known, found, text)
    if not known.allows(found):
        row.doubt(f"score lies between the steps of {key}", "check that the scale is right", text)
    return found


def _inside(known: Scale, found: Fraction, text: str) -> None:
    low, high = known.low, known.high
    if low is not None and high is not None and not low <= found <= high:
        raise UnusableError(
            f"score is outside {known.key}, {low} to {high}", "correct it, or its scale", text
        )


def sedation(row: Row) -> SedationScore:
    """One sedation reading, as written.

    Raises:
        UnusableError: no readable time, no known scale, or a number outside it.
    """
    at, key, text = row.need_time("time"), _scale_key(row, "sedation"), row.need("score")
    known = scale(key)
    try:
        found = parse_decimal(text.removeprefix("+"), machine=True)
    except QuantityError:
        listed = [level.value.casefold() for level in known.levels]
        if text.casefold() not in listed:
            raise UnusableError(
                "score is a word that its scale does not know", "map it under values: score:", text
            ) from None
    else:
        _inside(known, found, text)
    return SedationScore(row.id, at, key, text, row.origin)


def vitals(row: Row) -> tuple[VitalSign, ...]:
    """The vital signs of one row: one of a named kind, or one for each column that is mapped.

    Raises:
        UnusableError: no readable time, or no reading at all that can be used.
    """
    at = row.need_time("time")
    found: list[VitalSign] = []
    wanted = [(kind, kind) for kind in VITAL_KINDS if row.text(kind) is not None]
    named_kind = row.word("kind")
    if named_kind is not None and row.text("value") is not None:
        wanted.append((named_kind, "value"))
    for kind, name in wanted:
        try:
            value = _of_kind(kind, row.quantity_of(name, row.need(name)))
        except QuantityError as error:
            if len(wanted) == 1:
                raise UnusableError(f"{kind} {error.rule}", error.remedy, error.thing) from None
            row.doubt(f"{kind} {error.rule}, so it is left out", error.remedy, error.thing)
            continue
        why = _hardly_possible(kind, value)
        if why:
            row.doubt(f"{kind} is hardly possible", "check the monitor's export", why)
        found.append(VitalSign(f"{row.id}:{kind}", at, kind, value, row.origin, why))
    if not found:
        raise UnusableError(
            "holds no vital sign that can be used", "map a kind and value, or a column of its own"
        )
    return tuple(found)


def _of_kind(kind: str, value: Quantity) -> Quantity:
    limit = plausible_limit(kind)
    if limit is not None and not value.unit.commensurable(parse_unit(limit.unit)):
        raise QuantityError(str(value), "has a unit of another kind", f"give it in {limit.unit}")
    return value


def _hardly_possible(kind: str, value: Quantity) -> str:
    limit = plausible_limit(kind)
    return "" if limit is None else limit.doubt(value.in_(limit.unit))


def weight(row: Row) -> BodyWeight:
    """One body weight.

    Raises:
        UnusableError: no readable time, or a weight that cannot be read or believed.
    """
    at = row.need_time("time")
    try:
        found = _of_kind("body_weight", row.quantity_of("weight", row.need("weight")))
    except QuantityError as error:
        raise UnusableError(f"weight {error.rule}", error.remedy, error.thing) from None
    why = _hardly_possible("body_weight", found)
    if why:
        raise UnusableError("weight is hardly possible", "correct the number or its unit", why)
    return BodyWeight(row.id, at, found, row.origin, row.text("method") or "unstated")


def adverse_event(row: Row) -> AdverseEvent:
    """One unwanted event.

    Raises:
        UnusableError: no readable time, or no word for what happened.
    """
    at = row.need_time("time")
    end = row.or_doubt(row.time, "end")
    if end is not None and end < at:
        row.doubt(
            "it ends before it starts, so its end is left out", "correct the times", row.text("end") or ""
        )
        end = None
    grade = row.text("grade")
    known = grade is None or (grade.isascii() and grade.isdigit() and int(grade) in _GRADES)
    if not known:
        row.doubt("grade is not 1 to 5, so it is left out", "chart the CTCAE grade", grade or "")
    return AdverseEvent(
        id=row.id,
        at=at,
        kind=row.need("event"),
        origin=row.origin,
        end=end,
        grade=int(grade) if known and grade is not None else None,
        severity=row.text("severity"),
        led_to=row.text("led_to") or "",
    )
