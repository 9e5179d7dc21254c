"""find_factor: the one row of a plan for an ingredient, a route and a form, or why there is none."""

from __future__ import annotations

from collections.abc import Callable

from adjuvant import library
from adjuvant.library.model import ConversionFactor, ConversionTable, TablePlan
from adjuvant.opioids.factor import AppliedRow, apply_row
from adjuvant.opioids.memo import Memo
from adjuvant.record import Refusal, RefusalReason

__all__ = ["find_applied", "find_applied_over", "find_factor", "implied_route"]

# The only forms that can be given by one route alone: a tablet may be swallowed or held under the tongue.
_ROUTE_OF_FORM = {"patch": "transdermal", "suppository": "rectal"}
_INJECTED = frozenset({"intravenous", "subcutaneous", "intramuscular"})
_ELSEWHERE = "choose a table that has it, or report the dose beside the total"
_Key = tuple[str, str | None, str | None]
_Refuser = Callable[[RefusalReason, str, str], Refusal]


def implied_route(form: str | None) -> str | None:
    """The route that a form alone settles (a patch is transdermal), or None."""
    return _ROUTE_OF_FORM.get(form) if form is not None else None


class _Memo:
    """What was already looked up in one plan; holds the plan, so that its identity stays its own."""

    __slots__ = ("applied", "found", "plan")

    def __init__(self, plan: TablePlan) -> None:
        self.plan = plan
        self.found: dict[_Key, ConversionFactor | Refusal] = {}
        self.applied: dict[_Key, AppliedRow | Refusal] = {}


_MEMOS: dict[tuple[int, int], _Memo] = {}
_MOST_PLANS = 100
_MOST_KEYS = 1000


def _memo(plan: TablePlan) -> _Memo:
    key = (id(plan.primary), id(plan.parenteral))
    memo = _MEMOS.get(key)
    if memo is None:
        if len(_MEMOS) >= _MOST_PLANS:
            _MEMOS.clear()
        memo = _MEMOS[key] = _Memo(plan)
    return memo


def find_factor(
    plan: TablePlan, ingredient: str, route: str | None, form: str | None
) -> ConversionFactor | Refusal:
    """The row that converts this ingredient by this route in this form.

    Args:
        plan: a table or a named pair; with a pair, parenteral routes are looked up in the parenteral table
            and everything else in the primary one. No lookup ever falls through to another table.
        ingredient: the library's name.
        route: canonical, or a spelling that the library knows; None only where the form settles it.
        form: canonical, or None where it is not stated.
    Returns:
        The row, or a Refusal: missing or unknown route, neuraxial route, a form that the table needs and
        that was not stated, no row, or a row that its source gives no accepted factor for.
    """
    memo = _memo(plan)
    key = (ingredient, route, form)
    found = memo.found.get(key)
    if found is None:
        if len(memo.found) >= _MOST_KEYS:
            memo.found.clear()
        found = memo.found[key] = _search(plan, ingredient, route, form)
    return found


def find_applied(
    plan: TablePlan, ingredient: str, route: str | None, form: str | None
) -> AppliedRow | Refusal:
    """`find_factor` with the row made ready for amounts in mg per day; remembered per plan."""
    memo = _memo(plan)
    key = (ingredient, route, form)
    applied = memo.applied.get(key)
    if applied is None:
        if len(memo.applied) >= _MOST_KEYS:
            memo.applied.clear()
        found = find_factor(plan, ingredient, route, form)
        applied = memo.applied[key] = found if isinstance(found, Refusal) else _APPLIED(found)
    return applied


# Plans share tables: the row of one table is one object in all of them, so that it is worked out once.
_APPLIED: Memo[ConversionFactor, AppliedRow] = Memo(apply_row)


_OVER: Memo[tuple[TablePlan, ...], dict[_Key, tuple[AppliedRow | Refusal, ...]]] = Memo(
    lambda _: {}, maxsize=8
)


def find_applied_over(
    plans: tuple[TablePlan, ...], ingredient: str, route: str | None, form: str | None
) -> tuple[AppliedRow | Refusal, ...]:
    """What values a line by each of these plans as `find_applied` does, remembered for the plans together.

    Where several plans have the same factor, or the same refusal, the first one's stands for all of them: it
    is no place to look up a table's own row, note or citation.
    """
    memo = _OVER(plans)
    key = (ingredient, route, form)
    found = memo.get(key)
    if found is None:
        if len(memo) >= _MOST_KEYS:
            memo.clear()
        same: dict[object, AppliedRow | Refusal] = {}
        each = [find_applied(plan, ingredient, route, form) for plan in plans]
        found = memo[key] = tuple(same.setdefault(_alike(one), one) for one in each)
    return found


