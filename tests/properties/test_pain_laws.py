"""Laws of the time-weighted mean, and of answers that may only turn one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from adjuvant.library import responses
from adjuvant.outcomes import BeforeAfter, ResponseFacts, answer, declared_course, evaluate
from adjuvant.record import NotAssessable, Origin, PainScore
from adjuvant.symptoms import gaps, time_weighted_mean
from adjuvant.timeline import Interval, Series, hours_between
from adjuvant.unknown import Unknown
from builders import a_patient

T0 = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Interval(T0, T0 + timedelta(hours=72))
LIMIT = Fraction(12)

minutes = st.integers(min_value=-600, max_value=72 * 60 + 600)
points = st.fractions(min_value=0, max_value=10, max_denominator=4)
rows = st.lists(st.tuples(minutes, points), max_size=30)


def scores(rows: Sequence[tuple[int, Fraction | None]], why: str = "not recorded") -> Series[PainScore]:
    return Series.of(
        [
            PainScore(
                id=str(index),
                at=T0 + timedelta(minutes=minute),
                scale="nrs_0_10",
                origin=Origin("test", "rows", str(index)),
                value=value,
                not_assessable=NotAssessable(why) if value is None else None,
            )
            for index, (minute, value) in enumerate(rows)
        ],
        at=lambda score: score.at,
    )


@given(rows)
def test_the_mean_lies_between_the_lowest_and_the_highest_reading(rows: list[tuple[int, Fraction]]) -> None:
    answer = time_weighted_mean(scores(rows), WINDOW, gap_h=LIMIT)
    inside = [value for minute, value in rows if 0 <= minute < 72 * 60]
    assert answer.scored == len(inside)
    assert 0 <= answer.covered_share <= 1
    if not isinstance(answer.mean, Unknown):
        assert min(inside) <= answer.mean <= max(inside)


@given(rows, st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows: list[tuple[int, Fraction]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (time_weighted_mean(scores(each), WINDOW, gap_h=LIMIT) for each in (rows, shuffled))
    assert one == other


@given(rows, st.fractions(min_value=-3, max_value=3, max_denominator=4))
def test_shifting_every_score_shifts_the_mean_by_as_much(
    rows: list[tuple[int, Fraction]], shift: Fraction
) -> None:
    one = time_weighted_mean(scores(rows), WINDOW, gap_h=LIMIT).mean
    other = time_weighted_mean(scores([(at, value + shift) for at, value in rows]), WINDOW, gap_h=LIMIT).mean
    if isinstance(one, Unknown):
        assert one == other
    else:
        assert other == one + shift


@given(rows, st.integers(min_value=1, max_value=72 * 60 - 1))
def test_areas_of_two_halves_and_of_the_stretch_across_the_split_add_up(
    rows: list[tuple[int, Fraction]], minute: int
) -> None:
    """Nothing is drawn to a window's edge, so the one stretch that crosses the split belongs to neither half."""
    split = T0 + timedelta(minutes=minute)
    parts = [WINDOW, Interval(WINDOW.start, split), Interval(split, WINDOW.end)]
    whole, left, right = (_area(rows, part) for part in parts)
    assert whole == left + right + _bridge(rows, minute)


def _area(rows: list[tuple[int, Fraction]], window: Interval) -> Fraction:
    area = time_weighted_mean(scores(rows), window, gap_h=LIMIT).area
    return Fraction(0) if isinstance(area, Unknown) else area


def _bridge(rows: list[tuple[int, Fraction]], minute: int) -> Fraction:
    inside = [row for row in rows if 0 <= row[0] < 72 * 60]
    left = max((at for at, _ in inside if at < minute), default=None)
    right = min((at for at, _ in inside if at >= minute), default=None)
    if left is None or right is None or right - left > 12 * 60:
        return Fraction(0)
    low, high = ([value for at, value in inside if at == edge] for edge in (left, right))
    return (sum(low) / len(low) + sum(high) / len(high)) / 2 * Fraction(right - left, 60)


