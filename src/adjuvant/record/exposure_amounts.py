"""From a charted dose or rate to the mass of one ingredient, with each unit step in words, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from adjuvant.errors import QuantityError
from adjuvant.quantity import Quantity, Unit, UnitStatus, show_exact
from adjuvant.quantity.quantity import readable_unit
from adjuvant.record.exposure import Refusal, RefusalReason
from adjuvant.record.medication import Drug, Ingredient
from adjuvant.record.misspelt import misspelt
from adjuvant.record.origin import Origin
from adjuvant.timeline import local_text

__all__ = [
    "Problem",
    "after",
    "asked_for",
    "beyond_belief",
    "doubted",
    "in_words",
    "mass_of",
    "refusal",
    "unresolved",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an amount cannot be given, and what would mend it."""

    reason: RefusalReason
    detail: str
    remedy: str


def in_words(quantity: Quantity) -> str:
    """A quantity as it stands in a derivation: exact where its decimals end, else six digits with "about"."""
    exact = show_exact(quantity.value)
    number = f"about {float(quantity.value):.6g}" if "/" in exact else exact
    return f"{number} {readable_unit(quantity.unit.code)}"


def mass_of(
    charted: Quantity,
    drug: Drug,
    ingredient: Ingredient,
    weight: Quantity | None,
    steps: list[str],
    *,
    rate: bool,
) -> Quantity | Problem:
    """The mass (or, with `rate`, the mass per time) of one ingredient in what was charted.

    Args:
        charted: mass; mass per body weight; volume, where the ingredient has a concentration; or counted
            things, where it has a strength per thing. Each of them per time if `rate`.
        weight: the body weight charted on the same row, or None.
        steps: gets one line in words for each unit step that was needed.
    Returns:
        The quantity, or a Problem: a negative figure, no weight, no strength or concentration, a mass of a
        combination product (it does not say of which ingredient), a dose where a rate belongs, a body weight
        that is hardly possible, or a unit that leads to no mass.
    """
    if charted.value < 0:
        return Problem(
            RefusalReason.IMPLAUSIBLE, f"{charted} is negative", "correct the figure in the source"
        )
    wanted = {"mass": 1, "time": -1} if rate else {"mass": 1}
    found = charted
    if any(name == "body_weight" for name, _ in charted.unit.dimension):
        if weight is None:
            return Problem(
                RefusalReason.MISSING_WEIGHT,
                f"{charted} without a body weight",
                "chart the weight that was used",
            )
        try:
            found = charted.for_body(weight)
            odd = _odd_weight(weight)
        except QuantityError as error:
            return Problem(RefusalReason.MISSING_WEIGHT, f"{error.thing} {error.rule}", error.remedy)
        if odd:
            return Problem(RefusalReason.IMPLAUSIBLE, f"{charted}, and {odd}", "correct the body weight")
        steps.append(f"{in_words(charted)} × {in_words(weight)} = {in_words(found)}")
    if found.unit.has(**wanted):
        if len(drug.ingredients) > 1:
            return Problem(
                RefusalReason.AMBIGUOUS_DOSE,
                f"{charted} of {drug.text!r} does not say how much of it is {ingredient.name}",
                "give the number of units, or the ingredient's own dose",
            )
        return found
    strength = ingredient.strength
    if strength is not None and strength.value > 0 and (found.unit * strength.unit).has(**wanted):
        made = Quantity(found.value * strength.value, found.unit * strength.unit).to(
            _plain(strength.unit, rate)
        )
        steps.append(f"{in_words(found)} × {in_words(strength)} = {in_words(made)}")
        return made
    return _no_mass(found, ingredient, rate=rate)


def _odd_weight(weight: Quantity) -> str:
    """Why a body weight is hardly possible, such as a newborn's grams in kilograms; empty if it is not."""
    from adjuvant.library import plausible_limit

    limit = plausible_limit("body_weight")
    return limit.doubt(weight.in_(limit.unit)) if limit is not None else ""


def _plain(strength: Unit, rate: bool) -> str:
    mass = strength.code.partition("/")[0]
    return f"{mass}/h" if rate else mass


def _no_mass(found: Quantity, ingredient: Ingredient, *, rate: bool) -> Problem:
    names = {name for name, _ in found.unit.dimension}
    said = (
        "its strength is not stated"
        if ingredient.strength is None
        else f"its strength is {ingredient.strength}"
    )
    if "length" in names:
        return Problem(
            RefusalReason.MISSING_CONCENTRATION,
            f"{found} of {ingredient.name}, and {said}",
            "give the concentration in mass per volume",
        )
    if any(name.startswith("{") for name in names):
        return Problem(
            RefusalReason.AMBIGUOUS_STRENGTH,
            f"{found} of {ingredient.name}, and {said}",
            "give the strength of one unit",
        )
    if "mass" in names:
        what = "a rate" if rate else "a dose"
        return Problem(
            RefusalReason.AMBIGUOUS_DOSE, f"{found} is not {what}", f"chart {what} in mass or volume"
        )
    return Problem(
        RefusalReason.UNKNOWN_UNIT,
        f"{found} leads to no mass of {ingredient.name}",
        "give a mass, volume or count",
    )


