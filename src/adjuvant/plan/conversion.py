"""From one route of ketamine to another: ratio, delay and doses of each protocol, all shown, none chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adjuvant.citation import Provenance
from adjuvant.errors import InputError
from adjuvant.plan.draft import InfusionPlan
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.site import Sited
from adjuvant.quantity import Quantity

__all__ = ["Converted", "converted", "onward"]


@dataclass(frozen=True, slots=True)
class Converted:
    """A day's total by the new route, as one protocol has it.

    Args:
        low, high: mg/d; equal where the source gives one ratio.
        doses_per_day: into how many doses it is divided, at least; None where that is not said.
        ratio: as the source has it, in words.
        after: from the end of the old route to the first dose by the new one, its two ends; None where that
            is not said.
    """

    protocol: str
    to: str
    low: Quantity
    high: Quantity
    ratio: str
    doses_per_day: int | None
    printed: str
    citation: str
    provenance: Provenance
    after: tuple[Quantity, Quantity] | None = None

    @property
    def each(self) -> tuple[Quantity, Quantity] | None:
        """One dose, mg, at the fewest doses a day that the source has; its two ends."""
        if self.doses_per_day is None:
            return None
        low, high = (Quantity(one.value / self.doses_per_day, "mg") for one in (self.low, self.high))
        return low, high


def onward(plan: InfusionPlan, sited: Sited, protocols: Iterable[Protocol]) -> tuple[Converted, ...]:
    """What the day's total comes to by another route, where the plan's own protocol goes on by one.

    The plan's own protocol stands first; others that change between the same routes stand beside it, because
    they differ. Only protocols of the same drug are asked.

    Returns:
        Nothing for a dose that is no rate, and where the protocol converts no route.
    """
    regimen = sited.protocol.regimens[plan.guidance.regimen]
    routes = {one.to for one in regimen.conversions if one.from_ in (None, regimen.route)}
    if plan.order.over is not None or not routes:
        return ()
    own = sited.protocol
    others = [one for one in protocols if one.drug == own.drug and one.protocol != own.protocol]
    total = Quantity(plan.order.hourly.value * 24, "mg/d")
    found = [one for to in sorted(routes) for one in converted(total, regimen.route, to, [own, *others])]
    return tuple(sorted(found, key=lambda one: one.protocol != own.protocol))


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
                        one.to,
                        daily * low,
                        daily * high,
                        f"{ratio} mg by the new route for 1 mg by the old",
                        one.doses_per_day,
                        one.printed,
                        one.citation or "",
                        one.provenance or Provenance.ASSUMED,
                        one.first_dose_after.ends if one.first_dose_after is not None else None,
                    ),
                )
    return tuple(sorted(found.values(), key=lambda item: (item.low.value, item.protocol)))
