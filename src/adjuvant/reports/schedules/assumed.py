"""What the shipped study of schedules assumes, as the library has it: whom, a slower dose, and uptakes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from adjuvant.citation import Provenance
from adjuvant.design import Uptake, uptake
from adjuvant.errors import InputError
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, read_file
from adjuvant.pk import absorption_findings
from adjuvant.pk.source import quantity
from adjuvant.quantity import Quantity

__all__ = ["Assumed", "Case", "Slower", "read_assumed", "study_assumed"]

_FILE = FOLDER / "ketamine" / "schedule_study.yaml"
_ROUTES = ("subcutaneous", "oral")
_WORDS = {"subcutaneous": "from under the skin", "oral": "by mouth"}


@dataclass(frozen=True, slots=True)
class Slower:
    """A dose that is given again over a longer time than its source says."""

    name: str
    dose: Quantity
    minutes: Fraction
    starts_min: tuple[Fraction, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Case:
    """Uptakes that are assumed together.

    Args:
        words: the shares and half-lives in a sentence, for a table.
    """

    words: str
    uptakes: tuple[Uptake, ...]


@dataclass(frozen=True, slots=True)
class Assumed:
    """Everything that the study takes and no protocol says; none of it was read in a source.

    Args:
        days: taken of a course without an end of its own.
        cases: the first is the one that the study uses.
    """

    weight: Quantity
    age_years: float
    days: Fraction
    slower: Slower
    cases: tuple[Case, ...]


def read_assumed(path: Path) -> Assumed:
    """What the study assumes, of one file.

    Raises:
        LibraryError: something is missing or of another kind, an uptake that the library does not have or for
            another route, or a provenance that claims more than an assumption.
    """
    top = read_file(path, shown_name(path)).fields(["patient", "slower", "uptakes", "because", "provenance"])
    if top["provenance"].text() != Provenance.ASSUMED.value:
        raise top["provenance"].error("claims more than was read", "write `assumed`")
    who = top["patient"].fields(["weight", "age", "days"], ["note"])
    slow = top["slower"].fields(["name", "dose", "over", "infusions", "every", "because"])
    every = _in(slow["every"], "min")
    why = {name: entry.text() for name, entry in top["because"].fields(_ROUTES).items()}
    return Assumed(
        weight=_of(who["weight"], "kg"),
        age_years=float(_in(who["age"], "a")),
        days=_in(who["days"], "d"),
        slower=Slower(
            slow["name"].text(),
            _of(slow["dose"], "mg/kg"),
            _in(slow["over"], "min"),
            tuple(place * every for place in range(slow["infusions"].whole())),
            slow["because"].text(),
        ),
        cases=tuple(_case(entry, why) for _, entry in top["uptakes"].pairs()),
    )


def _of(entry: Entry, unit: str) -> Quantity:
    found = quantity(entry)
    if not found.unit.commensurable(Quantity(1, unit).unit):
        raise entry.error(f"{found} is not in {unit}", f"write it in {unit}, or in what converts to it")
    return found


def _in(entry: Entry, unit: str) -> Fraction:
    return _of(entry, unit).in_(unit)


def _case(entry: Entry, why: dict[str, str]) -> Case:
    fields = entry.fields(["title", *_ROUTES])
    found, said = [], []
    for route in _ROUTES:
        own = fields[route].fields(["finding", "half_life"], ["share"])
        key, minutes = own["finding"].text(), _in(own["half_life"], "min")
        share = float(own["share"].positive()) if "share" in own else None
        try:
            one = uptake(key, half_life_min=float(minutes), share=share, because=f"assumed: {why[route]}")
        except InputError as error:
            raise fields[route].error(f"{error.thing} {error.rule}", error.remedy) from None
        if one.route != route:
            raise own["finding"].error(f"{key!r} is of the route {one.route}", f"name a finding of {route}")
        known = absorption_findings()[key].share
        arrives = share if share is not None else float(known.value.value) if known is not None else 0.0
        said.append(f"{arrives * 100:g} % {_WORDS[route]} in {float(minutes):g} min")
        found.append(one)
    return Case(f"{fields['title'].text()}: {'; '.join(said)}", tuple(found))


@lru_cache(maxsize=1)
def study_assumed() -> Assumed:
    """What the shipped study assumes; read once."""
    return read_assumed(_FILE)
