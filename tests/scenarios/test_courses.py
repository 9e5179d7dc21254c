"""Courses from start to stop, hour by hour, on generated patients; every sequence is typed from the published rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache

import pytest

from adjuvant import protocol
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import Facts, Guidance, Status
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.play import play
from adjuvant.protocol.predicate import Attested, Present, walk
from adjuvant.protocol.situation import Answer, Effect, Observed, WeightReading
from adjuvant.quantity import parse_quantity

BEGINS = datetime(2026, 3, 2, 8, tzinfo=UTC)
CALM = {
    "respiratory_rate": 16,
    "systolic": 128,
    "diastolic": 76,
    "heart_rate": 82,
    "spo2": 96,
    "sedation_poss": 1,
}
EFFECTS = ("hallucination", "dissociation")
Course = list[tuple[int, str, str]]


@cache
def site(key: str) -> protocol.Sited:
    """A protocol as its example site runs it."""
    return protocol.sited(protocol.load(key), FOLDER / "protocols" / key / "example_site.yaml")


class Patient:
    """An invented patient, observed every hour from three hours before the beginning.

    Args:
        pain: the score at an hour, given the ketamine until then.
        rescues: hours at which a rescue dose was taken.
        felt: spans of hours in which there are hallucinations.
        answers: what a clinician answers every hour, as a question's key and the answer at that hour.
        other: other readings, by hour.
    """

    def __init__(
        self,
        key: str,
        pain: Callable[[int, tuple[ChartEvent, ...]], int],
        *,
        rescues: tuple[float, ...] = (),
        felt: tuple[tuple[int, int], ...] = (),
        answers: dict[str, Callable[[int, tuple[ChartEvent, ...]], bool]] | None = None,
        other: dict[str, Callable[[int], int]] | None = None,
    ) -> None:
        self.key, self.pain, self.rescues, self.felt = key, pain, rescues, felt
        self.answers, self.other = answers or {}, other or {}
        self.entry = self._entry()

    def facts(self, now: datetime, given: tuple[ChartEvent, ...]) -> Facts:
        """Everything that is charted by `now`."""
        last = (now - BEGINS) // timedelta(hours=1)
        # No rule looks back further than a day, but for the baseline.
        hours = [hour for hour in range(-3, last + 1) if hour <= 0 or hour > last - 26]

        def at(hour: float) -> datetime:
            return BEGINS + timedelta(hours=hour)

        def then(hour: int) -> tuple[ChartEvent, ...]:
            return tuple(event for event in given if event.at < at(hour))

        calm = {name: value for name, value in CALM.items() if name not in self.other}
        seen = [(name, hour, value) for hour in hours for name, value in calm.items()]
        for hour in hours:
            score = self.pain(hour, then(hour))
            seen += [("pain", hour, score), ("pain_average", hour, score)]
            seen += [(name, hour, value(hour)) for name, value in self.other.items()]
        said = [(key, value, -1) for key, value in self.entry.items()]
        said += [
            (key, value(hour, then(hour)), hour) for key, value in self.answers.items() for hour in hours
        ]
        felt = {hour for start, end in self.felt for hour in range(start, end)}
        return Facts(
            "invented", "UTC", Fraction(61), goal=Fraction(3), synthetic=True,
            observed=tuple(Observed(name, at(hour), Fraction(value)) for name, hour, value in seen)
            + tuple(Observed("rescue_doses", at(hour), Fraction(1)) for hour in self.rescues if at(hour) <= now),
            effects=tuple(
                Effect(kind, at(hour), present=kind == "hallucination" and hour in felt)
                for hour in hours for kind in EFFECTS
            ),
            weights=tuple(
                WeightReading(at(hour), parse_quantity("60 kg")) for hour in (-3, 100) if hour <= last
            ),
            conditions=(("neuropathic_pain", at(-900), False),),
            taken_known_since=at(-9000),
            answers=tuple(Answer(key, value, at(hour), "Dr Invented") for key, value, hour in said),
        )  # fmt: skip

    def _entry(self) -> dict[str, bool]:
        """Every question of the protocol's criteria answered in favour, and its rules' as not so."""
        found: dict[str, bool] = {}
        whole = site(self.key).protocol
        for one in (*whole.criteria, *whole.rules):
            for part in walk(one.when):
                wanted = getattr(one, "kind", "") == "include"
                if isinstance(part, Attested):
                    found.setdefault(part.attested, wanted)
                elif isinstance(part, Present):
                    found.setdefault(f"condition:{part.condition}", wanted)
        return found


def run(patient: Patient, hours: int, regimen: str | None = None) -> list[tuple[datetime, Guidance]]:
    """The whole course."""
    return play(site(patient.key), patient.facts, BEGINS, hours, regimen)


def changes(played: list[tuple[datetime, Guidance]]) -> Course:
    """Hour, status and dose of every answer that is not `continue`."""
    found = []
    for at, guidance in played:
        if guidance.status is not Status.CONTINUE:
            dose = next((str(one.dose) for one in guidance.recommendations if one.dose is not None), "")
            found.append(((at - BEGINS) // timedelta(hours=1), guidance.status.value, dose))
    return found


def always(score: int) -> Callable[[int, tuple[ChartEvent, ...]], int]:
    """Pain that nothing changes."""
    return lambda hour, given: score


def eases_from(dose: str, before: int, after: int) -> Callable[[int, tuple[ChartEvent, ...]], int]:
    """Pain that falls once so much runs, or more."""
    enough = parse_quantity(dose)

    def score(hour: int, given: tuple[ChartEvent, ...]) -> int:
        doses = [event.dose for event in given if event.dose is not None]
        return after if doses and doses[-1] >= enough else before

    return score


CIVIK_STEPS: Course = [
    (0, "start", "0.05 mg/kg/h"),
    (8, "raise", "0.1 mg/kg/h"),
    (16, "raise", "0.15 mg/kg/h"),
    (24, "raise", "0.2 mg/kg/h"),
    (32, "raise", "0.25 mg/kg/h"),
    (40, "raise", "0.3 mg/kg/h"),
    (48, "raise", "0.35 mg/kg/h"),
    (56, "raise", "0.4 mg/kg/h"),
    (64, "raise", "0.45 mg/kg/h"),
    (72, "raise", "0.5 mg/kg/h"),
]


def civik(pain: Callable[[int, tuple[ChartEvent, ...]], int], **more: object) -> Patient:
    """A patient whom CIVIK takes."""
    return Patient("civik", pain, other={"medd_intravenous": lambda hour: 186}, **more)  # type: ignore[arg-type]


def test_civik_climbs_nine_steps_of_eight_hours_and_ends_after_five_days() -> None:
    assert changes(run(civik(always(8)), 200)) == [*CIVIK_STEPS, (120, "complete", "")]


def test_civik_stays_where_pain_came_to_the_goal() -> None:
    """Relief at 0.2 mg/kg/h, reached at hour 24: the four rates until there, and no fifth."""
    played = run(civik(eases_from("0.2 mg/kg/h", 8, 3)), 200)
    assert changes(played) == [*CIVIK_STEPS[:4], (120, "complete", "")]


def test_civik_rises_for_two_rescues_in_eight_hours_though_pain_is_at_the_goal() -> None:
    """Refractory at entry by four rescues of the day before; then two at hours 10 and 13, one at hour 20."""
    before = (-20, -16, -12, -9)
    played = run(civik(always(3), rescues=(*before, 10, 13, 20)), 200)
    assert changes(played) == [
        (0, "start", "0.05 mg/kg/h"),
        # At hour 8 the last eight hours hold none. They hold both of 10 and 13 first at hour 13.
        (13, "raise", "0.1 mg/kg/h"),
        # At 21, eight hours later, they hold the one of hour 20, which is not two.
        (120, "complete", ""),
    ]


def test_civik_lowers_once_for_a_hallucination_that_passed_and_climbs_again_after_eight_hours() -> None:
    """Hallucinations are charted in hour 30 alone; the example site lowers one level, and 0.2 becomes 0.15."""
    played = run(civik(always(8), felt=((30, 31),)), 50)
    assert changes(played) == [
        *CIVIK_STEPS[:4],
        (30, "lower", "0.15 mg/kg/h"),
        (38, "raise", "0.2 mg/kg/h"),
        (46, "raise", "0.25 mg/kg/h"),
    ]


HARDY = {
    "toxicity_not_acceptable": lambda hour, given: False,
    "toxicity_not_bearable": lambda hour, given: False,
}


def hardy(pain: Callable[[int, tuple[ChartEvent, ...]], int], delivered: Callable[[int], int]) -> Patient:
    """A patient of the trial of 2012."""
    return Patient("hardy_burst", pain, answers=HARDY, other={"share_delivered": delivered})


def test_hardy_goes_through_all_levels_without_relief_and_ends_in_want_of_effect() -> None:
    """100, 300 and 500 mg in 24 hours, a day each; at the end of the third ketamine ends."""
    assert changes(run(hardy(always(7), lambda hour: 100), 200)) == [
        (0, "start", "100 mg/d"), (24, "raise", "300 mg/d"), (48, "raise", "500 mg/d"), (72, "stop", ""),
    ]  # fmt: skip


def test_hardy_keeps_the_level_that_brought_two_points_and_ends_after_five_days() -> None:
    played = run(hardy(eases_from("300 mg/d", 7, 5), lambda hour: 80), 200)
    assert changes(played) == [(0, "start", "100 mg/d"), (24, "raise", "300 mg/d"), (120, "complete", "")]


def test_hardy_does_not_keep_a_level_of_which_less_than_four_fifths_were_given() -> None:
    """Relief from the first level on, but 79 % of it given on the first day, 80 % from then on."""
    played = run(hardy(eases_from("100 mg/d", 7, 4), lambda hour: 79 if hour <= 24 else 80), 200)
    assert changes(played) == [(0, "start", "100 mg/d"), (24, "raise", "300 mg/d"), (120, "complete", "")]


@pytest.mark.parametrize(
    ("key", "ends"), [("jackson_burst", 120), ("vcog_burst", 120), ("st_josephs_burst", 120)]
)
def test_the_other_bursts_climb_the_same_levels_a_day_each(key: str, ends: int) -> None:
    """Five days in all: the audit's example site chose five, and both others give three to five."""
    never = {
        "level_not_effective": lambda hour, given: True,
        "trial_not_effective": lambda hour, given: False,
        "significant_unwanted_effects": lambda hour, given: False,
    }
    assert changes(run(Patient(key, always(7), answers=never), 200)) == [
        (0, "start", "100 mg/d"), (24, "raise", "300 mg/d"), (48, "raise", "500 mg/d"), (ends, "complete", ""),
    ]  # fmt: skip


