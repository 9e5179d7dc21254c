"""Reports for people: the terminal summary, one self-contained HTML file, and a PDF, all saying the same words."""

from adjuvant.reports.report import html_report, pdf_report, terminal_summary, write_report

__all__ = ["html_report", "pdf_report", "terminal_summary", "write_report"]
