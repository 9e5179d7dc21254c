"""The order sheet: one page for the bedside, as HTML and PDF, with one number to set, and blanks to sign."""

from adjuvant.reports.order_sheet.content import order_sheet
from adjuvant.reports.order_sheet.hand import hand_sheet
from adjuvant.reports.order_sheet.html import order_html
from adjuvant.reports.order_sheet.model import OrderSheet
from adjuvant.reports.order_sheet.pdf import order_pdf
from adjuvant.reports.order_sheet.write import write_order

__all__ = ["OrderSheet", "hand_sheet", "order_html", "order_pdf", "order_sheet", "write_order"]
