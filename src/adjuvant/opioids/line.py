"""RegimenLine: one line of a regimen as it was read, before any table is asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from adjuvant.quantity import Quantity
from adjuvant.record import Drug, MedicationRequest, RefusalReason
from adjuvant.record.exposure_amounts import Problem, doubted

__all__ = ["RegimenLine", "line_from_request"]


@dataclass(frozen=True, slots=True)
class RegimenLine:
    """One line of a regimen. Lines are never merged: the same drug on two lines counts twice.

    Args:
        place: where the line stands, for messages, for example ``medications[2]``.
        drug: the medicine as written, and what the library knows it to be.
        route, form: canonical keys of the library, None where not stated; `unread_form` is a form as written
            that the library does not know.
        dose: amount of one dose: mass, mass per body weight, volume or counted things; for a patch its
            release rate or ``{patch}``.
        strength: mass per counted thing or volume (in a combination the opioid's), or a patch's release rate.
        times_per_day, every_hours: how often; for an as-needed line the most allowed; for a patch how often
            it is changed, which multiplies nothing.
        rate: of a continuous infusion, a pump's basal rate, or a patch's release.
        as_needed: True where nothing but the maximum is settled.
        patches: patches worn at once.
        demand, demands_per_day, max_demands_per_day: one demand dose of a pump, and how many were delivered,
            or how many it would deliver at most.
        days_supply: for a dispense: `dose` is a supply meant to last so many days.
        weight: body weight, for doses and rates per kilogram.
        problem: what could not be read; the line is then refused if its drug is, or may be, an opioid.
    """

    place: str
    drug: Drug
    route: str | None = None
    form: str | None = None
    dose: Quantity | None = None
    strength: Quantity | None = None
    times_per_day: Fraction | None = None
    every_hours: Fraction | None = None
    rate: Quantity | None = None
    as_needed: bool = False
    patches: Fraction | None = None
    demand: Quantity | None = None
    demands_per_day: Fraction | None = None
    max_demands_per_day: Fraction | None = None
    days_supply: Fraction | None = None
    weight: Quantity | None = None
    unread_form: str | None = None
    written: str = ""
    problem: Problem | None = None

    @property
    def subject(self) -> str:
        """The line in a few words, for refusals: its place and its drug."""
        return f"{self.place} ({self.drug.text})"

    @property
    def is_patch(self) -> bool:
        """Whether it is dosed by a release rate: a patch, or a transdermal line that names no other form."""
        return self.form == "patch" or (self.form is None and self.route == "transdermal")


def line_from_request(request: MedicationRequest, weight: Quantity | None = None) -> RegimenLine:
    """One order as a line of a regimen.

    A dose range, and a doubt that the reader noted, become refusals of the line; what was given is another
    matter and another type.
    """
    problem = doubted(request.doubt, request.unit_status, request.origin)
    if problem is None and request.dose_high is not None and request.dose_high != request.dose:
        problem = Problem(
            RefusalReason.AMBIGUOUS_DOSE,
            f"the dose is a range, {request.dose} to {request.dose_high}",
            "state the one amount that was meant",
        )
    # An order of patches says how many and, as its rate, what they release together.
    released = request.form == "patch" and request.rate is not None
    return RegimenLine(
        place=str(request.origin),
        drug=request.drug,
        route=request.route,
        form=request.form,
        dose=None if released else request.dose,
        times_per_day=request.times_per_day,
        every_hours=request.every_hours,
        rate=request.rate,
        as_needed=request.as_needed is True,
        weight=weight,
        written=request.text,
        problem=problem,
    )
