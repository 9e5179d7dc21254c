"""Quantity and Unit (UCUM): exact numbers that travel with their units; every conversion is derived."""

from adjuvant.quantity.number import json_number, parse_decimal, show, show_exact
from adjuvant.quantity.quantity import Quantity, parse_quantity
from adjuvant.quantity.spelling import UnitStatus, read_unit
from adjuvant.quantity.unit import Unit, parse_unit

__all__ = [
    "Quantity",
    "Unit",
    "UnitStatus",
    "json_number",
    "parse_decimal",
    "parse_quantity",
    "parse_unit",
    "read_unit",
    "show",
    "show_exact",
]