@given(rows, minutes, st.sampled_from(["asleep", "declined", "not recorded"]))
def test_a_reading_that_nobody_took_never_changes_the_mean(
    rows: list[tuple[int, Fraction]], minute: int, why: str
) -> None:
    one = time_weighted_mean(scores(rows), WINDOW, gap_h=LIMIT)
    other = time_weighted_mean(scores([*rows, (minute, None)], why), WINDOW, gap_h=LIMIT)
    assert (one.mean, one.area, one.covered, one.scored) == (
        other.mean,
        other.area,
        other.covered,
        other.scored,
    )


@given(rows, minutes, st.sampled_from(["sedated", "unable to score"]))
def test_a_reading_that_sedation_prevented_only_ever_takes_time_away(
    rows: list[tuple[int, Fraction]], minute: int, why: str
) -> None:
    one = time_weighted_mean(scores(rows), WINDOW, gap_h=LIMIT)
    other = time_weighted_mean(scores([*rows, (minute, None)], why), WINDOW, gap_h=LIMIT)
    assert other.covered <= one.covered
    assert other.scored == one.scored


@given(rows)
def test_readings_outside_the_window_have_no_say(rows: list[tuple[int, Fraction]]) -> None:
    inside = [row for row in rows if 0 <= row[0] < 72 * 60]
    answers = [time_weighted_mean(scores(each), WINDOW, gap_h=LIMIT) for each in (rows, inside)]
    assert answers[0] == answers[1]


@given(rows)
def test_covered_time_and_gaps_never_overlap(rows: list[tuple[int, Fraction]]) -> None:
    covered = time_weighted_mean(scores(rows), WINDOW, gap_h=LIMIT).covered
    silent = sum(
        (hours_between(gap.start, gap.end) for gap in gaps(scores(rows), WINDOW, gap_h=LIMIT)), Fraction(0)
    )
    assert covered + silent <= 72


@given(
    rows.filter(bool),
    st.integers(min_value=0, max_value=29),
    st.fractions(min_value=0, max_value=5, max_denominator=4),
)
def test_a_higher_score_never_lowers_the_mean(
    rows: list[tuple[int, Fraction]], index: int, more: Fraction
) -> None:
    index %= len(rows)
    higher = [(at, value + more if i == index else value) for i, (at, value) in enumerate(rows)]
    one, other = (time_weighted_mean(scores(each), WINDOW, gap_h=LIMIT).mean for each in (rows, higher))
    if not isinstance(one, Unknown):
        assert not isinstance(other, Unknown)
        assert other >= one


# --- answers that may only turn one way ---------------------------------------------------------------------

RULES = {rule.key: rule for rule in responses()}
GOOD = sorted(key for key, rule in RULES.items() if rule.concern == "response")
maybe_points = st.one_of(st.none(), points)
maybe_dose = st.one_of(st.none(), st.fractions(min_value=0, max_value=500, max_denominator=2))


@st.composite
def facts_before(draw: st.DrawFn) -> ResponseFacts:
    """The figures of an invented patient, some of them missing."""

    def figure(what: st.SearchStrategy[Fraction | None]) -> Fraction | Unknown:
        value = draw(what)
        return Unknown("it") if value is None else value

    def pair(what: st.SearchStrategy[Fraction | None]) -> BeforeAfter:
        return BeforeAfter(figure(what), figure(what))

    return ResponseFacts(
        pain=pair(maybe_points),
        average=pair(maybe_points),
        worst=pair(maybe_points),
        opioid=pair(maybe_dose),
        rescue_after=figure(st.one_of(st.none(), st.fractions(min_value=0, max_value=12, max_denominator=3))),
        goal=figure(maybe_points),
        tolerated=draw(st.sampled_from([True, False, Unknown("it")])),
        days=tuple(figure(maybe_points) for _ in range(draw(st.integers(min_value=0, max_value=24)))),
    )


