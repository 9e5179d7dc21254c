"""The medicine of an order or administration: codes, names and ingredients, each as evidence of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from adjuvant.codes import RxNorm
from adjuvant.errors import AdjuvantError, InputError
from adjuvant.library import drug_words, ingredient
from adjuvant.quantity import Quantity
from adjuvant.record import Drug, Ingredient
from adjuvant.record.naming import product_form, resolve_drug
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.terms import RXNORM, codes_of, form_of, label, words_of
from adjuvant.sources.fhir.units import read_fraction

__all__ = ["COUNTED_FORMS", "Medicine", "read_medicine"]

# What other ingredients are dissolved in; it is no second drug.
_DILUENTS = frozenset(
    {
        ("sodium", "chloride"),
        ("dextrose",),
        ("glucose",),
        ("water",),
        ("sterile", "water"),
        ("lactated", "ringer"),
    }
)
COUNTED_FORMS = frozenset({"tablet", "capsule", "patch", "lozenge", "film", "spray", "suppository"})


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine as a resource names it.

    Args:
        form, route: what the product's own name or form says.
        doubt: why the drug or its strength cannot be relied on; empty if it can.
    """

    drug: Drug
    form: str | None = None
    route: str | None = None
    doubt: str = ""


def read_medicine(
    concept: shapes.Concept | None,
    medication: resources.Medication | None = None,
    display: str | None = None,
) -> Medicine:
    """The medicine that a code, a Medication resource, or only a reference's display names.

    Codes and names are resolved apart from each other. Where they mean different drugs, or different
    strengths, the medicine is doubted and nobody chooses between them.

    Args:
        concept: medicationCodeableConcept, or the Medication's code.
        medication: the Medication that is referred to.
        display: the words of the reference, used only where there is nothing else.
    """
    if medication is not None:
        concept = medication.code
    texts = words_of(concept) or ([display.strip()] if display and display.strip() else [])
    codes = codes_of(concept, RXNORM)
    name = texts[0] if texts else label(concept)
    named = _named(tuple(texts), tuple(codes))
    ingredients, doubts, form, route = named.ingredients, list(named.doubts), named.form, named.route
    if not name and medication is not None:
        name = " / ".join(label(item.item_codeable_concept) or "?" for item in medication.ingredient)
    if medication is not None:
        stated = form_of(medication.form)
        if stated and form and stated != form:
            doubts.append(f"form and name contradict each other: {stated}, {name}")
        form = stated or form
        ingredients, more = _with_listed(ingredients, medication, form)
        doubts += more
        if medication.status == "entered-in-error":
            doubts.append("its Medication was entered in error")
        if medication.implicit_rules or medication.modifier_extension:
            doubts.append("its Medication carries rules that are not known here")
    drug = Drug(name or "unnamed", ingredients, _code(codes))
    return Medicine(drug, form, route, "; ".join(dict.fromkeys(doubts)))


def _code(codes: list[str]) -> RxNorm | None:
    # Of several codes none is the record's own: the text and the ingredients say what it is.
    try:
        return RxNorm(codes[0]) if len(codes) == 1 else None
    except InputError:
        return None


@dataclass(frozen=True, slots=True)
class _Named:
    """What names and codes mean together."""

    ingredients: tuple[Ingredient, ...]
    doubts: tuple[str, ...]
    form: str | None
    route: str | None


@lru_cache(maxsize=4096)
def _named(texts: tuple[str, ...], codes: tuple[str, ...]) -> _Named:
    found, doubts = _evidence(texts, codes)
    ingredients, more = _agreed(found)
    return _Named(ingredients, (*doubts, *more), *_form_and_route(texts, codes))


def _evidence(texts: Iterable[str], codes: Iterable[str]) -> tuple[list[tuple[Ingredient, ...]], list[str]]:
    """The ingredients that each code and each text means by itself; errors of resolving become doubts."""
    found: list[tuple[Ingredient, ...]] = []
    doubts: list[str] = []
    asked: list[tuple[str | None, str | None]] = [(None, code) for code in codes]
    asked += [(text, None) for text in texts]
    for text, code in asked:
        try:
            drug = resolve_drug(text, rxnorm=code)
        except AdjuvantError as error:
            doubts.append(f"the drug cannot be told: {error.thing} {error.rule}")
            continue
        if drug.ingredients:
            found.append(drug.ingredients)
    return found, doubts


