"""A patient's chart as the sweep reads it, and its own answers to a protocol's questions: yes, no, or None for unknown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from adjuvant.protocol.chart import ChartEvent
from adjuvant.protocol.situation import Effect, Facts, Observed
from sweep.book import Way, believed, observations
from sweep.converted import new_route
from sweep.figures import Dose, amount_of, figure_of, hours_of, length_of
from sweep.limits import capped
from sweep.questions import bound_of, unit_of

__all__ = ["Chart", "same"]


class Chart:
    """What had been charted by one instant. Only `facts` and the instant are taken from the engine's own forms."""

    def __init__(self, facts: Facts, now: datetime, way: Way) -> None:
        self.facts, self.now, self.way = facts, now, way
        self.readings: dict[str, list[Observed]] = {}
        for one in sorted(facts.observed, key=lambda one: one.at):
            if one.at <= now:
                self.readings.setdefault(one.measure, []).append(one)
        self.effects: dict[str, list[Effect]] = {}
        for effect in sorted(facts.effects, key=lambda one: one.at):
            if effect.at <= now:
                self.effects.setdefault(effect.kind, []).append(effect)
        self.answers = {
            one.key: one for one in sorted(facts.answers, key=lambda one: one.at) if one.at <= now
        }
        events = [one for one in sorted(facts.ketamine, key=lambda one: one.at) if one.at <= now]
        self.not_before: datetime | None = None
        if way.ratio is not None:
            said = self.answers.get(f"ended:{way.old_route}")
            self.way, events, self.not_before = new_route(way, events, said, self.kilograms())
        self._fold(events)

    # --- ketamine -----------------------------------------------------------------------------------------

    def _fold(self, events: list[ChartEvent]) -> None:
        self._begin(None)
        for one in events:
            dose = amount_of(Fraction(one.dose.value), one.dose.unit.code) if one.dose is not None else None
            over = Fraction(one.over.in_("h")) if one.over is not None else Fraction(0)
            what = one.what.value
            if what in ("start", "given"):
                self._anew(one.at)
            self.began = self.began or one.at
            if what == "given":
                self._give(one.at, dose, over)
            elif what in ("start", "change"):
                if what == "change" and self.phase == "running" and self.dose == dose:
                    continue
                self.phase, self.dose, self.since = "running", dose, one.at
                self.levels.append((one.at, dose))
            elif what == "pause":
                self.phase, self.paused = "paused", one.at
            elif what == "resume":
                self.phase, self.since = "running", one.at
            else:
                self.phase, self.ended = "stopped", one.at
                self.begun = []
        self._anew(self.now)

    def _begin(self, earlier: datetime | None) -> None:
        self.phase, self.dose, self.since, self.paused, self.ended = "none", None, None, None, None
        self.began: datetime | None = None
        self.earlier = earlier
        self.given: list[tuple[datetime, Dose | None]] = []
        self.levels: list[tuple[datetime, Dose | None]] = []
        self.begun: list[datetime] = []
        self.ends = datetime.min.replace(tzinfo=self.now.tzinfo)

    def _anew(self, at: datetime) -> None:
        """Another course, where the last had ended and so long has passed."""
        infusions = self.way.course.get("infusions")
        all_given = self.phase == "between" and infusions is not None and len(self.given) >= int(infusions)
        if self.phase != "stopped" and not all_given:
            return
        ended = (
            max(self.ended, self.ends) if self.ended is not None and self.given else self.ended or self.ends
        )
        if at - ended >= length_of(self.way.free):
            self._begin(ended)

    def _give(self, at: datetime, dose: Dose | None, over: Fraction) -> None:
        """One dose, or one part of a dose: parts that follow one another are one dose, given at the first."""
        whole, way = self._whole(dose), self.way
        open_ = whole is not None and self.begun and len(self.begun) < len(way.parts)
        late = way.spacing is not None and self.begun and at >= self.begun[0] + length_of(way.spacing)
        self.ends = at + length_of(over)
        if open_ and not late and self.given[-1][1] == whole:
            self.begun.append(at)
            self.ends = self.begun[0]
            return
        self.begun = [at] if whole is not None else []
        dose = whole or dose
        self.given.append((at, dose))
        if self.phase not in ("running", "paused"):
            self.phase, self.dose, self.since = "between", dose, at

    def _whole(self, dose: Dose | None) -> Dose | None:
        """The dose of which this is one part."""
        if dose is None or not self.way.parts:
            return None
        kilograms = self.kilograms()
        share = Fraction(1, len(self.way.parts))
        levels = [capped(one, self.way, kilograms)[0] for one in self.way.levels]
        return next((one for one in levels if same(one.times(share), dose, kilograms)), None)

    @property
    def next_part(self) -> datetime | None:
        """When the next part of a dose that was begun is due."""
        way = self.way
        if not self.begun or len(self.begun) == len(way.parts) or self.phase != "between":
            return None
        if way.spacing is not None and self.now >= self.begun[0] + length_of(way.spacing):
            return None
        return self.begun[0] + length_of(way.parts[len(self.begun)])

    @property
    def level_since(self) -> datetime | None:
        """Since when the present level is given."""
        if self.way.rated or not self.given:
            return self.since
        since = self.given[-1][0]
        for at, dose in reversed(self.given):
            if dose != self.dose:
                break
            since = at
        return since

    @property
    def kept(self) -> bool:
        """Whether the present level has had its time."""
        since, length = self.level_since, self.way.level_kept
        return since is None or length is None or self.now >= since + length_of(length)

    def weight(self, kind: str) -> tuple[Fraction, datetime] | None:
        """The latest weight of one kind, in kilograms."""
        found = [one for one in self.facts.weights if one.kind == kind and one.at <= self.now]
        if not found:
            return None
        latest = max(found, key=lambda one: one.at)
        return Fraction(latest.value.value) * {"kg": 1, "g": Fraction(1, 1000)}[
            latest.value.unit.code
        ], latest.at

    def kilograms(self, compare: bool = False) -> Fraction | None:
        """The weight that doses are worked out with; for a protocol without one, that which limits compare by."""
        way = self.way
        rule = "actual" if compare and way.weight == "not_used" else way.weight
        fresh: dict[str, Fraction] = {}
        low, high = believed()
        for kind in ("actual", "ideal") if rule == way.weight else ("actual",):
            found = self.weight(kind)
            if found is None:
                continue
            old = (
                kind == "actual"
                and way.weight_age is not None
                and self.now - found[1] > length_of(way.weight_age)
            )
            if old or not low <= found[0] <= high:
                return None
            fresh[kind] = found[0]
        if rule == "lower_of_ideal_and_actual":
            chosen = min(fresh.values()) if len(fresh) == 2 else None
        else:
            chosen = fresh.get(rule)
        if chosen is not None and way.weight_cap is not None:
            chosen = min(chosen, way.weight_cap)
        return chosen

    # --- questions ----------------------------------------------------------------------------------------

    def holds(
        self, question: Mapping[str, Any], after: datetime | None = None, answered: datetime | None = None
    ) -> bool | None:
        """Whether something holds.

        Args:
            after: what is not later than that says nothing of the present dose.
            answered: the same of answers alone.
        """
        if "all" in question or "any" in question:
            parts = [self.holds(one, after, answered) for one in question.get("all") or question["any"]]
            decides = "any" in question
            if decides in parts:
                return decides
            return None if None in parts else not decides
        if "not" in question:
            inner = self.holds(question["not"], after, answered)
            return None if inner is None else not inner
        if "measure" in question:
            return (
                self._count(question)
                if question.get("statistic") == "count"
                else self._figure(question, after)
            )
        if "event" in question:
            return self._effects(question)
        if "condition" in question:
            return self._condition(question)
        if "taken" in question:
            return self._taken(question)
        answer = self.answers.get(question["attested"])
        old = answer is not None and any(one is not None and answer.at <= one for one in (after, answered))
        return None if answer is None or old else answer.yes

    def _compared(self, question: Mapping[str, Any], value: Fraction) -> bool | None:
        name, text = bound_of(question)
        if text == "goal":
            limit = self.facts.goal
            if limit is None:
                return None
        else:
            limit = figure_of(text, unit_of(question))
        return {
            "above": value > limit,
            "from": value >= limit,
            "below": value < limit,
            "up_to": value <= limit,
        }[name]

    def _figure(self, question: Mapping[str, Any], after: datetime | None) -> bool | None:
        measure = question["measure"]
        if measure == "age":
            return None if self.facts.age_years is None else self._compared(question, self.facts.age_years)
        if measure == "body_weight":
            weight = self.weight("actual")
            return None if weight is None else self._compared(question, weight[0])
        if measure == "ketamine_per_day" and measure not in self.readings:
            if self.phase != "running" or self.dose is None:
                return self._compared(question, Fraction(0))
            hourly = self.dose.for_body(self.kilograms())
            return None if hourly is None else self._compared(question, hourly * 24)
        found = self.readings.get(measure, [])
        within = hours_of(question["within"]) if "within" in question else self._holds_for(measure)
        if not found or within is None:
            return None
        recent = [one for one in found if self.now - one.at <= length_of(within)]
        if not recent:
            return None
        statistic = question.get("statistic", "latest")
        if statistic == "latest":
            if after is not None and recent[-1].at <= after:
                return None
            latest = [one for one in recent if one.at == recent[-1].at]
            values = [None if one.doubted else one.value for one in latest]
        else:
            usable = [one.value for one in recent if one.value is not None and not one.doubted]
            how = {"mean": lambda all_: sum(all_, Fraction(0)) / len(all_), "highest": max, "lowest": min}[
                statistic
            ]
            values = [how(usable)] if usable else [None]
        answers = {None if one is None else self._change(question, one) for one in values}
        return answers.pop() if len(answers) == 1 else None

    def _change(self, question: Mapping[str, Any], value: Fraction) -> bool | None:
        of = question.get("of", "value")
        if of == "value":
            return self._compared(question, value)
        if self.began is None:
            return False  # before the first dose nothing has changed from the baseline
        before = [one for one in self.readings[question["measure"]] if one.at <= self.began]
        usable = [one for one in before if one.value is not None and not one.doubted]
        baselines = {one.value for one in usable if one.at == usable[-1].at}
        if len(baselines) != 1:
            return None
        baseline = baselines.pop()
        change = value - baseline if "rise" in of else baseline - value
        if of.startswith("percent"):
            if baseline == 0:
                return None
            change = change * 100 / baseline
        return self._compared(question, change)

    def _holds_for(self, measure: str) -> Fraction | None:
        if measure in self.way.valid:
            return self.way.valid[measure]
        own = observations()[measure].get("valid_for")
        return hours_of(own) if own else None

    def _count(self, question: Mapping[str, Any]) -> bool | None:
        start = self.now - length_of(hours_of(question["within"]))
        number = sum(1 for one in self.readings.get(question["measure"], ()) if one.at > start)
        answer = self._compared(question, Fraction(number))
        since = self.facts.taken_known_since
        if since is not None and since <= start:
            return answer
        settled = bound_of(question)[0] in ("above", "from")
        return answer if answer is settled else None

    def _effects(self, question: Mapping[str, Any]) -> bool | None:
        kind = question["event"]
        own = self._effect(question, [kind])
        if "nth" in question:
            return self._effect(question, [kind, *observations()[kind].get("includes", ())])
        members = [self._effect(question, [one]) for one in observations()[kind].get("includes", ())]
        if own is True or True in members:
            return True
        if own is None and members and all(one is False for one in members):
            return False
        return own

    def _effect(self, question: Mapping[str, Any], kinds: list[str]) -> bool | None:
        charted = sorted(
            (one for kind in kinds for one in self.effects.get(kind, ())), key=lambda one: one.at
        )
        if not charted:
            return None
        there = [one for one in charted if one.present and self._lasts(one, charted, question)]
        if "nth" in question:
            number = sum(
                1 for one in charted if one.present and self.began is not None and one.at >= self.began
            )
            if there and number >= int(question["nth"]):
                return True
        elif there:
            return True
        latest = charted[-1]
        valid = self.way.valid.get(question["event"])
        lasting = latest.present and not self._over(latest)
        if valid is not None and self.now - latest.at > length_of(valid) and not lasting:
            return None
        return False

    def _over(self, effect: Effect) -> bool:
        return effect.until is not None and effect.until <= self.now

    def _lasts(self, effect: Effect, charted: list[Effect], question: Mapping[str, Any]) -> bool:
        if "within" in question:
            return self.now - effect.at <= length_of(hours_of(question["within"]))
        denied = any(one.kind == effect.kind and not one.present and one.at > effect.at for one in charted)
        return not denied and not self._over(effect)

    def _condition(self, question: Mapping[str, Any]) -> bool | None:
        history = question.get("state") == "history"
        for key, at, past in self.facts.conditions:
            if key == question["condition"] and at <= self.now and (history or not past):
                return True
        answer = self.answers.get(f"condition:{question['condition']}")
        return None if answer is None else answer.yes

    def _taken(self, question: Mapping[str, Any]) -> bool | None:
        drug = question["taken"]
        start = self.now - (
            length_of(hours_of(question["within"])) if "within" in question else timedelta(days=1)
        )
        given = [at for name, at in self.facts.taken if name == drug and start <= at <= self.now]
        if drug == "ketamine":
            given += [
                one.at for one in self.facts.ketamine if one.dose is not None and start <= one.at <= self.now
            ]
            given = [at for at in given if self.began is None or at < self.began]
        if given:
            return True
        answer = self.answers.get(f"taken:{drug}")
        if answer is not None:
            return answer.yes
        since = self.facts.taken_known_since
        return False if since is not None and since <= start else None

    def tested(self) -> Dose | None:
        """The first dose: the protocol's own, or that of the test dose which a clinician says worked."""
        if self.way.first is not None:
            return self.way.first
        for tested, dose in self.way.chooses:
            answer = self.answers.get(f"test_dose:{tested}")
            if answer is not None and answer.yes:
                return dose
        return None


def same(one: Dose, other: Dose, kilograms: Fraction | None) -> bool:
    """Whether two doses are the same for this patient."""
    if one.per_hour != other.per_hour:
        return False
    if one.per_kg == other.per_kg:
        return one.mg == other.mg
    left = one.for_body(kilograms)
    return left is not None and left == other.for_body(kilograms)
