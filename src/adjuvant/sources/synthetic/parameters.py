"""Reader of ``parameters.yaml``: the simulation's settings, exact, and none of them evidence."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from adjuvant.errors import QuantityError
from adjuvant.library.strict import Entry, read_file
from adjuvant.quantity import Quantity, parse_quantity

__all__ = ["Parameters", "parameters"]

_FILE = Path(__file__).with_name("parameters.yaml")
T = TypeVar("T")


class Parameters:
    """One mapping of the file; each value is read once.

    Raises:
        LibraryError: (from every method) no such key, or another kind of value; names file and line.
    """

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._found = dict(entry.pairs())
        self._known: dict[tuple[str, str], Any] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def names(self) -> tuple[str, ...]:
        """Every key, in the order of the file."""
        return tuple(self._found)

    def _once(self, kind: str, name: str, read: Callable[[Entry], T]) -> T:
        if (kind, name) not in self._known:
            if name not in self._found:
                raise self._entry.error(f"has no {name!r}", f"add `{name}:`")
            self._known[kind, name] = read(self._found[name])
        return cast(T, self._known[kind, name])

    def under(self, name: str) -> Parameters:
        """The mapping under a key."""
        return self._once("under", name, Parameters)

    def each(self, name: str) -> tuple[Parameters, ...]:
        """The mappings of a list."""
        return self._once("each", name, lambda entry: tuple(Parameters(item) for item in entry.items()))

    def number(self, name: str) -> float:
        """A number, as a double: the simulation's own noise is far wider than its rounding."""
        return self._once("number", name, lambda entry: float(entry.number(signed=True)))

    def whole(self, name: str) -> int:
        """A whole number."""
        return self._once("whole", name, Entry.whole)

    def wholes(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        return self._once("wholes", name, lambda entry: tuple(item.whole() for item in entry.items()))

    def text(self, name: str) -> str:
        """A text."""
        return self._once("text", name, Entry.text)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return self._once("texts", name, lambda entry: tuple(item.text() for item in entry.items()))

    def quantity(self, name: str) -> Quantity:
        """An exact quantity, such as ``0.2 mg/h``."""
        return self._once("quantity", name, _quantity)

    def quantities(self, name: str) -> tuple[Quantity, ...]:
        """A list of exact quantities."""
        return self._once("quantities", name, lambda entry: tuple(_quantity(item) for item in entry.items()))


def _quantity(entry: Entry) -> Quantity:
    try:
        return parse_quantity(entry.text())
    except QuantityError as error:
        raise entry.error(f"{error.thing} {error.rule}", error.remedy) from None


@lru_cache(maxsize=1)
def parameters() -> Parameters:
    """The parameters; read once."""
    return Parameters(read_file(_FILE, _FILE.name))
