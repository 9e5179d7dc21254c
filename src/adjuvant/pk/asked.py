"""Reader of a regimen as JSON: what is given, to whom, and at which minutes levels are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from adjuvant.errors import InputError
from adjuvant.library.strict import closest
from adjuvant.pk.absorptions import Absorption, absorption
from adjuvant.pk.person import Covariates
from adjuvant.pk.reading import DRUGS
from adjuvant.pk.regimen import Bolus, Infusion, RateChange, Regimen

__all__ = ["Asked", "read_asked"]

_TOP = (
    "weight_kg", "age_years", "ancestry", "drug", "counted_as", "doses", "times_min", "absorptions",
)  # fmt: skip
_DOSE = ("route", "start_min", "end_min", "duration_min", "amount", "rate", "changes")
_CHANGE = ("at_min", "rate")
_ABSORPTION = ("finding", "share", "half_life_min", "because")


@dataclass(frozen=True, slots=True)
class Asked:
    """A typed regimen with its patient.

    Args:
        times_min: minutes that levels are asked for; empty where the file names none.
        drug_named: whether the file names the drug, or it is the asked model's own.
    """

    regimen: Regimen
    covariates: Covariates
    times_min: tuple[float, ...]
    absorptions: tuple[Absorption, ...]
    drug_named: bool


def read_asked(text: str, own_drug: str = "") -> Asked:
    """A regimen from JSON text.

    Args:
        own_drug: the drug of the model that was asked for, taken where the file names none.
    Raises:
        InputError: not JSON (``NaN`` is not), a key twice or unknown, no weight, no drug, no doses, a dose
        without
            unit or route, or whatever the regimen refuses; it names the place.
    """
    top = _object(_decoded(text), "regimen", _TOP)
    named = "drug" in top
    drug = _text(top, "drug", "drug") if named else own_drug
    if not drug:
        raise InputError("drug", "is missing", f"write one of: {', '.join(DRUGS)}; they are two drugs")
    listed = _list(top, "doses")
    if not listed:
        raise InputError("doses", "is an empty list", "list each dose")
    doses = tuple(_at(f"doses[{place}]", _dose, one) for place, one in enumerate(listed))
    ancestry = [_word(one, "ancestry") for one in _list(top, "ancestry")]
    return Asked(
        regimen=Regimen(
            doses, drug, _text(top, "counted_as", "counted_as") if "counted_as" in top else "base"
        ),
        covariates=Covariates(
            _number(top, "weight_kg", "give the body weight in kg"),
            _number(top, "age_years", "give it in years") if "age_years" in top else None,
            frozenset(ancestry),
        ),
        times_min=tuple(
            _bare(one, f"times_min[{place}]", "give minutes from the start of the simulation")
            for place, one in enumerate(_list(top, "times_min"))
        ),
        absorptions=tuple(
            _at(f"absorptions[{place}]", _absorption, one)
            for place, one in enumerate(_list(top, "absorptions"))
        ),
        drug_named=named,
    )


def _dose(one: Any) -> Bolus | Infusion:
    dose = _object(one, "dose", _DOSE)
    route = _text(dose, "route", "route") if "route" in dose else ""
    start = _number(dose, "start_min", "give minutes from the start of the simulation")
    if ("amount" in dose) == ("rate" in dose):
        rule = "has both an amount and a rate" if "amount" in dose else "has neither an amount nor a rate"
        raise InputError("dose", rule, "give one of the two, such as 35 mg or 5 mg/h")
    if "end_min" in dose and "duration_min" in dose:
        raise InputError("dose", "has both an end and a duration", "give one of the two")
    minutes = "give minutes above the start"
    end = _number(dose, "end_min", minutes) if "end_min" in dose else None
    if "duration_min" in dose:
        end = start + _number(dose, "duration_min", "give minutes, above zero")
    if "rate" in dose:
        if end is None:
            raise InputError("infusion", "has neither an end nor a duration", "add end_min or duration_min")
        changes = tuple(
            RateChange(_number(part, "at_min", minutes), _measured(part, "rate"))
            for part in (_object(each, "change", _CHANGE) for each in _list(dose, "changes"))
        )
        return Infusion(start, end, _measured(dose, "rate"), route, changes)
    if "changes" in dose:
        raise InputError("changes", "stand beside an amount", "give the infusion by its rate")
    if end is None:
        return Bolus(start, _measured(dose, "amount"), route)
    return Infusion.of_amount(start, end - start, _measured(dose, "amount"), route)


def _absorption(one: Any) -> Absorption:
    said = _object(one, "absorption", _ABSORPTION)
    return absorption(
        _text(said, "finding", "absorption"),
        half_life_min=_number(said, "half_life_min", "give the half-life of uptake in minutes"),
        share=_number(said, "share", "give it above 0 and up to 1") if "share" in said else None,
        because=_text(said, "because", "because") if "because" in said else "",
    )


def _at(place: str, read: Callable[[Any], Any], one: Any) -> Any:
    try:
        return read(one)
    except InputError as error:
        raise error.within(place) from error


def _decoded(text: str) -> Any:
    def no_number(word: str) -> NoReturn:
        raise InputError("regimen", f"holds {word}, which is no number", "write a number, or leave it out")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise InputError(f"key {key!r}", "stands twice in one object", "keep one")
            found[key] = value
        return found

    try:
        return json.loads(text, parse_constant=no_number, object_pairs_hook=once, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(
            "regimen", f"is not JSON{where}", "write it as the reference of `simulate` shows"
        ) from None


def _object(value: Any, what: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InputError(what, "is no object", f"write one with {', '.join(known[:3])}")
    for key in value:
        if key not in known:
            raise InputError(f"key {key!r}", f"is not known in a {what}", closest(str(key), known))
    return value


def _list(within: Mapping[str, Any], key: str) -> list[Any]:
    value = within.get(key, [])
    if not isinstance(value, list):
        raise InputError(key, "is no list", "write it in brackets")
    return value


def _word(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{what} {value!r}", "is no text", "write it in quotation marks")
    return value


def _text(within: Mapping[str, Any], key: str, what: str) -> str:
    return _word(within[key], what)


def _measured(within: Mapping[str, Any], key: str) -> str:
    value = within.get(key)
    if not isinstance(value, str):
        example = "such as '5 mg/h'" if key == "rate" else "such as '10 mg'"
        raise InputError(f"{key} {_shown(value)}", "has no unit", f"write it as text, {example}")
    return value


def _number(within: Mapping[str, Any], key: str, remedy: str) -> float:
    if key not in within:
        raise InputError(key, "is missing", remedy)
    return _bare(within[key], key, remedy)


def _bare(value: Any, what: str, remedy: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InputError(f"{what} {_shown(value)}", "is not a number", remedy)
    try:
        return float(value)
    except OverflowError:
        raise InputError(what, "is too large to be a number", remedy) from None


def _shown(value: Any) -> str:
    return "null" if value is None else json.dumps(value, default=str)
