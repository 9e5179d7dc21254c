"""All that is known of one patient at one instant, and nothing later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from adjuvant.protocol.chart import ChartEvent, Happened, KetamineState, fold
from adjuvant.protocol.values import span
from adjuvant.quantity import Quantity
from adjuvant.timeline import as_instant

E = TypeVar("E", "Observed", "Effect", "WeightReading", "Answer", ChartEvent)

__all__ = ["Answer", "Effect", "Facts", "Observed", "Situation", "WeightReading"]


@dataclass(frozen=True, slots=True)
class Observed:
    """One reading.

    Args:
        measure: key of observations.yaml.
        value: in the measure's own unit; None where it was tried and could not be read, as in sleep.
        source: the raw entry.
        doubted: why it is doubted; a doubted reading is shown and never decides in favour of a dose.
    """

    measure: str
    at: datetime
    value: Fraction | None
    source: str = ""
    doubted: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))


@dataclass(frozen=True, slots=True)
class Effect:
    """One unwanted effect, or the statement that there was none.

    Args:
        present: False where it was looked for and not found.
        grade: on the protocol's scale, where charted.
        until: when it had resolved; None while it lasts.
    """

    kind: str
    at: datetime
    present: bool = True
    grade: Fraction | None = None
    until: datetime | None = None
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))
        if self.until is not None:
            object.__setattr__(self, "until", as_instant(self.until))


@dataclass(frozen=True, slots=True)
class WeightReading:
    """One body weight.

    Args:
        kind: ``actual`` or ``ideal``.
        method: how it was come by, such as ``measured``.
    """

    at: datetime
    value: Quantity
    kind: str = "actual"
    method: str = "unstated"

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))
        self.value.require("body weight", mass=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A clinician's own answer to a question, or on a condition or drug: yes or no, with name and time."""

    key: str
    yes: bool
    at: datetime
    by: str
    words: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was charted of one patient, in no order, some of it perhaps later than the instant.

    Args:
        goal: the patient's own pain goal, 0 to 10.
        taken: drugs that were given, with the time.
        taken_known_since: from when on every drug that was given would be in `taken`.
        conditions: keys of conditions.yaml, each with when it was known and whether it is history only.
        answers: clinicians' answers; a condition or drug that is in no record and in no answer is not known.
        died: when the patient died; None where no death is charted.
    """

    patient: str
    zone: str
    age_years: Fraction | None = None
    sex: str | None = None
    goal: Fraction | None = None
    synthetic: bool = False
    observed: tuple[Observed, ...] = ()
    effects: tuple[Effect, ...] = ()
    weights: tuple[WeightReading, ...] = ()
    conditions: tuple[tuple[str, datetime, bool], ...] = ()
    taken: tuple[tuple[str, datetime], ...] = ()
    taken_known_since: datetime | None = None
    answers: tuple[Answer, ...] = ()
    ketamine: tuple[ChartEvent, ...] = ()
    hypothetical: str = ""
    died: datetime | None = None

    def __post_init__(self) -> None:
        if self.died is not None:
            object.__setattr__(self, "died", as_instant(self.died))


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known at one instant. Make it with `at`, which leaves out everything later.

    Args:
        state: where ketamine stands.
        hypothetical: why the ketamine in it is not real, where it is not; shown with every answer.
    """

    instant: datetime
    facts: Facts
    state: KetamineState = field(default_factory=KetamineState)

    @classmethod
    def at(cls, instant: datetime, facts: Facts) -> Situation:
        """The situation at `instant`: of `facts`, only what had happened by then.

        An effect that ended later is not known to end.

        Raises:
            InputError: an instant without zone.
        """
        now = as_instant(instant)
        known = Facts(
            patient=facts.patient,
            zone=facts.zone,
            age_years=facts.age_years,
            sex=facts.sex,
            goal=facts.goal,
            synthetic=facts.synthetic,
            observed=_until(facts.observed, now),
            effects=tuple(_open(one, now) for one in _until(facts.effects, now)),
            weights=_until(facts.weights, now),
            conditions=tuple(sorted(one for one in facts.conditions if as_instant(one[1]) <= now)),
            taken=tuple(sorted(one for one in facts.taken if as_instant(one[1]) <= now)),
            taken_known_since=facts.taken_known_since,
            answers=_until(facts.answers, now),
            ketamine=_until(facts.ketamine, now),
            hypothetical=facts.hypothetical,
            died=facts.died if facts.died is not None and facts.died <= now else None,
        )
        return cls(now, known, fold(known.ketamine, now))

    @property
    def flows(self) -> bool:
        """Whether ketamine goes in, or is only paused: a rate, or one dose that takes its time."""
        state = self.state
        ends = (one.at + span(one.over) for one in state.given if one.over is not None)
        return state.phase in ("running", "paused") or any(end > self.instant for end in ends)

    def readings(self, measure: str) -> tuple[Observed, ...]:
        """Readings of one measure, oldest first."""
        return tuple(one for one in self.facts.observed if one.measure == measure)

    def weight(self, kind: str) -> WeightReading | None:
        """The latest weight of one kind, or None."""
        of_kind = [one for one in self.facts.weights if one.kind == kind]
        return of_kind[-1] if of_kind else None

    def answer(self, key: str) -> Answer | None:
        """The latest answer to one question, or None."""
        given = [one for one in self.facts.answers if one.key == key]
        return given[-1] if given else None

    def contradictions(self) -> tuple[str, ...]:
        """Facts that cannot all be true."""
        return (*self.state.contradictions, *_two_values(self.facts), *_after_death(self.facts))


def _until(items: Iterable[E], now: datetime) -> tuple[E, ...]:
    return tuple(sorted((one for one in items if one.at <= now), key=lambda one: one.at))


def _open(effect: Effect, now: datetime) -> Effect:
    if effect.until is None or effect.until <= now:
        return effect
    return Effect(effect.kind, effect.at, effect.present, effect.grade, None, effect.source)


def _two_values(facts: Facts) -> Iterable[str]:
    for first, second in pairwise(facts.weights):
        if first.at == second.at and first.kind == second.kind and not first.value.same_as(second.value):
            both = f"{first.value} and {second.value}"
            yield f"two {first.kind} weights are charted for {first.at.isoformat()}: {both}"
    answers: dict[tuple[str, datetime], Answer] = {}
    for answer in facts.answers:
        place = (answer.key, answer.at)
        if place in answers and answers[place].yes != answer.yes:
            yield f"{answer.key} is answered yes and no at {answer.at.isoformat()}"
        answers[place] = answer


def _after_death(facts: Facts) -> Iterable[str]:
    """The first thing that is charted of a living patient after the death; one of the two is wrong.

    That ketamine was held or ended is charted of the dead too.
    """
    died = facts.died
    if died is None:
        return
    ended = (Happened.PAUSE, Happened.STOP)
    charted = [(one.at, one.measure) for one in facts.observed]
    charted += [(one.at, one.kind) for one in facts.effects if one.present]
    charted += [(at, drug) for drug, at in facts.taken]
    charted += [(one.at, "ketamine") for one in facts.ketamine if one.what not in ended]
    later = sorted((as_instant(at), what) for at, what in charted if as_instant(at) > died)
    for at, what in later[:1]:
        yield f"{what} is charted at {at.isoformat()}, after the death that is charted at {died.isoformat()}"
