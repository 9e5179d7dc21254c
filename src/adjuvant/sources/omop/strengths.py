"""From ``quantity`` and ``drug_strength`` to a dose: what one counted thing of a product holds, or why not.

The conventions are OMOP's own. A number that they let stand for two different amounts is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from adjuvant.errors import AdjuvantError, QuantityError
from adjuvant.library import ingredient_by_omop, route_group
from adjuvant.quantity import Quantity, Unit, parse_decimal, parse_unit, read_unit
from adjuvant.record import Drug, Ingredient
from adjuvant.record.naming import partners_strength, resolve_drug
from adjuvant.sources.omop.vocabulary import Vocabulary, plain_id
from adjuvant.sources.tables import Row

__all__ = ["NO_ROW", "NO_TABLE", "STRENGTH_REMEDY", "Amount", "amount_of"]

NO_TABLE = "the quantity counts packages, and the folder has no drug_strength that says what one holds"
NO_ROW = "the quantity counts packages, and drug_strength has no valid row that says what one holds"
STRENGTH_REMEDY = {
    NO_TABLE: "add the table drug_strength (part of a vocabulary download) to the folder, and import again",
    NO_ROW: "take drug_strength from a vocabulary download that has the product, and import again",
}
"""What would let a dose be known, by the reason why it is not."""
_COUNTED = ("tablet", "capsule", "patch", "lozenge", "film", "suppository")
# The last day of the vocabulary's calendar means that the row has no end.
_NO_END = "2099-12-31"
_GRAM = "{gram}"
_PACKS = frozenset({"vial", "syringe", "bag", "ampule"})


@dataclass(frozen=True, slots=True)
class Amount:
    """What a row's quantity means.

    Args:
        quantity: counted things, volume or mass; None where it means nothing certain.
        drug: the drug, with the strength of one such thing.
        doubt: why there is no quantity, in words that are the same for all rows of that kind.
        detail: the same with the row's own figures.
    """

    quantity: Quantity | None
    drug: Drug
    doubt: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Strength:
    """What one `thing` of a product holds of one ingredient; `per` is what the row's denominator counts."""

    each: Quantity
    thing: str
    per: str = ""


class _Unclear(Exception):  # noqa: N818  caught in this module only
    def __init__(self, doubt: str, detail: str = "") -> None:
        super().__init__(doubt)
        self.doubt, self.detail = doubt, detail or doubt


def amount_of(row: Row, drug: Drug, form: str | None, route: str | None, vocabulary: Vocabulary) -> Amount:
    """The quantity of a row of ``drug_exposure``, in things whose strength is known.

    - a fixed form (``amount_value``): pieces, each with that amount;
    - numerator over actuations: puffs; over hours, of a patch: patches, each with that release;
    - numerator over a volume or mass with a ``denominator_value``: packs, each with the whole numerator;
    - the same without one, a concentration: millilitres (grams), unless it is an injection. Of injections the
      conventions say both that the quantity is a volume or number of packs and that it is the amount of
      ingredient; only a row whose own unit decides is read, or one where both are the same;
    - a box of several pieces: refused, because the quantity may count boxes or pieces.

    Source: omop_drug_dose, cases 1 to 4 and 6; omop_cdm54, drug_exposure.quantity and drug_strength.
    """
    try:
        count = _number(row["quantity"], "the quantity")
        if count is None:
            raise _Unclear("the quantity is not stated")
        strengths = _strengths(row, drug, form, vocabulary)
        return _amount(count, row["dose_unit_source_value"], drug, strengths, _may_be_divided(form, route))
    except _Unclear as unclear:
        return Amount(None, drug, unclear.doubt, unclear.detail)


def _number(text: str, what: str) -> Fraction | None:
    try:
        return parse_decimal(text, machine=True) if text else None
    except QuantityError as error:
        raise _Unclear(f"{what} cannot be read", f"{what} {text!r} {error.rule}") from error


def _may_be_divided(form: str | None, route: str | None) -> bool:
    """Whether a product is one of which a part may be given: what is injected."""
    return form == "injection" or (route is not None and route_group(route) in ("parenteral", "neuraxial"))


