"""Plans: from what a protocol advises to what a nurse sets up, with the whole arithmetic, twice."""

from adjuvant.plan.draft import InfusionPlan, RefusedPlan, draft
from adjuvant.plan.limits import Limit
from adjuvant.plan.lines import InTheLine
from adjuvant.plan.order import Order, same_order
from adjuvant.plan.preparation import Preparation
from adjuvant.plan.setup import Setup, read_setup

__all__ = [
    "InTheLine",
    "InfusionPlan",
    "Limit",
    "Order",
    "Preparation",
    "RefusedPlan",
    "Setup",
    "draft",
    "read_setup",
    "same_order",
]
