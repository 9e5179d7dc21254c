"""How the patient felt: pain, sedation, rescue doses and adverse events, and the mean of pain over time."""

from adjuvant.symptoms.average import TimeWeighted, gaps, recall_mean, time_weighted_mean
from adjuvant.symptoms.events import (
    adverse_events_in,
    charts_none,
    ketamine_stop,
    stopped_ketamine,
    unsettled_stops,
)
from adjuvant.symptoms.rescue import RescueDoses, rescue_doses
from adjuvant.symptoms.series import (
    PainSeries,
    SedationSeries,
    acceptable_level,
    pain_series,
    scored,
    sedation_series,
    share_at_or_below,
)

__all__ = [
    "PainSeries",
    "RescueDoses",
    "SedationSeries",
    "TimeWeighted",
    "acceptable_level",
    "adverse_events_in",
    "charts_none",
    "gaps",
    "ketamine_stop",
    "pain_series",
    "recall_mean",
    "rescue_doses",
    "scored",
    "sedation_series",
    "share_at_or_below",
    "stopped_ketamine",
    "time_weighted_mean",
    "unsettled_stops",
]
