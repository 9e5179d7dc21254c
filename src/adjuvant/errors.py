"""The one family of errors: each names the thing, the rule and the remedy, and carries an exit code."""

from __future__ import annotations

__all__ = [
    "AdjuvantError",
    "InputError",
    "InternalError",
    "LibraryError",
    "QuantityError",
    "RefusedError",
    "UsageError",
]

_LONGEST = 800
_KEPT = 380


def _readable(text: str) -> str:
    if len(text) > _LONGEST:
        text = f"{text[:_KEPT]} ... {text[-_KEPT:]}"
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


class AdjuvantError(Exception):
    """What went wrong, said so that a person can act on it.

    Args:
        thing: the file, row, field or value concerned, for example ``chart.csv:14: dose``.
        rule: what it breaks, quoting what was read.
        remedy: what to do about it.

    What cannot be printed is escaped, and what is too long to be read is cut in the middle, because the parts
    quote input of any kind: an error stays one line.
    """

    exit_code = 5

    def __init__(self, thing: str, rule: str, remedy: str) -> None:
        self.thing = _readable(thing)
        self.rule = _readable(rule)
        self.remedy = _readable(remedy)
        super().__init__(f"{self.thing}: {self.rule}; {self.remedy}.")

    def within(self, place: str) -> AdjuvantError:
        """The same error, with the place it happened in (a file, a row) put before the thing."""
        return type(self)(f"{place}: {self.thing}", self.rule, self.remedy)


class UsageError(AdjuvantError):
    """The command or call was wrong; exit code 2."""

    exit_code = 2


class InputError(AdjuvantError):
    """The input cannot be used; exit code 3."""

    exit_code = 3


class QuantityError(InputError):
    """A number, a unit or a dose text that cannot be read without guessing."""


class LibraryError(InputError):
    """A file of the library of numbers breaks its rules."""


class RefusedError(AdjuvantError):
    """An order, plan or export was refused for safety, consent or privacy; exit code 4."""

    exit_code = 4


class InternalError(AdjuvantError):
    """A promise of our own is broken; exit code 5."""

    exit_code = 5
