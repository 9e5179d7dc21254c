"""The timeline after the figure grammar: every reading drawn, nothing filled in, nothing covered or clipped."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from adjuvant.quantity import Quantity
from adjuvant.record import Basis, Exposure, ExposureKind
from adjuvant.reports.figure import PHONE, PRINT, SCREEN, timeline_of, timeline_svg
from adjuvant.reports.figure.layout import Axis
from adjuvant.reports.figure.sheet import nice_step
from adjuvant.timeline import Interval, Series

LAYOUTS = pytest.mark.parametrize("layout", [SCREEN, PRINT, PHONE], ids=lambda layout: layout.name)
KINDS = pytest.mark.parametrize("kind", ["ordinary", "crowded", "sparse", "hostile"])


def axis_of(outcome, layout=SCREEN) -> Axis:
    return Axis(timeline_of(outcome).span, layout)


@LAYOUTS
@KINDS
def test_no_label_is_clipped_at_any_width(every_kind, kind, layout, draw) -> None:
    figure = draw(every_kind[kind], layout)
    for left, top, right, bottom, words in figure.labels():
        assert left >= -0.5, words
        assert right <= figure.width + 0.5, words
        assert top >= -0.5, words
        assert bottom <= figure.height + 0.5, words


@LAYOUTS
@KINDS
def test_no_label_covers_another(every_kind, kind, layout, draw) -> None:
    labels = [label for label in draw(every_kind[kind], layout).labels() if label[4]]
    for index, (left, top, right, bottom, words) in enumerate(labels):
        for other in labels[index + 1 :]:
            apart = (
                right <= other[0] + 0.6
                or other[2] <= left + 0.6
                or bottom <= other[1] + 0.6
                or other[3] <= top + 0.6
            )
            assert apart, f"{words!r} covers {other[4]!r}"


def test_each_reading_is_one_dot_at_its_time_and_value(outcome, draw) -> None:
    figure, axis = draw(outcome), axis_of(outcome)
    dots = {(float(dot["cx"]), float(dot["cy"])) for dot in figure.all("circle", "dot")}
    scored = [score for score in outcome.pain_series.values if score.value is not None]
    assert len(figure.all("circle", "dot")) == len(scored)
    grid = sorted({float(line["y1"]) for line in figure.all("line", "grid")})
    top, bottom = grid[0], grid[5]  # 10 to 0 in steps of 2
    for score in scored:
        y = bottom + (top - bottom) * float(score.value) / 10
        assert any(abs(x - axis.x(score.at)) < 0.02 and abs(at - y) < 0.02 for x, at in dots)


def test_what_could_not_be_assessed_stands_on_its_own_rail_and_never_on_a_value(outcome, draw) -> None:
    figure, axis = draw(outcome), axis_of(outcome)
    floor = max(float(dot["cy"]) for dot in figure.all("circle", "dot"))
    unassessed = [score for score in outcome.pain_series.values if score.value is None]
    crosses = figure.all("path", "cross")
    rings = figure.all("circle", "ring")
    sedated = [score for score in unassessed if score.not_assessable == "sedated"]
    assert len(rings) == len(sedated) + 1  # and one in the key
    assert len(crosses) + len(figure.all("line", "cross")) == len(unassessed) + 3  # and the key's three
    assert all(float(ring["cy"]) > floor for ring in rings)
    for score in sedated:
        assert any(abs(float(ring["cx"]) - axis.x(score.at)) < 0.02 for ring in rings)
    for word in ("asleep", "sedated", "declined"):
        assert word in figure.words()


def test_lines_join_only_readings_that_are_eight_hours_apart_or_less(outcome, draw) -> None:
    """The gap of 28 h after day 6, 14:00 is not bridged; readings 4 h and 8 h apart are joined."""
    figure, axis = draw(outcome), axis_of(outcome)
    (joins,) = figure.all("path", "join")
    pieces = [piece.split("L") for piece in joins["d"].split("M")[1:]]
    widest = max(float(end.split()[0]) - float(start.split()[0]) for start, end in pieces)
    assert widest <= 8 * axis.per_hour() + 0.02
    scored = [score.at for score in outcome.pain_series.values if score.value is not None]
    close = sum(later - at <= timedelta(hours=8) for at, later in itertools.pairwise(scored))
    assert len(pieces) == close < len(scored) - 1


def test_a_mean_bar_stands_over_exactly_its_window_with_its_value_and_cover(outcome, draw) -> None:
    figure, axis = draw(outcome), axis_of(outcome)
    bars = [(float(bar["x1"]), float(bar["x2"])) for bar in figure.all("line", "mean")]
    for window in (outcome.windows.before, outcome.windows.after):
        wanted = (axis.x(window.start), axis.x(window.end))
        assert any(abs(a - wanted[0]) < 0.02 and abs(b - wanted[1]) < 0.02 for a, b in bars)
    assert "mean 6.9 94 % covered" in figure.words().replace("  ", " ")
    assert "mean 4.4" in figure.words()
    assert "61 % covered" in figure.words()


def test_a_gap_is_hatched_from_reading_to_reading_and_says_its_hours(outcome, draw) -> None:
    figure, axis = draw(outcome), axis_of(outcome)
    (hatched,) = figure.all("rect", "hatched")
    scored = [score.at for score in outcome.pain_series.values if score.value is not None]
    start, end = max(itertools.pairwise(scored), key=lambda pair: pair[1] - pair[0])
    assert abs(float(hatched["x"]) - axis.x(start)) < 0.02
    assert abs(float(hatched["width"]) - (axis.x(end) - axis.x(start))) < 0.02
    assert "no reading 28 h" in figure.words()


def test_the_goal_is_dotted_and_named_with_its_number(outcome, draw) -> None:
    assert len(draw(outcome).all("line", "limit")) == 1
    assert "personal goal 3" in draw(outcome).words()
    without = replace(outcome, pain=replace(outcome.pain, goal=None))
    assert not draw(without).all("line", "limit")


def test_windows_are_brackets_and_the_course_between_them_is_not_counted(outcome, draw) -> None:
    figure = draw(outcome)
    assert len(figure.all("line", "window")) == 2
    assert len(figure.all("line", "onset")) == len(figure.all("rect", "ground")) == 1
    assert "Course not counted" in figure.words().replace("  ", " ")
    assert "15 of 18 readings" in figure.words()


def test_ketamine_runs_through_all_panels_from_its_triangle_with_its_dose(outcome, draw) -> None:
    figure = draw(outcome)
    lines = figure.all("line", "ketamine-line")
    assert len({line["x1"] for line in lines}) == len(figure.all("path", "ketamine")) == 3
    assert figure.words().count("33.8 mg") == 3
    lowest_dot = max(float(dot["cy"]) for dot in figure.all("circle", "dot"))
    for x in {line["x1"] for line in lines}:
        pieces = [line for line in lines if line["x1"] == x]
        assert min(float(line["y1"]) for line in pieces) < 60
        assert max(float(line["y2"]) for line in pieces) > lowest_dot + 150


@pytest.mark.parametrize("layout", [SCREEN, PRINT, PHONE], ids=lambda layout: layout.name)
def test_no_line_of_ketamine_runs_through_any_word(every_kind, draw, layout) -> None:
    for name, outcome in every_kind.items():
        figure = draw(outcome, layout)
        lines = figure.all("line", "ketamine-line") + figure.all("line", "ketamine-end")
        for left, top, right, bottom, words in figure.labels():
            for line in lines:
                x, start, end = (float(line[key]) for key in ("x1", "y1", "y2"))
                crossed = left < x < right and start < bottom - 2 and end > top + 2
                assert not (words and crossed), (name, words)


def test_a_continuous_infusion_is_drawn_as_steps_of_its_rate(outcome, draw) -> None:
    start = outcome.course.start
    steps = tuple(
        Exposure(
            "ketamine",
            "subcutaneous",
            None,
            ExposureKind.INFUSION,
            start + timedelta(hours=24 * index),
            start + timedelta(hours=24 * (index + 1)),
            Quantity(24 * (5 + index), "mg"),
            Basis.ADMINISTERED,
            rate=Quantity(5 + index, "mg/h"),
        )
        for index in range(3)
    )
    figure = draw(replace(outcome, course=replace(outcome.course, exposures=steps)))
    (rate,) = figure.all("path", "rate")
    heights = [float(step.split()[1]) for step in rate["d"].rstrip("Z").replace("M", "L").split("L")[1:]]
    floor = max(heights)
    assert sorted({round((floor - height) / 26 * 7) for height in heights}) == [0, 5, 6, 7]
    assert "5 mg/h" in figure.words()
    assert "432 mg" in figure.words()


def test_mme_is_a_step_with_its_range_and_incomplete_days_are_hatched_and_named(outcome, draw) -> None:
    figure = draw(outcome)
    assert len(figure.all("path", "mme")) == len(figure.all("path", "range")) == 1
    assert not figure.all("path", "mme-open")
    assert "incomplete" not in figure.words()
    curve = outcome.opioids.curve
    days = tuple(replace(day, complete=index != 4) for index, day in enumerate(curve.days))
    broken = draw(replace(outcome, opioids=replace(outcome.opioids, curve=replace(curve, days=days))))
    assert len(broken.all("path", "mme-open")) == 1
    assert len(broken.all("rect", "hatched")) == 2
    assert "incomplete" in broken.words()
    assert "448.8 a day" in broken.words()
    assert "290.9 a day" in broken.words()
    assert "187 to 291 over 5 tables" in broken.words()
    assert "CDC 2022 + US equianalgesic, classic" in broken.words()


def test_a_stop_is_a_heavy_end_with_its_time_and_a_new_drug_says_that_it_also_changed(outcome, draw) -> None:
    figure = draw(outcome)
    assert len(figure.all("line", "stop")) == 2
    assert "stopped day 4, 14:00" in figure.words()
    assert "started day 2, 08:00: also changed" in figure.words()
    rescues = [item for item in outcome.record.administrations if item.as_needed]
    assert len(figure.all("line", "dose")) == len(rescues)


@pytest.mark.hazard("H-071")
def test_sedation_and_adverse_events_stand_on_the_axis_of_the_pain(outcome, draw) -> None:
    figure, axis = draw(outcome), axis_of(outcome)
    middles = [((left + right) / 2, words) for left, _, right, _, words in figure.labels()]
    for score in outcome.sedation.values:
        assert any(abs(x - axis.x(score.at)) < 0.02 and words == score.value for x, words in middles)
    (event,) = figure.all("path", "event")
    assert abs(float(event["d"][1:].split()[0]) - axis.x(outcome.adverse_events[0].at)) < 0.02
    assert "hallucination, grade 2, rate halved" in figure.words()


@pytest.mark.hazard("H-071")
def test_where_no_event_is_charted_the_figure_says_that_this_is_not_none(every_kind, draw) -> None:
    assert "none charted, which is not none" in draw(every_kind["sparse"]).words()


def test_every_sedation_reading_keeps_a_tick_where_characters_would_not_fit(every_kind, draw) -> None:
    outcome = every_kind["crowded"]
    figure = draw(outcome, PRINT)
    span = timeline_of(outcome).span
    inside = sum(score.at in span for score in outcome.sedation.values)
    assert len(figure.all("line", "tick")) + len(figure.all("line", "tick-bold")) == inside
    assert "changes only in the appendix" in figure.words()


def test_two_readings_are_two_dots_without_a_line_and_without_a_mean(every_kind, draw) -> None:
    figure = draw(every_kind["sparse"])
    assert len(figure.all("circle", "dot")) == 2
    assert not figure.all("path", "join")
    assert not figure.all("line", "mean")
    assert "record ends day 3" in figure.words()
    assert "no medication is charted" in figure.words()


def test_a_record_without_a_usable_pain_series_keeps_the_panels_place_and_says_why(outcome, draw) -> None:
    figure = draw(replace(outcome, pain=None, pain_series=Series((), ())))
    assert "no pain series could be used" in figure.words()
    assert not figure.all("circle", "dot")


def test_the_day_of_23_hours_is_drawn_an_hour_narrower(outcome) -> None:
    axis = axis_of(outcome)
    days = {day.date.day: day.interval for day in timeline_of(outcome).clock.days(axis.span)}
    widths = {day: axis.x(span.end) - axis.x(span.start) for day, span in days.items()}
    assert widths[8] == pytest.approx(widths[7] * 23 / 24)


def test_the_figure_is_named_described_and_free_of_scripts_and_links(every_kind) -> None:
    for outcome in every_kind.values():
        svg = timeline_svg(timeline_of(outcome), SCREEN)
        assert "<title id=" in svg
        assert "<desc id=" in svg
        assert 'role="img"' in svg
        assert "<script" not in svg
        assert "href" not in svg
        assert " on" + "load=" not in svg


def test_the_same_outcome_gives_the_same_bytes(outcome, make) -> None:
    assert timeline_svg(timeline_of(outcome), PRINT) == timeline_svg(timeline_of(make()), PRINT)


def test_what_lies_outside_the_drawn_days_is_counted_in_words(outcome) -> None:
    assert "1 administration" in timeline_of(outcome).outside.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("largest", "most", "step"),
    [("10", 5, 2), ("465", 4, 200), ("4480", 4, 2000), ("3", 4, 1), ("0.5", 4, 1), ("100", 5, 20)],
)
def test_axis_steps_are_one_two_or_five_times_a_power_of_ten(largest, most, step) -> None:
    assert nice_step(Fraction(largest), most) == step


def test_an_instant_outside_the_axis_stands_at_its_edge(outcome) -> None:
    axis = axis_of(outcome)
    before = axis.span.start - timedelta(days=9)
    assert axis.x(before) == SCREEN.x0
    assert not axis.shows(before)
    assert Interval(axis.span.start, axis.span.end) == axis.span
