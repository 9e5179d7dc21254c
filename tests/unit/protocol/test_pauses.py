"""How long a pause lasts: each rule says its own time, and a pause keeps to the rule that it was for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adjuvant.protocol import Guidance, Sited, Situation, Status
from adjuvant.protocol.answers import Case
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.eligibility import Eligibility
from adjuvant.protocol.finding import Context, Finding
from adjuvant.protocol.pausing import still_paused
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart, at_a_site

TWO_PAUSES = """\
chosen: [{field: weight.kind, value: actual, reference: test}]
rules:
  - {key: breathing, kind: stop, text: Fewer than 8., when: {measure: respiratory_rate, below: 8 /min}}
  - {key: pressure, kind: pause, text: Above 180., when: {measure: systolic, above: "180 mm[Hg]"}, resume_after: 6 h}
  - {key: sedation, kind: pause, text: POSS of 3 or more., when: {measure: sedation_poss, from: 3}, resume_after: 1 h}
  - {key: hallucinations, kind: reduce, text: Hallucinations., when: {event: hallucination}}
"""


@pytest.fixture(scope="module")
def site() -> Sited:
    """CIVIK with a pause of six hours for pressure and one of an hour for sedation."""
    return at_a_site("civik", TWO_PAUSES, own_rules=True)


def running() -> Chart:
    found = Chart().seen(-1, medd_intravenous=150, pain=8).calm(-1)
    return found.answering(at_a_site("civik").protocol).ketamine(0, "start", "0.05 mg/kg/h")


def paused_for(**reading: int) -> Chart:
    return running().calm(2, **reading).ketamine(2, "pause")


def due_hour(guidance: Guidance) -> float:
    (advice,) = [one for one in guidance.recommendations if one.due is not None]
    assert advice.due is not None
    return (advice.due - guidance.instant).total_seconds() / 3600


def test_a_pause_lasts_as_long_as_its_own_rule_says_and_no_longer(site: Sited) -> None:
    asleep = paused_for(sedation_poss=3).calm(2.5)
    kept = asleep.ask(site, 2.9)
    assert kept.status is Status.HOLD
    assert due_hour(kept) == pytest.approx(0.1)
    assert [one.rule for one in kept.recommendations[0].because] == ["sedation"]
    again = asleep.ask(site, 3)
    assert (again.status, again.recommendations[0].words[:6]) == (Status.CONTINUE, "Resume")


def test_a_pause_of_the_longer_rule_is_not_cut_short_by_the_shorter(site: Sited) -> None:
    high = paused_for(systolic=190).calm(3).calm(6)
    assert high.ask(site, 7.9).status is Status.HOLD
    assert high.ask(site, 8).status is Status.CONTINUE


def test_a_rule_that_begins_to_hold_during_a_pause_counts_from_then(site: Sited) -> None:
    both = paused_for(sedation_poss=3).calm(2.5, systolic=190).calm(3)
    assert both.ask(site, 3).status is Status.HOLD  # an hour after the pause, the other rule asks for six
    later = both.calm(7)
    assert later.ask(site, 8.4).status is Status.HOLD
    assert later.ask(site, 8.5).status is Status.CONTINUE


def test_a_pause_that_no_rule_asked_for_lasts_the_longest_and_says_so(site: Sited) -> None:
    by_hand = running().calm(2).ketamine(2, "pause").calm(6)
    kept = by_hand.ask(site, 7.9)
    assert kept.status is Status.HOLD
    assert "no rule is known" in kept.recommendations[0].because[0].text
    assert by_hand.ask(site, 8).status is Status.CONTINUE


def asked_by(guidance: Guidance) -> list[str]:
    return [one.rule for one in guidance.recommendations[0].because]


def test_a_rule_that_held_for_a_moment_of_the_pause_counts_by_a_reading_alone(site: Sited) -> None:
    """A cuff at half an hour shows 190 and is right a quarter later; nobody asks of effects between them."""
    found = paused_for(sedation_poss=3).seen(2.5, systolic=190).seen(2.75, systolic=130).calm(3)
    kept = found.calm(6).ask(site, 8.4)
    assert (kept.status, asked_by(kept)) == (Status.HOLD, ["pressure"])
    assert due_hour(kept) == pytest.approx(0.1)


def test_a_rule_that_begins_to_hold_late_outlasts_the_one_that_the_pause_was_for(site: Sited) -> None:
    """Six hours for pressure from hour 2, and one for sedation from hour 7.5."""
    found = paused_for(systolic=190).calm(3).calm(7.5, sedation_poss=3).calm(7.75)
    kept = found.ask(site, 8.25)
    assert (kept.status, asked_by(kept)) == (Status.HOLD, ["sedation"])
    assert found.ask(site, 8.5).status is Status.CONTINUE


def test_of_two_rules_that_end_at_one_moment_the_first_is_named() -> None:
    both = TWO_PAUSES.replace("resume_after: 6 h", "resume_after: 1 h")
    found = paused_for(systolic=190, sedation_poss=3).calm(2.5)
    kept = found.ask(at_a_site("civik", both, own_rules=True), 2.75)
    assert (kept.status, asked_by(kept)) == (Status.HOLD, ["pressure"])


def test_what_is_charted_at_this_very_moment_counts_for_how_long_a_pause_lasts(site: Sited) -> None:
    situation = Situation.at(
        BEGINS + timedelta(hours=3.5), paused_for(sedation_poss=3).calm(2.5).calm(3.5, systolic=190).facts
    )
    rules = tuple((one, Finding(False)) for one in site.protocol.rules)
    valid = {name: timedelta(hours=4) for name in ("systolic", "sedation_poss")}
    case = Case(
        site, "infusion", site.protocol.regimens["infusion"], situation,
        reference_weight(parse_quantity("70 kg")), Context(valid), {}, rules, Eligibility("eligible", (), (), (), ()),
    )  # fmt: skip
    kept = still_paused(case)
    assert kept is not None and (due_hour(kept), asked_by(kept)) == (6, ["pressure"])


@pytest.mark.parametrize("order", [(6, 1), (1, 6)])
def test_of_two_rules_that_held_the_pause_lasts_until_the_later_of_both(order: tuple[int, int]) -> None:
    first, second = order
    rules = TWO_PAUSES.replace("resume_after: 1 h}", f"resume_after: {second} h, note: n}}")
    rules = rules.replace("resume_after: 6 h}", f"resume_after: {first} h}}")
    both = paused_for(systolic=190, sedation_poss=3).calm(3)
    kept = both.ask(at_a_site("civik", rules, own_rules=True), 4)
    assert kept.status is Status.HOLD
    assert due_hour(kept) == pytest.approx(4)
    longer = "pressure" if first > second else "sedation"
    assert [one.rule for one in kept.recommendations[0].because] == [longer]


def test_of_two_rules_that_last_as_long_one_is_named() -> None:
    same = TWO_PAUSES.replace("resume_after: 6 h", "resume_after: 1 h")
    kept = (
        paused_for(systolic=190, sedation_poss=3)
        .calm(2.5)
        .ask(at_a_site("civik", same, own_rules=True), 2.75)
    )
    assert kept.status is Status.HOLD
    assert due_hour(kept) == pytest.approx(0.25)
