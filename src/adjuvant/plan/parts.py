"""One dose in equal parts, each with its time and the volume that is drawn for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adjuvant.protocol.judge import span
from adjuvant.protocol.regimen import Split
from adjuvant.quantity import Quantity

__all__ = ["Part", "equal_parts"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a dose.

    Args:
        amount: mg; exact, so that the parts add up to the dose.
        volume: mL of the vial; exact, and to be rounded by whoever draws it up.
    """

    number: int
    at: datetime
    amount: Quantity
    volume: Quantity


def equal_parts(amount: Quantity, split: Split, begins: datetime, strength: Quantity) -> tuple[Part, ...]:
    """The parts of a dose.

    Args:
        amount: mg in all.
        strength: of what is drawn up, mg/mL.
    """
    each = amount.to("mg") / split.parts
    volume = Quantity(each.value / strength.in_("mg/mL"), "mL")
    return tuple(Part(n + 1, begins + span(at), each, volume) for n, at in enumerate(split.at))
