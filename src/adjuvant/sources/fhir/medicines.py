"""The medicine of an order or administration: codes, names and ingredients, each as evidence of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from adjuvant.codes import RxNorm
from adjuvant.errors import AdjuvantError, InputError
from adjuvant.library import drug_words, ingredient
from adjuvant.quantity import Quantity
from adjuvant.record import Drug, Ingredient
from adjuvant.record.naming import product_form
from adjuvant.sources.fhir import resources, shapes
from adjuvant.sources.fhir.terms import RXNORM, codes_of, form_of, label, words_of
from adjuvant.sources.fhir.units import read_fraction
from adjuvant.sources.terminology import Terminology

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
        name: by which the user's own line can name it; empty where nothing names it.
    """

    drug: Drug
    form: str | None = None
    route: str | None = None
    doubt: str = ""
    name: str = ""


def read_medicine(
    terminology: Terminology,
    concept: shapes.Concept | None,
    medication: resources.Medication | None = None,
    display: str | None = None,
) -> Medicine:
    """The medicine that a code, a Medication resource, or only a reference's display names.

    Codes and names are resolved apart from each other. Where they mean different drugs, or different
    strengths, the medicine is doubted and nobody chooses between them. A name for which the user has a line
    means what that line says.

    Args:
        terminology: what names and codes mean, the user's own lines first.
        concept: medicationCodeableConcept, or the Medication's code.
        medication: the Medication that is referred to.
        display: the words of the reference, used only where there is nothing else.
    """
    if medication is not None:
        concept = medication.code
    texts = words_of(concept) or ([display.strip()] if display and display.strip() else [])
    codes = codes_of(concept, RXNORM)
    name = texts[0] if texts else label(concept)
    if not name and medication is not None:
        name = " / ".join(label(item.item_codeable_concept) or "?" for item in medication.ingredient)
    own = _by_own_lines(terminology, texts or [name])
    named = own or _named(terminology, tuple(texts), tuple(codes))
    ingredients, doubts, form, route = named.ingredients, list(named.doubts), named.form, named.route
    if medication is not None:
        stated = form_of(medication.form)
        if stated and form and stated != form:
            doubts.append(f"form and name contradict each other: {stated}, {name}")
        form = stated or form
        ingredients, more = _with_listed(terminology, ingredients, medication, form, own=own is not None)
        doubts += more
        if medication.status == "entered-in-error":
            doubts.append("its Medication was entered in error")
        if medication.implicit_rules or medication.modifier_extension:
            doubts.append("its Medication carries rules that are not known here")
    drug = Drug(name or "unnamed", ingredients, _code(codes))
    line = name if texts or not codes else f"RxNorm {codes[0]}"
    return Medicine(drug, form, route, "; ".join(dict.fromkeys(doubts)), line)


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


def _by_own_lines(terminology: Terminology, names: Sequence[str]) -> _Named | None:
    """What the user's own lines say of these names; None where none of them has a line."""
    lines = [(name, drug) for name in names if (drug := terminology.terms.drug(name)) is not None]
    if not lines:
        return None
    ingredients, doubts = _agreed([drug.ingredients for _, drug in lines])
    ways = [terminology.form(name) for name in (*(name for name, _ in lines), *names)]
    form = next((form for form, _ in ways if form), None)
    return _Named(ingredients, tuple(doubts), form, next((route for _, route in ways if route), None))


@lru_cache(maxsize=4096)
def _named(terminology: Terminology, texts: tuple[str, ...], codes: tuple[str, ...]) -> _Named:
    found, doubts = _evidence(terminology, texts, codes)
    ingredients, more = _agreed(found)
    return _Named(ingredients, (*doubts, *more), *_form_and_route(terminology, texts, codes))


def _evidence(
    terminology: Terminology, texts: Iterable[str], codes: Iterable[str]
) -> tuple[list[tuple[Ingredient, ...]], list[str]]:
    """The ingredients that each code and each text means by itself; errors of resolving become doubts."""
    found: list[tuple[Ingredient, ...]] = []
    doubts: list[str] = []
    asked: list[tuple[str | None, str | None]] = [(None, code) for code in codes]
    asked += [(text, None) for text in texts]
    for text, code in asked:
        try:
            drug = terminology.resolve(text or "", rxnorm=code)
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


def _form_and_route(
    terminology: Terminology, texts: tuple[str, ...], codes: tuple[str, ...]
) -> tuple[str | None, str | None]:
    lines = [terminology.terms.form(f"RxNorm {code}") for code in codes]
    pairs = [*lines, *(product_form(None, code) for code in codes), *(product_form(text) for text in texts)]
    form = next((form for form, _ in pairs if form), None)
    return form, next((route for _, route in pairs if route), None)


def _with_listed(
    terminology: Terminology,
    ingredients: tuple[Ingredient, ...],
    medication: resources.Medication,
    form: str | None,
    *,
    own: bool,
) -> tuple[tuple[Ingredient, ...], list[str]]:
    """The ingredients with what a Medication lists itself: names compared, strengths added.

    Args:
        own: the user's own line gives them, which says what is in it: only strengths are added.
    """
    listed, doubts, unsure = _listed(terminology, medication, form)
    if own:
        return _with_strengths(ingredients, listed, doubts)
    doubts = [*unsure, *doubts]
    known = {item.name for item in ingredients}
    names = {item.name for item in listed}
    if not listed or not (ingredients or any(_known(item.name) for item in listed)):
        return ingredients, doubts
    if not ingredients:
        return tuple(listed), doubts
    if not known <= names:
        said = f"{' + '.join(sorted(known))} and {' + '.join(sorted(names))}"
        return (), [*doubts, f"its name and its ingredients mean different drugs: {said}"]
    return _with_strengths(tuple(listed), list(ingredients), doubts)


def _listed(
    terminology: Terminology, medication: resources.Medication, form: str | None
) -> tuple[list[Ingredient], list[str], list[str]]:
    """What a Medication lists, doubts about strengths, and doubts about which drugs are meant."""
    listed: list[Ingredient] = []
    doubts: list[str] = []
    unsure: list[str] = []
    for item in medication.ingredient:
        if item.is_active is False:
            continue
        concept = item.item_codeable_concept
        found, more = _evidence(terminology, words_of(concept), codes_of(concept, RXNORM))
        agreed, differ = _agreed(found)
        unsure += [*more, *differ]
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
    return listed, doubts, unsure


def _with_strengths(
    ingredients: tuple[Ingredient, ...], others: list[Ingredient], doubts: list[str]
) -> tuple[tuple[Ingredient, ...], list[str]]:
    by_name = {item.name: item for item in others}
    result: list[Ingredient] = []
    for each in ingredients:
        other = by_name.get(each.name)
        strength, doubt = _same(each.name, (other.strength if other else None, each.strength))
        result.append(replace(each, strength=strength))
        doubts = [*doubts, doubt] if doubt else doubts
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
