"""What a report says in the less ordinary cases: refusals, other bases, unknown ages, courses that were only declared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from adjuvant.citation import Citation, Provenance
from adjuvant.outcomes.model import CourseKind
from adjuvant.quantity import Quantity
from adjuvant.record import AdministrationKind, Basis, Refusal, RefusalReason
from adjuvant.reports.content import course_content, reported_content
from adjuvant.reports.content.cites import Cites
from adjuvant.reports.content.model import Grid, KeyRow, Note, Rung, Table
from adjuvant.reports.html import html_of
from adjuvant.reports.terminal import terminal_of
from adjuvant.reports.words import MME_CAVEAT
from adjuvant.timeline import Series
from adjuvant.unknown import Unknown

from .conftest import CDC, HARDY, given, local


def words_of(content, key: str) -> str:
    """Everything that one section says."""
    found = []
    for block in content.section(key).blocks:
        if isinstance(block, Note):
            found += [block.lead, block.text]
        elif isinstance(block, Grid):
            found += [part for item in block.items for part in item]
        elif isinstance(block, Table):
            found += [f"{cell.text} {cell.sub}" for row in (*block.rows, block.total) for cell in row]
    return " ".join(" ".join(found).replace("\u00a0", " ").split())


def facts_of(content) -> str:
    return " | ".join(f"{lead}: {text}" for lead, text in content.facts).replace("\u00a0", " ")


def patient(outcome, **changes):
    return replace(
        outcome, record=replace(outcome.record, patient=replace(outcome.record.patient, **changes))
    )


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(1968, 3, 5), "58"), (date(1968, 3, 6), "57"), (None, "man |")],
    ids=["birthday", "day before", "unknown"],
)
def test_the_age_is_the_age_on_day_0_or_is_not_said(outcome, born, age) -> None:
    facts = facts_of(course_content(patient(outcome, age_years=None, birth_date=born)))
    assert age in facts


def test_a_weight_after_the_course_began_is_not_the_weight_it_was_dosed_by(outcome) -> None:
    late = tuple(replace(weight, at=local(3)) for weight in outcome.record.weights)
    facts = facts_of(course_content(replace(outcome, record=replace(outcome.record, weights=late))))
    assert "67.6 kg" in facts_of(course_content(outcome))
    assert "kg" not in facts


def test_more_than_three_diagnoses_are_counted(outcome) -> None:
    many = tuple(
        replace(outcome.record.conditions[0], id=f"c{index}", text=f"illness {index}") for index in range(5)
    )
    assert "illness 2 and 2 more" in facts_of(
        course_content(replace(outcome, record=replace(outcome.record, conditions=many)))
    )


def test_a_declared_course_without_ketamine_says_so(outcome) -> None:
    bare = replace(outcome, course=replace(outcome.course, kind=CourseKind.DECLARED, exposures=()))
    content = course_content(bare)
    assert "declared, no ketamine charted" in facts_of(content)
    assert content.timeline.ketamine_title == "No ketamine charted"
    assert content.timeline.clock.zero_words == "declared start of the course"
    with_ketamine = replace(outcome, course=replace(outcome.course, kind=CourseKind.DECLARED))
    assert "(declared)" in facts_of(course_content(with_ketamine))


def test_refused_exposures_stand_in_the_list_and_make_the_total_a_lower_bound(outcome) -> None:
    refusal = Refusal("row 7", RefusalReason.UNKNOWN_UNIT, "10 puffs", "chart a mass", ingredient="fentanyl")
    before = replace(
        outcome.opioids.before, complete=False, refused=(refusal, replace(refusal, subject="row 8"))
    )
    refused_mean = replace(outcome.opioids.drugs[1].before, mme_per_day=None)
    drugs = (replace(outcome.opioids.drugs[1], before=refused_mean, change=None), *outcome.opioids.drugs[2:])
    opioids = replace(outcome.opioids, before=before, drugs=drugs)
    content = course_content(replace(outcome, opioids=opioids))
    words = words_of(content, "opioids")
    assert "Refused, and in no figure: fentanyl: unknown unit (10 puffs), 2 times" in words
    assert "at least 448.8" in words
    assert "hydromorphone intravenous 12 mg refused" in words


def test_totals_with_buprenorphine_are_also_given_without_it(outcome) -> None:
    before = replace(outcome.opioids.before, without_buprenorphine=Fraction("400.25"))
    after = replace(outcome.opioids.after, without_buprenorphine=outcome.opioids.after.per_day)
    words = words_of(
        course_content(replace(outcome, opioids=replace(outcome.opioids, before=before, after=after))),
        "opioids",
    )
    assert "Without buprenorphine: 400.2 before." in words


def test_orders_are_never_shown_as_given(outcome) -> None:
    opioids = replace(
        outcome.opioids, basis="ordered", curve=replace(outcome.opioids.curve, basis=Basis.ORDERED)
    )
    content = course_content(replace(outcome, opioids=opioids))
    assert content.section("opioids").aside.startswith("Ordered.")
    assert any("ordered" in row.sub for row in content.key.rows)
    assert "ordered" in content.timeline.opioids.basis


def test_one_covering_table_has_no_range_and_no_percentage_has_a_reason(outcome) -> None:
    def row(opioids) -> KeyRow:
        return course_content(replace(outcome, opioids=opioids)).key.rows[1]

    alone = row(replace(outcome.opioids, by_table=outcome.opioids.by_table[:1]))
    assert (alone.sure, alone.sure_sub) == ("one table only", "no other covers every dose")
    equal = tuple(replace(item, percent=Fraction(-30)) for item in outcome.opioids.by_table)
    assert row(replace(outcome.opioids, by_table=equal)).sure == "the same"
    blind = row(replace(outcome.opioids, percent=Unknown("an opioid before")))
    assert (blind.change, blind.sure, blind.sure_sub) == ("", "no percentage", "missing: an opioid before")


def test_plans_without_a_percentage_keep_their_row(outcome) -> None:
    plans = (replace(outcome.opioids.by_table[0], percent=None), *outcome.opioids.by_table[1:])
    unread = replace(outcome.opioids.uncovered[0], refused=())
    content = course_content(
        replace(outcome, opioids=replace(outcome.opioids, by_table=plans, uncovered=(unread,)))
    )
    words = words_of(content, "tables")
    assert "no percentage" in words
    assert "Refused: a window without any charting" in words
    none = replace(outcome.opioids, by_table=(plans[0],), uncovered=())
    assert "no percentage" in words_of(course_content(replace(outcome, opioids=none)), "tables")


def test_a_table_that_has_left_the_library_is_named_as_such(outcome) -> None:
    content = course_content(replace(outcome, opioids=replace(outcome.opioids, plan="cdc2022+gone1999")))
    assert "gone1999 This table is no longer in the library." in words_of(content, "used")


def test_rows_that_a_reader_lost_are_called_a_defect(outcome) -> None:
    lines = tuple(line for line in outcome.quality.lines if line.outcome != "duplicate")
    content = course_content(replace(outcome, quality=replace(outcome.quality, lines=lines)))
    assert "2 unaccounted for, which is a defect of the reader" in words_of(content, "quality")


def test_an_event_with_an_end_and_without_a_grade_is_told_whole(outcome) -> None:
    (event,) = outcome.adverse_events
    told = replace(event, end=event.at + timedelta(hours=2), grade=None, severity="moderate", led_to="")
    words = words_of(course_content(replace(outcome, adverse_events=(told,))), "harms")
    assert "day 2, 11:00 (UTC−05:00) to day 2, 13:00 (UTC−05:00) moderate not charted" in words


def test_more_than_three_changes_are_listed_below(outcome) -> None:
    changes = tuple(f"drug{index} (antipsychotic) started 2026-03-07 08:00-05:00." for index in range(5))
    content = course_content(replace(outcome, also_changed=changes))
    assert "2 more changes, listed below." in content.flags[0].text.replace("\u00a0", " ")
    assert "Drug4 (antipsychotic)" in words_of(content, "changes")


def test_without_a_change_the_flag_says_what_could_not_be_looked_at(outcome) -> None:
    content = course_content(replace(outcome, also_changed=outcome.also_changed[1:]))
    assert content.flags[0].lead == "Also changed: nothing seen."
    assert "Radiotherapy" in content.flags[0].text
    assert content.section("changes") is None
    silent = course_content(replace(outcome, also_changed=()))
    assert "names nothing else" in silent.flags[0].text


def test_what_must_be_weighed_stands_above_the_figures(outcome) -> None:
    content = course_content(replace(outcome, flags=("opioids rose by 30 %",)))
    assert (content.flags[-1].lead, content.flags[-1].text.replace("\u00a0", " ")) == (
        "To weigh:",
        "Opioids rose by 30 %.",
    )


def test_a_rung_that_cannot_be_evaluated_is_not_called_unasked(outcome) -> None:
    later = ("Durable: cannot be evaluated without the readings.",)
    ladder = course_content(replace(outcome, verdict=replace(outcome.verdict, not_asked=later))).ladder
    assert ladder[2] == Rung("Durable", "cannot", "Cannot evaluate", "without the readings")
    assert ladder[-1].state == "out"
    unset = course_content(replace(outcome, verdict=replace(outcome.verdict, not_asked=()))).ladder
    assert [rung.state for rung in unset] == ["yes", "yes", "later", "later", "out"]


def test_a_pain_summary_without_a_goal_or_a_series_says_so(outcome) -> None:
    bare = replace(
        outcome,
        pain=replace(outcome.pain, goal=None),
        goal_share_before=Unknown("the personalised pain goal"),
    )
    assert course_content(bare).key.rows[3].sub == "no personal goal is recorded"
    without = replace(outcome, pain=None, pain_series=Series((), ()))
    assert course_content(without).key.rows[0].sure == "not read"
    assert "no series could be used" in words_of(course_content(without), "quality")


def test_works_are_numbered_once_and_keep_the_weaker_word() -> None:
    cites = Cites()
    assert cites.ref(CDC, Provenance.READ) == "Dowell 2022 [1]"
    assert cites.ref(HARDY) == "Hardy 2012 [2]"
    assert cites.ref(CDC, Provenance.SECONDARY) == "Dowell 2022, read second-hand [1]"
    named = Citation("x", "Some house, a paper, 2020", 2020, document="a paper, 2020")
    cites.add((CDC, named))
    items = cites.items()
    assert len(items) == 3
    assert items[0].endswith("Read second-hand.")
    assert items[2] == "Some house, a paper, 2020."


def test_a_document_without_a_year_or_a_tension_still_makes_a_report(reported) -> None:
    figures = tuple(
        replace(figure, citation=replace(figure.citation, year=None)) for figure in reported.figures
    )
    content = reported_content(
        replace(
            reported,
            figures=figures,
            tensions=(),
            change=Unknown("pain before"),
            responses=reported.responses[:1],
        )
    )
    assert content.fixed_at == 0
    assert content.section("tensions") is None
    assert "cannot evaluate pain before" in words_of(content, "derived")
    assert "Not printed" not in words_of(content, "unknown")


def test_days_after_the_record_ends_are_not_read_and_not_a_line_at_zero(outcome) -> None:
    """Charting ends on day 2; a curve of zeros after it would say that no opioid was given."""
    end = local(2, 20)
    record = outcome.record.known_at(end)
    short = course_content(replace(outcome, record=record))
    drawn = short.timeline.opioids.days
    assert drawn[-1].window.end <= end < short.timeline.span.end
    (days,) = [block for block in short.section("facts").blocks if block.anchor == "f-days"]
    last = [cell.text for cell in days.table.rows[-1]]
    assert last[1:] == ["not charted", "", "No; nothing is charted."]
    assert any("charted until day 2" in row[3].text for row in days.table.rows)
    assert len(course_content(outcome).timeline.opioids.days) == len(outcome.opioids.curve.days)


def test_a_window_without_one_counted_dose_cannot_be_evaluated_and_is_never_at_least_0(outcome) -> None:
    after = replace(outcome.opioids.after, per_day=Fraction(0), drugs=(), complete=False)
    opioids = replace(outcome.opioids, after=after, percent=Unknown("opioids after: nothing is charted"))
    content = course_content(replace(outcome, opioids=opioids))
    assert content.key.rows[1].after == "cannot evaluate"
    assert content.timeline.opioids.after == "cannot evaluate"
    assert "at least 0" not in words_of(content, "opioids")
    assert "fentanyl patch 62 microgram/h 148.8 not read" in words_of(content, "opioids")


def test_orders_are_in_force_whether_or_not_anybody_charts(outcome) -> None:
    opioids = replace(
        outcome.opioids, basis="ordered", curve=replace(outcome.opioids.curve, basis=Basis.ORDERED)
    )
    content = course_content(replace(outcome, record=outcome.record.known_at(local(2, 20)), opioids=opioids))
    assert len(content.timeline.opioids.days) == len(opioids.curve.days)


def test_a_drug_that_was_not_given_is_none_and_one_that_was_not_read_is_not_read(outcome) -> None:
    patch, rescue, oxycodone = outcome.opioids.drugs
    begun = replace(oxycodone, before=None)
    opioids = replace(outcome.opioids, drugs=(patch, rescue, begun), stopped=())
    bars = {
        bar.label: bar.words.replace("\u00a0", " ")
        for bar in course_content(replace(outcome, opioids=opioids)).timeline.drugs
    }
    assert bars["fentanyl patch"] == "62 microgram/h, then none"
    assert bars["oxycodone oral"] == "none, then 40 mg a day"
    unread = replace(opioids, after=replace(opioids.after, per_day=Fraction(0), complete=False))
    bars = {
        bar.label: bar.words.replace("\u00a0", " ")
        for bar in course_content(replace(outcome, opioids=unread)).timeline.drugs
    }
    assert bars["fentanyl patch"] == "62 microgram/h, then not read"


def test_mme_never_stand_without_the_words_on_what_they_are_for(outcome, reported) -> None:
    for content in (course_content(outcome), reported_content(reported)):
        text = " ".join(terminal_of(content).split())
        page = html_of(content)
        for words in (text, page):
            assert "never for converting a patient from one opioid to another" in words
    assert course_content(outcome).key.note == MME_CAVEAT


def test_a_window_in_which_nothing_was_charted_says_so_and_draws_no_line_at_0(outcome) -> None:
    spent = outcome.opioids.after
    after = replace(spent, per_day=Fraction(0), drugs=(), complete=True, charted=False)
    opioids = replace(outcome.opioids, after=after, percent=Unknown("opioids after"))
    content = course_content(replace(outcome, opioids=opioids))
    assert content.key.rows[1].after == "not charted"
    assert content.timeline.opioids.after == "not charted"
    assert content.timeline.opioids.after_range == ""
    assert all(day.window.end <= spent.window.start for day in content.timeline.opioids.days)
    assert "not charted" in terminal_of(content)


def test_milligrams_of_ketamine_and_esketamine_are_never_added(outcome) -> None:
    first, second, *_ = outcome.course.exposures
    mixed = (
        replace(first, amount=Quantity(35, "mg")),
        replace(second, ingredient="esketamine", amount=Quantity(35, "mg")),
    )
    content = course_content(replace(outcome, course=replace(outcome.course, exposures=mixed)))
    facts = facts_of(content).replace("\u00a0", " ")
    assert "35 mg of ketamine and 35 mg of esketamine in all" in facts
    assert "70 mg" not in facts
    words = [run.words.replace("\u00a0", " ") for run in content.timeline.ketamine]
    assert words == ["ketamine 35 mg", "esketamine 35 mg"]


def test_an_infusion_of_ketamine_without_a_stop_is_not_no_ketamine(outcome) -> None:
    open_ended = given(
        "ketamine",
        "ketamine",
        outcome.course.start,
        kind=AdministrationKind.INFUSION,
        route="intravenous",
        rate=Quantity(10, "mg/h"),
    )
    record = replace(outcome.record, administrations=(*outcome.record.administrations, open_ended))
    course = replace(outcome.course, kind=CourseKind.DECLARED, exposures=())
    content = course_content(replace(outcome, record=record, course=course))
    facts = facts_of(content).replace("\u00a0", " ")
    assert "1 ketamine infusion charted without a stop, amount not known" in facts
    assert "no ketamine charted" not in facts
    assert content.timeline.ketamine_title == "Ketamine"


@pytest.mark.parametrize(
    ("day", "where"), [(1, "during the course"), (6, "in the window after"), (40, "after the windows")]
)
def test_a_death_stands_in_the_head_and_among_the_harms(outcome, day: int, where: str) -> None:
    content = course_content(patient(outcome, death=local(day, 9)))
    said = f"day {day}, 09:00"
    assert said in facts_of(content) and where in facts_of(content)
    (harms,) = [flag for flag in content.flags if flag.lead == "Harms:"]
    assert harms.text.startswith(f"Died {said}") and where in harms.text
    assert said in words_of(content, "harms")
    assert "Died" not in facts_of(course_content(outcome))


def test_opioid_doses_that_were_withheld_stand_with_opioids_and_with_harms(outcome) -> None:
    held = replace(outcome.opioids, withheld=("oxycodone held on day 5: too drowsy",))
    content = course_content(replace(outcome, opioids=held))
    for key in ("opioids", "harms"):
        assert "too drowsy" in words_of(content, key)


def test_dates_in_flags_carry_their_relative_day(outcome) -> None:
    changes = ("haloperidol (antipsychotic) started 2026-03-07 08:00-05:00.",)
    content = course_content(replace(outcome, also_changed=changes))
    assert "started day 2, 2026-03-07 08:00-05:00." in content.flags[0].text


def test_answered_definitions_have_no_column_for_what_is_missing(outcome) -> None:
    tables = [
        block for block in course_content(outcome).section("answers").blocks if isinstance(block, Table)
    ]
    heads = [[column.head for column in table.columns] for table in tables]
    assert "Missing" not in heads[0] and "Missing" in heads[1]
    assert all(len(row) == len(head) for table, head in zip(tables, heads, strict=True) for row in table.rows)


def test_figures_in_the_key_table_have_one_decimal(outcome) -> None:
    told = replace(outcome, rescue_per_day_before=Fraction(10, 3), rescue_per_day_after=Fraction(2, 3))
    row = course_content(told).key.rows[2]
    assert (row.before, row.after, row.change) == ("3.3", "0.7", "−2.7")


def test_a_record_without_any_adverse_event_row_shows_no_0_for_them(outcome) -> None:
    bare = replace(outcome, adverse_events=(), record=replace(outcome.record, adverse_events=()))
    row = course_content(bare).key.rows[-1]
    assert (row.before, row.after) == ("not charted", "not charted")


def test_no_opioid_on_order_after_the_charting_ended_is_no_line_at_0(outcome) -> None:
    """Orders are in force without charting, but their absence after it is not a reading of none."""
    curve = outcome.opioids.curve
    empty = tuple(
        replace(day, total=Fraction(0)) if day.day.interval.start >= local(3) else day for day in curve.days
    )
    after = replace(outcome.opioids.after, per_day=Fraction(0), drugs=())
    opioids = replace(
        outcome.opioids, basis="ordered", after=after, curve=replace(curve, basis=Basis.ORDERED, days=empty)
    )
    content = course_content(replace(outcome, record=outcome.record.known_at(local(2, 20)), opioids=opioids))
    assert all(day.window.start < local(3) for day in content.timeline.opioids.days)
    assert content.key.rows[1].after == "not charted"
