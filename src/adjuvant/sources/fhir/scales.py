"""Scores on scales: which scale a code or a name means, and the value, or why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from adjuvant.errors import QuantityError
from adjuvant.library import Scale, drug_words, scales
from adjuvant.quantity import parse_decimal, show_exact
from adjuvant.record import NotAssessable, Outcome
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.numbers import as_written, number
from adjuvant.sources.fhir.reading import SetAside
from adjuvant.sources.fhir.terms import LOINC, SNOMED, codes_of, label, words_of
from adjuvant.sources.fhir.units import shown

__all__ = ["Score", "absent_reason", "has_value", "scale_of", "score_of"]

_ABSENT_CODES = {
    "asked-declined": NotAssessable.DECLINED,
    # Who was asked and could not say was unable to score; whoever was not asked was not recorded.
    "asked-unknown": NotAssessable.UNABLE,
}
# Words of charts, as they stand in free text; the first that is found counts.
_ABSENT_WORDS = (
    (re.compile(r"\b(asleep|sleeping|sleep)\b"), NotAssessable.ASLEEP),
    (re.compile(r"\b(sedated|sedation)\b"), NotAssessable.SEDATED),
    (re.compile(r"\b(declined|declines|refused|refuses)\b"), NotAssessable.DECLINED),
    (re.compile(r"\b(unable|cannot|unresponsive|non-?verbal|intubated)\b"), NotAssessable.UNABLE),
    (re.compile(r"\b(not (recorded|assessed|done|performed|charted))\b"), NotAssessable.NOT_RECORDED),
)
# LOINC answers of the 0 to 10 lists.
_ANSWERS = {
    "LA6111-4": 0,
    "LA6112-2": 1,
    "LA6113-0": 2,
    "LA6114-8": 3,
    "LA6115-5": 4,
    "LA10137-0": 5,
    "LA10138-8": 6,
    "LA10139-6": 7,
    "LA10140-4": 8,
    "LA10141-2": 9,
    "LA13942-0": 10,
}
# A score has no unit: UCUM writes 1, or a mere annotation such as {score}.
_UNITLESS = re.compile(r"1|\{[^{}]*\}|(?i:score|points?)")


@dataclass(frozen=True, slots=True)
class Score:
    """A score: its value, or why there is none.

    Args:
        text: the value as written, for scales whose values are words.
        written: the field as it stood.
    """

    value: Fraction | None
    absent: NotAssessable | None
    text: str
    written: str


def scale_of(code: shapes.Concept | None) -> tuple[Scale | None, bool, str]:
    """The scale that a concept means, whether only its name said so, and why it cannot be told.

    A name is asked only where no code of a standard system is given: LOINC 54632-5 called "RASS" is not RASS.
    """
    loinc, snomed = codes_of(code, LOINC), codes_of(code, SNOMED)
    found = {one.key: one for one in scales() if set(one.loinc) & set(loinc) or set(one.snomed) & set(snomed)}
    if len(found) > 1:
        return None, False, f"its codes mean different scales: {' and '.join(sorted(found))}"
    if found:
        return next(iter(found.values())), False, ""
    if loinc or snomed:
        return None, False, ""
    named = {one.key: one for text in words_of(code) for one in scales() if drug_words(text) in _names(one)}
    if len(named) > 1:
        return None, True, f"its names mean different scales: {' and '.join(sorted(named))}"
    return next(iter(named.values()), None), bool(named), ""


def _names(one: Scale) -> set[tuple[str, ...]]:
    """How charts name a scale: its title, its abbreviation, or both."""
    title, key = drug_words(one.title), drug_words(one.key)
    return {title, key, (*title, *key), (*key, *title)}


def absent_reason(concept: shapes.Concept) -> NotAssessable:
    """Why there is no score: by HL7's code, else by the words; what neither tells is not recorded."""
    for coding in concept.coding:
        if coding.code in _ABSENT_CODES:
            return _ABSENT_CODES[coding.code]
    for text in words_of(concept):
        found = _absent_words(text)
        if found is not None:
            return found
    return NotAssessable.NOT_RECORDED


def _absent_words(text: str) -> NotAssessable | None:
    return next((reason for pattern, reason in _ABSENT_WORDS if pattern.search(text.lower())), None)


