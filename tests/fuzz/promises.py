"""What every parser promises of any input, checked the same way for all: an error of ours, in one line, within a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from adjuvant.errors import AdjuvantError, InternalError

__all__ = [
    "SECOND",
    "BrokenPromiseError",
    "Choices",
    "attempted",
    "kept",
    "require",
    "text_of",
    "within_a_second",
]

SECOND = 1.0
_LONGEST_MESSAGE = 3000
T = TypeVar("T")


class BrokenPromiseError(AssertionError):
    """A parser did with an input what it must never do."""


def require(held: bool, what: str, *seen: object) -> None:
    """Raise unless the promise was held."""
    if not held:
        raise BrokenPromiseError(f"{what}: {', '.join(ascii(item)[:300] for item in seen)}")


def kept(error: AdjuvantError) -> None:
    """An error is one printable line of bearable length that names thing, rule and remedy, and is the input's fault."""
    require(not isinstance(error, InternalError), "an internal error", str(error))
    for part in (error.thing, error.rule, error.remedy):
        require(bool(part.strip()), "an error without thing, rule or remedy", str(error))
    message = str(error)
    require(len(message) <= _LONGEST_MESSAGE, "an error too long to read", len(message), message[:200])
    require(message.isprintable(), "an error that is not one printable line", message)


def attempted(call: Callable[[], T]) -> T | AdjuvantError:
    """What a parser answers, or its error once that is seen to be one of ours; any other exception goes through."""
    try:
        return call()
    except AdjuvantError as error:
        kept(error)
        return error


def within_a_second(check: Callable[[bytes], None], data: bytes) -> None:
    """Run one check; processor time counts, so that a busy machine is not taken for a hang."""
    began = time.process_time()
    check(data)
    spent = time.process_time() - began
    require(spent <= SECOND, f"took {spent:.1f} s of processor time, which is over a second", data[:200])


def text_of(data: bytes) -> str:
    """Any bytes as text, lone surrogates included: JSON can bring them in."""
    return data.decode("utf-8", "surrogateescape")


class Choices:
    """Bytes read as a run of choices, so that a fuzzer can steer how an input is built; zeros once they run out."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        if limit <= 1:
            return 0
        wide = 1 if limit <= 256 else 2
        taken = self._data[self._at : self._at + wide]
        self._at += wide
        return int.from_bytes(taken, "big") % limit

    def of(self, items: list[T] | tuple[T, ...]) -> T:
        """One of several."""
        return items[self.below(len(items))]

    def text(self) -> str:
        """A short text: a length, then so many bytes."""
        length = self.below(24)
        taken = self._data[self._at : self._at + length]
        self._at += length
        return text_of(taken)

    def rest(self) -> bytes:
        """Everything that is left."""
        taken, self._at = self._data[self._at :], len(self._data)
        return taken
