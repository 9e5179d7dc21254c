"""Reading a regimen: strict JSON in, lines out; what is wrong with one line is kept on that line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import Any

from adjuvant import library
from adjuvant.errors import InputError, LibraryError
from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.reading import read_amount
from adjuvant.opioids.strict_json import decode
from adjuvant.quantity import Quantity
from adjuvant.record import Drug, RefusalReason
from adjuvant.record.exposure_amounts import Problem
from adjuvant.record.naming import product_form, resolve_drug

__all__ = ["parse_regimen", "read_regimen"]

_TOP = ("medications", "weight")
_AMOUNTS = ("dose", "strength", "rate", "demand")
_NUMBERS = ("times_per_day", "every_hours", "patches", "demands_per_day", "max_demands_per_day")
_WORDS = ("drug", "rxnorm", "form", "route")
_KEYS = (*_WORDS, *_AMOUNTS, *_NUMBERS, "as_needed")
_LONGEST_NUMBER = 100
_FEW = 10**9  # below it a whole number is short enough, without a look at its digits
_PLAIN = (int, float, Decimal)


def read_regimen(text: str | bytes, source: str = "") -> tuple[RegimenLine, ...]:
    """The lines of a regimen from JSON text, its numbers read exactly as written.

    Args:
        source: the file's name, put before every error; empty if the caller does that.
    Raises:
        InputError: not UTF-8, not JSON (``NaN`` is not), a key twice, or what `parse_regimen` raises.
    """
    try:
        return _regimen(decode(text), _remembered)
    except InputError as error:
        if source:
            raise error.within(source) from error
        raise


def parse_regimen(data: object) -> tuple[RegimenLine, ...]:
    """The lines of a regimen from decoded JSON.

    Args:
        data: ``{"medications": [...]}``, with an optional ``weight`` for doses per kilogram;
            docs/reference/mme.md lists the keys of a medication.
    Returns:
        One line per medication, in order. A line that cannot be read carries its problem and is refused
        later, so that the total says that it is incomplete.
    Raises:
        InputError: not an object, no list of medications or an empty one, an unknown key, or a value of
            another JSON type than its key takes; named by path, such as ``medications[2].tims_per_day``.
    """
    return _regimen(data, _line)


def _regimen(
    data: object, line: Callable[[str, object, Quantity | None], RegimenLine]
) -> tuple[RegimenLine, ...]:
    top = _checked(data, "regimen", _TOP)
    medications = top.get("medications")
    if not isinstance(medications, list):
        rule = "is missing" if medications is None else f"is {_kind(medications)}, not a list"
        raise InputError("medications", rule, 'write {"medications": [...]}')
    if not medications:
        raise InputError(
            "medications", "is an empty list, and nothing listed is not nothing taken", "list each medicine"
        )
    weight = _weight(top.get("weight"))
    return tuple(line(f"medications[{index}]", item, weight) for index, item in enumerate(medications))


def _checked(data: object, path: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise InputError(
            path, f"is {_kind(data)}, not an object", f"write an object with {', '.join(keys[:4])}"
        )
    for key in data:
        if key not in keys:
            near = get_close_matches(str(key), keys, n=1)
            remedy = f"write {near[0]!r} if that was meant" if near else f"known keys are {', '.join(keys)}"
            name = key if isinstance(key, str) and key.isidentifier() else ascii(key)
            place = name if path == "regimen" else f"{path}.{name}"
            raise InputError(place, "is not a known key", remedy)
    return data


def _kind(value: object) -> str:
    for kinds, name in (
        ((bool,), "true or false"),
        ((int, float, Decimal), "a number"),
        ((str,), "text"),
        ((list, tuple), "a list"),
        ((dict,), "an object"),
    ):
        if isinstance(value, kinds):
            return name
    return "null" if value is None else f"a {type(value).__name__}"


def _weight(value: object) -> Quantity | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError("weight", f"is {_kind(value)}, not text", 'write it with its unit, such as "70 kg"')
    read = read_amount("weight", value)
    if isinstance(read, Problem):
        raise InputError("weight", read.detail, read.remedy)
    return read.require("weight", mass=1)


@dataclass(slots=True)
class _Problems:
    """The first problem of a line; later ones would only repeat it."""

    first: Problem | None = None

    def add(self, problem: Problem) -> None:
        self.first = self.first or problem


_LINES: dict[tuple[str, str], RegimenLine] = {}
_MOST_LINES, _LONGEST_LINE = 1000, 1000


def _remembered(path: str, item: object, weight: Quantity | None) -> RegimenLine:
    """`_line`, once for each line as it is written: what stands behind a line is found by the same object.

    Only for what `decode` gives: plain text, numbers and truth values, which `repr` tells apart (4 from 4.0).
    """
    key = path, repr(item)
    if weight is not None or len(key[1]) > _LONGEST_LINE:
        return _line(path, item, weight)
    found = _LINES.get(key)
    if found is None:
        found = _line(path, item, None)
        if len(_LINES) >= _MOST_LINES:
            _LINES.clear()
        _LINES[key] = found
    return found


def _line(path: str, item: object, weight: Quantity | None) -> RegimenLine:
    fields = _checked(item, path, _KEYS)
    problems = _Problems()
    words = {key: _text(fields, path, key) for key in _WORDS}
    drug, named_form, named_route = _drug(words["drug"], words["rxnorm"], problems)
    form = library.canonical_form(words["form"])
    unread = words["form"] if form is None else None
    form = form or named_form
    route = library.canonical_route(words["route"], form)
    if words["route"] is not None and route is None:
        detail = f"route {words['route'][:40]!r} is not known"
        problems.add(
            Problem(RefusalReason.UNKNOWN_ROUTE, detail, "write one such as oral, intravenous or transdermal")
        )
    amounts = {key: _amount(fields, path, key, problems) for key in _AMOUNTS if key in fields}
    numbers = {key: _number(fields, path, key, problems) for key in _NUMBERS if key in fields}
    as_needed = fields.get("as_needed")
    if as_needed is not None and not isinstance(as_needed, bool):
        raise InputError(f"{path}.as_needed", f"is {_kind(as_needed)}", "write true or false")
    return RegimenLine(
        place=path,
        drug=drug,
        route=route if words["route"] is not None else named_route,
        form=form,
        as_needed=bool(as_needed),
        weight=weight,
        unread_form=unread,
        written=_written(fields),
        problem=problems.first,
        dose=amounts.get("dose"),
        strength=amounts.get("strength"),
        rate=amounts.get("rate"),
        demand=amounts.get("demand"),
        times_per_day=numbers.get("times_per_day"),
        every_hours=numbers.get("every_hours"),
        patches=numbers.get("patches"),
        demands_per_day=numbers.get("demands_per_day"),
        max_demands_per_day=numbers.get("max_demands_per_day"),
    )


def _written(fields: Mapping[str, Any]) -> str:
    shown = {key: str(value).lower() if isinstance(value, bool) else value for key, value in fields.items()}
    return " ".join("; ".join(f"{key} {value}" for key, value in shown.items() if value is not None).split())


def _text(fields: Mapping[str, Any], path: str, key: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f"{path}.{key}", f"is {_kind(value)}, not text", "write it in quotes")
    return _printable(value, f"{path}.{key}") or None


def _printable(value: str, path: str) -> str:
    """The text with single spaces; it goes into messages and reports, and must not break them."""
    plain = " ".join(value.split())
    if not plain.isprintable():
        raise InputError(path, f"{value[:40]!a} holds a character that cannot be printed", "write plain text")
    return plain


def _amount(fields: Mapping[str, Any], path: str, key: str, problems: _Problems) -> Quantity | None:
    value = fields.get(key)
    if value is None:
        return None
    if not isinstance(value, str) and isinstance(value, _PLAIN) and not isinstance(value, bool):
        detail = f"{key} {value} has no unit"
        problems.add(
            Problem(
                RefusalReason.UNKNOWN_UNIT, detail, f'write it as text with its unit, such as "{value} mg"'
            )
        )
        return None
    if not isinstance(value, str):
        raise InputError(
            f"{path}.{key}", f"is {_kind(value)}, not text", 'write it with its unit, such as "5 mg"'
        )
    read = read_amount(key, _printable(value, f"{path}.{key}"))
    if isinstance(read, Problem):
        problems.add(read)
        return None
    return read


def _number(fields: Mapping[str, Any], path: str, key: str, problems: _Problems) -> Fraction | None:
    value = fields.get(key)
    if value is None:
        return None
    if type(value) is int and -_FEW < value < _FEW:
        return Fraction(value)
    if isinstance(value, bool) or not isinstance(value, _PLAIN):
        raise InputError(
            f"{path}.{key}", f"is {_kind(value)}, not a number", "write a plain number, such as 4"
        )
    # A float was decoded by somebody else: its shortest text is what was written.
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or len(str(exact)) > _LONGEST_NUMBER or abs(exact.adjusted()) > _LONGEST_NUMBER:
        problems.add(Problem(RefusalReason.IMPLAUSIBLE, f"{key} {value} cannot be", "correct it"))
        return None
    return Fraction(exact)


def _drug(text: str | None, rxnorm: str | None, problems: _Problems) -> tuple[Drug, str | None, str | None]:
    if text is None and rxnorm is None:
        detail, remedy = "neither a drug nor a code is stated", "state drug or rxnorm"
        problems.add(Problem(RefusalReason.UNKNOWN_DRUG, detail, remedy))
        return Drug("no drug stated"), None, None
    found = _resolve(text, rxnorm)
    if isinstance(found, Problem):
        problems.add(found)
        return Drug(text or f"RxNorm {rxnorm}"), None, None
    return found


_Named = tuple[Drug, str | None, str | None]


@lru_cache(maxsize=4096)
def _resolve(text: str | None, rxnorm: str | None) -> _Named | Problem:
    """The drug, and the form and route that its product's name implies."""
    try:
        drug = resolve_drug(text, rxnorm)
        form, route = product_form(text, rxnorm)
    except LibraryError:
        raise  # a broken library is no fault of the line
    except InputError as error:
        return Problem(RefusalReason.UNKNOWN_DRUG, f"{error.thing} {error.rule}", error.remedy)
    return drug, form, route
