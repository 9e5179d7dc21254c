"""Levels of ketamine and norketamine: published models as data, regimens, and their solution."""

from adjuvant.pk.absorptions import (
    Absorption,
    AbsorptionFinding,
    absorption,
    absorption_findings,
    drawn_absorption,
)
from adjuvant.pk.bands import Bands, ModelAnswer, Side, bands
from adjuvant.pk.catalogue import IncompleteModel, incomplete_models, load_model, model_keys, not_reached
from adjuvant.pk.drawing import draw
from adjuvant.pk.effect_bolus import TargetBolus, effect_bolus
from adjuvant.pk.effect_site import Equilibration, equilibration
from adjuvant.pk.gradients import LevelGradients, level_gradients
from adjuvant.pk.levels import Levels, simulate
from adjuvant.pk.model import CompartmentModel, Figure, Source
from adjuvant.pk.person import Covariates, Individual, typical
from adjuvant.pk.population import Band, population_band
from adjuvant.pk.rate_limits import RateLimits
from adjuvant.pk.regimen import Bolus, Infusion, RateChange, Regimen
from adjuvant.pk.reported import ReportedRange, reported_ranges
from adjuvant.pk.target import RateTable, target_rates
from adjuvant.pk.uptake import half_life_for_peak

__all__ = [
    "Absorption",
    "AbsorptionFinding",
    "Band",
    "Bands",
    "Bolus",
    "CompartmentModel",
    "Covariates",
    "Equilibration",
    "Figure",
    "IncompleteModel",
    "Individual",
    "Infusion",
    "LevelGradients",
    "Levels",
    "ModelAnswer",
    "RateChange",
    "RateLimits",
    "RateTable",
    "Regimen",
    "ReportedRange",
    "Side",
    "Source",
    "TargetBolus",
    "absorption",
    "absorption_findings",
    "bands",
    "draw",
    "drawn_absorption",
    "effect_bolus",
    "equilibration",
    "half_life_for_peak",
    "incomplete_models",
    "level_gradients",
    "load_model",
    "model_keys",
    "not_reached",
    "population_band",
    "reported_ranges",
    "simulate",
    "target_rates",
    "typical",
]
