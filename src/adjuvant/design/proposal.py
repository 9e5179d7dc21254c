"""Target control under a protocol: rates as a pump takes them, held against every limit, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from adjuvant.design.binding import as_given, bound, refusals
from adjuvant.design.compare import NO_ADVICE
from adjuvant.design.space import Pump
from adjuvant.pk import CompartmentModel, Covariates, RateLimits, RateTable, target_rates
from adjuvant.protocol import Sited
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.dosing import absolute
from adjuvant.protocol.limits import guardrails
from adjuvant.protocol.titration import levels
from adjuvant.quantity import Quantity

__all__ = ["Proposal", "PumpRow", "propose"]

_OF_A_RATE = ("rate", "hour")


@dataclass(frozen=True, slots=True)
class PumpRow:
    """A rate from one minute to another, as the pump shows it and as milligrams."""

    start_min: float
    end_min: float
    ml_per_h: Fraction
    mg_per_h: Fraction


@dataclass(frozen=True, slots=True)
class Proposal:
    """A table of rates for a clinician and a plan. It drives no pump.

    Args:
        rows: empty where it is refused: a refused proposal has no number that could be set.
        refused: the ceilings and guardrails that it does not keep. None of them alters it.
        notices: what must be shown beside it.
    """

    table: RateTable
    rows: tuple[PumpRow, ...]
    refused: tuple[str, ...]
    notices: tuple[str, ...]


def propose(
    sited: Sited,
    regimen: str,
    model: CompartmentModel,
    covariates: Covariates,
    pump: Pump,
    target_ng_per_ml: float,
    *,
    of: str,
    hours: float,
    interval_min: float,
    highest_mg_per_h: Fraction,
    highest_mg_per_day: Fraction,
    highest_mg: Fraction,
    highest_ng_per_ml: float | None = None,
    effect_per_min: float | None = None,
) -> Proposal:
    """The rates for a level, bound to a protocol's ceilings and to the guardrails.

    The limits of the caller shape the table. Those of the protocol and the guardrails do not: they let it
    pass or refuse it, so that nobody takes for chosen what was only cut down.

    Raises:
        InputError: a regimen that no pump gives, or as for `target_rates`.
    """
    own = bound(sited, regimen)
    table = target_rates(
        model,
        covariates,
        target_ng_per_ml,
        RateLimits(pump.mg_per_h, highest_mg_per_h, highest_mg_per_day, highest_mg, highest_ng_per_ml),
        of=of,
        hours=hours,
        interval_min=interval_min,
        effect_per_min=effect_per_min,
        route=own.route,
        drug=sited.protocol.drug,
    )
    refused = _refused(sited, regimen, table, covariates, hours)
    ends = [*(start for start, _ in table.rows[1:]), table.end_min]
    rows = tuple(
        PumpRow(start, end, rate / pump.concentration, rate)
        for (start, rate), end in zip(table.rows, ends, strict=True)
    )
    notices = [NO_ADVICE, *table.notices]
    weight = reference_weight(Quantity(Fraction(float(covariates.weight_kg)), "kg"))
    steps = {absolute(one, weight).value for one in levels(own)} if own.rated else set()
    if own.rated and any(rate and rate not in steps for _, rate in table.rows):
        notices.append(
            f"{sited.protocol.protocol} gives steps of its own, and some of these rates are none of them: as "
            "an order its gate refuses them."
        )
    return Proposal(table, () if refused else rows, refused, tuple(notices))


def _refused(
    sited: Sited, regimen: str, table: RateTable, covariates: Covariates, hours: float
) -> tuple[str, ...]:
    own = bound(sited, regimen)
    weight = reference_weight(Quantity(Fraction(float(covariates.weight_kg)), "kg"))
    fastest = max(rate for _, rate in table.rows)
    if own.rated:
        return refusals(Quantity(fastest, "mg/h"), sited, own, weight)
    lasting = Fraction(hours)
    given = as_given(own, lasting * 60, 1, Fraction(24))
    found = refusals(Quantity(table.total_mg, "mg"), sited, given, weight)
    # The mean of a table says nothing of its fastest hour: rates are held as if the fastest ran throughout.
    rails = {key: one for key, one in {**guardrails(), **sited.own_limits}.items() if one.of in _OF_A_RATE}
    rates = given.model_copy(
        update={"ceilings": tuple(one for one in given.ceilings if one.of in _OF_A_RATE)}
    )
    found += refusals(Quantity(fastest * lasting, "mg"), sited, rates, weight, rails)
    return tuple(dict.fromkeys(found))