# --- the rows of drug_strength ---------------------------------------------------------------------------


def _strengths(row: Row, drug: Drug, form: str | None, vocabulary: Vocabulary) -> dict[str, _Strength]:
    """The strength of each of the drug's ingredients that drug_strength gives, all per the same thing."""
    if not vocabulary.has_strengths:
        raise _Unclear(NO_TABLE)
    day = row["drug_exposure_start_date"][: len("2026-03-01")]
    found: dict[str, _Strength] = {}
    for line in vocabulary.strengths.get(plain_id(row["drug_concept_id"]), ()):
        if not _valid(line, day):
            continue
        name = _ingredient(line, drug, vocabulary)
        if name is None:
            continue
        strength = _strength(line, form, vocabulary)
        if found.get(name, strength) != strength:
            raise _Unclear("drug_strength gives an ingredient two strengths", f"{name} of {drug.text!r}")
        found[name] = strength
    if not found:
        raise _Unclear(NO_ROW)
    if len({item.thing for item in found.values()}) > 1:
        raise _Unclear("drug_strength counts the ingredients of the product in different units")
    return found


def _valid(line: Row, day: str) -> bool:
    last = line["valid_end_date"][: len(_NO_END)]
    return (
        not line["invalid_reason"]
        and (not line["valid_start_date"] or line["valid_start_date"][: len(day)] <= day)
        and (not last or last == _NO_END or day <= last)
    )


def _ingredient(line: Row, drug: Drug, vocabulary: Vocabulary) -> str | None:
    """Which of the drug's ingredients a row is about; None for another one."""
    concept = plain_id(line["ingredient_concept_id"])
    known = ingredient_by_omop(concept)
    names = {known.name} if known is not None else _named(vocabulary.name(concept))
    return next((item.name for item in drug.ingredients if item.name in names), None)


def _named(text: str) -> set[str]:
    try:
        return {item.name for item in resolve_drug(text).ingredients} if text else set()
    except AdjuvantError:
        return set()


def _strength(line: Row, form: str | None, vocabulary: Vocabulary) -> _Strength:
    if line["box_size"] and _number(line["box_size"], "the size of the box") != 1:
        raise _Unclear(
            "the product is a box of several pieces, and the quantity may count boxes or pieces",
            f"the product is a box of {line['box_size']}, and the quantity may count boxes or pieces",
        )
    fixed = _held(line, "amount", vocabulary)
    above = _held(line, "numerator", vocabulary)
    if fixed is not None and above is None:
        thing = f"{{{form}}}" if form in _COUNTED else "{piece}"
        return _Strength(_per(fixed, thing), thing)
    if above is None or fixed is not None:
        raise _Unclear("drug_strength gives neither an amount nor a concentration, or both")
    unit = vocabulary.unit(line["denominator_unit_concept_id"])
    size = _number(line["denominator_value"], "the denominator of drug_strength")
    if not unit or (size is not None and size <= 0):
        raise _Unclear("the denominator of drug_strength cannot be read")
    below = parse_unit(unit)
    if below.has(time=1):
        if form != "patch":
            raise _Unclear("drug_strength gives a release per hour, and the product is no patch")
        return _Strength(Quantity(above.value / (size or 1), f"{above.unit.code}/{unit}"), "{patch}")
    if size is not None:
        whole = unit if below.has(length=3) or below.has(mass=1) else ""
        return _Strength(
            _per(above, "{pack}"), "{pack}", f"{line['denominator_value']} {whole}" if whole else ""
        )
    if below.has(mass=1):
        # Grams of the product are counted things here, lest they be taken for grams of the ingredient.
        each = above.value * parse_unit("g").ratio(below)
        return _Strength(_per(Quantity(each, above.unit), _GRAM), _GRAM, "1")
    if below.has(length=3):
        return _Strength(
            Quantity(above.value * parse_unit("mL").ratio(below), f"{above.unit.code}/mL"), "mL", "1"
        )
    return _Strength(_per(above, unit), unit)


