"""Reader of ``parameters.yaml``: the simulation's settings, exact, and none of them evidence."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from adjuvant.errors import QuantityError
from adjuvant.library.strict import Entry, read_file
from adjuvant.quantity import Quantity, parse_quantity

__all__ = ["Parameters", "parameters"]

_FILE = Path(__file__).with_name("parameters.yaml")


class Parameters:
    """One mapping of the file. Asking for a key that is not there is an error that names file and line."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._found = dict(entry.pairs())

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def names(self) -> tuple[str, ...]:
        """Every key, in the order of the file."""
        return tuple(self._found)

    def _at(self, name: str) -> Entry:
        if name not in self._found:
            raise self._entry.error(f"has no {name!r}", f"add `{name}:`")
        return self._found[name]

    def under(self, name: str) -> Parameters:
        """The mapping under a key."""
        return Parameters(self._at(name))

    def each(self, name: str) -> tuple[Parameters, ...]:
        """The mappings of a list."""
        return tuple(Parameters(item) for item in self._at(name).items())

    def number(self, name: str) -> float:
        """A number, as a double: the simulation's own noise is far wider than its rounding."""
        return float(self._at(name).number(signed=True))

    def whole(self, name: str) -> int:
        """A whole number."""
        return self._at(name).whole()

    def wholes(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        return tuple(item.whole() for item in self._at(name).items())

    def text(self, name: str) -> str:
        """A text."""
        return str(self._at(name).node.value)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(str(item.node.value) for item in self._at(name).items())

    def quantity(self, name: str) -> Quantity:
        """An exact quantity, such as ``0.2 mg/h``."""
        return _quantity(self._at(name))

    def quantities(self, name: str) -> tuple[Quantity, ...]:
        """A list of exact quantities."""
        return tuple(_quantity(item) for item in self._at(name).items())


def _quantity(entry: Entry) -> Quantity:
    try:
        return parse_quantity(entry.text())
    except QuantityError as error:
        raise entry.error(f"{error.thing} {error.rule}", error.remedy) from None


@lru_cache(maxsize=1)
def parameters() -> Parameters:
    """The parameters; read once."""
    return Parameters(read_file(_FILE, _FILE.name))
