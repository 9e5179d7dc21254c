"""Which models answer: the one rule, of drug, age, weight and route; and why the others are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adjuvant.errors import AdjuvantError, InputError
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import closest, read_file
from adjuvant.pk.absorptions import Absorption
from adjuvant.pk.catalogue import load_model, model_keys
from adjuvant.pk.inputs import entries_of
from adjuvant.pk.levels import of_drug
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates, Individual, typical
from adjuvant.pk.regimen import Regimen

__all__ = ["LeftOut", "applicable", "children", "fitted", "model_reasons", "read_choice"]

_FILE = FOLDER / "ketamine" / "bands.yaml"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A model that is not in a band, by which rule, and what would bring it in."""

    model: str
    rule: str
    remedy: str


def read_choice(path: Path) -> dict[str, dict[str, str]]:
    """For adults and for children the models in order, each with why it stands there.

    Raises:
        LibraryError: a model that is not in the library or stands twice, or one of the library that is
        missing.
    """
    top = read_file(path, shown_name(path))
    found: dict[str, dict[str, str]] = {}
    seen: list[str] = []
    for group, entry in top.fields(["adults", "children"]).items():
        found[group] = {}
        for key, why in entry.pairs():
            if key not in model_keys():
                raise why.error(f"{key!r} is no model", closest(key, model_keys()))
            if key in seen:
                raise why.error(f"{key!r} stands twice", "keep it where it belongs")
            seen.append(key)
            found[group][key] = why.text()
    missing = sorted({*model_keys()} - {*seen})
    if missing:
        raise top.error(f"{missing[0]!r} is missing", "put it with adults or with children")
    return found


@lru_cache(maxsize=1)
def _choice() -> Mapping[str, Mapping[str, str]]:
    return read_choice(_FILE)


def model_reasons() -> dict[str, str]:
    """Every model in the order of the bands, and why it stands there."""
    return {key: why for group in _choice().values() for key, why in group.items()}


def children() -> frozenset[str]:
    """The keys of the models of children."""
    return frozenset(_choice()["children"])


def fitted(
    model: CompartmentModel,
    drug: str,
    covariates: Covariates,
    *,
    named: bool,
    beyond_population: bool = False,
) -> Individual:
    """The typical patient of a model that may answer for this drug and this patient.

    Everything that chooses models asks this, so that a forecast and a comparison are of the same ones.

    Args:
        named: whether somebody asked for this model. One of children then answers for anybody, and its answer
            says whom it was made from.
    Raises:
        InputError: another drug, an age that a model of children did not study, or as for `typical`.
    """
    of_drug(model, drug)
    if not named:
        _of_the_age(model, covariates)
    return typical(model, covariates, beyond_population=beyond_population)


def applicable(
    regimen: Regimen,
    covariates: Covariates,
    *,
    models: Sequence[str] = (),
    absorptions: Sequence[Absorption] = (),
    beyond_population: bool = False,
) -> tuple[list[tuple[CompartmentModel, list[Absorption]]], list[LeftOut]]:
    """The models that can answer, each with the absorptions that it does not know itself; and the others.

    Args:
        models: keys; all of the library unless told otherwise. What is named is `named` in `fitted`.
        absorptions: for routes that a model knows nothing of; a model's own goes before them.
    Raises:
        LibraryError: a key that is not in the library.
        InputError: no model can answer; it says why of each.
    """
    inside: list[tuple[CompartmentModel, list[Absorption]]] = []
    out: list[LeftOut] = []
    for key in models or tuple(model_reasons()):
        model = load_model(key)
        needed = [one for one in absorptions if model.paths_of(one.route) is None]
        try:
            person = fitted(
                model, regimen.drug, covariates, named=bool(models), beyond_population=beyond_population
            )
            entries_of(model, person.values, regimen.spans(float(covariates.weight_kg)), needed)
        except AdjuvantError as error:
            out.append(LeftOut(key, f"{error.thing} {error.rule}", error.remedy))
            continue
        inside.append((model, needed))
    if not inside:
        said = "; ".join(f"{one.model}: {one.rule}" for one in out)
        raise InputError(
            f"regimen of {regimen.drug}", f"can be answered by no model: {said}", _one_remedy(out)
        )
    return inside, out


def _one_remedy(out: Sequence[LeftOut]) -> str:
    """The remedies of those that are of this drug, where there are any, each once."""
    own = [one.remedy for one in out if "is of another drug" not in one.rule] or [one.remedy for one in out]
    return "; ".join(dict.fromkeys(own))


def _of_the_age(model: CompartmentModel, covariates: Covariates) -> None:
    """Refuse a model of children for whoever is not known to be of an age that it studied."""
    if model.key not in children():
        return
    age, who = covariates.age_years, model.population
    span = (
        None
        if who.age_low is None or who.age_high is None
        else tuple(float(end.value.in_("a")) for end in (who.age_low, who.age_high))
    )
    if age is not None and span is not None and span[0] <= age <= span[1]:
        return
    said = "an age that is not known" if age is None else f"age {age:g} years"
    ages = "" if span is None else f" of {span[0]:g} to {span[1]:g} years"
    raise InputError(
        said, f"is not one of the children{ages} that {model.key} was made from", "name the model to see it"
    )
