"""Whatever happens at a bedside, no alert whose cause stands goes silent, and what is missing never reads as normal.

A machine starts, pauses and stops an infusion, charts some things and forgets others, acknowledges, puts off and
resolves alerts, and lets time pass. What must be open is worked out here by counting minutes, and not by the program.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from adjuvant.alerts import Alert, Gravity, Kind, State, acknowledge, look, resolve, review, snooze
from adjuvant.errors import RefusedError
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.situation import Effect, Observed
from adjuvant.quantity import parse_quantity
from bedside import BEGINS, EFFECTS, Chart, at_a_site

# The site of these tests: everything every four hours, a quarter of an hour of grace.
EVERY, GRACE = 240, 15
LIMIT = {Gravity.GRAVEST: 15, Gravity.ACT: 60, Gravity.NOTE: 60}  # minutes, as alerts.yaml has them
READINGS = ("pain", "respiratory_rate", "systolic", "diastolic", "heart_rate", "spo2", "sedation_poss")
ITEMS = (*READINGS, *EFFECTS)
NORMAL = {
    "pain": 3,
    "respiratory_rate": 16,
    "systolic": 130,
    "diastolic": 75,
    "heart_rate": 80,
    "spo2": 96,
    "sedation_poss": 1,
}
DOSED = {"start", "continue", "raise"}


def site():
    return at_a_site(
        "civik", "chosen: [{field: weight.kind, value: actual, reference: test}]\ngrace: 15 min\nalerts: true"
    )


class Bedside(RuleBasedStateMachine):
    """One patient, one infusion that may begin again, and whoever looks after them."""

    def __init__(self) -> None:
        super().__init__()
        self.minute = 0
        self.chart = Chart().seen(0, medd_intravenous=150)
        self.phase = "none"
        self.began: int | None = None
        self.last: dict[str, int] = {}
        self.rate: tuple[int, int | None] | None = None  # when breathing was last counted, and to what
        self.alerts: tuple[Alert, ...] = ()
        self.status = ""

    # --- what happens ---

    @initialize()
    def begin(self) -> None:
        self._event("start", "0.05 mg/kg/h")
        self.phase, self.began = "running", 0
        self._look()

    @rule(minutes=st.sampled_from([1, 7, 14, 15, 16, 45, 60, 200, 256, 500]))
    @precondition(lambda self: self.minute < 6000)  # the course of CIVIK ends after five days
    def time_passes(self, minutes: int) -> None:
        self.minute += minutes
        self._look()

    @rule(what=st.sets(st.sampled_from(ITEMS), min_size=1), breaths=st.sampled_from([16, 16, 9, 8, 7, 4]))
    def somebody_charts(self, what: set[str], breaths: int) -> None:
        self.minute += 1
        for name in sorted(what):
            if name in EFFECTS:
                effect = Effect(name, self._at(), present=False)
                self.chart = self.chart.but(effects=(*self.chart.facts.effects, effect))
            else:
                value = breaths if name == "respiratory_rate" else NORMAL[name]
                self._observe(Observed(name, self._at(), Fraction(value)))
            if name == "respiratory_rate":
                self.rate = (self.minute, breaths)
            self.last[name] = self.minute
        self._look()

    @rule(name=st.sampled_from(READINGS))
    def somebody_tries_in_vain(self, name: str) -> None:
        self.minute += 1
        self._observe(Observed(name, self._at(), None, "asleep"))
        self.last[name] = self.minute
        if name == "respiratory_rate":
            self.rate = (self.minute, None)
        self._look()

    @rule()
    def somebody_charts_everything(self) -> None:
        self.somebody_charts(set(ITEMS), 16)

    @rule()
    @precondition(lambda self: self.phase in ("running", "paused"))
    def pause_or_resume(self) -> None:
        self.minute += 1
        self._event("pause" if self.phase == "running" else "resume")
        self.phase = "paused" if self.phase == "running" else "running"
        self._look()

    @rule()
    @precondition(lambda self: self.phase == "running")
    def stop(self) -> None:
        self.minute += 1
        self._event("stop")
        self.phase = "stopped"
        self._look()

    @rule()
    @precondition(lambda self: self.phase == "stopped")
    def begin_again(self) -> None:
        self.minute += 1
        self._event("start", "0.05 mg/kg/h")
        self.phase, self.began = "running", self.minute
        self._look()

    # --- what people do about alerts ---

    def _one(self, n: int) -> Alert | None:
        active = [one for one in self.alerts if one.active]
        return active[n % len(active)] if active else None

    def _put(self, old: Alert, new: Alert) -> None:
        self.alerts = tuple(new if one is old else one for one in self.alerts)
        self._look()

    @rule(n=st.integers(0, 30))
    def acknowledge_one(self, n: int) -> None:
        if (one := self._one(n)) is not None:
            self._put(one, acknowledge(one, "Nurse", self._at()))

    @rule()
    def acknowledge_all(self) -> None:
        for one in [one for one in self.alerts if one.active]:
            self._put(
                next(a for a in self.alerts if a.key == one.key and a.active),
                acknowledge(one, "Nurse", self._at()),
            )

    @rule(n=st.integers(0, 30), minutes=st.sampled_from([1, 14, 15, 16, 59, 60, 61, 10_000]))
    def put_off(self, n: int, minutes: int) -> None:
        one = self._one(n)
        if one is None:
            return
        until = self._at() + timedelta(minutes=minutes)
        if minutes > LIMIT[one.gravity]:
            with pytest.raises(RefusedError):
                snooze(one, "Nurse", self._at(), until)
        else:
            self._put(one, snooze(one, "Nurse", self._at(), until))

    @rule(n=st.integers(0, 30))
    def resolve_one(self, n: int) -> None:
        if (one := self._one(n)) is not None:
            self._put(one, resolve(one, "Nurse", self._at(), "seen to"))

    # --- the program ---

    def _at(self) -> datetime:
        return BEGINS + timedelta(minutes=self.minute)

    def _observe(self, one: Observed) -> None:
        self.chart = self.chart.but(observed=(*self.chart.facts.observed, one))

    def _event(self, what: str, dose: str | None = None) -> None:
        event = ChartEvent(self._at(), Happened(what), parse_quantity(dose) if dose else None)
        self.chart = self.chart.but(ketamine=(*self.chart.facts.ketamine, event))

    def _look(self) -> None:
        before = self.alerts
        view = look(site(), self.chart.facts, self._at())
        self.alerts = review(view, previous=before, on=True).alerts
        assert view.guidance is not None and view.faults == ()
        self.status = view.guidance.status.value
        # Nothing that was raised is lost, and no history is rewritten.
        for old, new in zip(before, self.alerts, strict=False):
            assert (old.key, old.raised) == (new.key, new.raised)
            assert new.history[: len(old.history)] == old.history
        assert len(self.alerts) >= len(before)

    # --- what must hold ---

    def _active(self, key: str) -> Alert | None:
        found = [one for one in self.alerts if one.active and one.key == key]
        assert len(found) <= 1, f"{key} is there twice"
        return found[0] if found else None

    def _rounds_missed(self, item: str) -> int:
        """Rounds past their grace since which, and in the round before which, nothing was charted."""
        if self.began is None:
            return 0
        last, missed = self.last.get(item, -1), 0
        due = self.began + EVERY
        while due + GRACE < self.minute:
            missed += last <= due - EVERY
            due += EVERY
        return missed

    @invariant()
    def every_round_that_was_missed_has_an_alert(self) -> None:
        if self.phase not in ("running", "paused"):
            return
        for item in ITEMS:
            missed = self._rounds_missed(item)
            found = self._active(f"overdue:{item}")
            assert (found is not None) == (missed > 0), (item, missed, self.minute)
            if found is not None:
                assert found.kind is Kind.OVERDUE and found.count == missed
                assert (found.gravity is Gravity.GRAVEST) or missed == 1

    @invariant()
    def slow_breathing_that_was_charted_has_an_alert(self) -> None:
        if self.phase != "running" or self.rate is None:
            return
        at, breaths = self.rate
        if breaths is not None and breaths < 8 and self.minute - at <= EVERY + GRACE:
            assert self._active("rule:breathing") is not None
            assert self.status == "stop"

    @invariant()
    def nothing_is_silent_for_longer_than_its_gravity_allows(self) -> None:
        for one in self.alerts:
            if one.active and one.state is not State.OPEN:
                since = max(change.at for change in one.history if change.by)
                assert self._at() - since < timedelta(minutes=LIMIT[one.gravity]), one.key
                assert one.until is not None and one.until > self._at()

    @invariant()
    def what_is_missing_never_reads_as_normal(self) -> None:
        if self.phase != "running":
            return
        at, breaths = self.rate if self.rate is not None else (-(10**6), None)
        if breaths is None or self.minute - at > EVERY + GRACE:
            assert self.status not in DOSED
            told = [
                one
                for one in self.alerts
                if one.active and ("breathing" in one.key or "respiratory" in one.key)
            ]
            assert told, "nobody knows how the patient breathes, and no alert says so"


QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.mark.slow
@pytest.mark.hazard("H-054", "H-057")
def test_no_alert_goes_silent_and_nothing_missing_reads_as_normal_whatever_happens() -> None:
    run_state_machine_as_test(
        Bedside,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=QUIET
        ),
    )


@pytest.mark.torture
def test_no_alert_goes_silent_in_a_hundred_thousand_steps() -> None:
    run_state_machine_as_test(
        Bedside,
        settings=settings(
            max_examples=1000, stateful_step_count=100, deadline=None, suppress_health_check=QUIET
        ),
    )


def test_the_machine_finds_an_alert_that_goes_silent() -> None:
    """A test that cannot fail is a defect: an acknowledgment that lasts for ever is caught."""

    class Forgetful(Bedside):
        @rule()
        def acknowledge_all(self) -> None:
            for one in [one for one in self.alerts if one.active]:
                seen = replace(acknowledge(one, "Nurse", self._at()), until=None)
                self._put(next(a for a in self.alerts if a.key == one.key and a.active), seen)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Forgetful,
            settings=settings(
                max_examples=50,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=QUIET,
                database=None,
                phases=[Phase.generate],
            ),
        )
