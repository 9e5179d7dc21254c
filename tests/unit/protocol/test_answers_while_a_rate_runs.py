"""What is advised while a rate runs, every word of it: go on, raise, lower, hold, resume, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adjuvant.protocol import Sited, Situation, isolated
from adjuvant.protocol.answers import Case
from adjuvant.protocol.chart import KetamineState
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.eligibility import Eligibility
from adjuvant.protocol.finding import Context
from adjuvant.protocol.judge import judge
from adjuvant.protocol.running import lower, while_running
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart
from told import told
from written import written

# 70 kg: 0.1, 0.2, 0.3 and 0.4 mg/kg/h are 7, 14, 21 and 28 mg/h. Rates are charted as the pump shows them.
LADDER = (
    "kind: ladder, levels: [0.1 mg/kg/h, 0.2 mg/kg/h, 0.3 mg/kg/h, 0.4 mg/kg/h], every: 8 h, "
    "raise_when: {measure: pain, above: goal}, lower_when: {measure: heart_rate, above: 120 /min}"
)
PULSE = "- items: [heart_rate]\n  phases: [{every: 4 h}]"
PULSE_RULE = "regimens.drip.titration.every: this level is kept 8 h [park2025, read]"


def drip(
    folder: Path, titration: str = LADDER, *, course: str = "at_most: 5 d", more: str = "", rules: str = ""
) -> Sited:
    """An infusion by body weight, with levels of eight hours, that a fast heart lowers."""
    text = (
        "drip: {title: Drip, route: intravenous, mode: continuous_infusion, start: 0.1 mg/kg/h, "
        f"course: {{{course}}}, titration: {{{titration}}}{more}}}"
    )
    return written(folder, text, weight="{kind: actual, no_older_than: 7 d}", monitoring=PULSE, rules=rules)


def running(*rates: str, every: float = 8) -> Chart:
    """Rates as charted, one every eight hours; pain of 8 before the beginning."""
    found = Chart().calm(-1, pain=8).ketamine(0, "start", rates[0])
    for n, rate in enumerate(rates[1:], 1):
        found = found.ketamine(n * every, "change", rate)
    return found


CAPPED = ", ceilings: [{key: pump, of: rate, limit: 15 mg/h}]"
CAP_WORDS = "the protocol's own cap applies, at most 15 mg/h; without it the dose would be 0.3 mg/kg/h, which is 21 mg/h"
CAP_SAID = f"T{CAP_WORDS[1:]}"
PUMP = f"  regimens.drip.ceilings.pump: {CAP_WORDS} [park2025, read]"


@pytest.mark.parametrize(
    ("chart", "hour", "lines"),
    [
        pytest.param(
            running("7 mg/h").calm(4),
            4,
            [
                "continue",
                "continue: Go on with 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h] (hour 8)",
                f"  {PULSE_RULE}",
            ],
            id="a level has its eight hours",
        ),
        pytest.param(
            running("7 mg/h").calm(8, pain=8),
            8,
            [
                "raise",
                "raise: Raise to 0.2 mg/kg/h, which is 14 mg/h. [0.2 mg/kg/h, 14 mg/h]",
                "  titration.raise_when: the rule for a higher dose holds [park2025, read]",
            ],
            id="pain above the goal brings the next level",
        ),
        pytest.param(
            running("7 mg/h").calm(8, pain=3),
            8,
            [
                "continue",
                "continue: Go on with 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h]",
                "  titration.raise_when: the rule for a higher dose does not hold [park2025, read]",
            ],
            id="pain at the goal keeps the level",
        ),
        pytest.param(
            running("7 mg/h", "14 mg/h").calm(9, heart_rate=121),
            9,
            [
                "lower",
                "lower: Lower to 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h]",
                "  titration.lower_when: the dose is lowered [park2025, read]",
            ],
            id="what asks for less is heard at once",
        ),
        pytest.param(
            running("7 mg/h").calm(4, heart_rate=121),
            4,
            [
                "continue",
                "continue: Go on with 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h] (hour 8)",
                f"  {PULSE_RULE}",
            ],
            id="nothing is below the lowest",
        ),
        pytest.param(
            running("7 mg/h", "14 mg/h", "21 mg/h", "28 mg/h").calm(32, pain=8),
            32,
            [
                "continue",
                "continue: Go on with 0.4 mg/kg/h, which is 28 mg/h. [0.4 mg/kg/h, 28 mg/h]",
                "  titration.raise_when: the rule for a higher dose holds [park2025, read]",
                "  regimens.drip.ceilings: 0.4 mg/kg/h is the highest dose of the protocol [park2025, read]",
            ],
            id="nothing is above the highest",
        ),
        pytest.param(
            running("7 mg/h").calm(8),
            8,
            [
                "withheld",
                "missing for titration.raise_when: Pain, 0 to 10 of the last 4 h",
                "old: pain 8, 9 h old",
            ],
            id="pain of before says nothing of a higher dose",
        ),
        pytest.param(
            running("9 mg/h").calm(4),
            4,
            ["withheld", "step: 9 mg/h is charted, and is none of the protocol's doses"],
            id="a rate that is none of the levels",
        ),
        pytest.param(
            running("7 mg/h").calm(2, sedation_poss=3).ketamine(2, "pause").calm(3),
            3,
            [
                "continue",
                "continue: Resume 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h]",
                "  regimens.drip.rules: no rule holds ketamine any more [park2025, read]",
            ],
            id="a pause whose hour has passed",
        ),
        pytest.param(
            running("7 mg/h").calm(2, sedation_poss=3).ketamine(2, "pause").calm(2.5),
            2.5,
            [
                "hold",
                "hold: Keep holding ketamine. (hour 3)",
                "  sedation: POSS of 3. The pause for it lasts 1 h. [park2025, read]",
            ],
            id="a pause lasts its hour",
        ),
        pytest.param(
            running("7 mg/h").calm(2).ketamine(2, "pause").calm(2.5),
            2.5,
            [
                "hold",
                "hold: Keep holding ketamine. (hour 3)",
                (
                    "  regimens.drip.rules: no rule is known to have asked for this pause, so the longest of all "
                    "pauses is kept [park2025, read]"
                ),
            ],
            id="a pause that no rule asked for",
        ),
        pytest.param(
            running("7 mg/h", "14 mg/h").calm(9).felt(9, "hallucination"),
            9,
            [
                "lower",
                "lower: Lower to 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h]",
                "  hallucinations: Hallucinations. [park2025, read]",
            ],
            id="a rule lowers by one level",
        ),
        pytest.param(
            running("14 mg/h")
            .calm(9)
            .felt(9, "hallucination")
            .ketamine(9.5, "change", "7 mg/h")
            .seen(9.6, pain=8),
            10,
            [
                "continue",
                "continue: Go on with 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h]",
                "  hallucinations: Hallucinations. The dose was lowered for it. [park2025, read]",
            ],
            id="what it was lowered for lowers it no further",
        ),
        pytest.param(
            running("7 mg/h").calm(4).felt(4, "hallucination"),
            4,
            [
                "hold",
                "hold: Hold ketamine: there is no lower dose.",
                "  hallucinations: Hallucinations. [park2025, read]",
            ],
            id="a rule that lowers the lowest holds it",
        ),
        pytest.param(
            running("9 mg/h").calm(4).felt(4, "hallucination"),
            4,
            [
                "hold",
                "hold: Hold ketamine: 9 mg/h is charted, and is none of the protocol's doses.",
                "  hallucinations: Hallucinations. [park2025, read]",
            ],
            id="of a rate that is none of the levels nothing is lowered",
        ),
    ],
)
def test_while_a_rate_runs_the_answer_is(tmp_path: Path, chart: Chart, hour: float, lines: list[str]) -> None:
    assert told(chart.ask(drip(tmp_path), hour)) == lines


def test_a_dose_that_may_have_to_fall_is_not_kept_while_nobody_looks(tmp_path: Path) -> None:
    chart = running("7 mg/h", "14 mg/h").calm(4).calm(9)
    blind = [one for one in chart.facts.observed if one.measure != "heart_rate" or one.at < BEGINS]
    assert told(chart.but(observed=tuple(blind)).ask(drip(tmp_path), 9)) == [
        "withheld",
        "missing for titration.lower_when: Heart rate of the last 4 h",
        "old: heart rate 80 per min, 10 h old",
    ]


@pytest.mark.parametrize(
    ("question", "rule"),
    [("heart_rate", "titration.lower_when"), ("pain", "titration.raise_when")],
)
def test_a_rule_of_titration_that_fails_is_named_and_moves_no_dose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str, rule: str
) -> None:
    def failing(predicate: Any, situation: Situation, context: Context) -> Any:
        if getattr(predicate, "measure", "") == question:
            raise ZeroDivisionError
        return judge(predicate, situation, context)

    monkeypatch.setattr(isolated, "judge", failing)
    assert told(running("7 mg/h").calm(8, pain=8).ask(drip(tmp_path), 8)) == [
        "withheld",
        f"missing for {rule}: a rule that does not fail (ZeroDivisionError)",
        f"fault: {rule} could not be judged (ZeroDivisionError): it says nothing, and is not thereby met",
    ]


# --- under a cap ------------------------------------------------------------------------------------------


def test_a_level_over_the_cap_is_the_cap_and_the_level_above_it_is_no_other_dose(tmp_path: Path) -> None:
    """0.3 mg/kg/h would be 21 mg/h and 0.4 mg/kg/h 28 mg/h: both are the pump's 15 mg/h."""
    site = drip(tmp_path, more=CAPPED)
    assert told(running("7 mg/h", "14 mg/h").calm(16, pain=8).ask(site, 16)) == [
        "raise",
        f"raise: Raise to 15 mg/h. {CAP_SAID}. [15 mg/h, 15 mg/h]",
        "  titration.raise_when: the rule for a higher dose holds [park2025, read]",
        PUMP,
    ]
    assert told(running("7 mg/h", "14 mg/h", "15 mg/h").calm(24, pain=8).ask(site, 24)) == [
        "continue",
        f"continue: Go on with 15 mg/h. {CAP_SAID}. [15 mg/h, 15 mg/h]",
        "  titration.raise_when: the rule for a higher dose holds [park2025, read]",
        "  regimens.drip.ceilings: 0.3 mg/kg/h is the highest dose of the protocol [park2025, read]",
        PUMP,
    ]


