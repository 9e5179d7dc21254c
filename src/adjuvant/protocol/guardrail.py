"""Guardrails: limits that stand apart from protocols, and that every dose must pass last."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from adjuvant.protocol.predicate import Predicate
from adjuvant.protocol.values import AnyQuantity, Dose, Duration, Sourced

__all__ = ["WHO", "Guardrail", "Modifier"]

WHO = ("elderly", "older_or_light")
"""Whom a modifier may mean beside those with a condition; `when` then says where its source draws a line."""


class Guardrail(Sourced):
    """One limit of one source. It never alters a dose: it lets it pass, advises, or refuses it.

    Args:
        drug: racemic ketamine or S-ketamine.
        routes: canonical routes it covers; empty for every one.
        settings: where its source means it, in words, such as ``ward, perioperative``.
        gives: what it covers: a ``bolus`` is a dose that its protocol calls one; everything else that has an
            end is an ``infusion``.
        kind: ``maximum`` may refuse; ``minimum`` only ever advises; ``least_interval`` is the shortest time
            from one dose to the next, and ``least_duration`` that over which one dose may go in.
        of: one dose, the rate, or all that is given in an hour or a day.
        severity: ``absolute`` refuses; ``recommended`` asks for a reason.
        limit: of a dose; `interval` of a time.
        strict: True where the limit itself is already too much.
        binds: False where it was not read at its source, or was made for another setting: it then binds only
            once a site profile adopts it, and is shown until then.
    """

    title: str
    drug: Literal["ketamine", "esketamine"]
    routes: tuple[str, ...] = ()
    settings: str
    gives: Literal["bolus", "infusion", "any"]
    kind: Literal["maximum", "minimum", "least_interval", "least_duration"]
    of: Literal["single_dose", "rate", "hour", "day"] = "single_dose"
    severity: Literal["absolute", "recommended"]
    limit: Dose | None = None
    interval: Duration | None = None
    concentration: AnyQuantity | None = None
    strict: bool = False
    binds: bool

    @model_validator(mode="after")
    def _limit_of_its_kind(self) -> Guardrail:
        timed = self.kind in ("least_interval", "least_duration")
        if timed != (self.interval is not None):
            raise ValueError("has an interval if, and only if, it is a least interval or a least duration")
        if timed == (self.limit is not None):
            raise ValueError("has a limit if, and only if, it caps a dose")
        return self


class Modifier(Sourced):
    """A smaller dose, or more care, for patients of one kind: frail, of great age, with a failing liver.

    Args:
        who: key of conditions.yaml, or one of `WHO`, which are no conditions.
        when: whom the source means, where it draws a line that a record can show.
        against: True where the source asks to give them no ketamine.
        start: the start that the source gives for them; None where it only asks for care.
    """

    title: str
    who: str
    when: Predicate | None = None
    advice: str
    against: bool = False
    start: Dose | None = None
    routes: tuple[str, ...] = ()
