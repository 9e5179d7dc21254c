"""A guidance as JSON: every key that programs rely on, each value where it belongs, and nothing where there is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from adjuvant.citation import Provenance
from adjuvant.protocol.guidance import Guidance, Issue, Missing, Reason, Recommendation, Status, Uncapped
from adjuvant.protocol.wire import guidance_json
from adjuvant.quantity import parse_quantity

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def reason(rule: str, **more: Any) -> Reason:
    fields: dict[str, Any] = {"seen": "", "at": None, "provenance": Provenance.READ, **more}
    return Reason(rule, f"Why {rule}.", citation="park2025", **fields)


def bare(rule: str) -> dict[str, Any]:
    """A reason with which nothing was seen."""
    return {
        "rule": rule, "text": f"Why {rule}.", "seen": None, "at": None, "citation": "park2025", "provenance": "read",
    }  # fmt: skip


def test_a_guidance_of_little_has_every_key_and_none_where_nothing_is_known() -> None:
    assert guidance_json(Guidance(Status.NOT_ELIGIBLE, NOON, "cannot say", ())) == {
        "status": "not eligible",
        "at": "2026-03-02T12:00:00+00:00",
        "eligibility": {"answer": "cannot say", "because": []},
        "recommendations": [],
        "issues": [],
        "missing": [],
        "stale": [],
        "protocol": {"key": "", "version": "", "regimen": "", "digest": ""},
        "site": None,
        "hypothetical": None,
    }


def test_a_guidance_of_much_has_each_value_in_its_place() -> None:
    seen = reason(
        "pain", seen="pain of 7", at=datetime(2026, 3, 2, 11, 30, tzinfo=UTC), provenance=Provenance.ASSUMED
    )
    raised = Recommendation(
        "raise", "Raise to the next level.", (seen,),
        dose=parse_quantity("0.1 mg/kg/h"), amount=parse_quantity("7 mg/h"), over=parse_quantity("40 min"),
        due=datetime(2026, 3, 2, 13, tzinfo=UTC),
        uncapped=Uncapped(parse_quantity("0.2 mg/kg/h"), parse_quantity("14 mg/h"), reason("cap")),
    )  # fmt: skip
    guidance = Guidance(
        Status.RAISE, NOON, "eligible", (raised, Recommendation("observe", "Observe pain.", ())),
        eligibility_because=(reason("adult"),),
        issues=(Issue("caution", "Look at the liver.", (reason("liver"),)), Issue("limit", "Near it.")),
        missing=(Missing("the weight", "weight.kind"),),
        stale=(("pain", datetime(2026, 3, 1, 8, tzinfo=UTC)), ("a weight", None)),
        protocol="civik", version="2025", regimen="infusion", digest="abc", site="The ward", example=True,
        hypothetical="no ketamine is charted",
    )  # fmt: skip
    found = guidance_json(guidance)
    assert found == {
        "status": "raise",
        "at": "2026-03-02T12:00:00+00:00",
        "eligibility": {"answer": "eligible", "because": [bare("adult")]},
        "recommendations": [
            {
                "action": "raise",
                "text": "Raise to the next level.",
                "dose": "0.1 mg/kg/h",
                "amount": "7 mg/h",
                "over": "40 min",
                "due": "2026-03-02T13:00:00+00:00",
                "uncapped": {"dose": "0.2 mg/kg/h", "amount": "14 mg/h", "because": bare("cap")},
                "because": [
                    {
                        "rule": "pain",
                        "text": "Why pain.",
                        "seen": "pain of 7",
                        "at": "2026-03-02T11:30:00+00:00",
                        "citation": "park2025",
                        "provenance": "assumed",
                    }
                ],
            },
            {
                "action": "observe", "text": "Observe pain.", "dose": None, "amount": None, "over": None, "due": None,
                "uncapped": None, "because": [],
            },
        ],
        "issues": [
            {"kind": "caution", "text": "Look at the liver.", "because": [bare("liver")]},
            {"kind": "limit", "text": "Near it.", "because": []},
        ],
        "missing": [{"what": "the weight", "rule": "weight.kind"}],
        "stale": [{"what": "pain", "at": "2026-03-01T08:00:00+00:00"}, {"what": "a weight", "at": None}],
        "protocol": {"key": "civik", "version": "2025", "regimen": "infusion", "digest": "abc"},
        "site": {"name": "The ward", "example": True},
        "hypothetical": "no ketamine is charted",
    }  # fmt: skip
    assert json.loads(json.dumps(found)) == found  # nothing but text, truth, lists and mappings
