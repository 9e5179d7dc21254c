"""Every rule of every protocol that runs fires on a chart made of its thresholds, and is silent just beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache

import pytest

from adjuvant.alerts import Gravity, look, review, watch
from adjuvant.alerts.canary import Canary, canaries, prove
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import Sited, isolated, load, sited
from bedside import BEGINS, Chart, at_a_site

PLACES = [
    (path.parent.name, name)
    for path in sorted((FOLDER / "protocols").glob("*/example_site.yaml"))
    for name in load(path.parent.name).protocol.regimens
]
ON = "chosen: [{field: weight.kind, value: actual, reference: test}]\ngrace: 15 min\nalerts: true"


@cache
def example(key: str) -> Sited:
    listed = load(key)
    return sited(listed, listed.path.with_name("example_site.yaml"))


@pytest.mark.hazard("H-017", "H-062")
@pytest.mark.parametrize(("key", "regimen"), PLACES)
def test_every_rule_has_a_canary_on_which_it_fires_and_one_on_which_it_is_silent(
    key: str, regimen: str
) -> None:
    made, unmade = canaries(example(key), regimen, BEGINS)
    rules = [one.key for one in example(key).protocol.rules if not one.regimens or regimen in one.regimens]
    assert unmade == ()
    assert {(one.rule, one.fires) for one in made} == {
        (rule, fires) for rule in rules for fires in (True, False)
    }
    assert list(prove(example(key), regimen, BEGINS)) == []


@pytest.mark.hazard("H-062")
@pytest.mark.parametrize(("key", "regimen"), PLACES)
def test_a_canary_on_which_a_rule_fires_raises_its_alert_and_the_other_does_not(
    key: str, regimen: str
) -> None:
    """Through the whole of the watching, and not the engine alone: by its key, whatever else fires."""
    for one in canaries(example(key), regimen, BEGINS)[0]:
        found = review(look(example(key), one.facts, one.at, regimen), on=True)
        assert (f"rule:{one.rule}" in {alert.key for alert in found.active}) is one.fires, one.rule


def charts(rule: str) -> list[Canary]:
    return [one for one in canaries(at_a_site("civik"), "infusion", BEGINS)[0] if one.rule == rule]


def test_a_canary_stands_on_the_threshold_itself_and_a_grain_beside_it() -> None:
    """Fewer than 8 breaths a minute stops at the test site; above 180 mmHg stops; a POSS of 3 holds."""

    def figures(rule: str, measure: str) -> dict[bool, Fraction | None]:
        return {
            one.fires: next(item.value for item in one.facts.observed if item.measure == measure)
            for one in charts(rule)
        }

    assert figures("breathing", "respiratory_rate") == {True: Fraction(799, 100), False: Fraction(8)}
    assert figures("pressure", "systolic") == {True: Fraction(18001, 100), False: Fraction(180)}
    assert figures("sedation", "sedation_poss") == {True: Fraction(3), False: Fraction(299, 100)}


def broken(monkeypatch: pytest.MonkeyPatch, key: str, answer: object) -> None:
    """One rule always comes to the same answer."""
    rule = next(one for one in at_a_site("civik", ON).protocol.rules if one.key == key)
    real = isolated.judge

    def judge(predicate, situation, context):
        found = real(predicate, situation, context)
        return replace(found, answer=answer) if predicate is rule.when else found

    monkeypatch.setattr(isolated, "judge", judge)


@pytest.mark.hazard("H-017", "H-062")
@pytest.mark.parametrize("answer", [False, True])
@pytest.mark.parametrize("key", [one.key for one in at_a_site("civik", ON).protocol.rules])
def test_a_rule_that_always_says_the_same_is_found_out(
    monkeypatch: pytest.MonkeyPatch, key: str, answer: bool
) -> None:
    chart = Chart().calm(0).seen(0, pain=5, medd_intravenous=150).ketamine(0, "start", "0.05 mg/kg/h")
    at = BEGINS + timedelta(hours=1)
    whole = watch(at_a_site("civik", ON), chart.facts, at)
    assert key in whole.proved and not any(one.key.startswith("fault:") for one in whole.review.active)
    broken(monkeypatch, key, answer)
    found = watch(at_a_site("civik", ON), chart.facts, at)
    (alert,) = [one for one in found.review.active if one.key == f"fault:canary:{key}"]
    assert alert.gravity is Gravity.GRAVEST
    assert key not in found.proved and len(found.proved) == len(whole.proved) - 1


def test_a_protocol_with_gaps_says_that_none_of_its_rules_is_judged() -> None:
    text = "# nothing chosen\nalerts: true"
    found = watch(at_a_site("civik", text), Chart().facts, BEGINS)
    assert found.proved == ()
    assert "The protocol is not complete here: none of its rules is judged." in found.unwatched