def works_from(dose: str) -> Callable[[int, tuple[ChartEvent, ...]], bool]:
    """Whether so much runs."""
    return lambda hour, given: (
        bool(given) and given[-1].dose is not None and given[-1].dose >= parse_quantity(dose)
    )


@pytest.mark.parametrize(
    ("dose", "course"),
    [
        # The first level works: three days of it, 72 hours.
        ("100 mg/d", [(0, "start", "100 mg/d"), (72, "complete", "")]),
        # The second, from hour 24: 24 + 72 = 96.
        ("300 mg/d", [(0, "start", "100 mg/d"), (24, "raise", "300 mg/d"), (96, "complete", "")]),
        # The third, from hour 48: 48 + 72 = 120, five days in all.
        (
            "500 mg/d",
            [
                (0, "start", "100 mg/d"),
                (24, "raise", "300 mg/d"),
                (48, "raise", "500 mg/d"),
                (120, "complete", ""),
            ],
        ),
    ],
)
def test_islhd_keeps_the_level_that_works_for_three_days_and_then_ends(dose: str, course: Course) -> None:
    patient = Patient("islhd_burst", always(6), answers={"dose_effective": works_from(dose)})
    assert changes(run(patient, 200, "burst")) == course


def test_the_step_protocol_rises_day_by_day_to_the_limit_of_the_site_and_ends_after_five_days() -> None:
    """From 75 mg in 24 hours, by 25 mg and to 150 at the example site: hours 24, 48 and 72, then no more."""
    assert changes(run(Patient("step_singapore", always(7)), 200)) == [
        (0, "start", "75 mg/d"), (24, "raise", "100 mg/d"), (48, "raise", "125 mg/d"),
        (72, "raise", "150 mg/d"), (120, "complete", ""),
    ]  # fmt: skip


