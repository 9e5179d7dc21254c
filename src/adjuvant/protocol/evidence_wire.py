"""What supports a protocol and what speaks against it, as JSON: the negative trials are always among it."""

from __future__ import annotations

from typing import Any

from adjuvant.library.studies import KnownStudy, studies
from adjuvant.protocol.model import Protocol

__all__ = ["evidence_json"]


def evidence_json(protocol: Protocol) -> dict[str, Any]:
    """The evidence of a protocol for programs, each study with its citation.

    Whatever the protocol names, the controlled trials in cancer pain that found no benefit stand in
    ``against``.
    """
    one, known = protocol.evidence, studies()
    negative = [key for key, study in known.items() if _negative(study)]
    return {
        "label": one.label,
        "statement": one.statement,
        "citation": one.citation,
        "provenance": one.provenance.value if one.provenance is not None else None,
        "studies": [_study(known[key]) for key in one.studies],
        "against": [_study(known[key]) for key in dict.fromkeys((*one.against, *negative))],
    }


def _negative(study: KnownStudy) -> bool:
    return study.controlled and study.direction == "negative" and study.pain == "cancer"


def _study(one: KnownStudy) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title,
        "design": one.design,
        "controlled": one.controlled,
        "patients": one.patients,
        "direction": one.direction,
        "finding": one.finding,
        "citation": one.citation.key,
        "provenance": one.provenance.value,
    }
