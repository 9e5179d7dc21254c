"""Opioids in oral morphine milligram equivalents: regimens, tables, curves, each with its derivation."""

from adjuvant.opioids.answer import mme_json
from adjuvant.opioids.curve import daily_curve, mme_curve
from adjuvant.opioids.dispense import line_from_dispense
from adjuvant.opioids.factor import factor_words
from adjuvant.opioids.heal import (
    HealAnswer,
    HealDefinition,
    HealFigures,
    HealSupply,
    heal_definitions,
    heal_figures,
)
from adjuvant.opioids.line import RegimenLine, line_from_request
from adjuvant.opioids.lookup import find_factor
from adjuvant.opioids.model import (
    CurvePoint,
    DailyMME,
    DayMME,
    DrugMean,
    LineAnswer,
    LineStatus,
    MmeCurve,
    PlanTotal,
    Spread,
    Step,
    Total,
    WindowMME,
)
from adjuvant.opioids.parse import parse_regimen, read_regimen
from adjuvant.opioids.regimen import daily_mme
from adjuvant.opioids.spread import plan_title, spread
from adjuvant.opioids.window import window_mme

__all__ = [
    "CurvePoint",
    "DailyMME",
    "DayMME",
    "DrugMean",
    "HealAnswer",
    "HealDefinition",
    "HealFigures",
    "HealSupply",
    "LineAnswer",
    "LineStatus",
    "MmeCurve",
    "PlanTotal",
    "RegimenLine",
    "Spread",
    "Step",
    "Total",
    "WindowMME",
    "daily_curve",
    "daily_mme",
    "factor_words",
    "find_factor",
    "heal_definitions",
    "heal_figures",
    "line_from_dispense",
    "line_from_request",
    "mme_curve",
    "mme_json",
    "parse_regimen",
    "plan_title",
    "read_regimen",
    "spread",
    "window_mme",
]
