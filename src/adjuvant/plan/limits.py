"""What a plan may not exceed: ceilings and guardrails, each beside what the plan delivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adjuvant.citation import Provenance
from adjuvant.plan.figures import words
from adjuvant.protocol.ceiling import ceiling_words
from adjuvant.protocol.counting import counted, over_ceiling
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.gate import Breach, as_counted, check_dose, covers, guardrail_breaches
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.regimen import Ceiling, Regimen, limit_of
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import is_rate
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["Limit", "breaches", "limits", "not_lower"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit beside what the plan delivers.

    Args:
        limit: as its source has it, in words; `here` the same for this patient.
        delivers: what the plan comes to, in the limit's measure.
        binds: whether it refuses; those that do not are shown.
        why: for whom it was made, where it does not bind.
    """

    title: str
    limit: str
    here: Quantity | None
    delivers: Quantity | None
    kept: bool | None
    binds: bool
    why: str
    citation: str
    provenance: Provenance


def adopted(sited: Sited) -> tuple[str, ...]:
    """Keys of the guardrails that the site has adopted."""
    return tuple(one.key for one in sited.profile.adopt_guardrails) if sited.profile is not None else ()


def breaches(
    ordered: Quantity,
    delivered: Quantity,
    regimen: Regimen,
    sited: Sited,
    situation: Situation,
    weight: DosingWeight | None,
    guardrails: Mapping[str, Guardrail],
) -> tuple[Breach, ...]:
    """Every limit that refuses the dose as it was ordered, or as it comes out of the pump.

    Args:
        ordered: must also be one of the protocol's own doses; what is delivered is a little under it.
    """
    keys = adopted(sited)
    found = list(check_dose(ordered, sited.protocol, regimen, situation, weight, guardrails, keys))
    found += guardrail_breaches(delivered, sited.protocol, regimen, situation, weight, guardrails, keys)
    for one in over_ceiling(regimen, delivered, situation, weight):
        said = f"{words(delivered)} does not keep {ceiling_words(one.ceiling)}"
        said += f"; {one.words}" if one.words else ""
        found.append(Breach(one.ceiling.key, not one.ceiling.soft, said, one.ceiling))
    return tuple({(one.key, one.words): one for one in found if one.refuses}.values())


def not_lower(ordered: Quantity, situation: Situation, weight: DosingWeight | None) -> tuple[str, ...]:
    """Why a dose that passes as a lower one is none; nothing where it is.

    No limit holds a dose back that goes down, so that it must be under the one that is charted.
    """
    present = situation.state.dose
    charted = _absolute(present, weight)
    if charted is None:
        return (f"Whether {ordered} is a lower dose is not known: {present or 'no dose'} is charted.",)
    if is_rate(ordered) == is_rate(charted) and absolute(ordered, weight) < charted:
        return ()
    return (f"{ordered} is advised as a lower dose, and is not under {present}, which is charted.",)


def limits(
    delivered: Quantity,
    regimen: Regimen,
    sited: Sited,
    weight: DosingWeight | None,
    guardrails: Mapping[str, Guardrail],
    situation: Situation | None = None,
) -> tuple[Limit, ...]:
    """Every limit that is about this way of giving it, those that bind first.

    Args:
        situation: with what was given, which a ceiling of an hour, a day or the course counts too.
    """
    found = [_ceiling(one, delivered, regimen, weight, situation) for one in regimen.caps]
    keys = adopted(sited)
    for key, rail in guardrails.items():
        if rail.drug == sited.protocol.drug and rail.kind == "maximum" and covers(rail, regimen):
            found.append(_rail(key, rail, delivered, regimen, weight, keys))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: not one.binds))


def _ceiling(
    one: Ceiling,
    delivered: Quantity,
    regimen: Regimen,
    weight: DosingWeight | None,
    situation: Situation | None,
) -> Limit | None:
    limit = limit_of(one)
    if limit is None:
        return None
    known = _known(counted(one, delivered, regimen, situation, weight))
    over = over_ceiling(regimen.model_copy(update={"ceilings": (one,)}), delivered, situation, weight)
    # What cannot be compared is not called kept: a limit of one dose beside a rate, a day of doses uncounted.
    kept = False if over else None if known is None else True
    here, amount = _absolute(limit, weight), _absolute(known, weight)
    name = f"The protocol's own, {one.of.replace('_', ' ')}"
    why = "asks for a review, and does not cap" if one.soft else ""
    provenance = one.provenance or Provenance.ASSUMED
    return Limit(
        name, ceiling_words(one), here, amount, kept, not one.soft, why, one.citation or "", provenance
    )


def _rail(
    key: str,
    rail: Guardrail,
    delivered: Quantity,
    regimen: Regimen,
    weight: DosingWeight | None,
    keys: Iterable[str],
) -> Limit | None:
    value = as_counted(delivered, rail, regimen, weight)
    if value is None or rail.limit is None or rail.limit.value is None:
        return None
    here, amount = _absolute(rail.limit.value, weight), _absolute(_known(value), weight)
    kept = None
    if here is not None and amount is not None and here.unit.commensurable(amount.unit):
        kept = amount < here if rail.strict else amount <= here
    binds = rail.severity == "absolute" and (rail.binds or key in keys)
    why = "" if binds else f"for {rail.settings}"
    sign = "under" if rail.strict else "at most"
    return Limit(
        rail.title, f"{sign} {words(rail.limit.value)}", here, amount, kept, binds, why, rail.citation or "",
        rail.provenance or Provenance.ASSUMED,
    )  # fmt: skip


def _known(value: Quantity | Unknown | None) -> Quantity | None:
    return None if isinstance(value, Unknown) else value


def _absolute(value: Quantity | None, weight: DosingWeight | None) -> Quantity | None:
    if value is None or (weight is None and "/kg" in value.unit.code):
        return None
    return absolute(value, weight)