def _held(line: Row, part: str, vocabulary: Vocabulary) -> Quantity | None:
    value = _number(line[f"{part}_value"], "the strength in drug_strength")
    if value is None:
        return None
    unit = vocabulary.unit(line[f"{part}_unit_concept_id"])
    if not unit or not parse_unit(unit).has(mass=1):
        raise _Unclear(
            "drug_strength gives the strength in a unit that is no mass", f"its unit is {unit or 'not known'}"
        )
    if value <= 0:
        raise _Unclear("drug_strength gives a strength that is not above zero")
    return Quantity(value, unit)


def _per(held: Quantity, thing: str) -> Quantity:
    return Quantity(held.value, f"{held.unit.code}/{thing}")


# --- the quantity ----------------------------------------------------------------------------------------


def _amount(
    count: Fraction, unit_text: str, drug: Drug, strengths: dict[str, _Strength], divisible: bool
) -> Amount:
    thing = next(iter(strengths.values())).thing
    unit = _unit(unit_text)
    if unit is not None and (unit.has(mass=1) or unit.has(length=3)):
        return _in_its_own_unit(Quantity(count, unit), drug, strengths, thing)
    if divisible and not _said_to_be_packs(unit_text, thing) and thing in ("mL", _GRAM, "{pack}"):
        each = {item.each.value for item in strengths.values()}
        # 1 mg per millilitre or pack: both readings give the same.
        same = len(strengths) == 1 and each == {Fraction(1)}
        if not same:
            first = next(iter(strengths.values())).each
            raise _Unclear(
                "the quantity of an injection is the volume or number of packs by one OMOP convention, "
                "and the amount of ingredient by another",
                f"{count} may be {thing} of {first}, or the amount itself",
            )
    return Amount(Quantity(count, thing), _with(drug, strengths))


def _unit(text: str) -> Unit | None:
    try:
        return read_unit(text) if text else None
    except QuantityError:
        return None


def _said_to_be_packs(unit_text: str, thing: str) -> bool:
    unit = _unit(unit_text)
    return thing == "{pack}" and unit is not None and any(unit.has(**{f"{{{word}}}": 1}) for word in _PACKS)


def _in_its_own_unit(written: Quantity, drug: Drug, strengths: dict[str, _Strength], thing: str) -> Amount:
    """A quantity whose row names a unit of mass or volume itself."""
    if written.unit.has(length=3):
        if thing == "mL":
            return Amount(written, _with(drug, strengths))
        sizes = {item.per for item in strengths.values()}
        if thing == "{pack}" and len(sizes) == 1 and "" not in sizes:
            size, _, unit = sizes.pop().partition(" ")
            if parse_unit(unit).has(length=3):
                volume = parse_decimal(size, machine=True)
                per = {
                    name: replace(
                        item,
                        each=Quantity(
                            item.each.value / volume, f"{item.each.unit.code.partition('/')[0]}/{unit}"
                        ),
                    )
                    for name, item in strengths.items()
                }
                return Amount(written, _with(drug, per))
    elif thing in ("mL", "{pack}") and len(drug.ingredients) == 1:
        return Amount(written, _with(drug, strengths))
    raise _Unclear(
        "the quantity's own unit is not what drug_strength counts the product in",
        f"{written}, and drug_strength counts {thing}",
    )


def _with(drug: Drug, strengths: dict[str, _Strength]) -> Drug:
    """The drug with these strengths.

    Raises:
        _Unclear: its name states another strength of the same kind, or the strength is another ingredient's.
    """
    held: list[Ingredient] = []
    for item in drug.ingredients:
        found = strengths.get(item.name)
        own = item.strength
        both = found is not None and own is not None and own.unit.commensurable(found.each.unit)
        if both and found is not None and own is not None and not own.same_as(found.each):
            raise _Unclear(
                "the product's name and drug_strength give different strengths",
                f"{item.name}: {own} by the name, {found.each} by drug_strength",
            )
        held.append(Ingredient(item.name, found.each if found is not None else own))
    taken = partners_strength(tuple(held))
    if taken is not None:
        raise _Unclear(
            "drug_strength gives the opioid of a combination the strength of its partner",
            f"{taken.name} of {drug.text!r}: {taken.strength}",
        )
    return replace(drug, ingredients=tuple(held))
