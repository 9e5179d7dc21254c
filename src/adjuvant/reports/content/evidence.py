"""What larger trials found: the sentence that stands beside every single patient's result."""

from __future__ import annotations

import re

from adjuvant.errors import LibraryError
from adjuvant.outcomes.evidence import TRIAL_EVIDENCE, TRIAL_KEYS
from adjuvant.reports.content.cites import Cites
from adjuvant.reports.content.model import Note, Section
from adjuvant.reports.words import sentence

__all__ = ["evidence_section"]


def evidence_section(cites: Cites) -> Section:
    """The trial evidence in one paragraph with its trials; no figure of it is applied to the patient."""
    named = "; ".join(_named(key, cites) for key in TRIAL_KEYS)
    return Section(
        "evidence",
        "What larger trials found",
        "Other doses, other routes, other patients.",
        (Note(f"{sentence(TRIAL_EVIDENCE)} Trials: {named}."),),
    )


def _named(key: str, cites: Cites) -> str:
    """Author and year; a trial that the library does not hold yet keeps its name and is never dropped."""
    from adjuvant.library import citation

    try:
        return cites.ref(citation(key))
    except LibraryError:
        author, year = re.sub(r"(\d{4})$", r" \1", key).capitalize().split(" ", 1)
        return f"{author} {year}"
