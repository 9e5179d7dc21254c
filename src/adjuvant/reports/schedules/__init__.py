"""Schedules compared and searched, as pages: one content, drawn as HTML, PDF and Markdown."""

from adjuvant.reports.schedules.content import compared_page
from adjuvant.reports.schedules.html import schedules_html
from adjuvant.reports.schedules.markdown import schedules_markdown
from adjuvant.reports.schedules.model import Figure, Page, Table
from adjuvant.reports.schedules.pdf import schedules_pdf
from adjuvant.reports.schedules.picture import frontier_figure, levels_figure
from adjuvant.reports.schedules.searched import found_page, proposal_page, steps_page
from adjuvant.reports.schedules.write import write_schedules

__all__ = [
    "Figure",
    "Page",
    "Table",
    "compared_page",
    "found_page",
    "frontier_figure",
    "levels_figure",
    "proposal_page",
    "schedules_html",
    "schedules_markdown",
    "schedules_pdf",
    "steps_page",
    "write_schedules",
]
