"""measure: a line's opioids and their amounts in mg per day, before any table is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from adjuvant import library
from adjuvant.opioids.doses import doses_share, infusion_share, pump_share
from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.lookup import implied_route
from adjuvant.opioids.memo import Memo
from adjuvant.opioids.patch import patch_share
from adjuvant.opioids.share import Share, impossible, number
from adjuvant.record import Drug, Ingredient, RefusalReason
from adjuvant.record.exposure_amounts import Problem
from adjuvant.record.exposure_routes import contradicted_route
from adjuvant.record.naming import partners_strength

__all__ = ["Measured", "measure"]

_Known = Sequence[library.KnownIngredient | None]


@dataclass(frozen=True, slots=True)
class Measured:
    """A line with its amounts, or with the reason why it has none.

    Args:
        route: as stated, or as the form settles it.
        shares: one per opioid of the line; empty if it is refused or holds no opioid.
        opioids: their names, also where the line is refused; empty where the drug is not known.
        others: the other ingredients, with their kinds, in words.
        problem: the line's own fault, which no table can mend.
    """

    line: RegimenLine
    route: str | None
    shares: tuple[Share, ...] = ()
    opioids: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    problem: Problem | None = None

    @property
    def not_an_opioid(self) -> bool:
        """True only where every ingredient is known and none is an opioid."""
        return not self.opioids and self.problem is None


def measure(line: RegimenLine) -> Measured:
    """The amounts of a line in mg per day, scheduled and at most.

    A drug that is not known is refused, because it could be an opioid; a drug that is known not to be one
    is passed over, whatever else its line lacks.
    """
    return _MEASURED(line)


def _measure(line: RegimenLine) -> Measured:
    known = [_known(item.name) for item in line.drug.ingredients]
    line = _in_library_names(line, known)
    opioids, others, problem = _sort_ingredients(line.drug, known)
    names = tuple(item.name for item in opioids)
    route = line.route or implied_route(line.form)
    if problem is None and opioids:
        problem = line.problem or _misplaced(line, route)
    elif problem is not None and line.problem and line.problem.reason is RefusalReason.UNKNOWN_DRUG:
        problem = line.problem
    if problem is not None or not opioids:
        return Measured(line, route, (), names, others, problem)
    shares: list[Share] = []
    for item in opioids:
        share = _share(line, item, alone=len(opioids) == 1)
        fault = share if isinstance(share, Problem) else impossible(share)
        if isinstance(share, Problem) or fault is not None:
            return Measured(line, route, (), names, others, fault)
        shares.append(share)
    return Measured(line, route, tuple(shares), names, others)


_MEASURED = Memo(_measure)


@lru_cache(maxsize=4096)
def _known(name: str) -> library.KnownIngredient | None:
    return library.ingredient(name)


def _in_library_names(line: RegimenLine, known: _Known) -> RegimenLine:
    """The same line with every known ingredient under the library's own name, as `resolve_drug` gives it."""
    parts = line.drug.ingredients
    if all(one is None or one.name == item.name for item, one in zip(parts, known, strict=True)):
        return line
    renamed = tuple(
        item if one is None else replace(item, name=one.name) for item, one in zip(parts, known, strict=True)
    )
    return replace(line, drug=replace(line.drug, ingredients=renamed))


def _sort_ingredients(
    drug: Drug, known: _Known
) -> tuple[tuple[Ingredient, ...], tuple[str, ...], Problem | None]:
    opioids: list[Ingredient] = []
    others: list[str] = []
    problem: Problem | None = None if drug.ingredients else _unknown(drug.text)
    for item, one in zip(drug.ingredients, known, strict=True):
        if one is None:
            problem = _unknown(item.name)
        elif one.kind == "opioid":
            opioids.append(item)
        else:
            others.append(f"{one.name} ({one.kind})")
    return tuple(opioids), tuple(others), problem


def _unknown(name: str) -> Problem:
    return Problem(
        RefusalReason.UNKNOWN_DRUG,
        f"{name[:60]!r} is not a drug that the library knows, and could be an opioid",
        "write the generic name or the RxNorm code",
    )


def _misplaced(line: RegimenLine, route: str | None) -> Problem | None:
    if route is None:
        return Problem(
            RefusalReason.MISSING_ROUTE,
            "the route is not stated, and factors differ by route",
            "state it, such as oral, intravenous or transdermal",
        )
    if line.form == "patch" and route != "transdermal":
        detail = f"a patch is not given {route}"
        return Problem(RefusalReason.UNKNOWN_ROUTE, detail, "correct the route or the form")
    return contradicted_route(line.drug, route, line.form)


def _share(line: RegimenLine, item: Ingredient, *, alone: bool) -> Share | Problem:
    if line.strength is not None:
        if not alone:
            detail = f"strength {line.strength} does not say which of the product's opioids is meant"
            return Problem(RefusalReason.AMBIGUOUS_STRENGTH, detail, "write one line for each opioid")
        if item.strength is not None and not item.strength.same_as(line.strength):
            detail = f"strength {line.strength} is not that of the product named, {item.strength}"
            return Problem(RefusalReason.AMBIGUOUS_STRENGTH, detail, "correct the strength or the product")
        item = replace(item, strength=line.strength)
        held = (item if one.name == item.name else one for one in line.drug.ingredients)
        if partners_strength(tuple(held)) is not None:
            detail = f"strength {line.strength} of {item.name} can only be that of its partner"
            return Problem(RefusalReason.AMBIGUOUS_STRENGTH, detail, "state the opioid's own strength")
    if line.is_patch:
        return patch_share(line, item)
    if line.patches is not None:
        detail = f"the line counts {number(line.patches)} patches and is no patch"
        return Problem(RefusalReason.AMBIGUOUS_FORM, detail, "state form patch, or leave patches out")
    if line.demand is not None or line.demands_per_day is not None or line.max_demands_per_day is not None:
        return pump_share(line, item)
    return infusion_share(line, item, line.rate) if line.rate is not None else doses_share(line, item)
