"""A module that has grown past 400 lines is split along what it does."""

from __future__ import annotations

LIMIT = 400


def test_no_module_is_longer_than_400_lines(modules) -> None:
    long = {module.path: lines for module in modules if (lines := module.text.count("\n")) > LIMIT}
    assert not long, f"split these along what they do: {long}"
