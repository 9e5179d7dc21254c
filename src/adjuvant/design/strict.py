"""Reading a question as JSON without guessing: exact numbers, known keys, no key twice, units written out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

from adjuvant.errors import AdjuvantError, InputError, QuantityError
from adjuvant.library.strict import closest
from adjuvant.quantity import Quantity, parse_quantity

__all__ = ["Fields", "decoded"]

T = TypeVar("T")
_DIGITS = 15
"""Digits before and after the point of a number that anybody means; more of them are a slip or an attack."""
_MOST = 10**4
"""Values that a list of ends and a step may stand for."""


def decoded(text: str) -> Any:
    """The data of a JSON text.

    Raises:
        InputError: not JSON, NaN, or a key twice in one object.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise InputError(f"key {key!r}", "stands twice in one object", "keep one")
            found[key] = value
        return found

    def no_number(word: str) -> NoReturn:
        raise InputError(word, "is no number", "write a number, or leave it out")

    try:
        return json.loads(text, parse_constant=no_number, object_pairs_hook=once, parse_float=Decimal)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError(place, f"is not JSON: {error.msg}", "correct it there") from None
    except (RecursionError, ValueError, ArithmeticError) as error:
        raise InputError(
            "question", "is nested too deeply or holds too long a number", "shorten it"
        ) from error


class Fields:
    """One object of a question, whose keys are all known and all looked at.

    Args:
        value: what was decoded.
        place: where it stands, for errors.
        known: its keys.
    Raises:
        InputError: it is no object, or has a key that is not known.
    """

    def __init__(self, value: Any, place: str, known: Iterable[str]) -> None:
        self.place = place
        names = tuple(known)
        if not isinstance(value, dict):
            raise InputError(place or "question", "is no object", f"write one with {', '.join(names[:3])}")
        for key in value:
            if key not in names:
                raise InputError(
                    f"{place}: key {key!r}" if place else f"key {key!r}", "is not known", closest(key, names)
                )
        self._value = value

    def __contains__(self, key: str) -> bool:
        return key in self._value

    def at(self, key: str) -> str:
        """Where a key stands, for errors."""
        return f"{self.place}.{key}" if self.place else key

    def _given(self, key: str, example: str) -> Any:
        if key not in self._value:
            raise InputError(self.at(key), "is missing", f"give it, such as {example}")
        return self._value[key]

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty.

        Raises:
            InputError: missing without a default, or no text.
        """
        if default is not None and key not in self._value:
            return default
        value = self._given(key, "a text")
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{self.at(key)} {_shown(value)}", "is no text", "write it in quotation marks")
        return value

    def number(self, key: str, default: Fraction | None = None) -> Fraction:
        """A bare number, exactly.

        Raises:
            InputError: missing without a default, no number, or one of more digits than anybody means.
        """
        if default is not None and key not in self._value:
            return default
        value = self._given(key, "a bare number")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise InputError(
                f"{self.at(key)} {_shown(value)}", "is no bare number", "write one without quotes"
            )
        # An exponent is looked at before it is written out: 1e999999999 has a thousand million digits.
        exact = Decimal(value)
        if exact and (exact.adjusted() >= _DIGITS or int(exact.as_tuple().exponent) < -_DIGITS):
            raise InputError(
                f"{self.at(key)} {_shown(exact)}",
                f"has more than {_DIGITS} digits on one side of the point",
                "check it",
            )
        return Fraction(value)

    def whole(
        self, key: str, default: int | None = None, *, least: int | None = None, most: int | None = None
    ) -> int:
        """A whole number.

        Raises:
            InputError: missing without a default, none, or one outside of the ends.
        """
        found = self.number(key, None if default is None else Fraction(default))
        if found.denominator != 1:
            raise InputError(f"{self.at(key)} {float(found):g}", "is no whole number", "write one")
        if least is not None and found < least:
            raise InputError(f"{self.at(key)} {int(found)}", f"is under {least}", "give more")
        if most is not None and found > most:
            raise InputError(f"{self.at(key)} {int(found)}", f"is over {most}", "give less")
        return int(found)

    def quantity(self, key: str, unit: str) -> Fraction:
        """A value with its unit, as so many of `unit`.

        Raises:
            InputError: missing, without a unit, or of another kind.
        """
        return measured(self._given(key, f"'5 {unit}'"), self.at(key), unit)

    def quantities(self, key: str, unit: str) -> tuple[Fraction, ...]:
        """A list of values with their units; or their ends and the step between them.

        Raises:
            InputError: as for `quantity`, an empty list, a step that does not lead from end to end, or one
                that makes more values than anybody looks at.
        """
        value = self._given(key, f"['5 {unit}', '10 {unit}']")
        if isinstance(value, dict):
            ends = Fields(value, self.at(key), ("from", "to", "by"))
            first, last, step = (ends.quantity(name, unit) for name in ("from", "to", "by"))
            if step <= 0 or last < first or ((last - first) / step).denominator != 1:
                raise InputError(self.at(key), "does not lead from one end to the other", "correct `by`")
            if (last - first) / step >= _MOST:
                raise InputError(self.at(key), f"stands for over {_MOST} values", "take larger steps")
            return tuple(first + place * step for place in range(int((last - first) / step) + 1))
        return tuple(measured(one, place, unit) for place, one in self._listed(key, value))

    def list_of(self, key: str, make: Callable[[Any, str], T]) -> tuple[T, ...]:
        """A list, each entry made by `make` with its place; none where it is left out.

        Raises:
            InputError: it is no list.
        """
        if key not in self._value:
            return ()
        return tuple(make(one, place) for place, one in self._listed(key, self._value[key]))

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts; none where it is left out.

        Raises:
            InputError: it is no list of texts.
        """

        def word(value: Any, place: str) -> str:
            if not isinstance(value, str):
                raise InputError(f"{place} {_shown(value)}", "is no text", "write it in quotation marks")
            return value

        return self.list_of(key, word)

    def within(self, key: str, known: Iterable[str]) -> Fields:
        """An object inside of this one.

        Raises:
            InputError: it is missing or no object.
        """
        return Fields(self._given(key, "an object"), self.at(key), known)

    def _listed(self, key: str, value: Any) -> Iterator[tuple[str, Any]]:
        if not isinstance(value, list) or not value:
            raise InputError(self.at(key), "is no list with entries", "write it in brackets")
        for place, one in enumerate(value):
            yield f"{self.at(key)}[{place}]", one

    def kept(self, make: Callable[[], T]) -> T:
        """What `make` makes, with this place before the thing where it refuses.

        Raises:
            InputError: as `make` does.
        """
        try:
            return make()
        except AdjuvantError as error:
            if not self.place or error.thing.startswith(self.place):
                raise
            raise error.within(self.place) from error


def measured(value: Any, place: str, unit: str) -> Fraction:
    """A value with its unit, as so many of `unit`.

    Raises:
        InputError: it has no unit, or one of another kind.
    """
    if not isinstance(value, str):
        raise InputError(f"{place} {_shown(value)}", "has no unit", f"write it as text, such as '5 {unit}'")
    try:
        return _in(parse_quantity(value), unit)
    except QuantityError as error:
        raise InputError(f"{place} {value!r}", error.rule, f"write it such as '5 {unit}'") from None


def _in(found: Quantity, unit: str) -> Fraction:
    return found.in_(unit)


def _shown(value: Any) -> str:
    return json.dumps(value, default=str)[:60]
