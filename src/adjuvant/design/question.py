"""The questions of `compare`, and what those of `design` say too: who it is about, and what is measured."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from adjuvant.design.measures import Asked
from adjuvant.design.patients import Group, Uptake, groups, uptake
from adjuvant.design.schedule import Schedule, of_protocol, typed
from adjuvant.design.strict import Fields, decoded
from adjuvant.errors import InputError
from adjuvant.library.folder import FOLDER
from adjuvant.pk import Bolus, Covariates, Infusion, RateChange, Regimen, equilibration
from adjuvant.protocol import Sited, named, sited
from adjuvant.quantity import Quantity, parse_quantity

__all__ = ["COMMON", "Common", "CompareQuestion", "common", "doses_of", "read_compare", "sited_of"]

COMMON = (
    "weight_kg", "age_years", "of", "effect_half_life", "range", "ceiling", "patients", "seed", "models",
    "uptakes", "note",
)  # fmt: skip
_SCHEDULE = ("name", "protocol", "regimen", "site", "rises", "days")
_TYPED = ("name", "drug", "because", "hours", "rounds", "doses")
_DOSE = ("route", "start_min", "duration_min", "end_min", "amount", "rate", "changes")
_EXAMPLE = "example"
_DAYS = 5
_MOST_PATIENTS = 10**5
"""Patients that are drawn at most for each model: a share is then known to a third of a percent."""


@dataclass(frozen=True, slots=True)
class Common:
    """What every question says: whom it is about, what is measured, on how many patients.

    Args:
        note: what the file says of itself, in words.
    """

    kilograms: Quantity
    covariates: Covariates
    asked: Asked
    patients: int
    seed: int
    models: tuple[str, ...]
    uptakes: tuple[Uptake, ...]
    note: str

    @property
    def weight_kg(self) -> float:
        """The body weight."""
        return float(self.kilograms.in_("kg"))

    def groups(self, drug: str) -> tuple[tuple[Group, ...], dict[str, str]]:
        """Every model that applies, with its patients; and those left out, with the reason."""
        return groups(
            drug,
            self.covariates,
            patients=self.patients,
            seed=self.seed,
            uptakes=self.uptakes,
            only=self.models,
        )


@dataclass(frozen=True, slots=True)
class CompareQuestion:
    """Schedules that are to be compared."""

    common: Common
    schedules: tuple[Schedule, ...]


def common(top: Fields) -> Common:
    """What every question says.

    Raises:
        InputError: with the place, what is missing or wrong there.
    """
    weight = top.number("weight_kg")
    age = float(top.number("age_years")) if "age_years" in top else None
    span = top.within("range", ("low", "high", "because"))
    ceiling = top.within("ceiling", ("above", "because"))
    of = top.text("of", "effect")
    half_life = float(top.quantity("effect_half_life", "min")) if "effect_half_life" in top else None
    if half_life is not None and half_life <= 0:
        raise InputError(top.at("effect_half_life"), "is not above zero", "give minutes")
    rate = None if of == "blood" else equilibration().per_min if half_life is None else _rate(half_life)
    asked = Asked(
        of=of,
        low=float(span.quantity("low", "ng/mL")),
        high=float(span.quantity("high", "ng/mL")),
        range_because=span.text("because"),
        ceiling=float(ceiling.quantity("above", "ng/mL")),
        ceiling_because=ceiling.text("because"),
        effect_per_min=rate,
    )
    return Common(
        kilograms=Quantity(weight, "kg"),
        covariates=top.kept(lambda: Covariates(float(weight), age)),
        asked=asked,
        patients=top.whole("patients", 1000, most=_MOST_PATIENTS),
        seed=top.whole("seed", 1, least=0),
        models=top.words("models"),
        uptakes=top.list_of("uptakes", _uptake),
        note=top.text("note", ""),
    )


def _rate(half_life_min: float) -> float:
    from math import log

    return log(2) / half_life_min


def _uptake(value: Any, place: str) -> Uptake:
    own = Fields(value, place, ("finding", "half_life", "share", "because"))
    share = float(own.number("share")) if "share" in own else None
    return own.kept(
        lambda: uptake(
            own.text("finding"),
            half_life_min=float(own.quantity("half_life", "min")),
            share=share,
            because=own.text("because"),
        )
    )


def sited_of(own: Fields, folder: Path) -> Sited:
    """The protocol that a question names, as its site runs it.

    Args:
        folder: that of the question's file, from which paths of its own count.
    Raises:
        LibraryError, InputError: no such protocol or profile, or a profile that does not fit.
    """
    key = own.text("protocol")
    listed = own.kept(lambda: named(key, folder))
    if "site" not in own:
        return sited(listed)
    site = own.text("site")
    path = FOLDER / "protocols" / key / "example_site.yaml" if site == _EXAMPLE else folder / site
    if not path.is_file():
        raise InputError(f"{own.at('site')} {site!r}", "is no site profile", "name its file, or leave it out")
    return sited(listed, path)


def doses_of(own: Fields, key: str) -> tuple[Bolus | Infusion, ...]:
    """Doses as they were typed: each an amount at once or over a time, or a rate with its changes.

    Raises:
        InputError: with the place, what is missing or wrong there.
    """
    return own.list_of(key, _dose)


def _dose(value: Any, place: str) -> Bolus | Infusion:
    own = Fields(value, place, _DOSE)
    route, start = own.text("route"), float(own.number("start_min"))
    if ("amount" in own) == ("rate" in own):
        raise InputError(place, "has an amount and a rate, or neither", "give one of the two, with its unit")
    if "end_min" in own and "duration_min" in own:
        raise InputError(place, "has an end and a duration", "give one of the two")
    end: float | None = float(own.number("end_min")) if "end_min" in own else None
    if "duration_min" in own:
        end = start + float(own.number("duration_min"))

    def made() -> Bolus | Infusion:
        if "rate" in own:
            if end is None:
                raise InputError("infusion", "has neither an end nor a duration", "add one of the two")
            changes = own.list_of("changes", _change)
            return Infusion(start, end, parse_quantity(own.text("rate")), route, changes)
        if "changes" in own:
            raise InputError("changes", "stand beside an amount", "give the infusion by its rate")
        amount = parse_quantity(own.text("amount"))
        return (
            Bolus(start, amount, route)
            if end is None
            else Infusion.of_amount(start, end - start, amount, route)
        )

    return own.kept(made)


def _change(value: Any, place: str) -> RateChange:
    own = Fields(value, place, ("at_min", "rate"))
    return own.kept(lambda: RateChange(float(own.number("at_min")), own.text("rate")))


def read_compare(text: str, folder: Path) -> CompareQuestion:
    """A question of `compare`.

    Args:
        folder: from which paths in it count.
    Raises:
        InputError: with the place, what is missing or wrong there.
    """
    top = Fields(decoded(text), "", (*COMMON, "schedules"))
    found = common(top)

    def one(value: Any, place: str) -> Schedule:
        return _schedule(value, place, folder, found.kilograms)

    return CompareQuestion(found, top.list_of("schedules", one))


def _schedule(value: Any, place: str, folder: Path, kilograms: Quantity) -> Schedule:
    of_a_protocol = isinstance(value, dict) and "protocol" in value
    own = Fields(value, place, _SCHEDULE if of_a_protocol else _TYPED)
    if of_a_protocol:
        protocol = sited_of(own, folder)
        names = tuple(protocol.protocol.regimens)
        if "regimen" not in own and len(names) != 1:
            raise InputError(
                own.at("regimen"), "is missing, and there are several", f"one of: {', '.join(names)}"
            )
        return own.kept(
            lambda: of_protocol(
                protocol,
                own.text("regimen", names[0] if names else ""),
                kilograms,
                rises=own.text("rises", "never"),
                days=own.number("days", Fraction(_DAYS)),
                name=own.text("name", ""),
            )
        )
    doses = doses_of(own, "doses")
    return own.kept(
        lambda: typed(
            own.text("name"),
            Regimen(doses, own.text("drug")),
            own.text("because", "typed"),
            float(own.number("hours")) if "hours" in own else None,
            own.whole("rounds", least=0) if "rounds" in own else None,
        )
    )
