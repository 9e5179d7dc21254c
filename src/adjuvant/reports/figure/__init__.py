"""The timeline figure: one builder of SVG after the figure grammar, for screen, print and phone."""

from adjuvant.reports.figure.data import Timeline
from adjuvant.reports.figure.extract import timeline_of
from adjuvant.reports.figure.layout import PHONE, PRINT, SCREEN, Layout
from adjuvant.reports.figure.timeline import timeline_svg

__all__ = ["PHONE", "PRINT", "SCREEN", "Layout", "Timeline", "timeline_of", "timeline_svg"]
