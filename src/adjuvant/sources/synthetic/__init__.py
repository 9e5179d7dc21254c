"""Synthetic patients: a seeded generator of invented charts, which say synthetic on everything."""

from adjuvant.sources.synthetic.generator import generate, synthesize
from adjuvant.sources.synthetic.scenarios import Ketamine, Regimen, Scenario

__all__ = ["Ketamine", "Regimen", "Scenario", "generate", "synthesize"]
