"""The review of the opioids, every word of it: what it rests on, what is known of the opioids, when it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.citation import Provenance
from adjuvant.protocol import Situation
from adjuvant.protocol.finding import Context
from adjuvant.protocol.guidance import Judged, Reason, Recommendation
from adjuvant.protocol.opioid_review import KEY, opioid_review
from adjuvant.protocol.situation import Answer
from bedside import BEGINS, Chart, at_a_site
from written import written

DRIP = "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 5 mg/h, course: {at_most: 5 d}}"
RESPONSE = "responses: [civik_pr_published]"  # no more than three rescue doses in 24 hours
TIMED = "opioids: {statement: The opioid is left as it is., review_after: 48 h}"
WORKED = "A response is charted since ketamine began: CIVIK partial response, as published."
VALID = Context({name: timedelta(hours=4) for name in ("pain", "medd_oral", "medd_intravenous")})


def asked(
    folder: Path, chart: Chart, hour: float, more: str = RESPONSE, context: Context = VALID
) -> tuple[Judged, Recommendation | None] | None:
    situation = Situation.at(BEGINS + timedelta(hours=hour), chart.facts)
    return opioid_review(written(folder, DRIP, more=more), situation, context)


def advised(folder: Path, chart: Chart, hour: float, more: str = RESPONSE) -> Recommendation | None:
    found = asked(folder, chart, hour, more)
    assert found is not None
    judged, review = found
    because = review.because if review is not None else ()
    assert judged == Judged(KEY, "review", review is not None, "Review the opioids.", because)
    return review


def drip(*, before: int | None = 150) -> Chart:
    chart = Chart().ketamine(0, "start", "5 mg/h")
    return chart if before is None else chart.seen(-1, medd_intravenous=before)


NOT_KNOWN = Reason(
    KEY, "Whether the opioids were changed is not known.", "", None, "house", Provenance.ASSUMED
)


def test_a_response_asks_for_a_review_and_says_what_is_known_of_the_opioids(tmp_path: Path) -> None:
    review = advised(tmp_path, drip().seen(25, medd_intravenous=150), 26)
    assert review is not None
    assert (review.action, review.words) == (
        "review",
        "Review the opioids. The protocol says nothing of them.",
    )
    *responded, last = review.because
    assert {(one.rule, one.text, one.citation, one.provenance) for one in responded} == {
        (KEY, WORKED, "park2025", Provenance.READ)
    }
    assert (last.rule, last.text, last.citation, last.provenance) == (
        KEY, "The opioids are not lower than before ketamine.", "house", Provenance.ASSUMED,
    )  # fmt: skip
    assert last.at == BEGINS + timedelta(hours=25) and "150 mg/d" in last.seen


@pytest.mark.parametrize(
    "chart",
    [
        pytest.param(drip(before=None), id="no figure at all"),
        pytest.param(drip(), id="a figure of before alone"),
        pytest.param(drip().seen(0, medd_intravenous=150), id="a figure of the moment at which it began"),
        pytest.param(drip(before=None).seen(25, medd_intravenous=150), id="none of before to compare with"),
    ],
)
def test_what_nobody_charted_of_the_opioids_since_is_said_to_be_not_known(
    tmp_path: Path, chart: Chart
) -> None:
    lasting = replace(VALID, valid={**VALID.valid, "medd_intravenous": timedelta(days=9)})
    found = asked(tmp_path, chart, 26, context=lasting)
    assert found is not None and found[1] is not None
    assert found[1].because[-1] == NOT_KNOWN


def test_after_its_time_a_review_is_asked_for_in_the_protocol_s_own_words(tmp_path: Path) -> None:
    review = advised(tmp_path, drip(), 48, TIMED)
    assert review is not None
    assert review.words == "Review the opioids. The protocol says: The opioid is left as it is."
    assert review.because == (
        Reason(KEY, "The opioids are reviewed after 48 h.", "", None, "park2025", Provenance.READ),
        NOT_KNOWN,
    )
    assert advised(tmp_path, drip(), 47.9, TIMED) is None


def test_a_response_before_that_time_is_the_only_reason(tmp_path: Path) -> None:
    review = advised(tmp_path, drip(), 26, f"{RESPONSE}\n{TIMED}")
    assert review is not None
    assert {one.text for one in review.because} == {WORKED, NOT_KNOWN.text}


@pytest.mark.parametrize(("hour", "done"), [(20, False), (25, True)])
def test_a_review_before_the_response_is_none_of_the_response(
    tmp_path: Path, hour: float, done: bool
) -> None:
    """At hour 20 a day had not passed, and nobody could say that ketamine worked."""
    said = Answer("opioid_review", True, BEGINS + timedelta(hours=hour), "Dr Invented")
    assert (advised(tmp_path, drip().but(answers=(said,)), 26) is None) is done


def test_rescue_doses_are_counted_once_a_whole_day_lies_after_the_first_dose(tmp_path: Path) -> None:
    assert advised(tmp_path, drip(), 23.9) is None
    assert advised(tmp_path, drip(), 24) is not None


def test_pain_of_before_ketamine_is_no_response_to_it(tmp_path: Path) -> None:
    """Kannan counts pain of 3 or less: 2 an hour before the first dose was no effect of it."""
    low = drip().seen(-1, pain=2)
    found = asked(tmp_path, low, 1, "responses: [kannan2002]")
    assert found == (Judged(KEY, "review", None, "Review the opioids."), None)
    after = advised(tmp_path, low.seen(1, pain=2), 1, "responses: [kannan2002]")
    assert after is not None
    assert after.because[0].text == "A response is charted since ketamine began: Kannan."


def test_what_a_site_counts_as_a_response_is_said_to_be_the_site_s() -> None:
    own = (
        "chosen: [{field: weight.kind, value: actual, reference: test}]\n"
        "opioid_review: {when: {measure: pain, of: fall_from_baseline, from: 2}, reference: test}"
    )
    chart = Chart().seen(-1, pain=8).ketamine(0, "start", "0.05 mg/kg/h").seen(1, pain=6)
    situation = Situation.at(BEGINS + timedelta(hours=1), chart.facts)
    found = opioid_review(at_a_site("civik", own), situation, VALID)
    assert found is not None and found[1] is not None
    assert (found[1].because[0].text, found[1].because[0].citation) == (
        "What the site counts as a response is charted.", "site",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hour", "yes", "done"),
    [(-1, True, False), (0, True, True), (20, True, True), (20, False, False)],
    ids=["before ketamine", "as it began", "since", "said not to be done"],
)
def test_a_review_that_its_time_asks_for_is_done_by_one_of_this_course(
    tmp_path: Path, hour: float, yes: bool, done: bool
) -> None:
    said = Answer("opioid_review", yes, BEGINS + timedelta(hours=hour), "Dr Invented")
    found = advised(tmp_path, drip().but(answers=(said,)), 49, TIMED)
    assert (found is None) is done


def test_before_ketamine_no_review_is_asked_for(tmp_path: Path) -> None:
    assert asked(tmp_path, Chart(), 26) is None


def test_what_a_site_calls_a_response_is_told_as_the_site_s_own() -> None:
    own = "opioid_review: {when: {measure: pain, up_to: 3}, within: 24 h, reference: test}"
    site = at_a_site("civik", f"chosen: [{{field: weight.kind, value: actual, reference: test}}]\n{own}")
    before = Chart().calm(-1).seen(-1, pain=8, medd_intravenous=150).answering(site.protocol)
    after = before.ketamine(0, "start", "0.05 mg/kg/h").calm(8).seen(8, pain=2, medd_intravenous=150)
    (review,) = [one for one in after.ask(site, 8).recommendations if one.action == "review"]
    assert (review.because[0].text, review.because[0].provenance, review.because[0].citation) == (
        "What the site counts as a response is charted.", Provenance.SITE, "site",
    )  # fmt: skip
