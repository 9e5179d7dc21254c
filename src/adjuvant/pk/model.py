"""CompartmentModel: a published model of ketamine levels as data, each figure with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adjuvant.citation import Citation, Provenance
from adjuvant.quantity import Quantity, show_exact

__all__ = [
    "ANALYTES",
    "SAMPLINGS",
    "AgeEffect",
    "Compartment",
    "CompartmentModel",
    "EffectSite",
    "Figure",
    "Flow",
    "Path",
    "Population",
    "Residual",
    "RoutePaths",
    "Source",
    "Sprays",
    "Variability",
    "WeightEffect",
]

ANALYTES = ("ketamine", "norketamine", "hydroxynorketamine")
"""What a model can give a level of, the drug itself first; of an S-ketamine model the S-form is meant."""

SAMPLINGS = ("arterial", "venous", "not_stated")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure was published, how it was come by, and the text that it was copied from, if any.

    What nobody measured, and is assumed, may have no citation.
    """

    citation: Citation | None
    provenance: Provenance
    copy: Citation | None = None
    note: str = ""

    @property
    def label(self) -> str:
        """The words that stand beside the figure wherever it is shown; empty where the source was read."""
        said = self.provenance.label
        if said and self.copy is not None and self.provenance is Provenance.SECONDARY:
            said = f"{said} in {self.copy.key}"
        return said


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a model: its name in the file, its value with the unit, and its source.

    Args:
        beyond_one: why a share above one is no mistake; empty otherwise.
    """

    name: str
    value: Quantity
    source: Source
    beyond_one: str = ""

    @property
    def shown(self) -> str:
        """The value and its unit; a bare number for what has none."""
        return show_exact(self.value.value) if self.value.unit.code == "1" else str(self.value)


@dataclass(frozen=True, slots=True)
class Compartment:
    """A place where drug can be.

    Args:
        volume: name of the parameter that is its volume; empty where no level is taken there.
        measured: the analyte whose level it gives; empty for most.
        chain: number of steps of equal mean time that it is made of; 0 for a plain compartment.
        mean_time, to, share: of a chain, its mean transit time, where its last step goes, and the share that
            arrives there; names of parameters and of a compartment.
    """

    name: str
    volume: str = ""
    measured: str = ""
    chain: int = 0
    mean_time: str = ""
    to: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """Drug that leaves a compartment, in proportion to what is in it.

    Args:
        to: where it goes; empty for out of the body.
        clearance, rate: the parameter that sets it; exactly one of the two.
        share: the parameter that says what part arrives; the rest is lost.
        grows: the parameter by which it grows with the time since the first dose; empty where it is constant.
    """

    source: str
    to: str = ""
    clearance: str = ""
    rate: str = ""
    share: str = ""
    grows: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A part of a dose: where it arrives, which share, and over which time, evenly; at once if none is named.

    Args:
        fractions: parameters whose product is the share; one after a ``1 -`` counts as what it leaves.
    """

    into: str
    fractions: tuple[str, ...] = ()
    over: str = ""


@dataclass(frozen=True, slots=True)
class Sprays:
    """A dose in sprays of one size, of which those after the first are taken up less."""

    size: Figure
    share: str
    later: str


@dataclass(frozen=True, slots=True)
class RoutePaths:
    """The routes that a model knows an absorption for, and the parts that a dose by them falls into."""

    routes: tuple[str, ...]
    paths: tuple[Path, ...]
    sprays: Sprays | None = None


@dataclass(frozen=True, slots=True)
class Population:
    """Who was studied. An end that was not read is None."""

    who: str
    people: Figure | None = None
    age_low: Figure | None = None
    age_high: Figure | None = None
    weight_low: Figure | None = None
    weight_high: Figure | None = None


@dataclass(frozen=True, slots=True)
class WeightEffect:
    """Parameters in proportion to a power of the body weight over a reference."""

    reference: Figure
    exponents: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class AgeEffect:
    """A parameter that falls by an amount for each year above an age."""

    parameter: str
    above: Figure
    falls_by: Figure


