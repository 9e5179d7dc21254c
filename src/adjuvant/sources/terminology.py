"""Terminology: which drug, form and route a name or a code means, the user's own lines first."""

from __future__ import annotations

from adjuvant.codes import OmopConcept, RxNorm
from adjuvant.errors import AdjuvantError, InputError
from adjuvant.library import drug_book, ingredient_by_omop
from adjuvant.library.omop import omop_book
from adjuvant.quantity import Quantity
from adjuvant.record import Drug, Ingredient
from adjuvant.record.misspelt import misspelt
from adjuvant.record.naming import product_form, resolve_drug
from adjuvant.sources.terms import Terms

__all__ = ["Terminology"]

_MOST = 1 << 16
_Key = tuple[str, str | None, str | None, Quantity | None]


class Terminology:
    """What names and codes mean. Each different one is looked up once.

    Args:
        terms: the user's own lines, which come before the library where they name the same text.
    """

    def __init__(self, terms: Terms | None = None) -> None:
        self.terms = terms or Terms()
        self._drugs: dict[_Key, Drug] = {}
        self._forms: dict[tuple[str, str | None], tuple[str | None, str | None]] = {}

    def drug(
        self,
        text: str | None,
        *,
        rxnorm: str | None = None,
        omop: str | None = None,
        strength: Quantity | None = None,
    ) -> Drug:
        """The medicine that a name and a code mean; without ingredients where nobody can tell.

        Nothing that a record may hold raises: a name or code that contradicts itself, or the other, is a drug
        without ingredients. So is one of which only the harmless part is known while the rest is a letter or
        two from an opioid.

        Args:
            rxnorm, omop: bare codes, of an ingredient or a product.
            strength: as the record states it apart from the name.
        """
        key = ((text or "").strip(), rxnorm, omop, strength)
        found = self._drugs.get(key)
        if found is None:
            try:
                found = self.resolve(*key)
            except AdjuvantError:
                found = Drug(key[0] or _code_words(rxnorm, omop), (), _rxnorm(rxnorm))
            if len(self._drugs) >= _MOST:
                self._drugs.clear()
            self._drugs[key] = found
        return found

    def resolve(
        self,
        text: str,
        rxnorm: str | None = None,
        omop: str | None = None,
        strength: Quantity | None = None,
    ) -> Drug:
        """As `drug`, but what contradicts itself is an error, for readers that say why. Not cached.

        A user's own line may also stand for a code without a name, as in ``OMOP 40232756``.

        Raises:
            InputError: as `record.naming.resolve_drug`; name and OMOP concept mean different opioids.
        """
        own = self.terms.drug(text or _code_words(rxnorm, omop))
        if own is not None:
            return _own(own, text, rxnorm, omop, strength)
        if omop is None or not omop.strip() or omop.strip() == "0":
            return _checked(resolve_drug(text, rxnorm, strength))
        concept = OmopConcept(omop.strip())
        coded = self._by_omop(concept)
        if not text and not coded.ingredients:
            return Drug(str(concept), (), _rxnorm(rxnorm))
        named = _checked(resolve_drug(text or None, rxnorm or None)) if text or rxnorm else coded
        return _together(named, coded, strength)

    def form(self, text: str | None, rxnorm: str | None = None) -> tuple[str | None, str | None]:
        """Canonical form and route that a name or a product's code implies; None for what it leaves open."""
        key = ((text or "").strip(), rxnorm)
        found = self._forms.get(key)
        if found is None:
            own = self.terms.form(key[0] or _code_words(rxnorm, None))
            try:
                form, route = product_form(text, rxnorm)
            except AdjuvantError:
                form, route = None, None
            found = own[0] or form, own[1] or route
            if len(self._forms) >= _MOST:
                self._forms.clear()
            self._forms[key] = found
        return found

    def _by_omop(self, concept: OmopConcept) -> Drug:
        known = ingredient_by_omop(concept.value)
        if known is not None:
            return Drug(known.name, (Ingredient(known.name),))
        code = omop_book().products.get(concept.value)
        return Drug(str(concept)) if code is None else resolve_drug(None, code)


def _own(own: Drug, text: str, rxnorm: str | None, omop: str | None, strength: Quantity | None) -> Drug:
    held = own.ingredients
    if strength is not None:
        # Of a combination it is the strength of its one opioid (or its ketamine), as naming has it.
        known = sorted(_counts(own)) if len(held) > 1 else [item.name for item in held]
        held = tuple(_with_strength(own, item, strength) if [item.name] == known else item for item in held)
    return Drug(text or _code_words(rxnorm, omop), held, _rxnorm(rxnorm))


def _with_strength(own: Drug, item: Ingredient, strength: Quantity) -> Ingredient:
    if item.strength is not None and not _same(item.strength, strength):
        raise InputError(
            f"drug {own.text!r}: strength",
            f"is {item.strength} by your own line and also {strength}",
            "correct one of the two",
        )
    return Ingredient(item.name, item.strength or strength)


def _checked(drug: Drug) -> Drug:
    """The same; without ingredients where none of them counts and the text nearly names one that does."""
    if drug.ingredients and not _counts(drug) and misspelt(drug.text):
        return Drug(drug.text, (), drug.rxnorm)
    return drug


def _counts(drug: Drug) -> frozenset[str]:
    known = drug_book().ingredients
    names = (item.name for item in drug.ingredients)
    return frozenset(name for name in names if name in known and known[name].kind in ("opioid", "ketamine"))


def _together(named: Drug, coded: Drug, strength: Quantity | None) -> Drug:
    """Name and concept together, as naming joins a name and an RxNorm code: the fuller of the two.

    Raises:
        InputError: they mean different opioids.
    """
    if not coded.ingredients or not named.ingredients:
        chosen = named if named.ingredients else Drug(named.text, coded.ingredients, named.rxnorm)
    elif _counts(named) != _counts(coded):
        raise InputError(
            f"drug {named.text!r}",
            f"means {named.name} by its name and {coded.name} by its OMOP concept",
            "correct the name or the concept",
        )
    else:
        fuller, other = sorted((coded, named), key=lambda drug: -len(drug.ingredients))
        strengths = {item.name: item.strength for item in other.ingredients}
        held = tuple(
            Ingredient(item.name, item.strength or strengths.get(item.name)) for item in fuller.ingredients
        )
        chosen = Drug(named.text, held, named.rxnorm)
    if strength is None or len(chosen.ingredients) != 1:
        return chosen
    only = chosen.ingredients[0]
    if only.strength is not None and not _same(only.strength, strength):
        raise InputError(
            f"drug {chosen.text!r}: strength",
            f"is {only.strength} and also {strength}",
            "correct one of the two",
        )
    return Drug(chosen.text, (Ingredient(only.name, strength),), chosen.rxnorm)


def _same(first: Quantity, second: Quantity) -> bool:
    return not first.unit.commensurable(second.unit) or first.same_as(second)


def _rxnorm(code: str | None) -> RxNorm | None:
    try:
        return RxNorm(code.strip()) if code and code.strip() else None
    except InputError:
        return None


def _code_words(rxnorm: str | None, omop: str | None) -> str:
    if rxnorm and rxnorm.strip():
        return f"RxNorm {rxnorm.strip()}"
    return f"OMOP {omop.strip()}" if omop and omop.strip() else "unnamed"