def score_of(part: resources.Value, scale: Scale) -> Score:
    """The score of an observation on `scale`.

    Returns:
        A value that lies on the scale, or the reason why there is none. An empty observation is not recorded.
    Raises:
        SetAside: a value that is not on the scale, a range, a limit, a text that is no number and no reason.
    """
    written, text, answer = _written(part)
    if part.data_absent_reason is not None:
        if written:
            raise SetAside(
                Outcome.UNCONVERTIBLE,
                "has both a value and a reason why there is none",
                "",
                f"{written}; {label(part.data_absent_reason)}",
            )
        why = label(part.data_absent_reason)
        return Score(None, absent_reason(part.data_absent_reason), "", f"dataAbsentReason={why}")
    if not written:
        return Score(None, NotAssessable.NOT_RECORDED, "", "no value")
    if text in {level.value for level in scale.levels}:
        return Score(None, None, text, written)
    if answer is None:
        # "7 while awake, now asleep" is no reason why there is no score.
        absent = None if any(letter.isdigit() for letter in text) else _absent_words(text)
        if absent is not None:
            return Score(None, absent, "", written)
        answer = _number(text, written)
    if show_exact(answer) in {level.value for level in scale.levels}:
        return Score(None, None, show_exact(answer), written)
    if not scale.allows(answer):
        raise SetAside(
            Outcome.UNCONVERTIBLE,
            f"has a value that is not on the scale {scale.key}",
            "correct the score",
            written,
        )
    return Score(answer, None, show_exact(answer), written)


def has_value(part: resources.Value) -> bool:
    """Whether a value, or a reason why there is none, is given at all."""
    if part.data_absent_reason is not None or part.value_quantity is not None:
        return True
    try:
        return bool(_written(part)[0])
    except SetAside:
        return True


def _number(text: str, written: str) -> Fraction:
    try:
        return parse_decimal(text, machine=True)
    except QuantityError as error:
        raise SetAside(
            Outcome.UNCONVERTIBLE,
            "has a value that is not a number",
            "give one number",
            f"{written}: {error.rule}",
        ) from error


def _written(part: resources.Value) -> tuple[str, str, Fraction | None]:
    """A value as it stood, its bare text, and the number of a coded answer."""
    others = {
        "valueRange": part.value_range,
        "valueRatio": part.value_ratio,
        "valueSampledData": part.value_sampled_data,
        "valuePeriod": part.value_period,
    }
    for name, raw in others.items():
        if bytes(raw) not in (b"", b"null"):
            return f"{name}={as_written(raw)}", as_written(raw), None
    if part.value_quantity is not None:
        return f"value={shown(part.value_quantity)}", *_quantity(part.value_quantity)
    if bytes(part.value_integer) not in (b"", b"null"):
        return f"value={as_written(part.value_integer)}", *_plain(part.value_integer)
    if part.value_codeable_concept is not None:
        return f"value={label(part.value_codeable_concept)}", *_answer(part.value_codeable_concept)
    for name, value in (
        ("valueString", part.value_string),
        ("valueDateTime", part.value_date_time),
        ("valueTime", part.value_time),
        ("valueBoolean", None if part.value_boolean is None else str(part.value_boolean)),
    ):
        if value is not None and value.strip():
            return f"{name}={value.strip()}", value.strip(), None
    return "", "", None


def _plain(raw: msgspec.Raw) -> tuple[str, Fraction | None]:
    try:
        return as_written(raw), number(raw, "value")
    except QuantityError as error:
        raise SetAside(
            Outcome.UNCONVERTIBLE, "has a value that is not a number", "give one number", f"{error}"
        ) from error


def _quantity(item: shapes.Quantity) -> tuple[str, Fraction | None]:
    if item.comparator:
        raise SetAside(Outcome.UNCONVERTIBLE, "has a limit as its value", "give one number", shown(item))
    unit = item.code or item.unit or ""
    if unit and not _UNITLESS.fullmatch(unit):
        raise SetAside(Outcome.UNCONVERTIBLE, "has a score with a unit", "give the bare score", shown(item))
    text, value = _plain(item.value)
    if value is None:
        raise SetAside(
            Outcome.UNCONVERTIBLE, "has a quantity without a value", "give one number", shown(item)
        )
    return text, value


def _answer(concept: shapes.Concept) -> tuple[str, Fraction | None]:
    """A coded answer: its words where they are a bare number or words alone, else its LOINC answer code."""
    words = words_of(concept)
    if words:
        return words[0], None
    for coding in concept.coding:
        if coding.code in _ANSWERS:
            return coding.code, Fraction(_ANSWERS[coding.code])
    return label(concept), None
