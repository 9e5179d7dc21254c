"""Memo: what a function made of an object, found again by the identity of that object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Memo"]

Thing = TypeVar("Thing")
Found = TypeVar("Found")


class Memo(Generic[Thing, Found]):
    """A function of one object that remembers what it made of the last thousand or so.

    Regimens hold the same lines over and over, and a line is worked out by ten tables. To hash a line by its
    nineteen fields would cost more than to find it by identity, as `functools.lru_cache` cannot. Every object
    that is remembered is also held, so that its identity stays its own.

    Args:
        make: a function of nothing but the object, which never changes.
        maxsize: how many are remembered before all of them are forgotten.
    """

    __slots__ = ("_found", "_make", "_maxsize")

    def __init__(self, make: Callable[[Thing], Found], maxsize: int = 1000) -> None:
        self._make = make
        self._maxsize = maxsize
        self._found: dict[int, tuple[Thing, Found]] = {}

    def __call__(self, thing: Thing) -> Found:
        """What `make` makes of it, now or when it was first asked for."""
        known = self._found.get(id(thing))
        if known is None:
            known = thing, self._make(thing)
            if len(self._found) >= self._maxsize:
                self._found.clear()
            self._found[id(thing)] = known
        return known[1]
