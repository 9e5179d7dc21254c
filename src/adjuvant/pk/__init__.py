"""Levels of ketamine and norketamine: published models as data, regimens, and their solution."""

from adjuvant.pk.catalogue import IncompleteModel, incomplete_models, load_model, model_keys, not_reached
from adjuvant.pk.levels import Levels, simulate
from adjuvant.pk.model import CompartmentModel, Figure, Source
from adjuvant.pk.person import Covariates, Individual, typical
from adjuvant.pk.regimen import Bolus, Infusion, RateChange, Regimen

__all__ = [
    "Bolus",
    "CompartmentModel",
    "Covariates",
    "Figure",
    "IncompleteModel",
    "Individual",
    "Infusion",
    "Levels",
    "RateChange",
    "Regimen",
    "Source",
    "incomplete_models",
    "load_model",
    "model_keys",
    "not_reached",
    "simulate",
    "typical",
]