def test_a_rate_above_the_cap_is_told_from_another_that_is_none_of_the_levels(tmp_path: Path) -> None:
    site = drip(tmp_path, more=CAPPED)
    above = "step: 21 mg/h is charted, and is none of the protocol's doses"
    assert told(running("21 mg/h").calm(4).ask(site, 4))[1:] == [
        f"{above}; it is above the protocol's own cap, at most 15 mg/h"
    ]
    assert told(running("9 mg/h").calm(4).ask(site, 4))[1:] == [
        "step: 9 mg/h is charted, and is none of the protocol's doses"
    ]


# --- a course that keeps the highest level that is borne ---------------------------------------------------


@pytest.mark.parametrize(
    ("highest", "more"),
    [pytest.param("21 mg/h", "", id="a level"), pytest.param("15 mg/h", CAPPED, id="the cap")],
)
def test_what_was_given_and_lowered_is_not_given_again_where_the_level_borne_is_kept(
    tmp_path: Path, highest: str, more: str
) -> None:
    site = drip(tmp_path, course="keep_effective: 3 d", more=more)
    assert told(running("14 mg/h", highest, "14 mg/h").calm(24, pain=8).ask(site, 24)) == [
        "continue",
        "continue: Go on with 0.2 mg/kg/h, which is 14 mg/h. [0.2 mg/kg/h, 14 mg/h]",
        "  titration.raise_when: the rule for a higher dose holds [park2025, read]",
        (
            "  regimens.drip.course: 0.3 mg/kg/h was given and lowered; the highest level that is borne is kept "
            "[park2025, inferred]"
        ),
    ]
    assert told(running("7 mg/h", "14 mg/h").calm(16, pain=8).ask(site, 16))[0] == "raise"


