"""What a drawn chart is to say: figures, effects and answers that make a protocol's questions come out as wished."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

from sweep.book import Way
from sweep.figures import figure_of, hours_of
from sweep.questions import HARM, bound_of, leaves, unit_of

__all__ = ["Wishes"]

_USUAL = {
    "respiratory_rate": 16, "systolic": 130, "diastolic": 75, "heart_rate": 80, "spo2": 96, "sedation_poss": 1,
    "pain": 6, "pain_average": 6, "pain_worst": 7, "medd_oral": 400, "medd_intravenous": 200,
}  # fmt: skip
_FINE = (Fraction(1), Fraction(1), Fraction(1, 10), Fraction(1, 1000))
_KEEPS = {"above": False, "from": True, "below": False, "up_to": True}
"""Whether the figure of a bound is itself within it."""


class Wishes:
    """Wishes are granted in the order in which they are made; one that contradicts an earlier one is passed over."""

    def __init__(self, rng: Random, way: Way, goal: Fraction, begun: bool) -> None:
        self.rng, self.way, self.goal, self.begun = rng, way, goal, begun
        self.usual: dict[str, Fraction] = {name: Fraction(value) for name, value in _USUAL.items()}
        self.spans: dict[str, list[Any]] = {}
        self.points: dict[str, Fraction] = {}
        self.changes: dict[str, list[tuple[Mapping[str, Any], bool]]] = {}
        self.change_points: dict[str, tuple[Mapping[str, Any], Fraction]] = {}
        self.counts: dict[str, tuple[int, Fraction]] = {}
        self.effects: dict[str, int] = {}
        self.answers: dict[str, bool] = {}
        self.conditions: dict[str, bool] = {}
        self.drugs: dict[str, bool] = {}

    # --- whole wishes ---------------------------------------------------------------------------------------

    def all_safe(self) -> None:
        """No rule holds ketamine, and the patient may have it."""
        for rule in self.way.rules:
            self.want(rule["when"], self.rng.random() < 0.1 if rule["kind"] in ("call", "review") else False)
        for one in self.way.criteria:
            if one["kind"] == "relative" and self.rng.random() < 0.2:
                self.want(one["when"], True)
                self.answers[f"weighed:{one['key']}"] = self.rng.random() < 0.8
            elif one["kind"] in ("include", "exclude", "relative"):
                self.want(one["when"], one["kind"] == "include")
            else:
                self.want(one["when"], self.rng.random() < 0.2)

    def titration(self, up: bool) -> None:
        """The dose rises, or stays."""
        for name, yes in (("raise_when", up), ("keep_when", not up), ("lower_when", False)):
            if name in self.way.titration:
                self.want(self.way.titration[name], yes, first=True)

    def one_rule_fires(self) -> None:
        """Some rule holds."""
        if self.way.rules:
            lowering = [one for one in self.way.rules if one["kind"] == "reduce"]
            rule = self.rng.choice(lowering if lowering and self.rng.random() < 0.6 else self.way.rules)
            self.want(rule["when"], True, first=True)

    def harm_is_answered(self) -> bool:
        """Now and then some rule of harm holds that asks a clinician; whether one does."""
        rules = [
            one
            for one in self.way.rules
            if one["kind"] in HARM and any("attested" in part for part in leaves(one["when"]))
        ]
        if not rules or self.rng.random() >= 0.2:
            return False
        self.want(self.rng.choice(rules)["when"], True, first=True)
        return True

    def one_criterion_fails(self) -> None:
        """Some criterion speaks against ketamine."""
        deciding = [one for one in self.way.criteria if one["kind"] in ("include", "exclude", "relative")]
        if deciding:
            one = self.rng.choice(deciding)
            self.want(one["when"], one["kind"] != "include", first=True)

    def at(self, question: Mapping[str, Any], side: int) -> None:
        """A figure exactly at its bound, or just beside it."""
        measure = question["measure"]
        bound = self._bound(question)
        if question.get("statistic") == "count":
            self.counts[measure] = (max(int(bound) + side, 0), hours_of(question["within"]))
        elif question.get("of", "value") != "value":
            self.change_points[measure] = (question, bound + side * self.rng.choice(_FINE))
        else:
            self.points[measure] = bound + side * self.rng.choice(_FINE)

    # --- one wish -------------------------------------------------------------------------------------------

    def want(self, question: Mapping[str, Any], yes: bool, first: bool = False) -> None:
        """Make one question come out so, if nothing stands against it; `first` wins over what was wished before."""
        for name, decides in (("any", True), ("all", False)):
            if name in question:
                parts = [self.rng.choice(question[name])] if yes is decides else question[name]
                for one in parts:
                    self.want(one, yes, first)
                return
        if "not" in question:
            self.want(question["not"], not yes, first)
        elif "measure" in question:
            self._figure(question, yes, first)
        elif "event" in question:
            if first or question["event"] not in self.effects:
                self.effects[question["event"]] = int(question.get("nth", 1)) if yes else 0
        elif "condition" in question:
            self._put(self.conditions, question["condition"], yes, first)
        elif "taken" in question:
            self._put(self.drugs, question["taken"], yes, first)
        else:
            self._put(self.answers, question["attested"], yes, first)

    def _put(self, into: dict[str, bool], key: str, yes: bool, first: bool) -> None:
        if first or key not in into:
            into[key] = yes

    def _bound(self, question: Mapping[str, Any]) -> Fraction:
        text = bound_of(question)[1]
        return self.goal if text == "goal" else figure_of(text, unit_of(question))

    def _figure(self, question: Mapping[str, Any], yes: bool, first: bool) -> None:
        measure, (name, _), bound = question["measure"], bound_of(question), self._bound(question)
        if question.get("statistic") == "count":
            if first or measure not in self.counts:
                number = (
                    bound
                    if _KEEPS[name] is yes
                    else bound + (1 if (name in ("above", "from")) is yes else -1)
                )
                self.counts[measure] = (max(int(number), 0), hours_of(question["within"]))
            return
        if question.get("of", "value") != "value":
            wished = self.changes.setdefault(measure, [])
            wished.insert(0 if first else len(wished), (question, yes))
            return
        low, low_open, high, high_open = self.spans.get(measure, [None, False, None, False])
        upward = (name in ("above", "from")) is yes
        is_open = _KEEPS[name] is not yes
        if upward and (low is None or bound > low or (bound == low and is_open)):
            low, low_open = bound, is_open
        elif not upward and (high is None or bound < high or (bound == high and is_open)):
            high, high_open = bound, is_open
        empty = (
            low is not None and high is not None and (low > high or (low == high and (low_open or high_open)))
        )
        if not empty:
            self.spans[measure] = [low, low_open, high, high_open]
        elif first:
            self.spans[measure] = [bound, is_open, None, False] if upward else [None, False, bound, is_open]

    # --- what comes of them ---------------------------------------------------------------------------------

    def figures(self) -> dict[str, Fraction]:
        """A value for every measure that a question asks for."""
        found = {}
        for measure in (*self.spans, *self.changes, *self.points, *self.change_points):
            if measure not in ("age", "body_weight", "ketamine_per_day") and measure not in found:
                found[measure] = self.figure(measure)
        return found

    def figure(self, measure: str) -> Fraction:
        """The value of one measure."""
        return self.points[measure] if measure in self.points else self._within(measure)

    def _within(self, measure: str) -> Fraction:
        low, low_open, high, high_open = self.spans.get(measure, [None, False, None, False])
        grain = self.rng.choice(_FINE)
        usual = self.usual.get(measure, Fraction(1))
        if measure not in self.spans:
            return usual
        if self.rng.random() < 0.3:
            usual = low if low is not None else high if high is not None else usual
        if low is not None and usual <= low:
            usual = low + grain if low_open else low
        if high is not None and usual >= high:
            usual = high - grain if high_open else high
        if low is not None and (usual < low or (usual == low and low_open)) and high is not None:
            usual = (low + high) / 2
        return usual

    def baseline(self, measure: str, latest: Fraction) -> Fraction:
        """The figure before the first dose, from which the latest has changed as wished."""
        if measure in self.change_points:
            question, change = self.change_points[measure]
            return _before(question["of"], latest, change)
        tried = [Fraction(0)]
        wished = self.changes.get(measure, ())
        for question, _ in wished:
            bound = self._bound(question)
            tried += [bound, bound + 1, bound - 1]
        for change in tried:
            if all(_answers(question, change, self._bound(question)) is yes for question, yes in wished[:1]):
                return _before(wished[0][0]["of"], latest, change) if wished else latest
        return latest


def _answers(question: Mapping[str, Any], change: Fraction, bound: Fraction) -> bool:
    return {
        "above": change > bound,
        "from": change >= bound,
        "below": change < bound,
        "up_to": change <= bound,
    }[bound_of(question)[0]]


def _before(of: str, latest: Fraction, change: Fraction) -> Fraction:
    if not of.startswith("percent"):
        return latest - change if "rise" in of else latest + change
    share = 1 + change / 100 if "rise" in of else 1 - change / 100
    return latest / share if share > 0 else latest
