"""Pain and sedation as series: what is kept apart, and what stands for one moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from adjuvant.errors import InternalError
from adjuvant.record import (
    NotAssessable,
    Origin,
    PainKind,
    PainReporter,
    PainScore,
    Patient,
    PatientRecord,
    SedationScore,
)
from adjuvant.symptoms import (
    acceptable_level,
    pain_series,
    scored,
    sedation_series,
    share_at_or_below,
)
from adjuvant.timeline import Interval, Series
from adjuvant.unknown import Unknown

T0 = datetime(2026, 3, 1, tzinfo=UTC)
HERE = Origin("test", "rows", "1")


def score(
    hour: float,
    value: int | None,
    *,
    scale: str = "nrs_0_10",
    kind: PainKind = PainKind.CURRENT,
    reporter: PainReporter = PainReporter.SELF,
    why: NotAssessable = NotAssessable.ASLEEP,
) -> PainScore:
    return PainScore(
        id=f"{hour}/{scale}/{kind}/{reporter}/{value}",
        at=T0 + timedelta(hours=hour),
        scale=scale,
        origin=HERE,
        value=None if value is None else Fraction(value),
        not_assessable=why if value is None else None,
        reporter=reporter,
        kind=kind,
    )


def a_record(*scores: PainScore, goal: int | None = None) -> PatientRecord:
    return PatientRecord(Patient("p", "UTC", synthetic=True, pain_goal=goal), pain=scores)


def test_scales_reporters_and_kinds_are_never_merged() -> None:
    record = a_record(
        score(0, 5),
        score(1, 6),
        score(0, 3, scale="cpot"),
        score(0, 7, reporter=PainReporter.PROXY),
        score(0, 8, kind=PainKind.WORST),
    )
    found = [(item.scale, item.reporter, item.kind, len(item.scores)) for item in pain_series(record)]
    assert found == [
        ("cpot", PainReporter.SELF, PainKind.CURRENT, 1),
        ("nrs_0_10", PainReporter.SELF, PainKind.CURRENT, 2),
        ("nrs_0_10", PainReporter.PROXY, PainKind.CURRENT, 1),
        ("nrs_0_10", PainReporter.SELF, PainKind.WORST, 1),
    ]


def test_merging_two_scales_by_hand_is_refused() -> None:
    mixed = Series.of([score(0, 5), score(1, 5, scale="cpot")], at=lambda item: item.at)
    with pytest.raises(InternalError, match="2 scales, reporters or kinds"):
        scored(mixed)


def test_a_reading_that_could_not_be_taken_stays_in_the_series_and_has_no_points() -> None:
    (series,) = pain_series(a_record(score(0, 5), score(4, None)))
    assert len(series.scores) == 2
    assert scored(series.scores).values == (5,)


def test_several_readings_of_one_moment_are_represented_by_their_mean() -> None:
    (series,) = pain_series(a_record(score(0, 4), score(0, 7)))
    assert scored(series.scores).values == (Fraction(11, 2),)


def test_a_series_names_its_kind_scale_and_reporter() -> None:
    (series,) = pain_series(a_record(score(0, 5, reporter=PainReporter.UNSTATED)))
    assert series.label == "current pain, nrs_0_10, reporter unstated"


def test_an_acceptable_level_is_not_called_a_pain() -> None:
    (series,) = pain_series(a_record(score(0, 3, kind=PainKind.ACCEPTABLE)))
    assert series.label == "acceptable level of pain, nrs_0_10, reported by self"


def test_the_goal_is_the_patients_own_where_the_record_states_it() -> None:
    charted = score(0, 4, kind=PainKind.ACCEPTABLE)
    assert acceptable_level(a_record(charted, goal=3), T0 + timedelta(hours=1)) == 3


@pytest.mark.parametrize(
    ("hours", "expected"), [(-1, None), (0, Fraction(4)), (23, Fraction(4)), (24, Fraction(2))]
)
def test_a_charted_acceptable_level_counts_from_when_it_was_charted(
    hours: int, expected: Fraction | None
) -> None:
    record = a_record(score(0, 4, kind=PainKind.ACCEPTABLE), score(24, 2, kind=PainKind.ACCEPTABLE))
    assert acceptable_level(record, T0 + timedelta(hours=hours)) == expected


def test_an_acceptable_level_named_by_a_proxy_is_not_the_patients_goal() -> None:
    record = a_record(score(0, 4, kind=PainKind.ACCEPTABLE, reporter=PainReporter.PROXY))
    assert acceptable_level(record, T0 + timedelta(hours=1)) is None


def test_the_share_at_goal_is_of_the_readings_that_could_be_taken() -> None:
    (series,) = pain_series(a_record(score(0, 3), score(4, 4), score(8, None), score(12, 2)))
    assert share_at_or_below(series.scores, Interval(T0, T0 + timedelta(hours=24)), Fraction(3)) == Fraction(
        2, 3
    )


def test_the_share_at_goal_is_unknown_without_an_assessed_reading() -> None:
    (series,) = pain_series(a_record(score(0, None)))
    share = share_at_or_below(series.scores, Interval(T0, T0 + timedelta(hours=24)), Fraction(3))
    assert isinstance(share, Unknown)


def test_sedation_stands_in_one_series_a_scale_as_written() -> None:
    rows = tuple(
        SedationScore(f"s{hour}", T0 + timedelta(hours=hour), scale, value, HERE)
        for hour, scale, value in ((0, "rass", "-2"), (1, "poss", "S"), (2, "poss", "3"))
    )
    record = PatientRecord(Patient("p", "UTC", synthetic=True), sedation=rows)
    assert [(item.scale, [one.value for one in item.scores.values]) for item in sedation_series(record)] == [
        ("poss", ["S", "3"]),
        ("rass", ["-2"]),
    ]
