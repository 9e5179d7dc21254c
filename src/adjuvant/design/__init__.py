"""Levels and protocols together: schedules compared and searched, target control, a protocol's next steps."""

from adjuvant.design.compare import Compared, Conclusion, Facts, compare_schedules, conclusions
from adjuvant.design.measures import Asked, Chance, Measured, Spread, measure
from adjuvant.design.next_steps import NextSteps, Option, next_steps
from adjuvant.design.patients import Group, Uptake, groups, uptake
from adjuvant.design.proposal import Proposal, PumpRow, propose
from adjuvant.design.schedule import Schedule, of_protocol, typed
from adjuvant.design.search import Found, Scored, frontier, search
from adjuvant.design.space import OBJECTIVES, Bounds, Candidate, ChanceBound, Pump, Space, Timing

__all__ = [
    "OBJECTIVES",
    "Asked",
    "Bounds",
    "Candidate",
    "Chance",
    "ChanceBound",
    "Compared",
    "Conclusion",
    "Facts",
    "Found",
    "Group",
    "Measured",
    "NextSteps",
    "Option",
    "Proposal",
    "Pump",
    "PumpRow",
    "Schedule",
    "Scored",
    "Space",
    "Spread",
    "Timing",
    "Uptake",
    "compare_schedules",
    "conclusions",
    "frontier",
    "groups",
    "measure",
    "next_steps",
    "of_protocol",
    "propose",
    "search",
    "typed",
    "uptake",
]