@dataclass(frozen=True, slots=True)
class Variability:
    """Variances of one level, between people or between occasions.

    Args:
        logs: variances of the logarithm of parameters.
        logits: variances of the logit of shares.
        covariances: of the logarithms, by pair.
        as_cv: coefficients of variation, of which the variances in `logs` of the same names are made.
    """

    logs: Mapping[str, Figure] = field(default_factory=dict)
    logits: Mapping[str, Figure] = field(default_factory=dict)
    covariances: Mapping[tuple[str, str], Figure] = field(default_factory=dict)
    as_cv: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def figures(self) -> tuple[tuple[str, Figure], ...]:
        """Every figure with the words for what it is."""
        found = [("variance of log", one) for one in self.logs.values()]
        found += [("variance of logit", one) for one in self.logits.values()]
        found += [("coefficient of variation", one) for one in self.as_cv.values()]
        return (*found, *(("covariance of logs", one) for one in self.covariances.values()))


@dataclass(frozen=True, slots=True)
class Residual:
    """How far single samples of an analyte lie from the curve: relative, absolute, or of the logarithm."""

    proportional: Figure | None = None
    additive: Figure | None = None
    log: Figure | None = None


@dataclass(frozen=True, slots=True)
class EffectSite:
    """A rate of equilibration with the place of action that somebody uses with the model.

    Args:
        rate: the rate; None where it is ``slope * ln(weight in kg) + intercept``.
        why: what it was made for.
    """

    key: str
    why: str
    source: Source
    rate: Figure | None = None
    slope: Figure | None = None
    intercept: Figure | None = None


@dataclass(frozen=True, slots=True)
class CompartmentModel:
    """One published model, as its file says it.

    Args:
        drug: ``ketamine`` (the racemate) or ``esketamine``; `also` names drugs that it pools with it.
        sampling: the side of the circulation that its levels are of.
        ancestry: factors on parameters for people of a named ancestry.
        warnings: what must be said beside every answer.
    """

    key: str
    title: str
    drug: str
    sampling: str
    source: Source
    population: Population
    parameters: Mapping[str, Figure]
    compartments: Mapping[str, Compartment]
    flows: tuple[Flow, ...]
    routes: tuple[RoutePaths, ...]
    also: tuple[str, ...] = ()
    weight: WeightEffect | None = None
    age: AgeEffect | None = None
    ancestry: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    between_subject: Variability | None = None
    between_occasion: Variability | None = None
    residual: Mapping[str, Residual] = field(default_factory=dict)
    effect_sites: Mapping[str, EffectSite] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def analytes(self) -> tuple[str, ...]:
        """What it gives levels of, the drug itself first."""
        measured = {one.measured for one in self.compartments.values()}
        return tuple(name for name in ANALYTES if name in measured)

    def measured_in(self, analyte: str) -> Compartment:
        """The compartment whose level is that of `analyte`."""
        return next(one for one in self.compartments.values() if one.measured == analyte)

    def paths_of(self, route: str) -> RoutePaths | None:
        """How a dose by `route` comes into the body; None where the model says nothing of it."""
        return next((one for one in self.routes if route in one.routes), None)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number of the model, whatever it is for, in the order of its file."""
        who = self.population
        found: list[Figure | None] = [who.people, who.age_low, who.age_high, who.weight_low, who.weight_high]
        found += self.parameters.values()
        found += [one.sprays.size for one in self.routes if one.sprays]
        if self.weight is not None:
            found += [self.weight.reference, *self.weight.exponents.values()]
        if self.age is not None:
            found += [self.age.above, self.age.falls_by]
        found += [one for factors in self.ancestry.values() for one in factors.values()]
        for level in (self.between_subject, self.between_occasion):
            found += [one for _, one in level.figures] if level else []
        for rest in self.residual.values():
            found += [rest.proportional, rest.additive, rest.log]
        for site in self.effect_sites.values():
            found += [site.rate, site.slope, site.intercept]
        return tuple(one for one in found if one is not None)
