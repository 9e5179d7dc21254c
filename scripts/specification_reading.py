"""What the tests say, read as text: the words of each, its hazards, and the cases that it is asked of."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "Cases", "Module", "Test", "module_of"]

ROOT = Path(__file__).resolve().parents[1]
# How far a table of cases is shown, and how much of a cell.
_ROWS, _CELL = 40, 100


class OpaqueError(Exception):
    """A value that is more than a plain figure or word."""


@dataclass(frozen=True, slots=True)
class Cases:
    """One table of cases: its headings, its rows, and how many rows there are in all."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Test:
    """One test.

    Args:
        id: file and name, as pytest takes them.
        text: its docstring, if it has one.
        law: it is tried on made-up cases.
        gap: it is known to fail, which is a gap that is open.
    """

    id: str
    text: str
    hazards: tuple[str, ...]
    cases: tuple[Cases, ...]
    law: bool
    gap: bool

    @property
    def name(self) -> str:
        """The name alone."""
        return self.id.rpartition("::")[2]


@dataclass(frozen=True, slots=True)
class Module:
    """One file of tests: its first sentence, what follows it, and its tests in order."""

    file: str
    heading: str
    text: str
    tests: tuple[Test, ...]


@cache
def module_of(file: str) -> Module:
    """A file of tests, named from the repository's root."""
    source = (ROOT / file).read_text(encoding="utf-8")
    tree = ast.parse(source)
    known = _constants(tree)
    comments = _comments(source)
    words = (ast.get_docstring(tree) or "").split("\n\n", 1)
    tests = tuple(
        _test(file, node, known, comments)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )
    return Module(file, " ".join(words[0].split()), words[1].strip() if len(words) > 1 else "", tests)


def _test(
    file: str, node: ast.FunctionDef, known: Mapping[str, ast.expr], comments: Mapping[int, str]
) -> Test:
    calls = [item for item in node.decorator_list if isinstance(item, ast.Call)]
    named = {id(call): ast.unparse(call.func) for call in calls}
    hazards = [
        str(ast.literal_eval(one))
        for call in calls
        if named[id(call)] == "pytest.mark.hazard"
        for one in call.args
    ]
    cases = [_cases(call, known, comments) for call in calls if named[id(call)] == "pytest.mark.parametrize"]
    return Test(
        f"{file}::{node.name}",
        " ".join((ast.get_docstring(node) or "").split()),
        tuple(hazards),
        tuple(one for one in cases if one is not None),
        "given" in named.values(),
        "pytest.mark.xfail" in named.values(),
    )


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """The values that a module gives names to, as they are written."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            found[node.target.id] = node.value
    return found


def _comments(source: str) -> dict[int, str]:
    """The comment at the end of each line that holds something else, too."""
    lines = source.splitlines()
    return {
        token.start[0]: token.string.lstrip("# ").rstrip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and lines[token.start[0] - 1][: token.start[1]].strip()
        if not token.string.startswith(("# fmt", "# type", "# noqa"))
    }


def _cases(call: ast.Call, known: Mapping[str, ast.expr], comments: Mapping[int, str]) -> Cases | None:
    """The table of a parametrized test, with the columns that are plain; nothing where none is."""
    try:
        names = _plain(call.args[0], known)
        rows, lines = _rows(call.args[1], known)
    except (OpaqueError, IndexError):
        return None
    headings = [names] if isinstance(names, str) else list(names)
    headings = [part.strip() for one in headings for part in one.split(",")]
    single = len(headings) == 1
    cells = [
        [row] if single else list(row.elts) if isinstance(row, ast.Tuple | ast.List) else [] for row in rows
    ]
    if not cells or any(len(row) != len(headings) for row in cells):
        return None
    columns = {
        heading: shown
        for n, heading in enumerate(headings)
        if (shown := _column([row[n] for row in cells], known)) is not None
    }
    remarks = [comments.get(line, "") for line in lines]
    if columns and any(remarks):
        columns["reckoned"] = remarks
    if not columns:
        return None
    table = tuple(zip(*columns.values(), strict=True))[:_ROWS]
    return Cases(tuple(one.replace("_", " ") for one in columns), table, len(cells))


def _rows(node: ast.expr, known: Mapping[str, ast.expr], depth: int = 0) -> tuple[list[ast.expr], list[int]]:
    """The rows of a list of cases and the line on which each ends."""
    if depth > 4:
        raise OpaqueError
    if isinstance(node, ast.Name) and node.id in known:
        return _rows(known[node.id], known, depth + 1)
    if isinstance(node, ast.Dict):
        keys = [key for key in node.keys if key is not None]
        return list(keys), [0] * len(keys)
    if isinstance(node, ast.List | ast.Tuple):
        rows: list[ast.expr] = []
        lines: list[int] = []
        for item in node.elts:
            if isinstance(item, ast.Starred):
                more, at = _rows(item.value, known, depth + 1)
                rows, lines = rows + more, lines + at
            else:
                rows.append(item)
                lines.append(item.end_lineno or 0)
        return rows, lines
    raise OpaqueError


def _column(cells: Sequence[ast.expr], known: Mapping[str, ast.expr]) -> list[str] | None:
    try:
        return [_words(_plain(cell, known)) for cell in cells]
    except OpaqueError:
        return None


def _plain(node: ast.expr, known: Mapping[str, ast.expr], depth: int = 0) -> Any:
    """The value of an expression without running it."""
    if depth > 6:
        raise OpaqueError

    def again(one: ast.expr) -> Any:
        return _plain(one, known, depth + 1)

    match node:
        case ast.Constant(value=value):
            return value
        case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
            return tuple(again(one) for one in elts)
        case ast.Dict(keys=keys, values=values):
            found: dict[Any, Any] = {}
            for key, value in zip(keys, values, strict=True):
                found |= again(value) if key is None else {again(key): again(value)}
            return found
        case ast.Name(id=name) if name in known:
            return again(known[name])
        case ast.Attribute(value=ast.Name(id=owner), attr=attr) if owner[0].isupper() and attr.isupper():
            return attr.lower().replace("_", " ")
        case ast.Call(func=ast.Name(id="Fraction" | "Decimal"), args=[one]):
            return again(one)
        case ast.Call(func=ast.Name(id="Fraction"), args=[top, bottom]):
            return f"{again(top)}/{again(bottom)}"
        case ast.UnaryOp(op=ast.USub(), operand=one):
            return -again(one) if isinstance(again(one), int | float) else f"-{again(one)}"
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            sides = again(left), again(right)
            if all(isinstance(one, int | float) for one in sides):
                return sides[0] * sides[1]
    raise OpaqueError


def _words(value: Any) -> str:
    """A plain value as a reader takes it."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case "":
            return "(empty)"
        case str():
            text = value if value.isprintable() and value.strip() == value else repr(value)
        case bytes():
            text = repr(value)
        case dict():
            text = (
                ", ".join(f"{_words(key).replace('_', ' ')}: {_words(one)}" for key, one in value.items())
                or "(empty)"
            )
        case tuple():
            text = ", ".join(map(_words, value)) or "(none)"
        case _:
            text = str(value)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"