def raised(figure: BeforeAfter, more: Fraction) -> BeforeAfter:
    after = figure.after if isinstance(figure.after, Unknown) else figure.after + more
    return BeforeAfter(figure.before, after)


@given(facts_before(), st.fractions(min_value=0, max_value=5, max_denominator=4))
def test_more_pain_after_never_turns_an_answer_to_yes(facts: ResponseFacts, more: Fraction) -> None:
    worse = replace(
        facts,
        pain=raised(facts.pain, more),
        average=raised(facts.average, more),
        worst=raised(facts.worst, more),
        days=tuple(day if isinstance(day, Unknown) else day + more for day in facts.days),
    )
    never_better(facts, worse)


@given(facts_before(), st.fractions(min_value=0, max_value=200, max_denominator=2))
def test_more_opioid_after_never_turns_an_answer_to_yes(facts: ResponseFacts, more: Fraction) -> None:
    never_better(facts, replace(facts, opioid=raised(facts.opioid, more)))


@given(facts_before(), st.fractions(min_value=0, max_value=5, max_denominator=3))
def test_more_rescue_doses_never_turn_an_answer_to_yes(facts: ResponseFacts, more: Fraction) -> None:
    rescue = facts.rescue_after if isinstance(facts.rescue_after, Unknown) else facts.rescue_after + more
    never_better(facts, replace(facts, rescue_after=rescue))


def never_better(facts: ResponseFacts, worse: ResponseFacts) -> None:
    """No response that was refused, and none that was open, is granted by worse figures; and the other way round."""
    for key in GOOD:
        one, other = (answer(each, RULES[key]).word for each in (facts, worse))
        assert (one, other) not in {("no", "yes"), ("no", "cannot_evaluate"), ("cannot_evaluate", "yes")}, key


@given(facts_before())
def test_what_is_made_known_never_turns_a_yes_or_a_no(facts: ResponseFacts) -> None:
    """An answer given with something missing stands whatever the missing figure turns out to be."""
    known = replace(
        facts,
        goal=Fraction(3) if isinstance(facts.goal, Unknown) else facts.goal,
        rescue_after=Fraction(2) if isinstance(facts.rescue_after, Unknown) else facts.rescue_after,
        opioid=BeforeAfter(
            *(
                Fraction(60) if isinstance(end, Unknown) else end
                for end in (facts.opioid.before, facts.opioid.after)
            )
        ),
        tolerated=True if isinstance(facts.tolerated, Unknown) else facts.tolerated,
    )
    for key in RULES:
        one, other = (answer(each, RULES[key]).word for each in (facts, known))
        assert one in ("cannot_evaluate", other), key


# --- no evaluation sees the future --------------------------------------------------------------------------


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(min_value=0, max_value=24 * 60), points), max_size=5),
    st.booleans(),
    st.booleans(),
)
def test_an_evaluation_never_sees_what_happened_after_its_last_window(
    later: list[tuple[int, Fraction]], ketamine: bool, died: bool
) -> None:
    """The after window ends at the midnight of day 8; whatever is charted from that moment on changes nothing."""
    patient = a_patient().ketamine("35 mg", 82).infusion("morphine", "2 mg/h", 0, 24 * 7)
    for hour in range(0, 24 * 7, 4):
        patient = patient.pain(8 if hour < 96 else 5, hour)
    course = declared_course(patient.when(82), patient.when(83))
    end = 24 * 7
    more = patient
    for minute, value in later:
        more = more.pain(value, Fraction(end) + Fraction(minute, 60))
        more = more.given("oxycodone", "20 mg", Fraction(end) + Fraction(minute, 60), as_needed=True)
        more = more.adverse("hallucination", Fraction(end) + Fraction(minute, 60), led_to="ketamine stopped")
    more = more.ketamine("35 mg", end) if ketamine else more
    record = more.record()
    if died:
        record = replace(record, patient=replace(record.patient, death=patient.when(end + 1)))
    assert evaluate(record, course) == evaluate(patient.record(), course)
