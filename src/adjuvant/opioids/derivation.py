"""The steps that lead from a line as written to its MME, each with its table row, citation and provenance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from adjuvant import library
from adjuvant.library.model import TablePlan
from adjuvant.opioids.amount import Measured
from adjuvant.opioids.factor import factor_words, row_place
from adjuvant.opioids.model import Step
from adjuvant.opioids.pricing import Ends, Priced, RowTotal
from adjuvant.opioids.share import number

__all__ = ["derivation", "plan_warnings"]

_FLAGGED = {
    "methadone": "Contains methadone, on whose equivalence tables disagree widely: read its line first.",
    "buprenorphine": "Contains buprenorphine, a partial agonist: the total without it stands beside.",
}


def plan_warnings(plan: TablePlan, ingredients: Iterable[str]) -> tuple[str, ...]:
    """The scope warnings of the plan's tables, and one for each drug whose equivalence needs its own look."""
    scope = [table.warning for table in plan.tables if table.warning]
    names = set(ingredients)
    return (*dict.fromkeys(scope), *(text for name, text in _FLAGGED.items() if name in names))


def derivation(item: Measured, priced: tuple[Priced, ...], rows: Mapping[int, RowTotal]) -> tuple[Step, ...]:
    """Every step of one line; for a refused line as far as it was led."""
    line = item.line
    parts = (line.drug.text, line.form, line.route, line.dose, line.rate)
    written = line.written or ", ".join(str(part) for part in parts if part is not None)
    steps = [Step(f"as written: {written}")]
    if line.drug.name != line.drug.text and line.drug.ingredients:
        steps.append(Step(f"{line.drug.text} is {line.drug.name.replace('+', ' + ')}"))
    steps += [Step(f"{other}: not an opioid, not counted") for other in item.others]
    if line.unread_form is not None:
        steps.append(Step(f"form {line.unread_form!r} is not known, and was not used"))
    if not priced:
        return (*steps, *(Step(text) for share in item.shares for text in share.steps))
    for one in priced:
        steps += [Step(text) for text in one.share.steps]
        steps += _valued(item, one, rows.get(id(one.applied.row)))
    return tuple(steps)


def _valued(item: Measured, one: Priced, total: RowTotal | None) -> list[Step]:
    applied, row = one.applied, one.applied.row
    steps: list[Step] = []
    if one.share.patches_per_day is not None and row.per_patch_hours is not None:
        worn = number(row.per_patch_hours)
        released = f"{number(one.scheduled)} mg"
        steps.append(Step(f"each worn {worn} h, the wear that the table's row is made for = {released}/day"))
    known = library.route(item.route) if item.route is not None else None
    if known is not None and known.counts_as is not None and known.name not in row.routes:
        words = f"{known.name} is counted as {known.counts_as}: {known.why}"
        steps.append(Step(words, provenance=known.provenance))
    words = applied.words
    if total is not None:
        words = factor_words(row, total.scheduled * applied.per_mg)
    steps.append(Step(f"{row.ingredient}: {words}", row_place(row), row.citation, row.provenance))
    if row.note:
        steps.append(Step(row.note))
    ends = one.ends()
    if total is not None:
        steps.append(Step(_banded(one, total)))
    if ends is None or applied.each is None:
        return steps
    unit = row.unit.code.replace("ug", "microgram") + ("/day" if row.unit.has(mass=1) else "")
    for mg, mme, when in _ends(one, ends):
        words = (
            f"{number(applied.in_units(mg))} {unit} × {number(applied.each)} = {number(mme)} MME/day{when}"
        )
        steps.append(Step(words))
    return steps


def _ends(one: Priced, ends: Ends) -> list[tuple[Fraction, Fraction, str]]:
    """Milligrams and MME per day, and which end of the interval they are."""
    value, _, greatest = ends
    if one.scheduled is one.most or one.scheduled == one.most:
        return [(one.scheduled, value, "")]
    if not one.scheduled:
        return [(one.most, greatest, " at most, none scheduled")]
    return [(one.scheduled, value, " scheduled"), (one.most, greatest, " at most")]


def _banded(one: Priced, total: RowTotal) -> str:
    low, high = total.scheduled * one.applied.per_mg, total.most * one.applied.per_mg
    applied, unit = one.applied, one.applied.row.unit.code.replace("ug", "microgram")
    parts = []
    for day, amount, when in ((low, one.scheduled, "scheduled"), (high, one.most, "at most")):
        if when == "at most" and total.most == total.scheduled:
            continue
        mine, factor = amount * applied.per_mg, applied.factor(day)
        parts.append(
            f"{when}: the day's total is {number(day)} {unit}, so {number(mine)} {unit} of it × "
            f"{number(factor)} = {number(mine * factor)} MME/day"
        )
    return "; ".join(parts)
