"""`adjuvant tables`: the conversion tables, row by row, and how they differ."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from adjuvant.cli.output import CAVEAT, print_columns, print_json
from adjuvant.errors import UsageError
from adjuvant.quantity import json_number, show_exact

if TYPE_CHECKING:
    from adjuvant.library.model import ConversionFactor, ConversionTable

__all__ = ["compare_tables", "list_tables", "show_table"]


def list_tables(as_json: bool) -> None:
    """Every table and every named pair."""
    from adjuvant import library

    tables = [library.load_table(key) for key in library.table_keys()]
    pairs = [plan for plan in library.spread_plans() if plan.parenteral is not None]
    if as_json:
        print_json(
            {
                "tables": [_table_json(table) for table in tables],
                "pairs": [plan.key for plan in pairs],
                "default": library.default_plan().key,
            }
        )
        return
    print_columns(
        ["table", "rows", "read", "in range", "title"],
        [
            [
                table.key,
                str(len(table.factors)),
                table.provenance,
                "yes" if table.in_spread else "no",
                table.title,
            ]
            for table in tables
        ],
        right=[1],
    )
    print(f"\nDefault: {library.default_plan().key}")
    print("Named pairs, parenteral routes from the second: " + ", ".join(plan.key for plan in pairs))
    print("'in range' tables count in the range over tables wherever they cover every line.")


def show_table(key: str, as_json: bool) -> None:
    """One table with every row's citation and provenance."""
    from adjuvant import library

    table = library.load_table(key)
    if as_json:
        print_json(_table_json(table) | {"rows": [_row_json(row) for row in table.factors]})
        return
    print(f"{table.title}\n")
    print(f"  scope      {table.scope}\n  evidence   {table.evidence}\n  citation   {table.citation.text}")
    print(f"  known as   {table.citation.identifier}\n  digest     {table.digest[:16]}")
    if table.warning:
        print(f"  warning    {table.warning}")
    print()
    print_columns(
        ["drug", "route", "form", "oral morphine mg", "provenance", "note"],
        [
            [row.ingredient, *_where(row), _words(row), row.provenance, row.refuse or row.note]
            for row in table.factors
        ],
    )
    print(f"\n{CAVEAT}")


def compare_tables(drug: str, route: str | None, as_json: bool) -> None:
    """One drug over every table."""
    from adjuvant import library

    known = library.ingredient(drug)
    if known is None:
        near = get_close_matches(drug.lower(), sorted(library.opioid_names()), n=1)
        remedy = f"did you mean {near[0]}" if near else "write its generic name, such as hydromorphone"
        raise UsageError(f"drug {drug!r}", "is not in the library", remedy)
    wanted = library.canonical_route(route) if route else None
    if route and wanted is None:
        raise UsageError(f"route {route!r}", "is not a known route", "write one such as oral or intravenous")
    rows = [
        row
        for key in library.table_keys()
        for row in library.load_table(key).rows(known.name)
        if wanted is None or wanted in row.routes
    ]
    if as_json:
        print_json({"drug": known.name, "route": wanted, "rows": [_row_json(row) for row in rows]})
        return
    if not rows:
        print(f"No table has a row for {known.name}{f' {wanted}' if wanted else ''}.")
        return
    print_columns(
        ["table", "route", "form", "oral morphine mg", "provenance"],
        [
            [row.table, *_where(row), _words(row), row.provenance]
            for row in sorted(rows, key=lambda row: (sorted(row.routes), row.table))
        ],
    )
    print(f"\n{CAVEAT}")


def _where(row: ConversionFactor) -> tuple[str, str]:
    return "/".join(sorted(row.routes)), "/".join(sorted(row.forms or {"any"}))


def _words(row: ConversionFactor) -> str:
    if row.refuse:
        return "refused"
    unit = row.unit.code.replace("ug", "microgram")
    if row.bands:
        return "; ".join(
            f"{'from' if band.inclusive else 'above'} {show_exact(band.edge)} {unit}/day: "
            f"{show_exact(band.factor)}"
            for band in row.bands
        )
    if row.factor is None:
        return "refused"
    printed = f"{show_exact(row.factor)} per {unit}"
    if row.per_patch_hours:
        printed += f" per patch worn {show_exact(row.per_patch_hours)} h"
    if row.low is not None and row.high is not None:
        printed += f" ({show_exact(row.low)} to {show_exact(row.high)})"
    return printed


def _table_json(table: ConversionTable) -> dict[str, Any]:
    return {
        "key": table.key,
        "title": table.title,
        "scope": table.scope,
        "evidence": table.evidence,
        "citation": table.citation.identifier,
        "provenance": str(table.provenance),
        "in_range": table.in_spread,
        "guidance": table.guidance,
        "warning": table.warning,
        "digest": table.digest,
    }


def _row_json(row: ConversionFactor) -> dict[str, Any]:
    return {
        "table": row.table,
        "drug": row.ingredient,
        "routes": sorted(row.routes),
        "forms": sorted(row.forms) if row.forms else None,
        "unit": row.unit.code,
        "factor": json_number(row.factor) if row.factor is not None else None,
        "bands": [
            {
                ("from" if band.inclusive else "above"): json_number(band.edge),
                "factor": json_number(band.factor),
            }
            for band in row.bands
        ],
        "per_patch_hours": json_number(row.per_patch_hours) if row.per_patch_hours else None,
        "low": json_number(row.low) if row.low is not None else None,
        "high": json_number(row.high) if row.high is not None else None,
        "refuse": row.refuse,
        "citation": row.citation.identifier,
        "provenance": str(row.provenance),
        "note": row.note,
    }
