"""The 5,000 cases: which generated patient, which twists, which options and tables; and the answer of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from numpy.random import default_rng

from adjuvant import library, outcomes
from adjuvant.errors import AdjuvantError
from adjuvant.outcomes import CourseOutcome
from adjuvant.record import PatientRecord
from adjuvant.sources.synthetic import Ketamine, Regimen, Scenario, synthesize
from corpus.twists import TWISTS

__all__ = ["CASES", "Case", "answer", "case_of", "evaluated", "record_of", "sample"]

CASES = 5000
SAMPLED = 200
_SEED = 20310106
_SCENARIOS, _REGIMENS, _COURSES = tuple(Scenario), tuple(Regimen), tuple(Ketamine)
_FURTHER = 0.35
# The tables and pairs by name, so that one more in the library changes nothing here. The default stands for half of the cases.
_DEFAULT = "cdc2022+us_equianalgesic_classic"
_PLANS = (
    "cdc2016", "cdc2022", "cms2018", "fpm_anzca_2021", "heal2025", "mcpherson_25_10", "mdanderson_reddy2017", "mpog_ome", "treillet2018",
    "uk_bnf_openprescribing", "uk_palliative_local", "us_equianalgesic_classic", "vonkorff2008", "cdc2016+us_equianalgesic_classic",
    "cdc2022+mcpherson_25_10", "fpm_anzca_2021+neuraxial",
)  # fmt: skip
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One case of the corpus: everything about it follows from its number."""

    number: int
    scenario: Scenario
    regimen: Regimen
    ketamine: Ketamine
    twists: tuple[str, ...]
    plan: str
    options: str

    @property
    def id(self) -> str:
        """The number in four digits."""
        return f"{self.number:04d}"

    def __str__(self) -> str:
        twisted = ", ".join(self.twists) or "as generated"
        return f"{self.id}: {self.scenario}, {self.regimen}, {self.ketamine}; {twisted}; {self.plan}; {self.options}"


def case_of(number: int) -> Case:
    """The case with that number, from 1 to CASES."""
    rng = default_rng([_SEED, number, 1])
    turn = number - 1
    names = tuple(TWISTS)
    # Scenario, regimen and course take turns like the digits of a number, and the first twist beside them.
    first = (11 * turn + turn // 27) % (len(names) + 1)
    twists = [names[first]] if first < len(names) else []
    while rng.random() < _FURTHER:
        name = names[int(rng.integers(len(names)))]
        if name not in twists:
            twists.append(name)
    plan = _DEFAULT if rng.random() < 0.5 else _PLANS[int(rng.integers(len(_PLANS)))]
    options = "defaults"
    if rng.random() < 0.2:
        options = ("short windows", "long windows", "onset declared", "course declared", "pseudo-course")[
            int(rng.integers(5))
        ]
    if "no_ketamine" in twists and rng.random() < 0.6:
        options = "pseudo-course"
    return Case(
        number,
        _SCENARIOS[turn % 6],
        _REGIMENS[turn // 6 % 6],
        _COURSES[turn // 36 % 3],
        tuple(twists),
        plan,
        options,
    )


def sample() -> tuple[Case, ...]:
    """Some 200 cases, evenly spread: the same ones on each run, with every scenario, regimen, course and twist among them."""
    return tuple(case_of(number) for number in range(1, CASES + 1, CASES // SAMPLED))


def record_of(case: Case) -> PatientRecord:
    """The case's chart."""
    record = synthesize(
        case.id,
        default_rng([_SEED, case.number, 2]),
        case.scenario,
        regimen=case.regimen,
        ketamine=case.ketamine,
    )
    rng = default_rng([_SEED, case.number, 3])
    for name in case.twists:
        record = TWISTS[name](record, rng)
    return record


def evaluated(case: Case) -> list[CourseOutcome] | str:
    """Every outcome of the case, or why there is none, in words."""
    record = record_of(case)
    options: dict[str, Any] = {}
    try:
        courses = tuple(outcomes.find_courses(record))
        if case.options == "pseudo-course":
            courses = (outcomes.pseudo_course(record),)
        elif case.options == "course declared" and courses:
            courses = (outcomes.declared_course(courses[0].start, courses[0].end - timedelta(minutes=30)),)
        elif case.options == "short windows":
            options = {"before_h": Fraction(24), "after_h": Fraction(36)}
        elif case.options == "long windows":
            options = {"before_h": Fraction(120), "after_h": Fraction(168)}
        elif case.options == "onset declared" and courses:
            options = {"onset_end": courses[0].end + timedelta(hours=20)}
            courses = courses[:1]
        if not courses:
            search = outcomes.search_courses(record)
            seen = [*map(str, search.set_aside), *search.ordered_only]
            return f"no course; {'; '.join(seen)}"
        plan = library.plan(case.plan)
        return [outcomes.evaluate(record, course, plan, **options) for course in courses]
    except AdjuvantError as error:
        return str(error)


def answer(case: Case, found: list[CourseOutcome] | str | None = None) -> Json:
    """What `adjuvant evaluate --json` says of the case, without the digest of the library."""
    found = evaluated(case) if found is None else found
    if isinstance(found, str):
        return {"patient": case.id, "not_evaluated": found}
    evaluations = [outcomes.outcome_json(item) for item in found]
    for item in evaluations:
        item.pop("library_digest", None)
    return {"patient": case.id, "evaluations": evaluations}
