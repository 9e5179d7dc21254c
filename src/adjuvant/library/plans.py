"""Which tables a total is computed by: single tables, named pairs, the default, and those of the range."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from adjuvant.errors import LibraryError
from adjuvant.library.folder import shown_name
from adjuvant.library.model import TablePlan
from adjuvant.library.strict import read_file
from adjuvant.library.tables import TABLE_FOLDER, load_table, table_keys

__all__ = ["default_plan", "named_pairs", "plan", "read_pairs", "spread_plans"]


def read_pairs(path: Path) -> tuple[TablePlan, ...]:
    """The named pairs of one file, the default first.

    Raises:
        LibraryError: an unknown table, a table paired with itself, a pair twice, no or several defaults.
    """
    found: list[TablePlan] = []
    defaults: list[int] = []
    pairs = read_file(path, shown_name(path)).fields(["pairs"])["pairs"]
    for entry in pairs.items():
        fields = entry.fields(["primary", "parenteral", "why"], ["default", "in_spread"])
        keys = [fields[side].one_of(table_keys(), "conversion table") for side in ("primary", "parenteral")]
        if keys[0] == keys[1]:
            raise entry.error(f"pairs {keys[0]} with itself", "name two tables")
        in_spread = fields["in_spread"].yes() if "in_spread" in fields else True
        pair = TablePlan(load_table(keys[0]), load_table(keys[1]), fields["why"].text(), in_spread)
        if any(pair.key == other.key for other in found):
            raise entry.error(f"{pair.key} stands twice", "keep one of the two")
        if "default" in fields and fields["default"].yes():
            defaults.append(len(found))
        found.append(pair)
    if len(defaults) != 1:
        raise pairs.error(f"has {len(defaults)} defaults", "mark exactly one pair `default: true`")
    first = found.pop(defaults[0])
    return (first, *found)


@lru_cache(maxsize=1)
def named_pairs() -> tuple[TablePlan, ...]:
    """The named pairs of the library, the default first; read once."""
    return read_pairs(TABLE_FOLDER / "pairs.yaml")


@lru_cache(maxsize=256)
def plan(primary: str, parenteral: str | None = None) -> TablePlan:
    """The plan of one table, or of two.

    Args:
        primary: key of the table for everything, or for all but parenteral routes where there is a second.
            A pair's own key, ``cdc2022+us_equianalgesic_classic``, is read too.
        parenteral: key of the table for parenteral routes.
    Raises:
        LibraryError: no such table, or a table paired with itself.
    """
    if parenteral is None and "+" in primary:
        primary, _, parenteral = primary.partition("+")
    if parenteral is None:
        table = load_table(primary)
        return TablePlan(table, in_spread=table.in_spread)
    if primary == parenteral:
        raise LibraryError(
            f"pair {primary}+{parenteral}", "pairs a table with itself", "name one table, or two"
        )
    pair = TablePlan(load_table(primary), load_table(parenteral), in_spread=False)
    return next((named for named in named_pairs() if named.key == pair.key), pair)


def default_plan() -> TablePlan:
    """The plan that is used unless another is named."""
    return named_pairs()[0]


@lru_cache(maxsize=1)
def spread_plans() -> tuple[TablePlan, ...]:
    """The plans of the range over tables: whole tables that are guidance and were read, and the named pairs.

    A plan counts in a range only where it covers every line; that is for the opioid engine to find.
    """
    tables = (plan(key) for key in table_keys())
    single = tuple(one for one in tables if one.primary.guidance and one.primary.in_spread)
    return (*(pair for pair in named_pairs() if pair.in_spread), *single)
