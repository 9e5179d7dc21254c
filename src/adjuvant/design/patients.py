"""The patients that schedules are compared on: one seeded population a model, the same for every schedule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from adjuvant.errors import InputError
from adjuvant.library.strict import closest
from adjuvant.pk import (
    Absorption,
    CompartmentModel,
    Covariates,
    Individual,
    absorption,
    draw,
    drawn_absorption,
    load_model,
    model_keys,
)
from adjuvant.pk.choice import fitted, model_reasons
from adjuvant.pk.person import NOT_STUDIED

__all__ = ["Group", "Uptake", "groups", "uptake"]


@dataclass(frozen=True, slots=True)
class Uptake:
    """How doses by a route come into the blood, for models that do not say it.

    Args:
        key: of a finding of the library.
        share: of the dose that arrives, for typical patients, and for all where the finding has no spread.
        because: where the half-life is from, in words.
    """

    key: str
    half_life_min: float
    share: float | None
    because: str
    route: str


@dataclass(frozen=True, slots=True)
class Group:
    """One model with its typical patient and, where it has variability, its drawn patients.

    Args:
        drug: that they are given.
        drawn: None where the model has no variability that anybody read: no chance can be given then.
        typical_uptake, drawn_uptake: for the routes that the model does not know.
    """

    model: CompartmentModel
    drug: str
    typical: Individual
    drawn: Individual | None
    patients: int
    typical_uptake: tuple[Absorption, ...]
    drawn_uptake: tuple[Absorption, ...]

    @property
    def notices(self) -> tuple[str, ...]:
        """What must be shown beside every answer of it."""
        person = self.drawn or self.typical
        said = self.drawn_uptake if self.drawn is not None else self.typical_uptake
        own = (
            words
            if words == NOT_STUDIED or words.startswith(self.model.key)
            else f"{self.model.key}: {words}"
            for words in person.notices
        )
        return tuple(
            dict.fromkeys(
                (*own, *(f"{self.model.key}: {words}" for one in said for words in one.beside(self.drug)))
            )
        )

    @property
    def assumed(self) -> tuple[str, ...]:
        """The figures in it that nobody read in a source."""
        return (self.drawn or self.typical).assumed


def uptake(key: str, *, half_life_min: float, share: float | None = None, because: str) -> Uptake:
    """An uptake by a finding of the library, with a half-life that somebody states and says why.

    Raises:
        InputError: no such finding, no one share, a share outside of its span, or a half-life without reason.
    """
    if not because.strip():
        raise InputError(f"half-life of uptake of {key!r}", "has no reason", "say in words where it is from")
    route = absorption(key, half_life_min=half_life_min, share=share, because=because).route
    return Uptake(key, half_life_min, share, because, route)


def groups(
    drug: str,
    covariates: Covariates,
    *,
    patients: int,
    seed: int,
    uptakes: Sequence[Uptake] = (),
    only: Sequence[str] = (),
) -> tuple[tuple[Group, ...], dict[str, str]]:
    """Every model that applies to this drug and this patient by `fitted`, and the others with the reason.

    The same seed gives the same patients, model by model, whatever other models are asked for.

    Args:
        only: keys of the models that are asked for; all of the library unless told otherwise.
    Raises:
        InputError: no patients, a model that is not in the library or stands twice, two uptakes for one
            route, or no model that applies.
    """
    if patients < 1:
        raise InputError(f"{patients} patients", "are none", "ask for one or more")
    routes = [one.route for one in uptakes]
    for words, several in (("model", only), ("uptake of route", routes)):
        for key in several:
            if several.count(key) > 1:
                raise InputError(f"{words} {key!r}", "stands twice", "keep one")
    for key in only:
        if key not in model_keys():
            raise InputError(f"model {key!r}", "is not in the library", closest(key, model_keys()))
    found: list[Group] = []
    left: dict[str, str] = {}
    for key in only or model_reasons():
        model = load_model(key)
        try:
            person = fitted(model, drug, covariates, named=bool(only))
        except InputError as error:
            left[key] = f"{error.thing} {error.rule}"
            continue
        found.append(_group(model, drug, person, covariates, patients, seed, uptakes))
    if not found:
        said = "; ".join(f"{key}: {why}" for key, why in left.items())
        raise InputError(
            f"schedules of {drug}", f"have no model that applies ({said})", "check drug, age, weight"
        )
    return tuple(found), left


def _group(
    model: CompartmentModel,
    drug: str,
    person: Individual,
    covariates: Covariates,
    patients: int,
    seed: int,
    uptakes: Iterable[Uptake],
) -> Group:
    needed = [one for one in uptakes if model.paths_of(one.route) is None]
    alone = tuple(
        absorption(one.key, half_life_min=one.half_life_min, share=one.share, because=one.because)
        for one in needed
    )
    if model.between_subject is None:
        return Group(model, drug, person, None, 0, alone, ())
    # A stream for each model: its patients are the same whatever else is asked.
    generator = np.random.default_rng([seed, *model.key.encode()])
    drawn = draw(model, covariates, patients, generator)
    spread = []
    for one, fixed in zip(needed, alone, strict=True):
        try:
            spread.append(
                drawn_absorption(
                    one.key, patients, generator, half_life_min=one.half_life_min, because=one.because
                )
            )
        except InputError:  # a finding without a spread is the same for all
            spread.append(fixed)
    return Group(model, drug, person, drawn, patients, alone, tuple(spread))
