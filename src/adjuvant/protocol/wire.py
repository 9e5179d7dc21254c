"""A guidance as JSON with stable keys, and as the one document that `adjuvant run` and `advise` print."""

from __future__ import annotations

from typing import Any

from adjuvant.protocol.guidance import Guidance, Reason, Recommendation, Uncapped

__all__ = ["guidance_json", "uncapped_json"]


def guidance_json(guidance: Guidance) -> dict[str, Any]:
    """A guidance for programs: quantities as text with their unit, instants in UTC."""
    return {
        "status": guidance.status.value,
        "at": guidance.instant.isoformat(),
        "eligibility": {
            "answer": guidance.eligibility,
            "because": [_reason(one) for one in guidance.eligibility_because],
        },
        "recommendations": [_recommendation(one) for one in guidance.recommendations],
        "issues": [
            {"kind": one.kind, "text": one.words, "because": [_reason(item) for item in one.because]}
            for one in guidance.issues
        ],
        "missing": [{"what": one.what, "rule": one.rule} for one in guidance.missing],
        "stale": [
            {"what": words, "at": at.isoformat() if at is not None else None} for words, at in guidance.stale
        ],
        "protocol": {
            "key": guidance.protocol,
            "version": guidance.version,
            "regimen": guidance.regimen,
            "digest": guidance.digest,
        },
        "site": {"name": guidance.site, "example": guidance.example} if guidance.site else None,
        "hypothetical": guidance.hypothetical or None,
    }


def _reason(one: Reason) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "text": one.text,
        "seen": one.seen or None,
        "at": one.at.isoformat() if one.at is not None else None,
        "citation": one.citation,
        "provenance": one.provenance.value,
    }


def _recommendation(one: Recommendation) -> dict[str, Any]:
    return {
        "action": one.action,
        "text": one.words,
        "dose": str(one.dose) if one.dose is not None else None,
        "amount": str(one.amount) if one.amount is not None else None,
        "over": str(one.over) if one.over is not None else None,
        "due": one.due.isoformat() if one.due is not None else None,
        "uncapped": uncapped_json(one.uncapped),
        "because": [_reason(item) for item in one.because],
    }


def uncapped_json(one: Uncapped | None) -> dict[str, Any] | None:
    """What a dose would be without the protocol's own cap, and the cap; None where none applied."""
    if one is None:
        return None
    return {"dose": str(one.dose), "amount": str(one.amount), "because": _reason(one.because)}
