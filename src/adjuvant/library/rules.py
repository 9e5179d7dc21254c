"""Readers of responses.yaml, evaluation.yaml and quality_limits.yaml: definitions, settings, limits."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import OF_LIBRARY, Citation, Provenance
from adjuvant.errors import LibraryError, QuantityError
from adjuvant.library.bibliography import source_of
from adjuvant.library.facts import PlausibleLimit, ResponseRule, Setting
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.quantity import parse_unit

__all__ = [
    "plausible_limit",
    "plausible_limits",
    "read_limits",
    "read_responses",
    "read_settings",
    "responses",
    "setting",
    "settings",
    "unit_code",
]

_CONCERNS = ("response", "progression", "indeterminate", "worsening", "description")


def read_responses(path: Path) -> dict[str, ResponseRule]:
    """The response definitions of one file, by key.

    Raises:
        LibraryError: a threshold without value or unit, an unknown concern, no source.
    """
    found: dict[str, ResponseRule] = {}
    for key, entry in read_file(path, shown_name(path)).pairs():
        fields = entry.fields(
            ["title", "rule", "thresholds", "needs", "citation", "provenance"], ["limit", "concern"]
        )
        numbers: dict[str, Fraction] = {}
        units: dict[str, str] = {}
        for name, threshold in fields["thresholds"].pairs():
            parts = threshold.fields(["value", "unit"])
            numbers[name] = parts["value"].number(signed=True)
            units[name] = unit_code(parts["unit"])
        citation, provenance = source_of(fields)
        found[key] = ResponseRule(
            key=key,
            title=fields["title"].text(),
            rule=fields["rule"].text(),
            thresholds=numbers,
            units=units,
            citation=citation,
            provenance=provenance,
            needs=tuple(fields["needs"].words()),
            limit=fields["limit"].text() if "limit" in fields else "",
            concern=fields["concern"].one_of(_CONCERNS, "concern") if "concern" in fields else "response",
        )
    return found


def read_settings(path: Path) -> dict[str, Setting]:
    """The settings of one file, by key.

    Raises:
        LibraryError: no value, unit or reason; no source where the provenance is read or secondary.
    """
    found: dict[str, Setting] = {}
    for key, entry in read_file(path, shown_name(path)).pairs():
        fields = entry.fields(["value", "unit", "why", "provenance"], ["citation"])
        provenance, citation = _house_or_cited(fields)
        found[key] = Setting(
            key,
            fields["value"].number(signed=True),
            unit_code(fields["unit"]),
            fields["why"].text(),
            provenance,
            citation,
        )
    return found


def read_limits(path: Path) -> dict[str, PlausibleLimit]:
    """The limits of belief of one file, by kind of reading.

    Raises:
        LibraryError: ends that do not rise, no unit or reason, no source where one is claimed.
    """
    found: dict[str, PlausibleLimit] = {}
    for kind, entry in read_file(path, shown_name(path)).pairs():
        fields = entry.fields(["low", "high", "unit", "why", "provenance"], ["citation"])
        low, high = fields["low"].number(), fields["high"].number()
        if low >= high:
            raise fields["high"].error("is not above the low limit", "write the least believed value as low")
        provenance, citation = _house_or_cited(fields)
        found[kind] = PlausibleLimit(
            kind, low, high, unit_code(fields["unit"]), fields["why"].text(), provenance, citation
        )
    return found


def _house_or_cited(fields: Mapping[str, Entry]) -> tuple[Provenance, Citation | None]:
    """A rule of the house is assumed or inferred and needs no citation; what was read somewhere needs one."""
    if "citation" in fields:
        citation, provenance = source_of(fields)
        return provenance, citation
    provenance = Provenance(fields["provenance"].one_of(OF_LIBRARY, "provenance"))
    if provenance in (Provenance.READ, Provenance.SECONDARY):
        raise fields["provenance"].error(
            f"is {provenance} without a citation", "add `citation:`, or say assumed"
        )
    return provenance, None


def unit_code(entry: Entry) -> str:
    """A UCUM code, checked; ``1`` is a pure number.

    Raises:
        LibraryError: it is none.
    """
    code = entry.text()
    if code != "1":
        try:
            parse_unit(code)
        except QuantityError as error:
            raise entry.error(f"{code!r} is not a UCUM code", error.remedy) from None
    return code


@lru_cache(maxsize=1)
def _responses() -> Mapping[str, ResponseRule]:
    return read_responses(FOLDER / "responses.yaml")


def responses() -> tuple[ResponseRule, ...]:
    """Every response definition, in the order of responses.yaml; read once."""
    return tuple(_responses().values())


@lru_cache(maxsize=1)
def settings() -> Mapping[str, Setting]:
    """Every setting of evaluation.yaml, by key; read once."""
    return read_settings(FOLDER / "evaluation.yaml")


def setting(key: str) -> Setting:
    """The setting of that key.

    Raises:
        LibraryError: no such setting; names the nearest.
    """
    known = settings()
    if key not in known:
        raise LibraryError(f"setting {key!r}", "is not in evaluation.yaml", closest(key, known))
    return known[key]


@lru_cache(maxsize=1)
def plausible_limits() -> Mapping[str, PlausibleLimit]:
    """Every limit of quality_limits.yaml, by kind of reading; read once."""
    return read_limits(FOLDER / "quality_limits.yaml")


def plausible_limit(kind: str) -> PlausibleLimit | None:
    """The limit for one kind of reading, or None where the library has none."""
    return plausible_limits().get(kind)
