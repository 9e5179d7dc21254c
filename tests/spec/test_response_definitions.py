"""Every response definition, with its edges on both sides: what is a yes, what is a no, and what cannot be said.

Each table's answers were worked out by hand from the definition in words. Pain is in points, opioids are in MME
a day; a percentage is of the figure before.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.library import responses
from adjuvant.outcomes import DEFINITIONS, BeforeAfter, ResponseFacts, answer
from adjuvant.outcomes.model import ResponseAnswer
from adjuvant.unknown import Ternary, Unknown

RULES = {rule.key: rule for rule in responses()}
Number = str | int | None


def figures(before: Number, after: Number) -> BeforeAfter:
    ends = [Unknown("it") if end is None else Fraction(end) for end in (before, after)]
    return BeforeAfter(*ends)


def ask(key: str, **facts: object) -> str:
    return asked(key, **facts).word


def asked(key: str, **facts: object) -> ResponseAnswer:
    made: dict[str, object] = {
        name: figures(*value) if isinstance(value, tuple) and name != "days" else value
        for name, value in facts.items()
    }
    for name in ("rescue_after", "goal"):
        if isinstance(made.get(name), int | str):
            made[name] = Fraction(made[name])  # type: ignore[arg-type]
    return answer(ResponseFacts(**made), RULES[key])  # type: ignore[arg-type]


@pytest.mark.hazard("H-017")
def test_every_definition_of_the_library_has_a_function_and_every_function_a_definition() -> None:
    assert set(RULES) == set(DEFINITIONS)


@pytest.mark.hazard("H-070")
@pytest.mark.parametrize("key", sorted(RULES))
def test_without_any_figure_no_definition_says_yes_or_no(key: str) -> None:
    said = asked(key)
    assert said.word == "cannot_evaluate"
    assert said.missing


@pytest.mark.parametrize("key", sorted(RULES))
def test_every_answer_names_its_rule_and_its_source(key: str) -> None:
    said = asked(key, pain=(8, 4))
    assert (said.rule, said.citation, said.title) == (RULES[key].rule, RULES[key].citation, RULES[key].title)
    assert said.citation.identifier


@pytest.mark.parametrize(
    ("key", "before", "after", "expected"),
    [
        # Clinically important difference: 2 points OR 30 %, each edge inclusive.
        ("cid", 9, 7, "yes"),  # exactly 2 points, 22 %
        ("cid", 9, "7.01", "no"),
        ("cid", 5, "3.5", "yes"),  # exactly 30 %, 1.5 points
        ("cid", 5, "3.51", "no"),
        ("cid", 5, 6, "no"),
        ("cid", 0, 0, "cannot_evaluate"),  # a percentage of 0 is undefined
        ("responder_2_points", 4, 2, "yes"),
        ("responder_2_points", 4, "2.01", "no"),
        ("responder_2_points", 0, 0, "no"),  # points need no percentage
        ("responder_30_percent", 10, 7, "yes"),
        ("responder_30_percent", 10, "7.001", "no"),
        ("responder_30_percent", 0, 0, "cannot_evaluate"),
        ("responder_50_percent", 8, 4, "yes"),
        ("responder_50_percent", 8, "4.001", "no"),
        ("responder_50_percent", 0, 3, "cannot_evaluate"),
        # IMMPACT tiers: 10 %; 2 points or 30 %; 4 points or 50 %.
        ("immpact_minimal", 5, "4.5", "yes"),
        ("immpact_minimal", 5, "4.51", "no"),
        ("immpact_moderate", 9, 7, "yes"),
        ("immpact_moderate", 9, "7.01", "no"),
        ("immpact_substantial", 9, 5, "yes"),  # 4 points, 44 %
        ("immpact_substantial", 9, "5.01", "no"),
        ("immpact_substantial", 6, 3, "yes"),  # 3 points, 50 %
        ("immpact_substantial", 6, "3.01", "no"),
        # Kannan: MORE than 3 points, or a score of 3 or less.
        ("kannan2002", 8, 5, "no"),  # exactly 3 points is not more than 3
        ("kannan2002", 8, "4.99", "yes"),
        ("kannan2002", 4, 3, "yes"),  # the score is 3
        ("kannan2002", 4, "3.01", "no"),
        # Anchors in advanced cancer.
        ("mercadante_mcid", 8, "5.91", "yes"),
        ("mercadante_mcid", 8, "5.92", "no"),
        ("mercadante_better", 8, "4.59", "yes"),
        ("mercadante_better", 8, "4.6", "no"),
        ("mercadante_much_better", 8, "3.41", "yes"),
        ("mercadante_much_better", 8, "3.42", "no"),
        ("mercadante_little_worse", 5, "5.25", "yes"),
        ("mercadante_little_worse", 5, "5.24", "no"),
        ("mercadante_worse", 5, "7.33", "yes"),
        ("mercadante_worse", 5, "7.32", "no"),
    ],
)
def test_definitions_on_pain_alone(key: str, before: Number, after: Number, expected: str) -> None:
    assert ask(key, pain=(before, after)) == expected


@pytest.mark.parametrize(
    ("after", "goal", "expected"),
    [
        (3, 3, "yes"),
        ("3.01", 3, "no"),
        (0, 0, "yes"),
        (3, None, "cannot_evaluate"),
        (None, 3, "cannot_evaluate"),
    ],
)
def test_the_personal_goal_is_met_at_or_below_it(after: Number, goal: Number, expected: str) -> None:
    facts = {} if goal is None else {"goal": goal}
    assert ask("ppg_response", pain=(8, after), **facts) == expected


@pytest.mark.parametrize(
    ("key", "rescue", "pain", "goal", "tolerated", "expected"),
    [
        # Published: at most 3 rescue doses AND at goal, without unacceptable toxicity.
        ("civik_cr_published", 3, 4, 4, True, "yes"),
        ("civik_cr_published", "3.01", 4, 4, True, "no"),
        ("civik_cr_published", 3, "4.01", 4, True, "no"),
        ("civik_cr_published", 3, 4, 4, False, "no"),
        ("civik_cr_published", None, 4, 4, True, "cannot_evaluate"),
        ("civik_cr_published", 3, 4, None, True, "cannot_evaluate"),
        ("civik_cr_published", 9, 4, None, True, "no"),  # too many rescues, whatever the goal
        ("civik_pr_published", 3, 9, None, True, "yes"),
        ("civik_pr_published", "3.01", 1, 4, True, "no"),
        ("civik_pr_published", 3, 9, None, False, "no"),
        ("civik_pr_published", 3, 9, None, None, "cannot_evaluate"),
        # Registered: (3 or less OR at goal) AND fewer than 4.
        ("civik_cr_registry", "3.99", 3, None, True, "yes"),
        ("civik_cr_registry", 4, 3, None, True, "no"),
        ("civik_cr_registry", "3.99", "3.01", 2, True, "no"),
        ("civik_cr_registry", "3.99", 5, 5, True, "yes"),
        ("civik_cr_registry", "3.99", 5, None, True, "cannot_evaluate"),  # the goal might be 5
    ],
)
def test_civik_names_its_version(
    key: str, rescue: Number, pain: Number, goal: Number, tolerated: bool | None, expected: str
) -> None:
    facts: dict[str, object] = {"pain": (8, pain)}
    facts |= {} if rescue is None else {"rescue_after": rescue}
    facts |= {} if goal is None else {"goal": goal}
    facts |= {} if tolerated is None else {"tolerated": tolerated}
    assert ask(key, **facts) == expected


@pytest.mark.parametrize(
    ("average", "rescue", "expected"),
    [
        ((7, 5), 4, "yes"),
        ((7, "5.01"), 4, "no"),
        ((7, 5), "4.01", "no"),
        ((7, 5), None, "cannot_evaluate"),
        (None, 4, "cannot_evaluate"),
    ],
)
def test_the_hardy_rule_asks_for_bpi_average_and_breakthrough_doses(
    average: tuple[Number, Number] | None, rescue: Number, expected: str
) -> None:
    facts: dict[str, object] = {
        "pain": (9, 1)
    }  # current pain fell by 8 and does not stand in for the average
    facts |= {} if average is None else {"average": average}
    facts |= {} if rescue is None else {"rescue_after": rescue}
    assert ask("hardy2012", **facts) == expected


@pytest.mark.parametrize(
    ("pain", "opioid", "expected"),
    [
        ((6, 6), (100, 99), "yes"),  # opioid down, pain not up
        ((6, "6.01"), (100, 99), "no"),
        ((6, 4), (100, 100), "yes"),  # exactly 2 points, opioid stable
        ((6, "4.01"), (100, 100), "no"),
        ((6, 4), (100, 101), "no"),  # any rise is no stable opioid
        ((6, 4), (100, None), "cannot_evaluate"),
        ((6, 6), (100, None), "cannot_evaluate"),
        ((6, 7), (100, None), "no"),  # pain is up: neither branch can hold
        ((None, 4), (100, 50), "cannot_evaluate"),
    ],
)
def test_cheung_favourable(pain: tuple[Number, Number], opioid: tuple[Number, Number], expected: str) -> None:
    assert ask("cheung_favourable", pain=pain, opioid=opioid) == expected


@pytest.mark.parametrize(
    ("pain", "opioid", "expected"),
    [
        ((6, 4), (100, 100), "yes"),
        ((6, "4.01"), (100, 100), "no"),
        ((6, 4), (100, 101), "no"),
        ((6, 6), (100, 50), "yes"),
        ((6, 6), (100, "50.1"), "no"),
        ((6, "6.01"), (100, 50), "no"),
        ((6, 6), (0, 0), "cannot_evaluate"),  # a percentage of no opioid is undefined
    ],
)
def test_chow_integrated(pain: tuple[Number, Number], opioid: tuple[Number, Number], expected: str) -> None:
    assert ask("chow2002_integrated", pain=pain, opioid=opioid) == expected


@pytest.mark.parametrize(
    ("worst", "opioid", "complete", "partial", "progression", "indeterminate"),
    [
        ((8, 0), (100, 100), "yes", "yes", "no", "no"),
        ((8, 0), (100, 101), "no", "no", "no", "yes"),  # the analgesic rose
        ((8, 6), (100, 100), "no", "yes", "no", "no"),  # exactly 2 points
        ((8, "6.01"), (100, 100), "no", "no", "no", "yes"),
        ((8, 8), (100, 75), "no", "yes", "no", "no"),  # exactly 25 %
        ((8, 8), (100, "75.1"), "no", "no", "no", "yes"),
        ((8, "8.01"), (100, 75), "no", "no", "no", "yes"),
        ((5, 7), (100, 100), "no", "no", "yes", "no"),  # up 2 with a stable opioid
        ((5, "6.99"), (100, 100), "no", "no", "no", "yes"),
        ((5, 7), (100, "124.9"), "no", "no", "yes", "no"),  # under 25 % is stable
        ((5, 7), (100, 125), "no", "no", "no", "yes"),  # both up: neither branch as written
        ((5, 7), (100, 75), "no", "no", "no", "yes"),  # pain up on much less opioid
        ((5, 5), (100, 125), "no", "no", "yes", "no"),  # opioid up 25 %, pain stable
        ((5, 6), (100, 125), "no", "no", "yes", "no"),  # 1 above baseline
        ((5, "6.01"), (100, 125), "no", "no", "no", "yes"),
        ((5, 5), (100, "124.9"), "no", "no", "no", "yes"),
    ],
)
def test_the_bone_metastasis_consensus_sorts_worst_pain_and_opioid_into_four(
    worst: tuple[Number, Number],
    opioid: tuple[Number, Number],
    complete: str,
    partial: str,
    progression: str,
    indeterminate: str,
) -> None:
    keys = ("bone_mets_cr", "bone_mets_pr", "bone_mets_progression", "bone_mets_indeterminate")
    answers = tuple(ask(key, worst=worst, opioid=opioid) for key in keys)
    assert answers == (complete, partial, progression, indeterminate)


@pytest.mark.parametrize(
    "key", ["bone_mets_cr", "bone_mets_pr", "bone_mets_progression", "bone_mets_indeterminate"]
)
def test_worst_pain_is_never_replaced_by_current_or_average_pain(key: str) -> None:
    said = asked(key, pain=(9, 0), average=(9, 0), opioid=(100, 50))
    assert said.word == "cannot_evaluate"
    assert said.missing == ("worst pain before and after",)


@pytest.mark.parametrize(
    ("key", "after", "expected"),
    [
        ("opioid_sparing_25", 75, "yes"),
        ("opioid_sparing_25", "75.01", "no"),
        ("opioid_sparing_50", 50, "yes"),
        ("opioid_sparing_50", "50.01", "no"),
        ("opioid_sparing_50", 120, "no"),
    ],
)
def test_opioid_sparing(key: str, after: Number, expected: str) -> None:
    assert ask(key, opioid=(100, after)) == expected


def test_opioid_sparing_of_no_opioid_cannot_be_evaluated() -> None:
    assert asked("opioid_sparing_25", opioid=(0, 0)).missing == (
        "a baseline above 0: a percentage of 0 is undefined",
    )


def test_a_printed_percentage_answers_without_the_second_dose() -> None:
    printed = BeforeAfter(Fraction("458.8"), Unknown("it"), given_percent=Fraction("-32.43"))
    facts = ResponseFacts(opioid=printed)
    assert [answer(facts, RULES[key]).word for key in ("opioid_sparing_25", "opioid_sparing_50")] == [
        "yes",
        "no",
    ]


def days(*means: Number) -> tuple[Fraction | Unknown, ...]:
    return tuple(Unknown("that day") if mean is None else Fraction(mean) for mean in means)


LASTING: list[tuple[str, tuple[Number, ...], str]] = [
    ("sustained_2_weeks", (4,) * 14, "yes"),
    ("sustained_2_weeks", (4,) * 13, "cannot_evaluate"),  # a day short
    ("sustained_2_weeks", (*(4,) * 6, 8, *(4,) * 7), "yes"),  # one day without relief is a bad day
    ("sustained_2_weeks", (*(4,) * 6, 8, 8, *(4,) * 6), "no"),  # two in a row end it
    ("sustained_2_weeks", (4, 8, 8), "no"),  # lost for good, however short the watch
    ("sustained_2_weeks", (4,) * 3, "cannot_evaluate"),
    ("sustained_2_weeks", (*(4,) * 13, None), "cannot_evaluate"),
    ("sustained_8_weeks", (4,) * 56, "yes"),
    ("sustained_8_weeks", (4,) * 55, "cannot_evaluate"),
    ("sustained_1_month", (4,) * 31, "yes"),  # a mean month of 30.44 d ends within day 31
    ("sustained_1_month", (4,) * 30, "cannot_evaluate"),
    ("sustained_1_month", (*(8,) * 30, 4), "yes"),  # asks for that day alone
    ("sustained_1_month", (*(4,) * 30, 8), "no"),
    ("sustained_3_months", (4,) * 92, "yes"),
    ("sustained_3_months", (4,) * 91, "cannot_evaluate"),
    ("asra_chronic_positive", ("5.6",) * 22, "yes"),  # exactly 30 % of 8, for more than 21 days
    ("asra_chronic_positive", ("5.6",) * 21, "cannot_evaluate"),
    ("asra_chronic_positive", ("5.61",) * 22, "cannot_evaluate"),  # function might still have gained
    ("pickering_35_days", (4,) * 35, "cannot_evaluate"),  # a figure, with no threshold of its own
    ("net_pain_relief", (4,) * 35, "cannot_evaluate"),  # a share, not a yes or no
]


@pytest.mark.parametrize(("key", "means", "expected"), LASTING)
def test_lasting_relief_is_counted_day_by_day_against_the_mean_before(
    key: str, means: tuple[Number, ...], expected: str
) -> None:
    """Before is 8; relief is a day's fall of 2 points or 30 %."""
    assert ask(key, pain=(8, 4), days=days(*means)) == expected


def test_a_watch_that_is_too_short_says_how_short() -> None:
    said = asked("sustained_2_weeks", pain=(8, 4), days=days(4, 4, 4))
    assert said.missing == ("pain on each of 14 days after the course; the after window ends after 3 d",)


def test_the_answer_shows_the_figures_it_was_given() -> None:
    assert asked("cid", pain=(9, 5)).seen == "pain 9 to 5 (−4, −44.4 %)"
    assert asked("ppg_response", pain=(9, None)).seen == "pain 9 before; personal goal unknown"
    assert asked("opioid_sparing_25", opioid=(100, 110)).seen == "opioids 100 to 110 MME/day (+10, +10 %)"


def test_unknown_parts_are_never_read_as_no() -> None:
    """A yes of one branch stands although the other is unknown; a no needs every branch to fail."""
    answers: list[Ternary] = [asked("cid", pain=(None, 4)).answer, asked("cid", pain=(0, 0)).answer]
    assert all(isinstance(one, Unknown) for one in answers)
