"""Every response definition of the library as a named function of the patient's figures: yes, no or Unknown.

Each takes the figures and its own rule, and reads each threshold from the rule: no number stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType

from adjuvant.library.facts import ResponseRule
from adjuvant.outcomes.criteria import (
    at_most,
    fell_by,
    fell_by_more_than,
    fell_by_percent,
    fewer_than,
    held_for,
    not_risen,
    rose_by,
    rose_by_percent,
)
from adjuvant.outcomes.facts import BeforeAfter, ResponseFacts
from adjuvant.quantity import Quantity, show
from adjuvant.unknown import Ternary, Unknown, all_of, any_of, negate

__all__ = ["DEFINITIONS", "Definition"]

Definition = Callable[[ResponseFacts, ResponseRule], Ternary]


def points_or_percent(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Pain falls by at least so many points, or by at least such a share of its baseline."""
    limits = rule.thresholds
    return any_of([fell_by(facts.pain, limits["points"]), fell_by_percent(facts.pain, limits["percent"])])


def points(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Pain falls by at least so many points."""
    return fell_by(facts.pain, rule.thresholds["points"])


def percent(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Pain falls by at least such a share of its baseline; Unknown at baseline 0."""
    return fell_by_percent(facts.pain, rule.thresholds["percent"])


def worse(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Pain rises by at least so many points."""
    return rose_by(facts.pain, rule.thresholds["points_rise"])


def personal_goal(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Mean pain is at or below the goal that the patient named."""
    return at_most(facts.pain.after, facts.goal)


def kannan(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Pain falls by MORE than so many points, or stands at or below a score."""
    limits = rule.thresholds
    return any_of(
        [
            fell_by_more_than(facts.pain, limits["points_more_than"]),
            at_most(facts.pain.after, limits["score_at_most"]),
        ]
    )


def civik_complete_published(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Few enough rescue doses AND pain at goal, without unacceptable toxicity."""
    return all_of([civik_partial_published(facts, rule), at_most(facts.pain.after, facts.goal)])


def civik_partial_published(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Few enough rescue doses, without unacceptable toxicity."""
    return all_of([at_most(facts.rescue_after, rule.thresholds["rescues_per_day_at_most"]), facts.tolerated])


def civik_complete_registry(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Pain at or below a score OR at goal, with fewer rescue doses than a limit and tolerable toxicity."""
    low = any_of(
        [
            at_most(facts.pain.after, rule.thresholds["score_at_most"]),
            at_most(facts.pain.after, facts.goal),
        ]
    )
    few = fewer_than(facts.rescue_after, rule.thresholds["rescues_per_day_fewer_than"])
    return all_of([low, few, facts.tolerated])


def hardy(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """BPI AVERAGE pain falls by so many points, with few enough breakthrough doses; no other pain will do."""
    limits = rule.thresholds
    return all_of(
        [
            fell_by(facts.average, limits["points"]),
            at_most(facts.rescue_after, limits["breakthrough_per_day_at_most"]),
        ]
    )


def cheung(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Opioid down with no rise of pain, or pain down by so many points with an opioid that has not risen."""
    opioid_down = all_of([_fallen(facts.opioid), not_risen(facts.pain)])
    pain_down = all_of([fell_by(facts.pain, rule.thresholds["points"]), not_risen(facts.opioid)])
    return any_of([opioid_down, pain_down])


def bone_complete(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """WORST pain is nil, without a rise of analgesics."""
    nil = all_of([at_most(facts.worst.after, rule.thresholds["score"]), not_risen(facts.opioid)])
    return _with_worst(facts, nil)


def bone_partial(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """WORST pain down with analgesics not up, or analgesics down with WORST pain not up."""
    limits = rule.thresholds
    either = _either(facts.worst, facts.opioid, limits["points"], limits["opioid_percent"])
    return _with_worst(facts, either)


def bone_progression(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """WORST pain up with a stable opioid, or the opioid up with WORST pain at most a little above baseline.

    Stable is less than the definition's own opioid percentage either way.
    """
    limits = rule.thresholds
    up = rose_by_percent(facts.opioid, limits["opioid_percent_rise"])
    down = fell_by_percent(facts.opioid, limits["opioid_percent_rise"])
    stable = all_of([negate(up), negate(down)])
    little = at_most(facts.worst.change, limits["points_still_stable"])
    by_pain = all_of([rose_by(facts.worst, limits["points_rise"]), stable])
    return _with_worst(facts, any_of([by_pain, all_of([up, little])]))


def bone_indeterminate(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Neither complete nor partial response nor progression, by the library's own rules for those three."""
    others = (
        ("bone_mets_cr", bone_complete),
        ("bone_mets_pr", bone_partial),
        ("bone_mets_progression", bone_progression),
    )
    return negate(any_of([function(facts, _rule(key)) for key, function in others]))


def chow_integrated(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Pain down with analgesics not up, or analgesics halved with pain not up."""
    limits = rule.thresholds
    return _either(facts.pain, facts.opioid, limits["points"], limits["opioid_percent"])


def opioid_sparing(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """The opioid falls by at least such a share in oral morphine equivalents."""
    return fell_by_percent(facts.opioid, rule.thresholds["opioid_percent"])


def lasting(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Relief (the clinically important difference against the mean before) on every day of a time, but for
    single days."""
    days = ceil(_days(rule, "time"))
    return held_for(_relief(facts, points_or_percent, "cid"), days, _unseen(facts, days))


def still_there(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Relief (the clinically important difference against the mean before) on the day of a moment."""
    day = floor(_days(rule, "time"))
    seen = _relief(facts, points_or_percent, "cid")
    return seen[day] if day < len(seen) else Unknown(_unseen(facts, day + 1))


def asra_chronic(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """Such a share of relief for MORE than a time; a comparable gain of function is not in a record."""
    days = floor(_days(rule, "time_more_than")) + 1
    relief = held_for(_relief(facts, percent, rule.key), days, _unseen(facts, days))
    return any_of([relief, Unknown("function before and after")])


def net_relief(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """A share of the time lived, which no threshold turns into yes or no."""
    return Unknown(
        ("pain from the course to death", "a threshold: its source gives a share, not a yes or no")
    )


def area_over_time(facts: ResponseFacts, rule: ResponseRule) -> Ternary:
    """An area under the pain curve, which no threshold turns into yes or no."""
    days = ceil(_days(rule, "time"))
    needs = [] if len(facts.days) >= days else [_unseen(facts, days)]
    return Unknown([*needs, "a threshold: its source gives a figure, not a yes or no"])


DEFINITIONS: Mapping[str, tuple[Definition, tuple[str, ...]]] = MappingProxyType(
    {
        "cid": (points_or_percent, ("pain",)),
        "responder_2_points": (points, ("pain",)),
        "responder_30_percent": (percent, ("pain",)),
        "responder_50_percent": (percent, ("pain",)),
        "immpact_minimal": (percent, ("pain",)),
        "immpact_moderate": (points_or_percent, ("pain",)),
        "immpact_substantial": (points_or_percent, ("pain",)),
        "ppg_response": (personal_goal, ("pain", "goal")),
        "kannan2002": (kannan, ("pain",)),
        "mercadante_mcid": (points, ("pain",)),
        "mercadante_better": (points, ("pain",)),
        "mercadante_much_better": (points, ("pain",)),
        "mercadante_little_worse": (worse, ("pain",)),
        "mercadante_worse": (worse, ("pain",)),
        "civik_cr_published": (civik_complete_published, ("rescue_after", "pain", "goal", "tolerated")),
        "civik_pr_published": (civik_partial_published, ("rescue_after", "tolerated")),
        "civik_cr_registry": (civik_complete_registry, ("rescue_after", "pain", "goal", "tolerated")),
        "hardy2012": (hardy, ("average", "rescue_after")),
        "cheung_favourable": (cheung, ("pain", "opioid")),
        "bone_mets_cr": (bone_complete, ("worst", "opioid")),
        "bone_mets_pr": (bone_partial, ("worst", "opioid")),
        "bone_mets_progression": (bone_progression, ("worst", "opioid")),
        "bone_mets_indeterminate": (bone_indeterminate, ("worst", "opioid")),
        "chow2002_integrated": (chow_integrated, ("pain", "opioid")),
        "opioid_sparing_25": (opioid_sparing, ("opioid",)),
        "opioid_sparing_50": (opioid_sparing, ("opioid",)),
        "net_pain_relief": (net_relief, ("days",)),
        "sustained_2_weeks": (lasting, ("days",)),
        "sustained_8_weeks": (lasting, ("days",)),
        "sustained_1_month": (still_there, ("days",)),
        "sustained_3_months": (still_there, ("days",)),
        "pickering_35_days": (area_over_time, ("days",)),
        "asra_chronic_positive": (asra_chronic, ("days",)),
    }
)
"""For each key of the library: its function, and the figures that the answers table shows beside it."""


def _either(pain: BeforeAfter, opioid: BeforeAfter, points: Fraction, percent: Fraction) -> Ternary:
    pain_down = all_of([fell_by(pain, points), not_risen(opioid)])
    opioid_down = all_of([fell_by_percent(opioid, percent), not_risen(pain)])
    return any_of([pain_down, opioid_down])


def _with_worst(facts: ResponseFacts, answer: Ternary) -> Ternary:
    # The consensus is made for worst pain: without it the opioid alone answers nothing, not even "no".
    change = facts.worst.change
    return change if isinstance(change, Unknown) else answer


def _fallen(figure: BeforeAfter) -> Ternary:
    change = figure.change if figure.given_percent is None else figure.given_percent
    return change if isinstance(change, Unknown) else change < 0


def _rule(key: str) -> ResponseRule:
    from adjuvant.library import responses

    return next(rule for rule in responses() if rule.key == key)


def _days(rule: ResponseRule, name: str) -> Fraction:
    return Quantity(rule.thresholds[name], rule.units[name]).in_("d")


def _relief(facts: ResponseFacts, definition: Definition, key: str) -> list[Ternary]:
    rule = _rule(key)
    return [definition(ResponseFacts(pain=BeforeAfter(facts.pain.before, day)), rule) for day in facts.days]


def _unseen(facts: ResponseFacts, days: int) -> str:
    seen = f"the after window ends after {len(facts.days)} d" if facts.days else "no day after was observed"
    return f"pain on each of {show(Fraction(days))} days after the course; {seen}"