# --- lowered by a share -----------------------------------------------------------------------------------

SHARES = (
    "- {key: seen, kind: reduce, text: Dissociation., when: {event: dissociation}, reduce_by: 25 %}\n"
    "- {key: fast, kind: reduce, text: Fast., when: {measure: heart_rate, above: 150 /min}, reduce_by: 50 %}"
)


def test_of_two_shares_the_greater_lowers_and_both_rules_are_named(tmp_path: Path) -> None:
    """Half of 14 mg/h is 7 mg/h; a quarter less would be 10.5 mg/h."""
    site = drip(tmp_path, rules=SHARES)
    both = running("14 mg/h").calm(4, heart_rate=151).felt(4, "dissociation")
    assert told(both.ask(site, 4)) == [
        "lower",
        "lower: Lower by 50 %, to 7 mg/h. [7 mg/h, 7 mg/h]",
        "  seen: Dissociation. [park2025, read]",
        "  fast: Fast. [park2025, read]",
    ]
    one = running("14 mg/h").calm(4).felt(4, "dissociation")
    assert told(one.ask(site, 4))[1] == "lower: Lower by 25 %, to 10.5 mg/h. [10.5 mg/h, 10.5 mg/h]"


def test_from_a_rate_between_two_levels_there_is_a_way_on_but_none_up_or_down(tmp_path: Path) -> None:
    """10.5 mg/h, three quarters of 0.2 mg/kg/h, was brought there by a rule and is no level."""
    site = drip(tmp_path, rules=SHARES)
    lowered = running("14 mg/h").calm(4).felt(4, "dissociation").ketamine(4.5, "change", "10.5 mg/h")
    assert told(lowered.calm(9).ask(site, 9)) == [
        "continue",
        "continue: Go on with 10.5 mg/h. [10.5 mg/h, 10.5 mg/h] (hour 12.5)",
        f"  {PULSE_RULE}",
    ]
    assert told(lowered.calm(13, pain=8).ask(site, 13)) == [
        "withheld",
        "missing for titration.raise_when: a dose of this protocol: 10.5 mg/h is none of its levels",
    ]
    assert told(lowered.calm(9, heart_rate=121).ask(site, 9))[0] == "continue"
    assert told(lowered.calm(9).felt(9, "hallucination").ask(site, 9)) == [
        "hold",
        "hold: Hold ketamine: there is no lower dose.",
        "  hallucinations: Hallucinations. [park2025, read]",
    ]


