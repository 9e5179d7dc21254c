"""What sources advise for patients of one kind: whom it means, in what words, by whom, and in what order."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.protocol.finding import Context
from adjuvant.protocol.guidance import Issue, Reason
from adjuvant.protocol.limits import modifiers
from adjuvant.protocol.modifying import modifier_advice
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import Facts, Situation
from bedside import BEGINS
from written import plain

DRIP = {"title": "A drip", "route": "intravenous", "mode": "continuous_infusion", "start": "5 mg/h"}
OLDER = "Military handbook, older or light: Dose by weight instead of the fixed 10 mg/h. Its start: 100 microgram/kg/h."
SEVENTY = "Froedtert, elderly: From 65 years on give less than the 2.5 ug/kg/min of younger adults. Its start: 2 microgram/kg/min."
LIVER = "ASRA, chronic pain, severe disease of the liver: Avoid ketamine."
NONE_ALTERS = " It alters no dose here."


def advice(
    protocol: dict[str, Any] | None = None, route: str = "intravenous", **facts: Any
) -> tuple[Issue, ...]:
    asked = {"citation": "park2025", **(protocol or {})}
    now = Situation.at(BEGINS + timedelta(hours=1), Facts("invented", "UTC", **facts))
    return modifier_advice(plain(**asked), Regimen.model_validate(DRIP | {"route": route}), now, Context())


def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    assert advice() == ()
    assert advice(age_years=Fraction(50)) == ()


def test_whom_a_source_means_is_told_what_it_advises_with_its_start_and_its_source() -> None:
    (found,) = advice(age_years=Fraction(62))
    assert found == Issue(
        "modifier",
        OLDER + NONE_ALTERS,
        (
            Reason(
                "maraa_older_or_light", modifiers()["maraa_older_or_light"].advice, "age 62 years", None, "maraa",
                Provenance.READ,
            ),
        ),
    )  # fmt: skip


def test_what_bears_against_ketamine_is_marked_so_and_has_no_start() -> None:
    known = BEGINS - timedelta(days=3)
    told = advice(conditions=(("severe_liver_disease", known, False),))
    (found,) = [one for one in told if one.words.startswith("ASRA, chronic")]
    assert (found.words, found.against) == (LIVER + NONE_ALTERS, True)
    (reason,) = found.because
    assert reason.seen.endswith("is in the record") and reason.at == known


def test_only_what_was_made_for_the_route_is_said_and_never_of_another_drug() -> None:
    assert advice(age_years=Fraction(62), route="subcutaneous") == ()
    assert advice({"drug": "esketamine"}, age_years=Fraction(62)) == ()


@pytest.mark.parametrize(
    ("citation", "order"),
    [("park2025", [SEVENTY, OLDER]), ("froedtert_trial", [SEVENTY, OLDER]), ("maraa", [OLDER, SEVENTY])],
)
def test_what_the_protocol_s_own_source_advises_comes_first(citation: str, order: list[str]) -> None:
    found = advice({"citation": citation}, age_years=Fraction(70))
    assert [one.words for one in found] == [words + NONE_ALTERS for words in order]