def _agreed(found: list[tuple[Ingredient, ...]]) -> tuple[tuple[Ingredient, ...], list[str]]:
    """The ingredients on which all evidence agrees; with a doubt and none where it does not.

    A code or name may leave out a part of a combination, but not an opioid or ketamine.
    """
    if not found:
        return (), []
    sets = [frozenset(item.name for item in each) for each in found]
    widest = max(sets, key=len)
    if any(not names <= widest or _counted(names) != _counted(widest) for names in sets):
        said = sorted({" + ".join(sorted(names)) for names in sets})
        return (), [f"its codes and names mean different drugs: {' and '.join(said)}"]
    fullest = found[sets.index(widest)]
    result: list[Ingredient] = []
    doubts: list[str] = []
    for item in fullest:
        strengths = (other.strength for each in found for other in each if other.name == item.name)
        strength, doubt = _same(item.name, strengths)
        result.append(replace(item, strength=strength))
        doubts += [doubt] if doubt else []
    return tuple(result), doubts


def _counted(names: frozenset[str]) -> frozenset[str]:
    known = ((name, ingredient(name)) for name in names)
    return frozenset(name for name, item in known if item is not None and item.kind in ("opioid", "ketamine"))


def _same(name: str, strengths: Iterable[Quantity | None]) -> tuple[Quantity | None, str]:
    """The one strength that is given, or none and a doubt where two of them contradict each other."""
    known = [item for item in strengths if item is not None]
    if any(item.unit.commensurable(known[0].unit) and not item.same_as(known[0]) for item in known):
        said = " and ".join(dict.fromkeys(str(item) for item in known))
        return None, f"two strengths contradict each other: {name} {said}"
    return (known[0] if known else None), ""


def _form_and_route(texts: tuple[str, ...], codes: tuple[str, ...]) -> tuple[str | None, str | None]:
    pairs = [*(product_form(None, code) for code in codes), *(product_form(text) for text in texts)]
    form = next((form for form, _ in pairs if form), None)
    return form, next((route for _, route in pairs if route), None)


def _with_listed(
    ingredients: tuple[Ingredient, ...], medication: resources.Medication, form: str | None
) -> tuple[tuple[Ingredient, ...], list[str]]:
    """The ingredients with what a Medication lists itself: names compared, strengths added."""
    listed: list[Ingredient] = []
    doubts: list[str] = []
    for item in medication.ingredient:
        if item.is_active is False:
            continue
        concept = item.item_codeable_concept
        found, more = _evidence(words_of(concept), codes_of(concept, RXNORM))
        agreed, differ = _agreed(found)
        doubts += [*more, *differ]
        words = drug_words(label(concept))
        if words and any(words[: len(each)] == each for each in _DILUENTS):
            continue
        strength, doubt = _strength(item.strength, form)
        doubts += [doubt] if doubt else []
        if not agreed:
            listed.append(Ingredient(label(concept) or "unnamed", strength))
        elif len(agreed) == 1:
            merged, doubt = _same(agreed[0].name, (agreed[0].strength, strength))
            listed.append(replace(agreed[0], strength=merged))
            doubts += [doubt] if doubt else []
        else:
            listed += agreed
    known = {item.name for item in ingredients}
    names = {item.name for item in listed}
    if not listed or not (ingredients or any(_known(item.name) for item in listed)):
        return ingredients, doubts
    if not ingredients:
        return tuple(listed), doubts
    if not known <= names:
        said = f"{' + '.join(sorted(known))} and {' + '.join(sorted(names))}"
        return (), [*doubts, f"its name and its ingredients mean different drugs: {said}"]
    result: list[Ingredient] = []
    by_name = {item.name: item for item in ingredients}
    for each in listed:
        own = by_name.get(each.name)
        strength, doubt = _same(each.name, (own.strength if own else None, each.strength))
        result.append(replace(each, strength=strength))
        doubts += [doubt] if doubt else []
    return tuple(result), doubts


def _known(name: str) -> bool:
    return ingredient(name) is not None


def _strength(ratio: shapes.Ratio | None, form: str | None) -> tuple[Quantity | None, str]:
    if ratio is None:
        return None, ""
    amount = read_fraction(ratio, "strength")
    if amount.quantity is None:
        return None, amount.doubt
    if amount.quantity.value <= 0:
        return None, f"strength is not above zero: {amount.shown}"
    if amount.quantity.unit.has(mass=1) and form in COUNTED_FORMS:
        # "5 mg in 1" of a tablet: the thing that is counted is the tablet.
        mass = amount.quantity.unit.code.partition("/")[0]
        return Quantity(amount.quantity.value, f"{mass}/{{{form}}}"), ""
    return amount.quantity, ""
