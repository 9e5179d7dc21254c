"""The source tree as the architecture tests read it: every module, parsed once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Module:
    """One module of the package: where it is, its text and its syntax tree."""

    path: str
    package: str
    text: str
    tree: ast.Module

    def docstrings(self) -> set[int]:
        """The identities of the constants that are docstrings, so that a scan can pass over prose."""
        found = set()
        for node in ast.walk(self.tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                found |= {
                    id(statement.value)
                    for statement in body
                    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
                }
        return found


@pytest.fixture(scope="session")
def modules(root: Path) -> list[Module]:
    """Every module under src/adjuvant, its `package` being the layer that it belongs to."""
    top = root / "src" / "adjuvant"
    found = []
    for file in sorted(top.rglob("*.py")):
        inside = file.relative_to(top)
        text = file.read_text(encoding="utf-8")
        layer = inside.parts[0].removesuffix(".py")
        found.append(Module(inside.as_posix(), layer, text, ast.parse(text, filename=str(file))))
    assert found, "there is no module under src/adjuvant"
    return found
