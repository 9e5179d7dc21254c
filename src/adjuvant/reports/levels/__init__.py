"""Predicted levels for people: figures, one HTML page, one PDF, and a CSV file of every number in them."""

from adjuvant.reports.levels.pages import LevelsPage, levels_page
from adjuvant.reports.levels.write import write_levels

__all__ = ["LevelsPage", "levels_page", "write_levels"]
