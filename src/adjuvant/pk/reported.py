"""What was reported of levels: ranges at which something was seen, and what levels do to pain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, read_file
from adjuvant.pk.model import Figure, Source
from adjuvant.pk.reading import DRUGS
from adjuvant.pk.source import SOURCE, figure, source
from adjuvant.quantity import Quantity, parse_unit

__all__ = [
    "AtOnce",
    "Effects",
    "Opposition",
    "ReportedRange",
    "SlowEffect",
    "in_ng_per_ml",
    "read_effects",
    "read_ranges",
    "reported_effects",
    "reported_ranges",
]

_FOLDER = FOLDER / "ketamine"
_LEVEL, _AMOUNT = parse_unit("ng/mL"), parse_unit("nmol/mL")
_MOLAR = {"mass": 1, "substance": -1}


@dataclass(frozen=True, slots=True)
class ReportedRange:
    """Levels at which something was reported: a range and no limit.

    Args:
        drug: of which levels these are; they say nothing of another drug.
        low, high: ng/mL.
    """

    key: str
    title: str
    drug: str
    low: float
    high: float
    source: Source


@dataclass(frozen=True, slots=True)
class AtOnce:
    """The level with half of the effect that follows the blood by minutes, ng/mL of S-ketamine; its span."""

    half_level: float
    low: float
    high: float
    source: Source


@dataclass(frozen=True, slots=True)
class SlowEffect:
    """An effect that comes and goes over days: half-life in minutes, and the level with half of it, in ng/mL.

    Args:
        half_lives, half_levels: lower end, value, upper end.
        responders, responders_to_placebo: the shares of people with any such effect.
    """

    half_lives_min: tuple[float, float, float]
    half_levels: tuple[float, float, float]
    responders: float
    responders_to_placebo: float
    source: Source


@dataclass(frozen=True, slots=True)
class Opposition:
    """One point at which the two were told apart: so many ng/mL, and so many cm of relief or against it."""

    ketamine: float
    relief_cm: float
    norketamine: float
    against_cm: float
    source: Source


@dataclass(frozen=True, slots=True)
class Effects:
    """What levels were found to do to pain; S-ketamine throughout.

    Args:
        g_per_mol: molar mass of the base.
        share_of_s: of the level of the racemate that is taken for S-ketamine.
    """

    g_per_mol: Figure
    share_of_s: Figure
    at_once: AtOnce
    slow: SlowEffect
    norketamine: Opposition

    def of(self, drug: str) -> float:
        """What share of a level of `drug` is taken for S-ketamine."""
        return 1.0 if drug == "esketamine" else float(self.share_of_s.value.value)


def in_ng_per_ml(value: Quantity, g_per_mol: Quantity | None = None) -> float:
    """A level in ng/mL, of a mass or of an amount of substance.

    Raises:
        ValueError: it is neither, or an amount without a molar mass.
    """
    if value.unit.commensurable(_LEVEL):
        return float(value.in_("ng/mL"))
    if g_per_mol is None or not value.unit.commensurable(_AMOUNT):
        raise ValueError(value)
    return float((value * g_per_mol).in_("ng/mL"))


def read_ranges(path: Path) -> dict[str, ReportedRange]:
    """The ranges of one file, by key.

    Raises:
        LibraryError: an entry breaks its form, an end is no level, or a range is upside down.
    """
    return {key: _range(key, entry) for key, entry in read_file(path, shown_name(path)).pairs()}


def _range(key: str, entry: Entry) -> ReportedRange:
    fields = entry.fields(["title", "drug", "low", "high", "citation", "provenance", "note"], ["copy"])
    own = source({name: fields[name] for name in SOURCE if name in fields})
    low, high = (_level(name, fields[name], own) for name in ("low", "high"))
    if not low < high:
        raise fields["high"].error(f"{high:g} ng/mL is not above {low:g}", "write the lower end as `low`")
    drug = fields["drug"].one_of(DRUGS, "drug of a model")
    return ReportedRange(key, fields["title"].text(), drug, low, high, own)


def _level(name: str, entry: Entry, own: Source, g_per_mol: Quantity | None = None) -> float:
    found = figure(name, entry, own).value
    try:
        return in_ng_per_ml(found, g_per_mol if g_per_mol is not None else _molar_mass())
    except ValueError:
        raise entry.error(f"{found} is no level", "write it in ng/mL or nmol/mL") from None


def _molar_mass() -> Quantity:
    return reported_effects().g_per_mol.value


def read_effects(path: Path) -> Effects:
    """The effects of one file.

    Raises:
        LibraryError: an entry breaks its form, a figure has another unit than it needs, or a span is upside
        down.
    """
    fields = read_file(path, shown_name(path)).fields(
        ["molar_mass", "share_of_s", "at_once", "slow", "norketamine"]
    )
    molar, share = (_single(name, fields[name]) for name in ("molar_mass", "share_of_s"))
    if not molar.value.unit.has(**_MOLAR):
        raise fields["molar_mass"].error(f"{molar.value} is no molar mass", "write it in g/mol")
    if share.value.unit.dimension:
        raise fields["share_of_s"].error(f"{share.shown} is no share", "write a bare number up to 1")
    if share.value.value > 1:
        raise fields["share_of_s"].error(f"{share.shown} is above one", "write a bare number up to 1")
    return Effects(
        molar,
        share,
        _at_once(fields["at_once"], molar.value),
        _slow(fields["slow"], molar.value),
        _opposition(fields["norketamine"], molar.value),
    )


_WHERE_FROM = ("citation", "provenance", "note")


def _single(name: str, entry: Entry) -> Figure:
    fields = entry.fields(["value", *_WHERE_FROM], ["copy"])
    return figure(name, fields["value"], source({key: fields[key] for key in SOURCE if key in fields}))


def _own(entry: Entry, names: list[str]) -> tuple[dict[str, Entry], Source]:
    fields = entry.fields([*names, *_WHERE_FROM], ["copy"])
    return dict(fields), source({key: fields[key] for key in SOURCE if key in fields})


def _rising(entry: Entry, what: str, ends: tuple[float, float, float]) -> tuple[float, float, float]:
    if not ends[0] <= ends[1] <= ends[2]:
        raise entry.error(f"has a span of its {what} that is upside down", "write the lower end as `low`")
    return ends


def _at_once(entry: Entry, molar: Quantity) -> AtOnce:
    fields, own = _own(entry, ["half_level", "low", "high"])
    low, middle, high = (_level(name, fields[name], own, molar) for name in ("low", "half_level", "high"))
    _rising(entry, "level", (low, middle, high))
    return AtOnce(middle, low, high, own)


def _slow(entry: Entry, molar: Quantity) -> SlowEffect:
    shares = ["responders", "responders_to_placebo"]
    spans = [f"{what}{end}" for what in ("half_life", "half_level") for end in ("_low", "", "_high")]
    fields, own = _own(entry, [*spans, *shares])
    lives = [figure(name, fields[name], own).value for name in spans[:3]]
    for name, value in zip(spans[:3], lives, strict=True):
        if not value.unit.has(time=1):
            raise fields[name].error(f"{value} is no length of time", "write it in days, such as 10 d")
    low, middle, high = (float(value.in_("min")) for value in lives)
    levels = [_level(name, fields[name], own, molar) for name in spans[3:]]
    said = [figure(name, fields[name], own) for name in shares]
    for name, one in zip(shares, said, strict=True):
        if one.value.unit.dimension or one.value.value > 1:
            raise fields[name].error(f"{one.shown} is no share", "write a bare number up to 1")
    return SlowEffect(
        _rising(entry, "half-life", (low, middle, high)),
        _rising(entry, "level", (levels[0], levels[1], levels[2])),
        float(said[0].value.value),
        float(said[1].value.value),
        own,
    )


def _opposition(entry: Entry, molar: Quantity) -> Opposition:
    fields, own = _own(entry, ["ketamine", "relief", "norketamine", "against"])
    lengths = [figure(name, fields[name], own).value for name in ("relief", "against")]
    for name, value in zip(("relief", "against"), lengths, strict=True):
        if not value.unit.has(length=1):
            raise fields[name].error(f"{value} is no length on a scale", "write it in cm")
    relief, against = (float(value.in_("cm")) for value in lengths)
    ketamine, norketamine = (_level(name, fields[name], own, molar) for name in ("ketamine", "norketamine"))
    return Opposition(ketamine, relief, norketamine, against, own)


@lru_cache(maxsize=1)
def reported_ranges() -> Mapping[str, ReportedRange]:
    """Every range of the library, by key; read once."""
    return read_ranges(_FOLDER / "ranges.yaml")


@lru_cache(maxsize=1)
def reported_effects() -> Effects:
    """What levels were found to do to pain; read once."""
    return read_effects(_FOLDER / "effects.yaml")
