"""From a dispense to a line: quantity times strength over days of supply."""

from __future__ import annotations

import re
from fractions import Fraction

from adjuvant.opioids.line import RegimenLine
from adjuvant.record import MedicationDispense, RefusalReason
from adjuvant.record.exposure_amounts import Problem, doubted
from adjuvant.record.naming import product_form

__all__ = ["line_from_dispense"]

# RxNorm puts the hours of wear first in the name of a patch: "72 HR fentanyl 0.075 MG/HR Transdermal System".
_WEAR = re.compile(r"\s*([0-9]{1,3}) HR\b", re.IGNORECASE)


def line_from_dispense(dispense: MedicationDispense, *, wear_hours: Fraction | None = None) -> RegimenLine:
    """One supply as a line of a regimen: what was handed out, spread evenly over the days it should last.

    It says what was dispensed, never what was taken.

    Args:
        wear_hours: how long one patch is worn. Without it the product's own name is asked (``72 HR
            fentanyl ...``); where that is silent too, only a table that counts patches can value them.
    """
    code = dispense.drug.rxnorm.value if dispense.drug.rxnorm is not None else None
    form, route = product_form(dispense.drug.text, code)
    form, route = dispense.form or form, dispense.route or route
    problem = doubted(dispense.doubt, dispense.unit_status, dispense.origin)
    if problem is None and dispense.quantity is None:
        detail = "the quantity is not stated"
        problem = Problem(RefusalReason.MISSING_DOSE, detail, "state what was handed out")
    elif problem is None and dispense.days_supply is None:
        problem = Problem(RefusalReason.MISSING_TIMING, "the days of supply are not stated", "state them")
    named = _WEAR.match(dispense.drug.text)
    if wear_hours is None and named is not None and form == "patch":
        wear_hours = Fraction(named[1])
    return RegimenLine(
        place=str(dispense.origin),
        drug=dispense.drug,
        route=route,
        form=form,
        dose=dispense.quantity,
        every_hours=wear_hours if form == "patch" else None,
        days_supply=dispense.days_supply,
        written=f"{dispense.drug.text}; dispensed {dispense.quantity} for {dispense.days_supply} days",
        problem=problem,
    )
