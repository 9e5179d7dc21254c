"""A name that a package offers is what it says, whatever else is imported: no module of the package takes its place."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest

import adjuvant

PACKAGES = [one.name for one in pkgutil.iter_modules(adjuvant.__path__) if one.ispkg]


@pytest.mark.parametrize("name", PACKAGES)
def test_no_module_hides_a_function_of_its_own_package(name: str) -> None:
    package = importlib.import_module(f"adjuvant.{name}")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"adjuvant.{name}.{module.name}")
    offered = getattr(package, "__all__", ())
    assert [one for one in offered if isinstance(getattr(package, one), ModuleType)] == []
