"""What is believed of a body: a weight beside the ones before it, an age, and what must be charted where it is not."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.protocol import Guidance, Situation, Status, load, sited
from adjuvant.protocol.belief import age_doubted, weight_doubted, weight_needed
from adjuvant.protocol.judge import Context, judge
from adjuvant.protocol.predicate import Seen
from adjuvant.protocol.premises import dosing_weight, weight_to_compare
from adjuvant.protocol.situation import WeightReading
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, Chart, at_a_site, closed

PATEL = "patel_ldk"
JUMP = (
    "a second weighing that agrees with one of them: 6.2 kg at 2026-03-02T07:00:00+00:00 does not follow "
    "62 kg at 2026-03-01T08:00:00+00:00; at most 10 % in each 7 days is believed by a rule of the house"
)


def weighed(*readings: tuple[float, str], kind: str = "actual") -> Chart:
    """A chart with these weights alone, each so many hours from the beginning."""
    weights = (
        WeightReading(BEGINS + timedelta(hours=at), parse_quantity(value), kind) for at, value in readings
    )
    return Chart().but(weights=tuple(weights))


def needed(*readings: tuple[float, str], change: str | None = None) -> str:
    share = parse_quantity(change) if change is not None else None
    return weight_needed(Situation.at(BEGINS, weighed(*readings).facts), "actual", share)


@pytest.mark.hazard("H-006")
@pytest.mark.parametrize(
    ("readings", "believed"),
    [
        ([(-1, "67 kg")], True),
        ([(-24, "67 kg"), (-1, "147 kg")], False),  # pounds for kilograms
        ([(-24, "62 kg"), (-1, "6.2 kg")], False),  # a lost digit
        ([(-24, "62 kg"), (-1, "620 kg")], False),
        ([(-24, "70 kg"), (-1, "77 kg")], True),  # just a tenth more
        ([(-24, "70 kg"), (-1, "77.1 kg")], False),
        ([(-24, "70 kg"), (-1, "63 kg")], True),  # just a tenth less
        ([(-24, "70 kg"), (-1, "62.9 kg")], False),
        ([(-168, "70 kg"), (0, "77.1 kg")], False),  # one week, and no more
        ([(-169, "70 kg"), (0, "77.1 kg")], True),  # a second week has begun: 1.1 times 1.1
        ([(-169, "70 kg"), (0, "84.7 kg")], True),
        ([(-169, "70 kg"), (0, "84.8 kg")], False),
        ([(-169, "70 kg"), (0, "56.7 kg")], True),  # 0.9 times 0.9
        ([(-169, "70 kg"), (0, "56.6 kg")], False),
        ([(-900, "62 kg"), (-1, "6.2 kg")], False),  # five weeks do not make a tenth of a man
        ([(-24, "67 kg"), (-2, "147 kg"), (-1, "146 kg")], True),  # weighed again: the first was the slip
        ([(-24, "67 kg"), (-2, "147 kg"), (-1, "67.2 kg")], True),  # weighed again: the second was
        ([(-24, "67 kg"), (-2, "147 kg"), (-1, "100 kg")], False),  # agrees with neither
        ([(-24, "67 kg"), (-2, "100 kg"), (-1.5, "147 kg"), (-1, "67 kg")], False),  # the two before it alone
        ([(-24, "67 kg"), (-2, "670 kg"), (-1, "67 kg")], True),  # what nobody weighs says nothing
        ([(-24, "670 kg"), (-1, "67 kg")], True),
        ([(-24, "67000 g"), (-1, "67 kg")], True),
    ],
)
def test_a_weight_is_believed_where_it_follows_one_of_the_two_weighings_before_it(
    readings: list[tuple[float, str]], believed: bool
) -> None:
    assert (needed(*readings) == "") is believed


@pytest.mark.hazard("H-006")
def test_every_jump_of_pounds_for_kilograms_and_of_a_digit_asks_for_another_weighing() -> None:
    for kilograms in range(3, 181):
        for slip in (Fraction("2.2046"), Fraction(10), Fraction(1, 10), 1 / Fraction("2.2046")):
            slipped = f"{float(kilograms * slip):.4f} kg"
            assert needed((-23, f"{kilograms} kg"), (0, slipped)), slipped


@pytest.mark.hazard("H-019")
def test_a_weight_that_jumps_withholds_and_names_both_weighings_until_one_agrees() -> None:
    chart = weighed((-24, "62 kg"), (-1, "6.2 kg")).answering(closed(PATEL).protocol).calm(-0.5)
    chart = chart.seen(-0.5, pain=8, pain_average=8, pain_worst=8, medd_oral=400)
    found = chart.ask(closed(PATEL), 0)
    assert found.status is Status.WITHHELD and _amounts(found) == []
    (lack,) = found.missing
    assert (lack.what, lack.rule) == (JUMP, "weight")
    for again, milligrams in (("6.2 kg", "3.1 mg"), ("62 kg", "31 mg")):
        weights = (*chart.facts.weights, WeightReading(BEGINS, parse_quantity(again)))
        settled = chart.but(weights=weights).ask(closed(PATEL), 0)
        assert (settled.status, _amounts(settled)) == (Status.START, [milligrams]), again


def _amounts(guidance: Guidance) -> list[str]:
    return [str(one.amount) for one in guidance.recommendations if one.amount is not None]


def test_a_weight_in_doubt_is_none_to_compare_a_limit_with_and_none_that_a_rule_is_told_by() -> None:
    at = Situation.at(BEGINS, weighed((-24, "67 kg"), (-1, "147 kg")).facts)
    assert weight_to_compare(closed(PATEL), at) is None
    assert isinstance(dosing_weight(closed(PATEL), at, "infusion"), Unknown)
    light = Seen.model_validate({"measure": "body_weight", "below": "50 kg"})
    slipped = Situation.at(BEGINS, weighed((-24, "62 kg"), (-1, "6.2 kg")).facts)
    assert isinstance(judge(light, slipped, Context()).answer, Unknown)
    assert judge(light, slipped, Context(weight_change=parse_quantity("95 %"))).answer is True


def test_a_slip_in_one_kind_of_weight_does_not_stand_behind_the_other() -> None:
    facts = weighed((-24, "67 kg"), (-1, "147 kg"), kind="ideal").facts
    situation = Situation.at(BEGINS, facts)
    assert weight_needed(situation, "actual") == ""  # none is charted
    assert weight_needed(situation, "ideal").startswith("a second weighing")


# --- a site's own -----------------------------------------------------------------------------------------


def test_a_site_may_believe_more_or_less_than_the_house() -> None:
    assert needed((-24, "70 kg"), (-1, "80 kg"), change="15 %") == ""
    assert "at most 5 % in each 7 days is believed at this site" in needed(
        (-24, "70 kg"), (-1, "74 kg"), change="5 %"
    )
    profile = "chosen: [{field: weight.kind, value: actual, reference: test}]\nweight_change_at_most: 60 %"
    situation = Situation.at(BEGINS, weighed((-24, "70 kg"), (-1, "100 kg")).facts)
    at_home, elsewhere = at_a_site("civik"), at_a_site("civik", profile)
    name = next(iter(at_home.protocol.regimens))
    assert isinstance(dosing_weight(at_home, situation, name), Unknown)
    found = dosing_weight(elsewhere, situation, name)
    assert found is not None and not isinstance(found, Unknown) and str(found.value) == "100 kg"


@pytest.mark.parametrize("written", ["0 %", "100 %", "-5 %", "10 kg", "10", "a tenth"])
def test_a_share_that_is_none_is_refused_with_its_line(written: str, tmp_path: Path) -> None:
    listed = load("civik")
    path = tmp_path / "site.yaml"
    path.write_text(
        f"site: x\nexample: true\napprover: x\napproved: 2026-01-01\nprotocol: civik\n"
        f"version: {listed.protocol.version!r}\nweight_change_at_most: {written}\n"
    )
    with pytest.raises(LibraryError, match=r"site\.yaml:7: .*weight_change_at_most"):
        sited(listed, path)


# --- ages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "believed"), [(0, True), (61, True), (125, True), (126, False), (-1, False)]
)
def test_an_age_of_nobody_is_not_believed(years: int, believed: bool) -> None:
    assert (age_doubted(Fraction(years)) == "") is believed


def test_nothing_is_advised_of_an_age_of_nobody_and_what_runs_is_still_warned_of() -> None:
    whole = weighed((-1, "62 kg")).answering(closed(PATEL).protocol).calm(-0.5)
    whole = whole.seen(-0.5, pain=8, pain_average=8, pain_worst=8, medd_oral=400)
    assert whole.ask(closed(PATEL), 0).status is Status.START
    found = whole.but(age_years=Fraction(610)).ask(closed(PATEL), 0)
    assert found.status is Status.WITHHELD and found.recommendations == ()
    assert [(one.what, one.rule) for one in found.missing] == [
        ("an age that is believed: 610 years is above 125 years, the most that is believed", "age")
    ]
    running = whole.but(age_years=Fraction(610)).ketamine(0, "given", "31 mg").calm(1, respiratory_rate=5)
    warned = running.ask(closed(PATEL), 1)
    assert [one.kind for one in warned.issues if one.because and one.because[0].rule == "breathing"] == [
        "warning"
    ]


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ("0.5 kg", "under 1 kg, the least that is believed"), ("1 kg", ""), ("400 kg", ""),
        ("500 kg", "above 400 kg, the most that is believed"),
    ],
)  # fmt: skip
def test_a_weight_of_nobody_is_told_in_kilograms(weight: str, words: str) -> None:
    assert weight_doubted(parse_quantity(weight)) == words