def doubted(doubt: str, status: UnitStatus, origin: Origin) -> Problem | None:
    """The Problem of a row that its reader marked as not usable, quoting what stood there, or None."""
    if not doubt and status is not UnitStatus.UNCONVERTIBLE:
        return None
    raw = origin.raw[:160] + ("..." if origin.raw[160:] else "")
    quoted = f", charted as {raw!r}" if raw else f", at {origin}"
    if status is UnitStatus.UNCONVERTIBLE:
        return Problem(
            RefusalReason.UNKNOWN_UNIT,
            f"{doubt or 'the unit cannot be read'}{quoted}",
            "correct it in the source",
        )
    return Problem(RefusalReason.DOUBTED, f"{doubt}{quoted}", "check the row in the source")


def beyond_belief(mass: Quantity, ingredient: str, limit: str = "dose_believed") -> Problem | None:
    """The Problem of an opioid amount that no chart can mean, or None. It is no maximum dose and no advice.

    Args:
        mass: a mass, or for ``day_believed`` the mass of one day, or for ``patch_rate_believed`` a release.
        limit: the setting; one for the ingredient itself, such as ``dose_believed_fentanyl``, goes first.
    """
    bound = _bound(ingredient, limit, mass.unit.code)
    if bound is None or mass.value <= bound[0]:
        return None
    most = bound[1]
    return Problem(
        RefusalReason.IMPLAUSIBLE,
        f"{in_words(mass)} of {ingredient} is above {in_words(most)}, "
        "which is not believed (a limit of belief, not a clinical one)",
        "check the number and its unit",
    )


@lru_cache(maxsize=1024)
def _bound(ingredient: str, limit: str, unit: str) -> tuple[Fraction, Quantity] | None:
    """The limit as a number of such a unit, and as it is stated; None for what is no opioid.

    Raises:
        QuantityError: the limit is of another kind than the unit.
    """
    most = _believed(ingredient, limit)
    return None if most is None else (most.in_(unit), most)


@lru_cache(maxsize=512)
def _believed(ingredient: str, limit: str) -> Quantity | None:
    """The limit for this ingredient; None for what is no opioid."""
    from adjuvant.library import is_opioid, setting, settings

    if not is_opioid(ingredient):
        return None
    own = f"{limit}_{ingredient}"
    most = setting(own if own in settings() else limit)
    return Quantity(most.value, most.unit)


def asked_for(drug: Drug, ingredients: frozenset[str]) -> tuple[Ingredient, ...]:
    """The ingredients of `drug` that are among those asked for."""
    return tuple(item for item in drug.ingredients if item.name in ingredients)


def unresolved(drug: Drug, ingredients: frozenset[str]) -> str | None:
    """The asked-for ingredient that an unresolved drug's text names as a whole word, if any.

    A name that nobody resolved must not vanish where its own text says that it matters, be it by a brand or
    by a word that is only a letter or two from the name.
    """
    if drug.ingredients:
        return None
    return min(_named(drug.text) & ingredients or misspelt(drug.text) & ingredients, default=None)


@lru_cache(maxsize=4096)
def _named(text: str) -> frozenset[str]:
    """Each word of a text, and the library's name for it where it has one."""
    from adjuvant.library import ingredient

    words = "".join(letter if letter.isalpha() else " " for letter in text.lower()).split()
    known = (ingredient(word) for word in words)
    return frozenset(words) | {item.name for item in known if item is not None}


def refusal(
    drug: Drug,
    problem: Problem,
    *,
    event: str,
    local: ZoneInfo,
    start: datetime | None,
    end: datetime | None,
    ingredient: str | None,
) -> Refusal:
    """The Refusal of one event, with drug and local time as its subject."""
    when = f", {local_text(start, local)}" if start is not None else ""
    return Refusal(
        subject=f"{drug.text}{when}",
        reason=problem.reason,
        detail=problem.detail,
        remedy=problem.remedy,
        start=start,
        end=end,
        events=(event,),
        ingredient=ingredient,
    )


def after(start: datetime, hours: Fraction) -> datetime:
    """The instant `hours` of elapsed time after `start`, to the microsecond."""
    return start + timedelta(microseconds=round(hours * 3600 * 10**6))
