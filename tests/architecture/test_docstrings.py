"""A reader finds the way without help: each module and each public name says what it is."""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
from pathlib import Path
from types import ModuleType


def module_name(path: str) -> str:
    """`record/__init__.py` as `adjuvant.record`."""
    inside = Path(path).with_suffix("")
    parts = inside.parts[:-1] if inside.name == "__init__" else inside.parts
    return ".".join(("adjuvant", *parts))


def own_docstring(thing: object) -> str | None:
    """The docstring somebody wrote on `thing` itself: not inherited, not made up by a decorator."""
    written = vars(thing).get("__doc__") if inspect.isclass(thing) else getattr(thing, "__doc__", None)
    name = getattr(thing, "__name__", "")
    if not written or written.startswith(f"{name}("):
        return None
    if inspect.isclass(thing) and issubclass(thing, enum.Enum) and written == enum.Enum.__doc__:
        return None
    return str(written)


def test_the_first_line_of_each_module_says_what_it_holds(modules) -> None:
    silent = []
    for module in modules:
        first = module.tree.body[0] if module.tree.body else None
        if first is None or first.lineno != 1 or ast.get_docstring(module.tree) is None:
            silent.append(module.path)
    assert not silent, f"the first line is a docstring that says what the module holds: {silent}"


def test_every_package_lists_its_public_names(modules) -> None:
    unlisted = [
        module.path
        for module in modules
        if module.path.count("/") == 1
        and module.path.endswith("/__init__.py")
        and not hasattr(importlib.import_module(module_name(module.path)), "__all__")
    ]
    assert not unlisted, f"public names stand in __all__: {unlisted}"


def test_every_public_function_and_class_has_a_docstring(modules) -> None:
    silent = []
    for module in modules:
        loaded: ModuleType = importlib.import_module(module_name(module.path))
        for name in getattr(loaded, "__all__", ()):
            thing = getattr(loaded, name)
            ours = str(getattr(thing, "__module__", "")).startswith("adjuvant")
            if (
                ours
                and (inspect.isclass(thing) or inspect.isfunction(thing))
                and own_docstring(thing) is None
            ):
                silent.append(f"{loaded.__name__}.{name}")
    assert not silent, "these public names have no docstring:\n" + "\n".join(silent)
