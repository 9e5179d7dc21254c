"""Reader of ``opioids/<table>.yaml``: one published conversion table a file, each row with its source."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from pathlib import Path

from adjuvant.errors import LibraryError
from adjuvant.library.bibliography import source_of
from adjuvant.library.folder import FOLDER, file_digest, shown_name
from adjuvant.library.model import ConversionFactor, ConversionTable
from adjuvant.library.rows import read_row
from adjuvant.library.strict import closest, read_file

__all__ = ["TABLE_FOLDER", "load_table", "read_table", "table_keys"]

TABLE_FOLDER = FOLDER / "opioids"
_PAIRS = "pairs"
_HEAD = ["table", "title", "scope", "evidence", "citation", "provenance", "rows"]
_HEAD_MORE = ["warning", "guidance", "in_spread", "left_out", "notes", "oral_morphine_mg"]


def read_table(path: Path) -> ConversionTable:
    """One conversion table.

    Raises:
        LibraryError: anything in the file that breaks its form; see docs/reference/library.md.
    """
    name = shown_name(path)
    top = read_file(path, name)
    fields = top.fields(_HEAD, _HEAD_MORE)
    key = fields["table"].text()
    if key != path.stem:
        raise fields["table"].error(f"{key!r} is not the file's name {path.stem!r}", "name both alike")
    citation, provenance = source_of(fields)
    in_spread = fields["in_spread"].yes() if "in_spread" in fields else True
    left_out = fields["left_out"].text() if "left_out" in fields else ""
    if in_spread is bool(left_out):
        word = "is not left out of the range over tables, yet says why" if left_out else "does not say why"
        raise fields.get("left_out", fields.get("in_spread", top)).error(
            word, "give `in_spread: false` and `left_out:` together, or neither"
        )
    morphine = fields["oral_morphine_mg"].positive() if "oral_morphine_mg" in fields else None
    rows = tuple(read_row(entry, key, morphine) for entry in fields["rows"].items())
    _refuse_overlaps(rows, name)
    return ConversionTable(
        key=key,
        title=fields["title"].text(),
        scope=fields["scope"].text(),
        evidence=fields["evidence"].text(),
        citation=citation,
        provenance=provenance,
        factors=rows,
        warning=fields["warning"].text() if "warning" in fields else "",
        guidance=fields["guidance"].yes() if "guidance" in fields else True,
        in_spread=in_spread,
        digest=file_digest(path),
        left_out=left_out,
        notes=fields["notes"].text() if "notes" in fields else "",
    )


def _refuse_overlaps(rows: tuple[ConversionFactor, ...], name: str) -> None:
    for first, second in combinations(rows, 2):
        if first.ingredient != second.ingredient:
            continue
        routes = first.routes & second.routes
        forms_meet = first.forms is None or second.forms is None or bool(first.forms & second.forms)
        if routes and forms_meet:
            raise LibraryError(
                f"{name}:{second.line}: {second.ingredient}",
                f"answers {' and '.join(sorted(routes))} a second time, after line {first.line}",
                "let one row answer each ingredient, route and form",
            )


@lru_cache(maxsize=1)
def table_keys() -> tuple[str, ...]:
    """The keys of every conversion table, in alphabetical order."""
    return tuple(sorted(path.stem for path in TABLE_FOLDER.glob("*.yaml") if path.stem != _PAIRS))


@lru_cache(maxsize=64)
def load_table(key: str) -> ConversionTable:
    """The conversion table of that key; read once.

    Raises:
        LibraryError: no such table; names the nearest.
    """
    if key not in table_keys():
        raise LibraryError(f"conversion table {key!r}", "does not exist", closest(key, table_keys()))
    return read_table(TABLE_FOLDER / f"{key}.yaml")
