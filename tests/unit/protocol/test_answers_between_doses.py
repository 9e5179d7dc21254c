"""What is advised between single doses, every word of it: the next dose, another level, the next part, the end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adjuvant.protocol import Sited, Situation
from adjuvant.protocol.answers import Case
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.eligibility import Eligibility
from adjuvant.protocol.finding import Context
from adjuvant.protocol.present import PartsGiven
from adjuvant.protocol.running import next_part, while_running
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, Chart
from told import told
from written import written

LEVELS = "kind: ladder, levels: [10 mg, 20 mg, 30 mg], every: 1 d"
ABOVE_THE_GOAL = "raise_when: {measure: pain, above: goal}"
SHARES = "- {key: seen, kind: reduce, text: Dissociation., when: {event: dissociation}, reduce_by: 25 %}"


def mouth(
    folder: Path,
    titration: str = f"{LEVELS}, {ABOVE_THE_GOAL}",
    *,
    course: str = "at_most: 3 d",
    rules: str = "",
) -> Sited:
    """A dose by mouth every eight hours, with levels of a day."""
    text = (
        "home: {title: Home, route: oral, mode: oral, start: 10 mg, times_per_day: 3, "
        f"course: {{{course}}}, titration: {{{titration}}}}}"
    )
    return written(folder, text, rules=rules)


def doses(*amounts: str) -> Chart:
    """So many doses, eight hours apart; pain of 8 before the first."""
    found = Chart().calm(-1, pain=8)
    for n, amount in enumerate(amounts):
        found = found.ketamine(8 * n, "given", amount)
    return found


HOLDS = "  titration.raise_when: the rule for a higher dose holds [park2025, read]"


@pytest.mark.parametrize(
    ("chart", "hour", "lines"),
    [
        pytest.param(
            doses("10 mg").calm(4, pain=8),
            4,
            [
                "continue",
                "continue: Nothing is due yet; then give 10 mg. [10 mg, 10 mg] (hour 8)",
                "  regimens.home.course: the next dose of the course [park2025, read]",
            ],
            id="before it is due",
        ),
        pytest.param(
            doses("10 mg").calm(8, pain=8),
            8,
            [
                "continue",
                "continue: Give 10 mg. [10 mg, 10 mg] (hour 8)",
                "  regimens.home.course: the next dose of the course [park2025, read]",
            ],
            id="once it is due",
        ),
        pytest.param(
            doses("10 mg", "10 mg", "10 mg").calm(24, pain=8),
            24,
            ["raise", "raise: Raise to 20 mg. [20 mg, 20 mg] (hour 24)", HOLDS],
            id="pain above the goal after a day of a level",
        ),
        pytest.param(
            doses("10 mg", "10 mg", "10 mg").calm(24, pain=3),
            24,
            [
                "continue",
                "continue: Go on with 10 mg. [10 mg, 10 mg] (hour 24)",
                "  titration.raise_when: the rule for a higher dose does not hold [park2025, read]",
            ],
            id="pain at the goal after a day of a level",
        ),
        pytest.param(
            doses("30 mg", "30 mg", "30 mg").calm(24, pain=8),
            24,
            [
                "continue",
                "continue: Go on with 30 mg. [30 mg, 30 mg] (hour 24)",
                HOLDS,
                "  regimens.home.ceilings: 30 mg is the highest dose of the protocol [park2025, read]",
            ],
            id="at the highest level",
        ),
        pytest.param(
            doses("20 mg").calm(4).felt(4, "hallucination"),
            4,
            [
                "lower",
                "lower: Lower to 10 mg. [10 mg, 10 mg] (hour 8)",
                "  hallucinations: Hallucinations. [park2025, read]",
            ],
            id="a rule lowers the next dose by one level",
        ),
        pytest.param(
            doses("20 mg").calm(4).felt(4, "hallucination").ketamine(8, "given", "10 mg"),
            8,
            [
                "continue",
                "continue: Go on with 10 mg. [10 mg, 10 mg] (hour 16)",
                "  hallucinations: Hallucinations. The dose was lowered for it. [park2025, read]",
            ],
            id="what it was lowered for lowers it no further",
        ),
        pytest.param(
            doses("20 mg").calm(4).felt(4, "dissociation"),
            4,
            [
                "lower",
                "lower: Lower by 25 %, to 15 mg. [15 mg, 15 mg] (hour 8)",
                "  seen: Dissociation. [park2025, read]",
            ],
            id="a rule lowers the next dose by a share",
        ),
        pytest.param(
            doses(*["10 mg"] * 9).calm(65, pain=3),
            65,
            [
                "complete",
                "complete: No further dose falls within the course.",
                "  regimens.home.course: no further dose falls within the course [park2025, read]",
            ],
            id="the next would be due as the course ends",
        ),
    ],
)  # fmt: skip
def test_between_doses_the_answer_is(tmp_path: Path, chart: Chart, hour: float, lines: list[str]) -> None:
    assert told(chart.ask(mouth(tmp_path, rules=SHARES), hour)) == lines


def test_a_rise_whatever_the_effect_comes_with_the_next_dose(tmp_path: Path) -> None:
    site = mouth(tmp_path, f"{LEVELS}, always: true")
    assert told(doses("10 mg", "10 mg", "10 mg").calm(23).ask(site, 23)) == [
        "continue",
        "continue: Nothing is due yet; then give 10 mg. [10 mg, 10 mg] (hour 24)",
        "  regimens.home.course: the next dose of the course [park2025, read]",
    ]
    assert told(doses("10 mg", "10 mg", "10 mg").calm(24).ask(site, 24)) == [
        "raise",
        "raise: Raise to 20 mg. [20 mg, 20 mg] (hour 24)",
        "  regimens.home.titration.always: each 1 d brings the next level, whatever the effect [park2025, read]",
    ]


def test_a_dose_that_was_given_and_lowered_is_not_given_again_where_the_one_borne_is_kept(
    tmp_path: Path,
) -> None:
    site = mouth(tmp_path, course="keep_effective: 3 d")
    assert told(doses("20 mg", "10 mg", "10 mg", "10 mg").calm(32, pain=8).ask(site, 32)) == [
        "continue",
        "continue: Go on with 10 mg. [10 mg, 10 mg] (hour 32)",
        HOLDS,
        (
            "  regimens.home.course: 20 mg was given and lowered; the highest level that is borne is kept "
            "[park2025, inferred]"
        ),
    ]


def test_a_dose_that_may_have_to_rise_waits_for_what_tells_it(tmp_path: Path) -> None:
    assert told(doses("10 mg", "10 mg", "10 mg").calm(24).ask(mouth(tmp_path), 24)) == [
        "withheld",
        "missing for titration.raise_when: Pain, 0 to 10 of the last 4 h",
        "old: pain 8, 25 h old",
    ]


# --- one dose in parts ------------------------------------------------------------------------------------

ACTUAL = "{kind: actual, no_older_than: 7 d}"


def parts(folder: Path, more: str = "", *, every: str = "1 d") -> Sited:
    """0.6 mg/kg in three equal parts, once a day: for 70 kg 42 mg, in parts of 14 mg."""
    text = (
        "home: {title: Home, route: subcutaneous, mode: injection, start: 0.6 mg/kg, "
        f"split: {{parts: 3, at: [0 min, 15 min, 30 min]}}, course: {{infusions: 4, spacing: {every}}}{more}}}"
    )
    return written(folder, text, weight=ACTUAL)


def given_in_parts(amount: str, *hours: float) -> Chart:
    found = Chart().calm(-1, pain=8)
    for hour in hours:
        found = found.ketamine(hour, "given", amount)
    return found


def test_a_dose_that_was_begun_is_made_whole_part_by_part(tmp_path: Path) -> None:
    site = parts(tmp_path)
    assert told(given_in_parts("14 mg", 0).calm(0.1).ask(site, 0.1)) == [
        "continue",
        "continue: Nothing is due yet; then give part 2 of 3 of 0.6 mg/kg, 14 mg. [0.2 mg/kg, 14 mg] (hour 0.25)",
        "  regimens.home.split: 1 of 3 equal parts are charted [park2025, read]",
    ]
    assert told(given_in_parts("14 mg", 0, 0.25).calm(0.5).ask(site, 0.5)) == [
        "continue",
        "continue: Give part 3 of 3 of 0.6 mg/kg, 14 mg. [0.2 mg/kg, 14 mg] (hour 0.5)",
        "  regimens.home.split: 2 of 3 equal parts are charted [park2025, read]",
    ]
    assert told(given_in_parts("14 mg", 0, 0.25, 0.5).calm(1).ask(site, 1)) == [
        "continue",
        (
            "continue: Nothing is due yet; then give 0.6 mg/kg, which is 42 mg in 3 equal parts, at 0 min, 15 min, "
            "30 min. [0.6 mg/kg, 42 mg] (hour 24)"
        ),
        "  regimens.home.course: the next dose of the course [park2025, read]",
    ]


def test_a_part_of_a_dose_under_a_cap_is_a_part_of_the_cap_and_says_so(tmp_path: Path) -> None:
    """42 mg are capped at 30 mg: three parts of 10 mg."""
    site = parts(tmp_path, ", ceilings: [{key: vial, of: single_dose, limit: 30 mg}]")
    (status, advice, split, cap) = told(given_in_parts("10 mg", 0).calm(0.25).ask(site, 0.25))
    assert (status, advice) == (
        "continue",
        "continue: Give part 2 of 3 of 30 mg, 10 mg. [10 mg, 10 mg] (hour 0.25)",
    )
    assert split == "  regimens.home.split: 1 of 3 equal parts are charted [park2025, read]"
    assert cap == (
        "  regimens.home.ceilings.vial: the protocol's own cap applies, at most 30 mg; without it the dose "
        "would be 0.6 mg/kg, which is 42 mg [park2025, read]"
    )
    found = given_in_parts("10 mg", 0).calm(0.25).ask(site, 0.25).recommendations[0].uncapped
    assert found is not None and str(found.dose) == "0.6 mg/kg"


def test_the_whole_of_a_dose_in_parts_is_held_to_a_limit_once(tmp_path: Path) -> None:
    """42 mg are under 50 mg a day; counted as a part and the whole again, they would be over it."""
    kept = parts(tmp_path, ", ceilings: [{key: day, of: day, limit: 50 mg/d}]")
    assert told(given_in_parts("14 mg", 0).calm(0.25).ask(kept, 0.25))[0] == "continue"
    broken = parts(tmp_path, ", ceilings: [{key: day, of: day, limit: 40 mg/d}]")
    found = told(given_in_parts("14 mg", 0).calm(0.25).ask(broken, 0.25))
    assert found[0] == "withheld"
    assert [line.split(":")[0] for line in found[1:]] == ["guardrail"]
    assert "0.6 mg/kg does not keep the protocol's ceiling: at most 40 mg/d" in found[1]


def test_a_usual_ceiling_is_named_beside_the_part_and_holds_nothing_back(tmp_path: Path) -> None:
    site = parts(tmp_path, ", ceilings: [{key: usual, of: single_dose, limit: 40 mg, soft: true}]")
    guidance = given_in_parts("14 mg", 0).calm(0.25).ask(site, 0.25)
    assert told(guidance)[0] == "continue"
    said = [one.words for one in guidance.issues if one.kind == "advisory" and "usual ceiling" in one.words]
    assert len(said) == 1 and "at most 40 mg" in said[0]


def test_the_parts_of_the_dose_before_are_one_dose_for_the_limits_too(tmp_path: Path) -> None:
    """The next dose is due a day after the first part of the one before, not after its last."""
    site = parts(tmp_path, ", repeat_not_before: 24 h")
    chart = given_in_parts("14 mg", 0, 0.25, 0.5).calm(24).ketamine(24, "given", "14 mg").calm(24.25)
    assert told(chart.ask(site, 24.25))[:2] == [
        "continue",
        "continue: Give part 2 of 3 of 0.6 mg/kg, 14 mg. [0.2 mg/kg, 14 mg] (hour 24.25)",
    ]


def test_a_dose_of_just_a_day_before_is_not_of_the_same_day(tmp_path: Path) -> None:
    """Any 24 hours have 50 mg at most: 42 mg at hour 0 and 42 mg from hour 24."""
    site = parts(tmp_path, ", ceilings: [{key: day, of: day, limit: 50 mg/d}]")
    chart = given_in_parts("0.6 mg/kg", 0).calm(24).ketamine(24, "given", "14 mg").calm(24.25)
    assert told(chart.ask(site, 24.25))[0] == "continue"


# --- the end of a course ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("course", "hour", "words", "field"),
    [
        ("fixed: 2 d", 48, "the course of 2 d is over", "fixed"),
        ("at_most: 2 d", 48, "the longest course, 2 d, is over", "at_most"),
        ("within: 2 d, at_most: 3 d", 48, "the 2 d of the course are over", "within"),
        ("keep_effective: 2 d", 48, "this level has been kept for 2 d", "keep_effective"),
        ("infusions: 6, spacing: 8 h", 41, "all 6 of the course are given", "infusions"),
    ],
)
def test_a_course_that_is_over_says_what_ended_it(
    tmp_path: Path, course: str, hour: float, words: str, field: str
) -> None:
    site = mouth(tmp_path, course=course)
    assert told(doses(*["10 mg"] * 6).calm(hour, pain=3).ask(site, hour)) == [
        "complete",
        f"complete: {words[0].upper()}{words[1:]}.",
        f"  regimens.home.course.{field}: {words} [park2025, read]",
    ]


# --- what nothing says ------------------------------------------------------------------------------------


def case_of(site: Sited, chart: Chart, hour: float) -> Case:
    """One case as the engine hands it on, of a protocol that it would not have let pass so far."""
    situation = Situation.at(BEGINS + timedelta(hours=hour), chart.facts)
    regimen, weight = site.protocol.regimens["home"], reference_weight(parse_quantity("70 kg"))
    eligible = Eligibility("eligible", (), (), (), ())
    return Case(site, "home", regimen, situation, weight, Context(), {}, (), eligible)


def test_where_nothing_says_when_the_next_dose_is_due_none_is_given(tmp_path: Path) -> None:
    text = "home: {title: Home, route: subcutaneous, mode: injection, start: 10 mg, course: {infusions: 4}}"
    absent = "absent:\n  - {field: regimens.home.course.spacing, text: How far apart they are.}"
    case = case_of(written(tmp_path, text, more=absent), doses("10 mg"), 8)
    assert told(while_running(case)) == ["withheld", "missing for course.spacing: when the next dose is due"]


def test_where_nothing_says_into_how_many_parts_none_is_given(tmp_path: Path) -> None:
    begun = PartsGiven(parse_quantity("10 mg"), (BEGINS,), BEGINS + timedelta(minutes=15))
    case = case_of(mouth(tmp_path), doses("10 mg"), 1)
    assert told(next_part(case, begun)) == ["withheld", "missing for split: into how many parts"]
