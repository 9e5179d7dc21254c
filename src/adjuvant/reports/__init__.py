"""Reports for people: a terminal summary, one self-contained HTML file and a PDF, in the same words."""

from adjuvant.reports.report import html_report, pdf_report, terminal_summary, write_report

__all__ = ["html_report", "pdf_report", "terminal_summary", "write_report"]
