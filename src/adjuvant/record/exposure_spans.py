"""What exposures as ordered and as dispensed share: a constant rate over a span, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

from adjuvant.quantity import Quantity
from adjuvant.record.exposure import Basis, Exposure, ExposureKind, Refusal, RefusalReason
from adjuvant.record.exposure_amounts import Problem, asked_for, beyond_belief, refusal, unresolved
from adjuvant.record.exposure_routes import contradicted_route
from adjuvant.record.medication import Ingredient, MedicationDispense, MedicationRequest
from adjuvant.record.patient import PatientRecord
from adjuvant.timeline import hours_between

__all__ = ["each_exposure", "spread_evenly"]

_Event = TypeVar("_Event", MedicationRequest, MedicationDispense)


def each_exposure(
    record: PatientRecord,
    events: Iterable[_Event],
    ingredients: frozenset[str],
    make: Callable[[_Event, Ingredient], Exposure | Problem],
) -> tuple[list[Exposure], list[Refusal]]:
    """What `make` answers for each asked-for ingredient of each event, its Problems turned into refusals."""
    items: list[Exposure] = []
    refused: list[Refusal] = []
    for event in events:
        answers: list[tuple[str, Exposure | Problem]] = [
            (ingredient.name, make(event, ingredient)) for ingredient in asked_for(event.drug, ingredients)
        ]
        unknown = unresolved(event.drug, ingredients)
        if unknown is not None:
            what = f"{event.drug.text!r} is not a drug that the library knows"
            answers.append((unknown, Problem(RefusalReason.UNKNOWN_DRUG, what, "give the ingredient")))
        for name, found in answers:
            answer = (
                found
                if isinstance(found, Problem)
                else contradicted_route(event.drug, event.route, event.form) or _too_much(found) or found
            )
            if isinstance(answer, Exposure):
                items.append(answer)
            else:
                refused.append(_refused(event, answer, record, name))
    return items, refused


def _too_much(item: Exposure) -> Problem | None:
    """The Problem of what runs so fast that no order and no supply can mean it, or None."""
    if item.rate is None:
        return None
    if item.kind is ExposureKind.PATCH:
        return beyond_belief(item.rate, item.ingredient, "patch_rate_believed")
    mass = item.rate.unit.code.partition("/")[0]
    return beyond_belief(Quantity(item.rate.in_(f"{mass}/d"), mass), item.ingredient, "day_believed")


def _refused(
    event: MedicationRequest | MedicationDispense, problem: Problem, record: PatientRecord, ingredient: str
) -> Refusal:
    end = event.end if isinstance(event, MedicationRequest) else None
    if end is not None and event.start is not None and end <= event.start:
        end = None  # times that contradict each other do not say until when the refused drug was taken
    return refusal(
        event.drug,
        problem,
        event=event.id,
        local=record.local,
        start=event.start,
        end=end,
        ingredient=ingredient,
    )


def spread_evenly(
    event: MedicationRequest | MedicationDispense,
    ingredient: Ingredient,
    rate: Quantity,
    span: tuple[datetime, datetime],
    steps: Iterable[str],
    note: str,
    *,
    patch: bool = False,
    wear: Fraction | None = None,
) -> Exposure:
    """An exposure at a constant rate over a span: a PATCH by its release, anything else as if it ran."""
    mass = rate.unit.code.partition("/")[0]
    ordered = isinstance(event, MedicationRequest)
    return Exposure(
        ingredient=ingredient.name,
        route=event.route or ("transdermal" if patch else None),
        form=event.form or ("patch" if patch else None),
        kind=ExposureKind.PATCH if patch else ExposureKind.INFUSION,
        start=span[0],
        end=span[1],
        amount=Quantity(rate.in_(f"{mass}/h") * hours_between(*span), mass),
        basis=Basis.ORDERED if ordered else Basis.DISPENSED,
        rate=rate,
        as_needed=event.as_needed if isinstance(event, MedicationRequest) else None,
        events=(event.id,),
        steps=tuple(steps),
        note=note,
        wear_hours=wear,
    )
