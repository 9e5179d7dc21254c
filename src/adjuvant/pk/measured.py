"""Measured levels: what was measured, when, and on which side of the circulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adjuvant.errors import InputError, QuantityError
from adjuvant.library.strict import closest
from adjuvant.pk.arrays import finite
from adjuvant.pk.model import ANALYTES, CompartmentModel
from adjuvant.pk.reported import in_ng_per_ml
from adjuvant.quantity import Quantity, parse_quantity

__all__ = ["COLUMNS", "Measured", "fitting", "read_measured"]

COLUMNS = ("time", "analyte", "level", "side")
"""The columns of a table of measured levels."""

_SIDES = ("arterial", "venous")


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured level.

    Args:
        at_min: minutes from the start of the simulation.
        analyte: what was measured, such as ``ketamine``; of an S-ketamine model its S-form is meant.
        ng_per_ml: above zero; a level below the least that a laboratory reports is none that can be used
        here.
        side: ``arterial`` or ``venous``.
    Raises:
        InputError: NaN, zero or negative, or a side or an analyte that is not known.
    """

    at_min: float
    analyte: str
    ng_per_ml: float
    side: str

    def __post_init__(self) -> None:
        finite("time of a level", self.at_min, "give minutes from the start, zero or more")
        finite(
            "measured level",
            self.ng_per_ml,
            "leave out what is below the laboratory's limit",
            above_zero=True,
        )
        for what, value, known in (("side", self.side, _SIDES), ("analyte", self.analyte, ANALYTES)):
            if value not in known:
                raise InputError(
                    f"{what} {value!r} of a measured level", "is not known", closest(value, known)
                )


def read_measured(rows: Sequence[Mapping[str, str]], minute: Callable[[str], float]) -> tuple[Measured, ...]:
    """Measured levels from the rows of a table.

    Args:
        minute: of each text of the column ``time``, its minutes from the start of the simulation.
    Raises:
        InputError: no rows, a column that is missing, or a level without unit; it names the row.
    """
    if not rows:
        raise InputError("measured levels", "are none", "add a row for each")
    found = []
    for place, row in enumerate(rows, 2):
        try:
            for name in COLUMNS:
                if not (row.get(name) or "").strip():
                    raise InputError(f"column {name!r}", "is empty", f"fill in {', '.join(COLUMNS)}")
            found.append(
                Measured(
                    minute(row["time"].strip()),
                    row["analyte"].strip(),
                    _level(row["level"].strip()),
                    row["side"].strip(),
                )
            )
        except InputError as error:
            raise error.within(f"row {place}") from error
    return tuple(found)


def _level(text: str) -> float:
    try:
        value: Quantity = parse_quantity(text)
        return in_ng_per_ml(value)
    except QuantityError as error:
        raise InputError(f"level {text!r}", error.rule, "write it such as 120 ng/mL") from None
    except ValueError:
        raise InputError(f"level {text!r}", "is no mass in a volume", "write it such as 120 ng/mL") from None


def fitting(model: CompartmentModel, measured: Sequence[Measured]) -> None:
    """Refuse levels that a model cannot be held against.

    Raises:
        InputError: a model without variability or without the error of single samples, another side of the
            circulation, a side that the model does not state, or an analyte that it does not have.
    """
    if model.between_subject is None:
        raise InputError(
            f"model {model.key}", "has no variability between people that anybody read", "choose one that has"
        )
    if not measured:
        raise InputError("measured levels", "are none", "add one or more")
    for one in measured:
        if one.side != model.sampling:
            said = (
                "does not say its side"
                if model.sampling == "not_stated"
                else f"is of {model.sampling} levels"
            )
            raise InputError(
                f"{one.side} level at minute {one.at_min:g}",
                f"cannot be held against {model.key}, which {said}",
                "choose a model of that side; arterial and venous levels are never mixed",
            )
        if one.analyte not in model.residual:
            raise InputError(
                f"level of {one.analyte}",
                f"cannot be held against {model.key}, of which no error of single samples was read",
                f"use a model that has it; this one has: {', '.join(model.residual) or 'none'}",
            )
