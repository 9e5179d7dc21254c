"""A first dose by a new route, worked out of the old: ratio, delay and divided doses, as a protocol gives them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.protocol import Guidance, Situation, Status
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.converting import Converted, by_the_new_route, converted
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import Answer
from adjuvant.quantity import parse_quantity
from adjuvant.unknown import Unknown
from bedside import BEGINS, Chart
from written import written

AFTER = """\
drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 10 mg/h, course: {at_most: 5 d}}
mouth:
  title: By mouth after the drip
  route: oral
  mode: oral
  every: 8 h
  course: {at_most: 9 d}
  converted_from: {from: intravenous, to: oral, ratio: RATIO, first_dose_after: 6 h, doses_per_day: 3}
"""


def after(ratio: str = "1") -> str:
    return AFTER.replace("RATIO", ratio)


def ended(rate: str = "10 mg/h", hour: float = 48) -> Chart:
    """An infusion that ran from the beginning to `hour`, and a clinician who says by which route."""
    said = Answer("ended:intravenous", True, BEGINS + timedelta(hours=hour), "Dr Invented")
    return Chart().but(answers=(said,)).ketamine(0, "start", rate).ketamine(hour, "stop")


def dose(guidance: Guidance) -> str:
    (found,) = [one.amount for one in guidance.recommendations if one.amount is not None]
    return str(found)


@pytest.mark.parametrize(("ratio", "times_three"), [("1", 240), ('"1/3"', 80), ("0.3", 72), ("1.15", 276)])
def test_the_day_s_total_times_the_ratio_in_so_many_doses(
    tmp_path: Path, ratio: str, times_three: int
) -> None:
    """10 mg/h are 240 mg a day; in three doses 80 mg where a milligram stands for a milligram."""
    guidance = ended().calm(55).ask(written(tmp_path, after(ratio)), 55, "mouth")
    assert guidance.status is Status.START
    (found,) = [one.amount for one in guidance.recommendations if one.amount is not None]
    assert found.value * 3 == times_three
    assert "240 mg/d intravenous" in guidance.recommendations[0].because[0].text


def test_the_first_dose_waits_as_long_as_the_source_says(tmp_path: Path) -> None:
    site = written(tmp_path, after())
    early = ended().calm(49).ask(site, 49, "mouth").recommendations[0]
    assert early.words.startswith("Nothing is due yet; then start with 80 mg")
    assert early.due == BEGINS + timedelta(hours=54)
    assert ended().calm(54).ask(site, 54, "mouth").recommendations[0].words.startswith("Start with 80 mg")


def test_it_is_the_last_rate_that_is_converted(tmp_path: Path) -> None:
    raised = (
        ended()
        .but(ketamine=())
        .ketamine(0, "start", "10 mg/h")
        .ketamine(24, "change", "20 mg/h")
        .ketamine(48, "stop")
    )
    assert dose(raised.calm(55).ask(written(tmp_path, after()), 55, "mouth")) == "160 mg"


def test_once_begun_it_goes_on_with_the_dose_that_was_worked_out(tmp_path: Path) -> None:
    site = written(tmp_path, after())
    going = ended().ketamine(54, "given", "80 mg").calm(61).ask(site, 61, "mouth")
    assert (going.status, dose(going)) == (Status.CONTINUE, "80 mg")
    assert going.recommendations[0].due == BEGINS + timedelta(hours=62)
    # Its course is counted from its own first dose: nine days, and not from the infusion's start.
    weekly = ended().ketamine(54, "given", "80 mg").calm(54 + 8 * 24).ask(site, 54 + 8 * 24, "mouth")
    assert weekly.status is Status.CONTINUE
    assert ended().ketamine(54, "given", "80 mg").calm(271).ask(site, 271, "mouth").status is Status.COMPLETE


def test_a_tenfold_slip_of_the_converted_dose_is_none_of_the_protocol_s_doses(tmp_path: Path) -> None:
    slipped = ended().ketamine(54, "given", "800 mg").calm(61).ask(written(tmp_path, after()), 61, "mouth")
    assert slipped.status is Status.WITHHELD


def test_a_third_that_is_charted_in_decimals_is_known_again(tmp_path: Path) -> None:
    """240 mg/d x 1/3 in three doses is 26.67 mg, as anybody would chart it."""
    going = (
        ended().ketamine(54, "given", "26.67 mg").calm(61).ask(written(tmp_path, after('"1/3"')), 61, "mouth")
    )
    assert (going.status, dose(going)) == (Status.CONTINUE, "26.67 mg")


@pytest.mark.parametrize("lack", ["nothing given", "still running", "route not said", "another route"])
def test_nothing_is_converted_while_something_is_not_known(tmp_path: Path, lack: str) -> None:
    site = written(tmp_path, after())
    found = {
        "nothing given": ended().but(ketamine=()),
        "still running": ended().but(ketamine=()).ketamine(0, "start", "10 mg/h"),
        "route not said": ended().but(answers=()),
        "another route": ended().but(answers=(Answer("ended:subcutaneous", True, BEGINS, "Dr Invented"),)),
    }[lack]
    guidance = found.calm(55).ask(site, 55, "mouth")
    assert guidance.status is Status.WITHHELD
    assert guidance.missing


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("every: 8 h", "every: 8 h\n  start: 10 mg", "has a first dose and works it out of another route"),
        ("to: oral", "to: sublingual", "converts to its own route"),
        ("from: intravenous, ", "", "names the one that it comes `from`"),
        ("doses_per_day: 3", "doses_per_day: 4", "asks for 4 doses a day or more, and 3 are given"),
        ("first_dose_after: 6 h", "first_dose_after: {low: 4 h, high: 8 h}", "one must be chosen"),
        ("ratio: RATIO, ", "", "how much by the new route for the old is not said"),
    ],
)
def test_a_conversion_that_cannot_be_worked_out_is_refused(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(LibraryError, match=words):
        written(tmp_path, AFTER.replace(old, new).replace("RATIO", "1"))


def test_a_reason_to_stop_holds_though_nothing_can_be_converted(tmp_path: Path) -> None:
    """Nobody says by which route it was: no dose follows, and what is given already is stopped all the same."""
    begun = ended().but(answers=()).ketamine(54, "given", "80 mg")
    site = written(tmp_path, after())
    assert begun.calm(61, respiratory_rate=6).ask(site, 61, "mouth").status is Status.STOP
    assert begun.calm(61).ask(site, 61, "mouth").status is Status.WITHHELD


# --- what is worked out, by itself --------------------------------------------------------------------------

SEVENTY = reference_weight(parse_quantity("70 kg"))


def without(regimen: Regimen, **changes: object) -> Regimen:
    """The regimen with something of its conversion changed."""
    rule = regimen.converted_from
    assert rule is not None
    return regimen.model_copy(update={"converted_from": rule.model_copy(update=changes)})


def now(found: Chart, hour: float = 55) -> Situation:
    return Situation.at(BEGINS + timedelta(hours=hour), found.facts)


def test_a_conversion_without_ratio_number_of_doses_or_weight_is_not_known_and_says_which(
    tmp_path: Path,
) -> None:
    regimen = written(tmp_path, after()).protocol.regimens["mouth"]
    by_weight = ended("0.1 mg/kg/h")
    lacks = {
        "the ratio of the two routes": (without(regimen, ratio=None), ended(), SEVENTY),
        "into how many doses": (regimen.model_copy(update={"every": None}), ended(), SEVENTY),
        "the weight that the old rate was worked out with": (regimen, by_weight, None),
        "what is converted": (regimen.model_copy(update={"converted_from": None}), ended(), SEVENTY),
    }
    for need, (asked, chart, weight) in lacks.items():
        found = converted(asked, now(chart), weight)
        assert isinstance(found, Unknown) and found.needs == (need,)


def test_a_rate_per_kilogram_is_converted_by_the_weight_and_an_absolute_one_needs_none(
    tmp_path: Path,
) -> None:
    """0.1 mg/kg/h at 70 kg are 7 mg/h, 168 mg a day, 56 mg in each of three doses; 10 mg/h are 80 mg."""
    regimen = written(tmp_path, after()).protocol.regimens["mouth"]
    for chart, weight, dose, total in (
        (ended("0.1 mg/kg/h"), SEVENTY, "56 mg", "168 mg/d"),
        (ended(), None, "80 mg", "240 mg/d"),
    ):
        found = converted(regimen, now(chart), weight)
        assert isinstance(found, Converted)
        assert found.words == f"{total} intravenous x 1, in 3 doses: {dose} by the new route"
        assert found.due == BEGINS + timedelta(hours=54)
        start = found.regimen.start
        assert start is not None and [str(one) for one in start.ends] == [dose, dose]
        assert (start.citation, start.provenance) == (regimen.citation, regimen.provenance)


def test_a_regimen_that_was_read_before_has_the_levels_of_its_new_first_dose(tmp_path: Path) -> None:
    regimen = written(
        tmp_path, AFTER.replace("every: 8 h", "every: 8 h\n  start: 10 mg").split("  converted")[0]
    )
    begun = regimen.protocol.regimens["mouth"]
    assert [str(one) for one in begun.levels] == ["10 mg"]  # worked out, and remembered
    rule = written(tmp_path, after()).protocol.regimens["mouth"].converted_from
    found = converted(begun.model_copy(update={"converted_from": rule, "start": None}), now(ended()), None)
    assert isinstance(found, Converted)
    assert [str(one) for one in found.regimen.levels] == ["80 mg"]


def test_what_contradicts_itself_by_the_old_route_contradicts_itself_by_the_new(tmp_path: Path) -> None:
    regimen = written(tmp_path, after()).protocol.regimens["mouth"]
    twice = Chart().ketamine(0, "start", "10 mg/h").ketamine(1, "start", "10 mg/h").ketamine(48, "stop")
    found = by_the_new_route(now(twice.ketamine(54, "given", "80 mg")), regimen)
    assert found.state.given == found.facts.ketamine[-1:]
    assert found.state.rates == () and len(found.state.contradictions) == 1


def test_doses_that_no_infusion_came_before_are_all_by_the_new_route(tmp_path: Path) -> None:
    regimen = written(tmp_path, after()).protocol.regimens["mouth"]
    found = by_the_new_route(
        now(Chart().ketamine(0, "given", "80 mg").ketamine(8, "given", "80 mg")), regimen
    )
    assert len(found.state.given) == 2