def test_what_was_lowered_for_either_of_two_is_lowered_once(tmp_path: Path) -> None:
    either = "{any: [{event: dissociation}, {event: agitation}]}"
    site = drip(tmp_path, rules=f"- {{key: either, kind: reduce, text: Either., when: {either}}}")
    chart = running("14 mg/h").calm(9).felt(9, "dissociation").ketamine(9.5, "change", "7 mg/h")
    assert told(chart.ask(site, 10)) == [
        "continue",
        "continue: Go on with 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h]",
        "  either: Either. The dose was lowered for it. [park2025, read]",
    ]


# --- other titrations -------------------------------------------------------------------------------------


def test_a_rate_that_its_protocol_never_changes_goes_on(tmp_path: Path) -> None:
    site = drip(tmp_path, "kind: none")
    assert told(running("7 mg/h").calm(8, pain=8).ask(site, 8)) == [
        "continue",
        "continue: Go on with 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h]",
        "  regimens.drip.start: the dose does not change [park2025, read]",
    ]


LEVELS = "kind: ladder, levels: [0.1 mg/kg/h, 0.2 mg/kg/h], every: 8 h"


def test_a_rise_whatever_the_effect_says_so_and_leaves_no_level_out(tmp_path: Path) -> None:
    site = drip(tmp_path, f"{LEVELS}, always: true", rules=SHARES)
    assert told(running("7 mg/h").calm(8).ask(site, 8)) == [
        "raise",
        "raise: Raise to 0.2 mg/kg/h, which is 14 mg/h. [0.2 mg/kg/h, 14 mg/h]",
        "  regimens.drip.titration.always: each 8 h brings the next level, whatever the effect [park2025, read]",
    ]
    lowered = running("14 mg/h").calm(4).felt(4, "dissociation").ketamine(4.5, "change", "10.5 mg/h")
    assert told(lowered.calm(13).ask(site, 13)) == [
        "withheld",
        "missing for titration.always: a dose of this protocol: 10.5 mg/h is none of its levels",
    ]


@pytest.mark.parametrize(
    ("pain", "lines"),
    [
        (
            3,
            [
                "continue",
                "continue: Go on with 0.1 mg/kg/h, which is 7 mg/h. [0.1 mg/kg/h, 7 mg/h]",
                "  titration.keep_when: the rule to keep the level holds [park2025, read]",
            ],
        ),
        (
            4,
            [
                "raise",
                "raise: Raise to 0.2 mg/kg/h, which is 14 mg/h. [0.2 mg/kg/h, 14 mg/h]",
                "  titration.keep_when: the rule to keep the level does not hold [park2025, read]",
            ],
        ),
    ],
)
def test_where_the_rule_says_when_to_stay_the_dose_rises_otherwise(
    tmp_path: Path, pain: int, lines: list[str]
) -> None:
    site = drip(tmp_path, f"{LEVELS}, keep_when: {{measure: pain, up_to: goal}}")
    assert told(running("7 mg/h").calm(8, pain=pain).ask(site, 8)) == lines


# --- without a dose ---------------------------------------------------------------------------------------


def without_a_dose(site: Sited) -> Case:
    """A rate that runs at nobody knows what: no chart that is believed comes to it."""
    state = KetamineState(phase="running", since=BEGINS, began=BEGINS)
    situation = replace(Situation.at(BEGINS + timedelta(hours=1), Chart().facts), state=state)
    weight = reference_weight(parse_quantity("70 kg"))
    regimen = site.protocol.regimens["drip"]
    eligible = Eligibility("eligible", (), (), (), ())
    return Case(site, "drip", regimen, situation, weight, Context(), {}, (), eligible)


def test_without_a_charted_dose_nothing_goes_on_and_nothing_is_lowered(tmp_path: Path) -> None:
    case = without_a_dose(drip(tmp_path))
    assert told(while_running(case)) == ["withheld", "missing for chart: the dose that runs"]
    assert told(lower(case, [])) == [
        "hold",
        "hold: Hold ketamine: no dose is charted, and is none of the protocol's doses.",
    ]
