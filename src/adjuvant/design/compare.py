"""Schedules side by side on the same patients, model by model, and what of it every model says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from adjuvant.design.measures import Asked, Measured, measure
from adjuvant.design.patients import Group
from adjuvant.design.schedule import Schedule
from adjuvant.errors import InputError

__all__ = [
    "NO_ADVICE",
    "UNKNOWN",
    "Compared",
    "Conclusion",
    "Facts",
    "applicable_drug",
    "assumed",
    "beside",
    "compare_schedules",
    "conclusions",
]

NO_ADVICE = (
    "Nothing here advises a dose by itself. Levels are what published models expect, and no model was "
    "made from palliative patients."
)
"""Said beside every comparison and every search."""

UNKNOWN = (
    (
        "Whether any of these schedules relieves pain: a level is no effect, and the larger controlled "
        "trials of ketamine in cancer pain found no benefit."
    ),
    "What the levels are in wasted, dying or palliative patients: no model was made from them.",
    (
        "What a level does over days: pain relief came and went with a half-life of days where it was "
        "studied, and nobody knows which level, or which time at a level, it follows."
    ),
    "What norketamine and the other products of ketamine add or take away.",
    "How other drugs, the liver and the kidney change the levels of this patient.",
    "What dose a patient comes to under a protocol that raises it by effect: only its two ends are laid out.",
)
"""What no comparison of levels can say."""

_SAME = 1 / 100
"""Two figures that differ by less than this part of the larger one are called alike."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What needs no model.

    Args:
        acts: doses begun, infusions begun and ended, and changes of rate.
        rounds: rounds of observation; None where the protocol names no times.
    """

    schedule: str
    total_mg: float
    most_mg_in_24_h: float
    days: float
    acts: int
    rounds: int | None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One sentence on two schedules, and which models bear it out.

    Args:
        about: ``peak``, ``hours in range`` or ``chance of passing the ceiling``.
        more, less: names of schedules, so that ``more`` has the higher figure in the models that say yes.
        yes, no, alike: keys of the models.
    """

    about: str
    more: str
    less: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    alike: tuple[str, ...]

    @property
    def survives(self) -> bool:
        """Whether every model that can say says the same."""
        return bool(self.yes) and not self.no and not self.alike


@dataclass(frozen=True, slots=True)
class Compared:
    """Schedules on one population for each model.

    Args:
        measured: by schedule and model; levels of two sides of the circulation stay apart.
        left: models that were left out of all, and why; `without`, schedules that a model cannot answer.
        notices: what must be shown beside it; `assumed`, what nobody read, by model.
    """

    schedules: tuple[Schedule, ...]
    facts: tuple[Facts, ...]
    asked: Asked
    weight_kg: float
    seed: int
    patients: int
    measured: tuple[Measured, ...]
    left: tuple[tuple[str, str], ...]
    without: tuple[tuple[str, str, str], ...]
    notices: tuple[str, ...]
    assumed: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def models(self) -> tuple[str, ...]:
        """The models that answered, those of one side of the circulation together."""
        order = {"arterial": 0, "venous": 1, "not_stated": 2}
        found = {one.model: order[one.sampling] for one in self.measured}
        return tuple(sorted(found, key=lambda key: (found[key], key)))

    def of(self, schedule: str, model: str) -> Measured | None:
        """One answer; None where the model has none."""
        return next((one for one in self.measured if (one.schedule, one.model) == (schedule, model)), None)


def beside(found: Sequence[Group]) -> tuple[str, ...]:
    """What must stand beside every answer of these models, each once."""
    return tuple(dict.fromkeys((NO_ADVICE, *(said for group in found for said in group.notices))))


