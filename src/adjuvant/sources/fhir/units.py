"""FHIR quantities to ours: the coded unit decides; the displayed one is compared with it, never trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from adjuvant.errors import QuantityError
from adjuvant.library import canonical_form
from adjuvant.quantity import Quantity, Unit, UnitStatus, parse_unit, read_unit
from adjuvant.sources.fhir import shapes
from adjuvant.sources.fhir.numbers import as_written, number

__all__ = ["UCUM", "Amount", "read_amount", "read_fraction", "shown"]

UCUM = "http://unitsofmeasure.org"
_UCUM_NAMES = (UCUM, "urn:oid:2.16.840.1.113883.6.8")
_SNOMED = "http://snomed.info/sct"
_DRUG_FORMS = (
    "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm",
    "http://hl7.org/fhir/v3/orderableDrugForm",
    "urn:oid:2.16.840.1.113883.5.85",
)
# Codes of HL7 v3 orderableDrugForm that count things, by the annotation that we count in.
_COUNTED_FORMS = {
    "{tablet}": "TAB ORTAB BUCTAB SLTAB CAPLET ECTAB ERTAB ERTAB12 ERTAB24 VAGTAB",
    "{capsule}": "CAP ORCAP ERCAP ERCAP12 ERCAP24",
    "{patch}": "PATCH TPATCH TPATH16 TPATH24 TPATH72 TPATHWK TPATH2WK",
    "{suppository}": "SUPP RECSUPP",
    "{lozenge}": "ORTROCHE",
    "{spray}": "SPRY SPRAY",
    "{puff}": "PUFF",
    "{drop}": "DROP NDROP OPDROP ORDROP OTDROP",
}
_BY_FORM_CODE = {code: unit for unit, codes in _COUNTED_FORMS.items() for code in codes.split()}
_COUNTABLE = frozenset({"tablet", "capsule", "patch", "lozenge", "film", "spray", "suppository"})
_ANNOTATION = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Amount:
    """A FHIR quantity as we understood it.

    Args:
        quantity: None where `doubt` says why it cannot be used.
        status: EXACT where a code named the unit, DERIVED where only its display did.
        shown: how it was written, for the raw text.
    """

    quantity: Quantity | None
    status: UnitStatus
    doubt: str
    shown: str


def shown(item: shapes.Quantity) -> str:
    """A FHIR quantity as it was written: number, displayed unit, code."""
    parts = [f"{item.comparator or ''}{as_written(item.value) or '(no value)'}"]
    if item.unit:
        parts.append(item.unit)
    if item.code:
        parts.append(
            f"[{item.code}]" if item.unit and item.unit != item.code else "" if item.unit else item.code
        )
    return " ".join(part for part in parts if part)


def read_amount(item: shapes.Quantity, what: str) -> Amount:
    """A FHIR quantity in our units, or why it cannot be used.

    Args:
        what: the element's name, for the words.
    """
    written = shown(item)

    def refused(why: str) -> Amount:
        return Amount(None, UnitStatus.UNCONVERTIBLE, why, written)

    if item.comparator:
        return refused(f"{what} is a limit, not an amount: {written}")
    try:
        value = number(item.value, what)
    except QuantityError as error:
        return refused(f"{what} is not a number: {error.thing} {error.rule}")
    if value is None:
        noted = item.value_note.extension if item.value_note else ()
        reason = next((note.value_code for note in noted if note.value_code), None)
        return refused(f"{what} has no value" + (f" ({reason})" if reason else ""))
    unit, status, doubt = _unit(item, what)
    if unit is None:
        return refused(doubt)
    return Amount(Quantity(value, unit), status, "", written)


def read_fraction(ratio: shapes.Ratio, what: str) -> Amount:
    """A ratio such as 12 mL over 1 h, or 2 mg in 1 mL, as one quantity.

    A missing denominator, or one of zero, is refused: nothing says what the numerator is over.
    """
    if ratio.numerator is None or ratio.denominator is None:
        half = ratio.numerator or ratio.denominator
        written = shown(half) if half else "nothing"
        return Amount(None, UnitStatus.UNCONVERTIBLE, f"{what} is half a ratio: {written}", written)
    top = read_amount(ratio.numerator, what)
    bottom = read_amount(ratio.denominator, what)
    written = f"{top.shown}/{bottom.shown}"
    if top.quantity is None or bottom.quantity is None:
        return Amount(None, UnitStatus.UNCONVERTIBLE, top.doubt or bottom.doubt, written)
    if bottom.quantity.value <= 0:
        return Amount(None, UnitStatus.UNCONVERTIBLE, f"{what} divides by nothing: {written}", written)
    derived = UnitStatus.DERIVED in (top.status, bottom.status)
    return Amount(
        _over(top.quantity, bottom.quantity), UnitStatus.DERIVED if derived else UnitStatus.EXACT, "", written
    )


def _over(top: Quantity, bottom: Quantity) -> Quantity:
    # Written as one UCUM code where that is possible, so that mg over kg means the patient's body weight.
    value = Fraction(top.value, 1) / bottom.value
    try:
        return Quantity(value, parse_unit(f"{top.unit.code}/{bottom.unit.code}"))
    except QuantityError:
        return Quantity(value, top.unit / bottom.unit)


def _unit(item: shapes.Quantity, what: str) -> tuple[Unit | None, UnitStatus, str]:
    if item.code:
        coded = _coded(item.code, item.system)
        if coded is None:
            where = item.system or "no system"
            return (
                None,
                UnitStatus.UNCONVERTIBLE,
                f"{what} has a unit code that cannot be read: {item.code} of {where}",
            )
        displayed = _displayed(item.unit)
        if displayed is not None and _contradict(coded, displayed):
            return (
                None,
                UnitStatus.UNCONVERTIBLE,
                f"{what} has a unit and a code that contradict each other: {item.unit!r} and {item.code!r}",
            )
        return coded, UnitStatus.EXACT if item.system else UnitStatus.DERIVED, ""
    if item.unit:
        displayed = _displayed(item.unit)
        if displayed is None:
            return (
                None,
                UnitStatus.UNCONVERTIBLE,
                f"{what} has a unit without code that cannot be read: {item.unit!r}",
            )
        return displayed, UnitStatus.DERIVED, ""
    return None, UnitStatus.UNCONVERTIBLE, f"{what} has no unit: {as_written(item.value)}"


@lru_cache(maxsize=4096)
def _coded(code: str, system: str | None) -> Unit | None:
    if system is None:
        return _displayed(code)
    try:
        if system in _UCUM_NAMES:
            return parse_unit(_ANNOTATION.sub(_counted, code))
        if system in _DRUG_FORMS and code.upper() in _BY_FORM_CODE:
            return parse_unit(_BY_FORM_CODE[code.upper()])
        if system == _SNOMED and canonical_form(code) in _COUNTABLE:
            return parse_unit(f"{{{canonical_form(code)}}}")
    except QuantityError:
        return None
    return None


def _counted(annotation: re.Match[str]) -> str:
    """One spelling for each counted thing: {tbl}, {tab} and {Tablets} are {tablet}."""
    inside = annotation[0][1:-1]
    for word in (inside, inside.removesuffix("s")):
        try:
            unit = read_unit(word)
        except QuantityError:
            continue
        if unit.code.startswith("{") and unit.code.endswith("}"):
            return unit.code
    return annotation[0]


@lru_cache(maxsize=4096)
def _displayed(text: str | None) -> Unit | None:
    if not text or not text.strip():
        return None
    try:
        return read_unit(text)
    except QuantityError:
        form = canonical_form(text)
        return parse_unit(f"{{{form}}}") if form in _COUNTABLE else None


def _contradict(coded: Unit, displayed: Unit) -> bool:
    counted = [{name for name, _ in unit.dimension if name.startswith("{")} for unit in (coded, displayed)]
    bare = [tuple(pair for pair in unit.dimension if pair[0][0] != "{") for unit in (coded, displayed)]
    if bare[0] != bare[1] or coded.factor != displayed.factor:
        return True
    # An annotation only describes: {breaths}/min and /min agree; two counted things do not.
    return all(counted) and counted[0] != counted[1]
