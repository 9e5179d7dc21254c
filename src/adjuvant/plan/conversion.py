"""From one route of ketamine to another, as each protocol has it: all shown, none chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adjuvant.citation import Provenance
from adjuvant.errors import InputError
from adjuvant.protocol.model import Protocol
from adjuvant.quantity import Quantity

__all__ = ["Converted", "converted"]


@dataclass(frozen=True, slots=True)
class Converted:
    """A day's total by the new route, as one protocol has it.

    Args:
        low, high: mg/d; equal where the source gives one ratio.
        doses_per_day: into how many doses it is divided, at least; None where that is not said.
        ratio: as the source has it, in words.
    """

    protocol: str
    low: Quantity
    high: Quantity
    ratio: str
    doses_per_day: int | None
    printed: str
    citation: str
    provenance: Provenance


def converted(total: Quantity, old: str, new: str, protocols: Iterable[Protocol]) -> tuple[Converted, ...]:
    """What a day's total by one route comes to by another, by every protocol that gives a ratio.

    Sources differ by a factor of three. No one of them is a default: they are shown side by side, and a
    clinician chooses.

    Args:
        total: an amount per time, such as 300 mg/d.
        old, new: canonical routes.
    Raises:
        InputError: `total` is no amount per time.
    """
    if not total.unit.has(mass=1, time=-1):
        raise InputError(f"total {total}", "is no amount per time", "give a day's total, such as 300 mg/d")
    daily = total.to("mg/d")
    found: dict[tuple[str, str], Converted] = {}
    for protocol in protocols:
        for regimen in protocol.regimens.values():
            own = (regimen.converted_from,) if regimen.converted_from is not None else ()
            for one in (*regimen.conversions, *own):
                if (one.from_ or regimen.route, one.to) != (old, new):
                    continue
                low, high = one.ratio_low or one.ratio, one.ratio_high or one.ratio
                if low is None or high is None:
                    continue
                ratio = f"{low} to {high}" if low != high else str(low)
                found.setdefault(
                    (protocol.protocol, ratio),
                    Converted(
                        protocol.protocol,
                        daily * low,
                        daily * high,
                        f"{ratio} mg by the new route for 1 mg by the old",
                        one.doses_per_day,
                        one.printed,
                        one.citation or "",
                        one.provenance or Provenance.ASSUMED,
                    ),
                )
    return tuple(sorted(found.values(), key=lambda item: (item.low.value, item.protocol)))
