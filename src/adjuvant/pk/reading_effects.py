"""Reading what differs from person to person: covariates, variability, residual, effect sites."""

from __future__ import annotations

from adjuvant.library.strict import Entry
from adjuvant.pk.model import (
    ANALYTES,
    AgeEffect,
    EffectSite,
    Figure,
    Residual,
    Source,
    Variability,
    WeightEffect,
)
from adjuvant.pk.source import SOURCE, figure, figures, source
from adjuvant.quantity import Quantity

__all__ = ["age", "ancestry", "effect_sites", "residuals", "variability", "weight"]


def weight(entry: Entry, whole: Source) -> WeightEffect:
    """Parameters that go with a power of the body weight."""
    fields = entry.fields(["reference", "exponents"], SOURCE)
    own = source(fields, whole)
    reference = figure("reference weight", fields["reference"], own)
    if reference.value.unit.code != "kg":
        raise fields["reference"].error(f"{reference.value} is no body weight", "write it in kg")
    return WeightEffect(
        reference, {name: _plain(name, one, own) for name, one in fields["exponents"].pairs()}
    )


def age(entry: Entry, whole: Source) -> AgeEffect:
    """A parameter that falls with the years above an age."""
    fields = entry.fields(["parameter", "above", "falls_by"], SOURCE)
    own = source(fields, whole)
    return AgeEffect(
        parameter=fields["parameter"].text(),
        above=figure("age", fields["above"], own),
        falls_by=figure("fall for each year", fields["falls_by"], own),
    )


def ancestry(entry: Entry, whole: Source) -> dict[str, dict[str, Figure]]:
    """Factors on parameters, by the ancestry that a model names."""
    return {
        name: {key: _plain(key, value, whole) for key, value in one.pairs()} for name, one in entry.pairs()
    }


def variability(entry: Entry, whole: Source) -> Variability:
    """Variances between people or between occasions.

    Raises:
        LibraryError: a variance with a unit, or a covariance that its variances cannot have.
    """
    fields = entry.fields([], ["log_variance", "logit_variance", "cv", "covariance", *SOURCE])
    own = source(fields, whole)
    groups: dict[str, dict[str, Figure]] = {}
    for key in ("log_variance", "logit_variance", "cv"):
        pairs = fields[key].pairs() if key in fields else ()
        groups[key] = {name: _plain(name, one, own) for name, one in pairs}
    pairs_of: dict[tuple[str, str], Figure] = {}
    taken: set[str] = set()
    for one in fields["covariance"].items() if "covariance" in fields else ():
        inner = one.fields(["of", "value"], SOURCE)
        names = inner["of"].words()
        logs = groups["log_variance"]
        if len(names) != 2 or not {*names} <= logs.keys() or taken & {*names}:
            raise inner["of"].error(
                "is not a pair of parameters with a variance, each in one covariance",
                "name two such parameters",
            )
        taken |= {*names}
        found = Figure(
            f"{names[0]}, {names[1]}", Quantity(inner["value"].number(signed=True), "1"), source(inner, own)
        )
        if found.value.value**2 > logs[names[0]].value.value * logs[names[1]].value.value:
            raise inner["value"].error(
                f"{inner['value'].node.value} is more than the two variances allow",
                "write it as it is printed",
            )
        pairs_of[(names[0], names[1])] = found
    twice = groups["log_variance"].keys() & groups["cv"].keys() | (
        groups["logit_variance"].keys() & (groups["log_variance"].keys() | groups["cv"].keys())
    )
    if twice:
        raise entry.error(f"{sorted(twice)[0]!r} has two variances", "keep the one that the source prints")
    return Variability(groups["log_variance"], groups["logit_variance"], pairs_of, groups["cv"])


def residuals(entry: Entry, whole: Source) -> dict[str, Residual]:
    """How far single samples lie from the curve, by analyte."""
    found: dict[str, Residual] = {}
    for name, one in entry.pairs():
        if name not in ANALYTES:
            raise one.error(f"{name!r} is no analyte", f"use one of: {', '.join(ANALYTES)}")
        found[name] = Residual(**figures(_known(one, ("proportional", "additive", "log")), whole))
    return found


def effect_sites(entry: Entry, whole: Source) -> dict[str, EffectSite]:
    """Rates of equilibration with the place of action that somebody uses with the model, by key."""
    found: dict[str, EffectSite] = {}
    for one in entry.items():
        fields = one.fields(["key", "why"], ["rate", "slope", "intercept", *SOURCE])
        own = source(fields, whole)
        parts = {
            name: figure(name, fields[name], own) for name in ("rate", "slope", "intercept") if name in fields
        }
        if {*parts} not in ({"rate"}, {"slope", "intercept"}):
            raise one.error("has no rate", "give `rate`, or `slope` and `intercept`")
        key = fields["key"].text()
        if key in found:
            raise fields["key"].error(f"{key!r} stands twice", "give each a key of its own")
        found[key] = EffectSite(key, fields["why"].text(), own, **parts)
    return found


def _known(entry: Entry, names: tuple[str, ...]) -> Entry:
    entry.fields([], names)
    return entry


def _plain(name: str, entry: Entry, outer: Source) -> Figure:
    found = figure(name, entry, outer)
    if found.value.unit.dimension:
        raise entry.error(f"{found.value} has a unit", "write a bare number")
    return found