def _alike(found: AppliedRow | Refusal) -> object:
    """The same for what values every line alike: by one factor, and asking nothing else of the line."""
    if isinstance(found, Refusal):
        return found
    alone = found.mme_per_mg is None or found.row.per_patch_hours is not None
    return ("row", id(found)) if alone else ("factor", found.mme_per_mg)


def _search(
    plan: TablePlan, ingredient: str, route: str | None, form: str | None
) -> ConversionFactor | Refusal:
    subject = " ".join(part for part in (ingredient, route, form) if part)

    def refuse(reason: RefusalReason, detail: str, remedy: str) -> Refusal:
        return Refusal(subject, reason, detail, remedy, ingredient=ingredient)

    stated = route if route is not None else implied_route(form)
    if stated is None:
        return refuse(
            RefusalReason.MISSING_ROUTE,
            "the route is not stated, and factors differ by route",
            "state it, such as oral, intravenous or transdermal",
        )
    canonical = library.canonical_route(stated)
    if canonical is None:
        return refuse(
            RefusalReason.UNKNOWN_ROUTE,
            f"route {stated!r} is not known",
            "write one such as oral, intravenous or transdermal",
        )
    group = library.route_group(canonical)
    if group == "neuraxial":
        return refuse(
            RefusalReason.NEURAXIAL,
            f"{canonical} doses have no accepted equivalence; published ratios differ many times over",
            "report the dose beside the total, never in it",
        )
    injected = plan.parenteral if group == "parenteral" else None
    table = injected or plan.primary
    rows = tuple(row for row in table.rows(ingredient) if _covers(row, canonical, group))
    counted = library.route(canonical).counts_as
    if not rows and counted is not None:
        rows = tuple(row for row in table.rows(ingredient) if counted in row.routes)
    if not rows:
        return refuse(*_no_row(table, ingredient, canonical, group, paired=injected is not None))
    return _by_form(table, rows, canonical, form, refuse)


def _covers(row: ConversionFactor, route: str, group: str) -> bool:
    if route in row.routes or group in row.routes:
        return True
    # "parenteral" without naming which is fine where the row holds for every injected route alike.
    return route == "parenteral" and row.routes >= _INJECTED


def _no_row(
    table: ConversionTable, ingredient: str, route: str, group: str, *, paired: bool
) -> tuple[RefusalReason, str, str]:
    others = sorted({name for row in table.rows(ingredient) for name in row.routes})
    if route == "parenteral" and (named := [name for name in others if name in _INJECTED]):
        detail = (
            f"{table.key} has {ingredient} for {', '.join(named)} only, and the route says just parenteral"
        )
        return RefusalReason.MISSING_ROUTE, detail, "state which injected route it is"
    if others:
        detail = f"{table.key} has {ingredient} for {', '.join(others)} only, not {route}"
    else:
        detail = f"{table.key} has no row for {ingredient}"
    if group == "parenteral" and not paired:
        return (
            RefusalReason.NO_FACTOR,
            detail,
            "name a parenteral table beside it, or a table that has this route",
        )
    return RefusalReason.NO_FACTOR, detail, _ELSEWHERE


def _by_form(
    table: ConversionTable, rows: tuple[ConversionFactor, ...], route: str, form: str | None, refuse: _Refuser
) -> ConversionFactor | Refusal:
    chosen = rows
    if form is not None:
        chosen = tuple(row for row in rows if row.forms is not None and form in row.forms)
        chosen = chosen or tuple(row for row in rows if row.forms is None)
    if not chosen:
        detail = f"{table.key} has this drug {route} as {_forms(rows)} only, not as {form}"
        return refuse(RefusalReason.NO_FACTOR, detail, _ELSEWHERE)
    if len({(row.unit.code, row.factor, row.bands, row.per_patch_hours, row.refuse) for row in chosen}) > 1:
        detail = f"{table.key} gives different factors {route} for {_forms(chosen)}"
        return refuse(RefusalReason.AMBIGUOUS_FORM, detail, "state the form")
    row = chosen[0]
    if row.refuse is not None:
        detail, remedy = f"{table.key}: {row.refuse}", "report the dose beside the total, never in it"
        return refuse(RefusalReason.NO_CONSENSUS, detail, remedy)
    if row.factor is None and not row.bands:
        detail = f"{table.key} lists this drug {route} without a factor"
        return refuse(RefusalReason.NO_FACTOR, detail, _ELSEWHERE)
    return row


def _forms(rows: tuple[ConversionFactor, ...]) -> str:
    return "; ".join(" or ".join(sorted(row.forms)) if row.forms else "any other form" for row in rows)