def test_salas_doubles_once_after_a_day_without_relief_and_ends_after_two() -> None:
    assert changes(run(Patient("salas", always(7)), 100)) == [
        (0, "start", "0.5 mg/kg/d"), (24, "raise", "1 mg/kg/d"), (48, "complete", ""),
    ]  # fmt: skip


def test_salas_does_not_double_where_pain_is_better() -> None:
    played = run(Patient("salas", eases_from("0.5 mg/kg/d", 7, 6)), 100)
    assert changes(played) == [(0, "start", "0.5 mg/kg/d"), (48, "complete", "")]


def given_at(patient: Patient, hours: int, regimen: str | None = None) -> list[tuple[int, str]]:
    """Hour and dose of every single dose that was given, as the patient's own chart had them at the end."""
    seen: list[tuple[ChartEvent, ...]] = []

    def facts_at(now: datetime, given: tuple[ChartEvent, ...]) -> Facts:
        seen.append(given)
        return patient.facts(now, given)

    play(site(patient.key), facts_at, BEGINS, hours, regimen)
    doses = [event for event in seen[-1] if event.what is Happened.GIVEN]
    return [((event.at - BEGINS) // timedelta(hours=1), str(event.dose)) for event in doses]


def test_the_founding_course_is_three_infusions_within_five_days() -> None:
    """0.5 mg/kg at hours 0, 48 and 96, as the example site spaces them, and nothing after the third."""
    patient = Patient("patel_ldk", always(9))
    assert given_at(patient, 200) == [(0, "0.5 mg/kg"), (48, "0.5 mg/kg"), (96, "0.5 mg/kg")]
    assert changes(run(patient, 200)) == [(0, "start", "0.5 mg/kg"), (97, "complete", "")]


def test_an_infusion_that_is_put_off_for_toxicity_is_given_once_it_has_passed() -> None:
    """Hallucinations from hour 47 to hour 50: the second infusion waits, and the third is two days after it."""
    patient = Patient("patel_ldk", always(9), felt=((47, 51),))
    assert given_at(patient, 200) == [(0, "0.5 mg/kg"), (51, "0.5 mg/kg"), (99, "0.5 mg/kg")]


def test_doses_by_mouth_come_three_times_a_day_and_rise_after_two_days() -> None:
    """Mid Essex: 10 mg every eight hours, and 20 from hour 48 on, as the example site judges."""
    expected = [(hour, "10 mg") for hour in (0, 8, 16, 24, 32, 40)] + [(48, "20 mg"), (56, "20 mg")]
    patient = Patient("mid_essex", always(6))
    assert given_at(patient, 60, "oral") == expected


def test_a_course_that_was_stopped_is_not_begun_again() -> None:
    """Nine breaths a minute in hour 10 alone: the example site ends ketamine, and nothing follows."""
    slow = {"respiratory_rate": lambda hour: 9 if hour == 10 else 16, "medd_intravenous": lambda hour: 186}
    played = run(Patient("civik", always(8), other=slow), 60)
    assert changes(played) == [*CIVIK_STEPS[:2], (10, "stop", "")]
    assert len(played) == 11
