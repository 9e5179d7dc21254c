"""Absorption by routes that a model does not know: the share that arrives, how fast, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from adjuvant.citation import OF_LIBRARY, Provenance
from adjuvant.errors import InputError
from adjuvant.library import canonical_route
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.pk.arrays import Floats, finite
from adjuvant.pk.model import Figure, Source
from adjuvant.pk.reading import DRUGS
from adjuvant.pk.source import SOURCE, figure, source

__all__ = [
    "Absorption",
    "AbsorptionFinding",
    "absorption",
    "absorption_findings",
    "drawn_absorption",
    "read_absorptions",
]

_FILE = FOLDER / "ketamine" / "absorption.yaml"
_NOBODY = Source(None, Provenance.ASSUMED)
_SHARES = ("share", "low", "high", "sd")


@dataclass(frozen=True, slots=True)
class AbsorptionFinding:
    """What one study found of one route.

    Args:
        share: of the dose that arrives; None where only a span is known.
        low, high: a span of the share; `note` says of what.
        sd: between people.
        peak: the time to the highest level.
        dose, people: the dose and the number of people that it was found in.
        source: None for what nobody measured.
    """

    key: str
    route: str
    drug: str
    provenance: Provenance
    source: Source | None
    note: str
    share: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None
    sd: Figure | None = None
    peak: Figure | None = None
    dose: Figure | None = None
    people: Figure | None = None


@dataclass(frozen=True, slots=True)
class Absorption:
    """How doses by one route come into the blood, for a model that does not say it itself.

    Args:
        share: of the dose, above zero and at most one; one for each patient, or one for all.
        half_life_min: of the uptake; zero for at once.
        said: the words that stand beside every answer: where the figures come from.
        drug: of which the share was found; empty where nobody says.
    Raises:
        InputError: a share above one, a route that is not known, or NaN.
    """

    route: str
    share: float | Floats
    half_life_min: float
    said: str
    drug: str = ""

    def beside(self, drug: str) -> tuple[str, ...]:
        """What must stand beside levels of `drug`: a share that was found of the other drug is assumed."""
        if self.drug in ("", drug):
            return (self.said,)
        crossed = (
            f"{self.route}: that share was found of {self.drug}; that it is so of {drug} too is assumed."
        )
        return self.said, crossed

    def of(self, patients: slice) -> Absorption:
        """The same for some of the patients."""
        if np.ndim(self.share) == 0:
            return self
        return Absorption(
            self.route, np.asarray(self.share)[patients], self.half_life_min, self.said, self.drug
        )

    def __post_init__(self) -> None:
        known = canonical_route(self.route)
        if known is None:
            raise InputError(f"route {self.route!r}", "is not known", "name one, such as subcutaneous")
        object.__setattr__(self, "route", known)
        share = finite("share", self.share, "give it above 0 and up to 1", above_zero=True)
        finite("half-life of uptake", self.half_life_min, "give minutes, zero for at once")
        if (share > 1).any():
            raise InputError(f"share {share.max():g}", "is above one", "give it above 0 and up to 1")
        if not self.said.strip():
            raise InputError(f"absorption by the route {known}", "has no source", "say where it is from")


def absorption(
    key: str, *, half_life_min: float, share: float | None = None, because: str = ""
) -> Absorption:
    """An absorption by a finding of the library, with a half-life of uptake that the caller states.

    No study that was read gives a rate of uptake from under the skin or from a muscle: it is the caller's.

    Args:
        share: needed where the finding is a span; else that of the finding.
        because: where the half-life is from, in words.
    Raises:
        InputError: no such finding, no one share and none given, or a share outside of the span.
    """
    known = absorption_findings()
    if key not in known:
        raise InputError(f"absorption {key!r}", "is not in the library", closest(key, known))
    found = known[key]
    low, high = (None if one is None else float(one.value.value) for one in (found.low, found.high))
    if share is None and found.share is None:
        raise InputError(
            f"absorption {key!r}", f"has no one share, but {low:g} to {high:g}", "choose a share within it"
        )
    chosen = share if share is not None else float(found.share.value.value) if found.share else 0.0
    if share is not None and low is not None and high is not None and not low <= share <= high:
        raise InputError(
            f"share {share:g}", f"is outside of {low:g} to {high:g}, which {key} says", "choose one within it"
        )
    said = _words(found, f"share {chosen:g}", half_life_min, because)
    return Absorption(found.route, chosen, half_life_min, said, found.drug)


def drawn_absorption(
    key: str, count: int, generator: np.random.Generator, *, half_life_min: float, because: str = ""
) -> Absorption:
    """The same with a share for each of `count` patients, drawn from what the finding says of its spread.

    A span is drawn from evenly, which is an assumption and is said; a mean with a standard deviation by the
    beta distribution that has both.

    Raises:
        InputError: no such finding, or one that says nothing of a spread.
    """
    known = absorption_findings()
    if key not in known:
        raise InputError(f"absorption {key!r}", "is not in the library", closest(key, known))
    found = known[key]
    if found.sd is not None and found.share is not None:
        mean, sd = (float(one.value.value) for one in (found.share, found.sd))
        whole = mean * (1 - mean) / sd**2 - 1
        if whole <= 0:
            raise InputError(f"absorption {key!r}", "has a spread that no share can have", "correct the file")
        shares = generator.beta(mean * whole, (1 - mean) * whole, count)
        said = f"share {mean:g} (sd {sd:g}), drawn by a beta distribution"
    elif found.low is not None and found.high is not None:
        low, high = (float(one.value.value) for one in (found.low, found.high))
        shares = generator.uniform(low, high, count)
        said = f"share {low:g} to {high:g}, drawn evenly, which is assumed"
    else:
        raise InputError(
            f"absorption {key!r}", "says nothing of a spread", "choose one share for all patients"
        )
    words = _words(found, said, half_life_min, because)
    return Absorption(found.route, shares, half_life_min, words, found.drug)


def _words(found: AbsorptionFinding, said: str, half_life_min: float, because: str) -> str:
    label = found.provenance.label or "read"
    uptake = f"half-life of uptake {half_life_min:g} min ({because or 'assumed by whoever asked'})"
    return f"{found.route}: {said} ({found.key}, {label}); {uptake}."


def read_absorptions(path: Path) -> dict[str, AbsorptionFinding]:
    """Every finding of one file, by key.

    Raises:
        LibraryError: an entry breaks its form, a share is above one, or a span is upside down.
    """
    return {key: _finding(key, entry) for key, entry in read_file(path, shown_name(path)).pairs()}


def _finding(key: str, entry: Entry) -> AbsorptionFinding:
    fields = entry.fields(
        ["route", "drug", "provenance", "note"], [*_SHARES, "peak", "dose", "people", *SOURCE]
    )
    provenance = Provenance(fields["provenance"].one_of(OF_LIBRARY, "provenance"))
    if "citation" not in fields and provenance is not Provenance.ASSUMED:
        raise entry.error("has no 'citation'", "add `citation:`, or call it assumed")
    own = source({name: fields[name] for name in SOURCE if name in fields}) if "citation" in fields else None
    figures = {
        name: figure(name, fields[name], own or _NOBODY)
        for name in (*_SHARES, "peak", "dose", "people")
        if name in fields
    }
    for name in _SHARES:
        if name in figures and (figures[name].value.value > 1 or figures[name].value.unit.dimension):
            raise fields[name].error(f"{figures[name].shown} is no share", "write a bare number up to 1")
    if "share" not in figures and not {"low", "high"} <= figures.keys():
        raise entry.error("has no share and no span of it", "add `share:`, or `low:` and `high:`")
    ordered = [figures[name].value.value for name in ("low", "share", "high") if name in figures]
    if ordered != sorted(ordered):
        raise entry.error("has a span that is upside down", "write the lower end as `low`")
    route = fields["route"].text()
    if canonical_route(route) != route:
        raise fields["route"].error(f"{route!r} is no route of routes.yaml", "write it as there")
    return AbsorptionFinding(
        key,
        route,
        fields["drug"].one_of(DRUGS, "drug of a model"),
        provenance,
        own,
        fields["note"].text(),
        **figures,
    )


@lru_cache(maxsize=1)
def absorption_findings() -> Mapping[str, AbsorptionFinding]:
    """What studies found of each route, by key; read once. Where they disagree, all stand in it."""
    return read_absorptions(_FILE)
