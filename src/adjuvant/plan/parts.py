"""One dose in equal parts, each with its time and the volume that is drawn for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adjuvant.protocol.judge import span
from adjuvant.protocol.regimen import Split
from adjuvant.quantity import Quantity

__all__ = ["Part", "equal_parts", "whole"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a dose.

    Args:
        amount: mg; exact, so that the parts add up to the dose.
        volume: mL of the vial; exact, and to be rounded by whoever draws it up. None where no vial is stated.
    """

    number: int
    at: datetime
    amount: Quantity
    volume: Quantity | None


def equal_parts(
    amount: Quantity, split: Split, begins: datetime, strength: Quantity | None
) -> tuple[Part, ...]:
    """The parts of a dose.

    Args:
        amount: mg in all.
        strength: of what is drawn up, mg/mL; None where nobody stated it.
    """
    each = amount.to("mg") / split.parts
    volume = _volume(each, strength)
    return tuple(Part(n + 1, begins + span(at), each, volume) for n, at in enumerate(split.at))


def whole(amount: Quantity, at: datetime, strength: Quantity | None) -> tuple[Part, ...]:
    """A dose that is not divided, as its one part."""
    return (Part(1, at, amount.to("mg"), _volume(amount, strength)),)


def _volume(amount: Quantity, strength: Quantity | None) -> Quantity | None:
    return Quantity(amount.in_("mg") / strength.in_("mg/mL"), "mL") if strength is not None else None