def assumed(found: Sequence[Group]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The figures of each model that nobody read in a source."""
    return tuple((group.model.key, group.assumed) for group in found if group.assumed)


def applicable_drug(schedules: Sequence[Schedule]) -> str:
    """The one drug of schedules that are compared.

    Raises:
        InputError: none, two of one name, or schedules of two drugs.
    """
    if not schedules:
        raise InputError("comparison", "has no schedules", "name two or more")
    names = [one.name for one in schedules]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"schedule {name!r}", "stands twice", "give each its own name")
    drugs = sorted({one.regimen.drug for one in schedules})
    if len(drugs) > 1:
        raise InputError(
            f"schedules of {' and '.join(drugs)}",
            "are of two drugs",
            "compare those of each drug by themselves",
        )
    return drugs[0]


def compare_schedules(
    schedules: Sequence[Schedule],
    found: Sequence[Group],
    weight_kg: float,
    asked: Asked,
    *,
    seed: int,
    left: Sequence[tuple[str, str]] = (),
    step_min: float = 5.0,
    tell: Callable[[str, int, int | None], None] | None = None,
) -> Compared:
    """Every schedule in every model, on the same patients.

    Args:
        found: as `groups` gives them, with the `left` that it left out.
        tell: told how far it is: what, done, of how many.
    Raises:
        InputError: schedules of two drugs or of one name; or none that any model can answer, with the reason.
    """
    applicable_drug(schedules)
    measured: list[Measured] = []
    without: list[tuple[str, str, str]] = []
    total = len(schedules) * len(found)
    for place, (schedule, group) in enumerate((one, other) for one in schedules for other in found):
        if tell is not None:
            tell(f"{schedule.name} by {group.model.key}", place, total)
        try:
            measured.append(measure(group, schedule, weight_kg, asked, step_min=step_min))
        except InputError as error:
            without.append((schedule.name, group.model.key, f"{error.thing} {error.rule}"))
    if not measured:
        raise InputError(
            "comparison", f"has no answer: {without[0][2]}", "state the uptake, or another model"
        )
    return Compared(
        schedules=tuple(schedules),
        facts=tuple(
            Facts(
                one.name,
                one.total_mg(weight_kg),
                one.most_mg_in_24_h(weight_kg),
                one.days,
                one.acts,
                one.rounds,
            )
            for one in schedules
        ),
        asked=asked,
        weight_kg=weight_kg,
        seed=seed,
        patients=max(group.patients for group in found),
        measured=tuple(measured),
        left=tuple(left),
        without=tuple(without),
        notices=beside(found),
        assumed=assumed(found),
    )


def conclusions(found: Compared) -> tuple[Conclusion, ...]:
    """Each pair of schedules on each figure: which is higher, in which models.

    A comparison is made inside one model and only then counted, so that no level of one side of the
    circulation stands beside one of another.
    """
    about: dict[str, Callable[[Measured], float | None]] = {
        "peak": lambda one: one.peak.typical,
        "hours in range": lambda one: one.in_range_h.typical,
        "chance of passing the ceiling": lambda one: None if one.above is None else one.above.share,
    }
    made = []
    for what, figure in about.items():
        for one, other in combinations(found.schedules, 2):
            made.append(_conclusion(found, what, figure, one.name, other.name))
    return tuple(one for one in made if one is not None)


def _conclusion(
    found: Compared, what: str, figure: Callable[[Measured], float | None], one: str, other: str
) -> Conclusion | None:
    votes: dict[str, list[str]] = {"one": [], "other": [], "alike": []}
    for model in found.models:
        first, second = found.of(one, model), found.of(other, model)
        if first is None or second is None:
            continue
        high, low = figure(first), figure(second)
        if high is None or low is None:
            continue
        alike = abs(high - low) <= _SAME * max(abs(high), abs(low))
        if what.startswith("chance") and first.above is not None and second.above is not None:
            # What the drawing alone could make is no difference.
            alike = first.above.low <= second.above.high and second.above.low <= first.above.high
        votes["alike" if alike else "one" if high > low else "other"].append(model)
    if not any(votes.values()):
        return None
    if len(votes["other"]) > len(votes["one"]):
        one, other = other, one
        votes["one"], votes["other"] = votes["other"], votes["one"]
    return Conclusion(what, one, other, tuple(votes["one"]), tuple(votes["other"]), tuple(votes["alike"]))
