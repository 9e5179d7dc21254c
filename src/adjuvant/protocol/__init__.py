"""Protocols for low-dose ketamine that can be run: the language, its library, and the engine."""

from adjuvant.protocol.catalogue import Listed, beside, load, named, protocol_keys, read_listed, sited
from adjuvant.protocol.evaluate import evaluate
from adjuvant.protocol.guidance import Guidance, Issue, Missing, Reason, Recommendation, Status
from adjuvant.protocol.model import Protocol, rated
from adjuvant.protocol.needs import Need, lacking
from adjuvant.protocol.scenario import facts_of, read_scenario
from adjuvant.protocol.site import Profile, Sited, read_profile
from adjuvant.protocol.situation import Facts, Situation
from adjuvant.protocol.wire import guidance_json

__all__ = [
    "Facts",
    "Guidance",
    "Issue",
    "Listed",
    "Missing",
    "Need",
    "Profile",
    "Protocol",
    "Reason",
    "Recommendation",
    "Sited",
    "Situation",
    "Status",
    "beside",
    "evaluate",
    "facts_of",
    "guidance_json",
    "lacking",
    "load",
    "named",
    "protocol_keys",
    "rated",
    "read_listed",
    "read_profile",
    "read_scenario",
    "sited",
]
