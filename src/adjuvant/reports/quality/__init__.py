"""The page of data quality: what became of every row of an import, and what to do about it."""

from adjuvant.reports.quality.content import QualityPage, quality_page
from adjuvant.reports.quality.html import quality_html
from adjuvant.reports.quality.reasons import Reason, reasons_of

__all__ = ["QualityPage", "Reason", "quality_html", "quality_page", "reasons_of"]
