"""Levels of ketamine and norketamine: published models as data, regimens, and their solution."""

from adjuvant.pk.catalogue import IncompleteModel, incomplete_models, load_model, model_keys
from adjuvant.pk.model import CompartmentModel, Figure, Source

__all__ = [
    "CompartmentModel",
    "Figure",
    "IncompleteModel",
    "Source",
    "incomplete_models",
    "load_model",
    "model_keys",
]
