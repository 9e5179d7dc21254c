"""Plans: from what a protocol advises to what a nurse sets up, with the whole arithmetic, twice."""

from adjuvant.plan.course_reviews import CourseReview, course_reviews
from adjuvant.plan.draft import InfusionPlan, RefusedPlan, draft
from adjuvant.plan.ledger import Ledger, ledger
from adjuvant.plan.limits import Limit
from adjuvant.plan.lines import InTheLine
from adjuvant.plan.opioid_plan import OpioidStages, opioid_stages
from adjuvant.plan.order import Order, same_order
from adjuvant.plan.preparation import Preparation
from adjuvant.plan.pump import BagChange, PumpCheck, check_pump
from adjuvant.plan.schedule import Due, MonitoringSchedule, Running, monitoring_schedule, running_of
from adjuvant.plan.setup import Setup, read_setup

__all__ = [
    "CourseReview",
    "BagChange",
    "Due",
    "InTheLine",
    "InfusionPlan",
    "Ledger",
    "Limit",
    "MonitoringSchedule",
    "OpioidStages",
    "Order",
    "Preparation",
    "PumpCheck",
    "RefusedPlan",
    "Running",
    "Setup",
    "check_pump",
    "course_reviews",
    "draft",
    "ledger",
    "monitoring_schedule",
    "opioid_stages",
    "read_setup",
    "running_of",
    "same_order",
]
