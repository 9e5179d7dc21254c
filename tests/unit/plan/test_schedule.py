"""What is due when: phases, beginnings anew, the end, the grace, and days on which the clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adjuvant.errors import InputError
from adjuvant.plan.schedule import MonitoringSchedule, Running, monitoring_schedule, running_of
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.model import ObservationGroup
from adjuvant.protocol.site import Sited
from adjuvant.quantity import parse_quantity
from bedside import BEGINS
from infusions import founding, told


def observed(*groups: dict) -> Sited:
    """The founding protocol, whose monitoring is these groups alone."""
    made = tuple(ObservationGroup.model_validate({"citation": "rcht", **one}) for one in groups)
    return replace(founding(), protocol=founding().protocol.model_copy(update={"monitoring": made}))


def minutes(schedule: MonitoringSchedule, item: str | None = None) -> list[int]:
    return [
        round((one.at - BEGINS) / timedelta(minutes=1))
        for one in schedule.due
        if item is None or item in one.items
    ]


def plan(sited: Sited, running: Running, hours: float) -> MonitoringSchedule:
    return monitoring_schedule(sited, "infusion", running, running.began + timedelta(hours=hours))


PHASED = {"items": ["pain"], "phases": [{"lasts": "1 h", "every": "15 min"}, {"lasts": "2 h", "every": "30 min"}, {"every": "4 h"}]}  # fmt: skip


def test_phases_follow_each_other() -> None:
    found = minutes(plan(observed(PHASED), Running(BEGINS), 12))
    assert found == [15, 30, 45, 60, 90, 120, 150, 180, 420, 660]


def test_a_change_of_dose_begins_the_phases_anew_only_where_the_protocol_says_so() -> None:
    running = Running(BEGINS, changes=(BEGINS + timedelta(minutes=40),))
    anew = observed({**PHASED, "restart_on": ["dose_change"]})
    assert minutes(plan(anew, running, 2)) == [15, 30, 55, 70, 85, 100]
    assert minutes(plan(observed(PHASED), running, 2)) == [15, 30, 45, 60, 90, 120]


def test_what_is_due_at_one_instant_is_asked_once_with_both_reasons() -> None:
    every = {"items": ["pain", "sedation"], "phases": [{"every": "1 h"}]}
    found = plan(observed(PHASED, every), Running(BEGINS), 1)
    last = found.due[-1]
    assert last.items == ("pain", "sedation") and len(last.why) == 2


def test_what_runs_until_the_end_stops_with_it_or_goes_on_as_long_as_the_protocol_says() -> None:
    running = Running(BEGINS, ended=BEGINS + timedelta(hours=2))
    group = {"items": ["pain"], "phases": [{"every": "1 h"}]}
    assert minutes(plan(observed(group), running, 9)) == [60, 120]
    assert minutes(plan(observed({**group, "after_end": "3 h"}), running, 9)) == [60, 120, 180, 240, 300]


def test_a_phase_of_its_own_length_is_kept_though_a_short_infusion_has_ended() -> None:
    running = Running(BEGINS, ended=BEGINS + timedelta(minutes=40))
    assert minutes(plan(observed(PHASED), running, 3)) == [15, 30, 45, 60, 90, 120, 150, 180]


def test_instants_after_a_dose_are_counted_from_each_dose() -> None:
    group = observed({"items": ["pain"], "at": ["15 min", "1 h"]})
    running = Running(BEGINS, boluses=(BEGINS, BEGINS + timedelta(hours=6)))
    assert minutes(plan(group, running, 12)) == [15, 60, 375, 420]


def test_before_after_continuous_and_unstated_stand_apart() -> None:
    found = plan(
        observed(
            {"items": ["pain"], "once": "before"},
            {"items": ["nausea"], "once": "after"},
            {"items": ["spo2"], "continuous": True},
            {"items": ["tolerance"], "unstated": True},
        ),
        Running(BEGINS),
        1,
    )
    assert (found.before, found.after, found.continuous) == (("pain",), ("nausea",), ("spo2",))
    assert found.due == () and len(found.unstated) == 1 and "when is not said" in found.unstated[0]


def test_the_grace_is_the_site_s_and_without_one_nothing_is_late() -> None:
    assert {
        one.late_after - one.at for one in plan(founding(), Running(BEGINS), 4).due if one.late_after
    } == {timedelta(minutes=15)}
    without = replace(observed(PHASED), profile=None)
    assert {one.late_after for one in plan(without, Running(BEGINS), 4).due} == {None}


@pytest.mark.hazard("H-059")
@pytest.mark.parametrize(
    ("zone", "day", "wall_hours"),
    [
        ("America/New_York", (2026, 3, 8), 5),
        ("America/New_York", (2026, 11, 1), 3),
        ("Europe/London", (2026, 3, 29), 5),
    ],
)
def test_four_hours_are_four_hours_on_the_night_when_the_clocks_change(
    zone: str, day: tuple[int, int, int], wall_hours: int
) -> None:
    # Begun at midnight local time; four hours later the clock on the wall shows five o'clock or three.
    began = datetime(*day, tzinfo=ZoneInfo(zone))
    group = observed({"items": ["pain"], "phases": [{"every": "4 h"}]})
    (first, *_) = plan(group, Running(began), 8).due
    assert first.at - began.astimezone(UTC) == timedelta(hours=4)
    assert first.at.astimezone(ZoneInfo(zone)).hour == wall_hours


def test_a_chart_says_when_it_began_changed_and_ended() -> None:
    def at(hour: int, what: Happened, dose: str | None = None, over: str | None = None) -> ChartEvent:
        amount = parse_quantity(dose) if dose else None
        return ChartEvent(
            BEGINS + timedelta(hours=hour), what, amount, parse_quantity(over) if over else None
        )

    run = running_of(
        [at(0, Happened.START, "3 mg/h"), at(8, Happened.CHANGE, "6 mg/h"), at(20, Happened.STOP)]
    )
    assert run == Running(BEGINS, BEGINS + timedelta(hours=20), (BEGINS + timedelta(hours=8),))
    one = running_of([at(0, Happened.GIVEN, "31 mg", "40 min")])
    assert one.ended == BEGINS + timedelta(minutes=40) and one.boluses == (BEGINS,)
    again = running_of(
        [at(0, Happened.START, "3 mg/h"), at(2, Happened.STOP), at(3, Happened.START, "3 mg/h")]
    )
    assert again.ended is None
    with pytest.raises(InputError, match="was not begun"):
        running_of([])


def test_what_cannot_be_scheduled_is_refused() -> None:
    with pytest.raises(InputError, match="ends before ketamine begins"):
        plan(founding(), Running(BEGINS), -1)
    with pytest.raises(InputError, match="has no zone"):
        monitoring_schedule(founding(), "infusion", Running(datetime(2026, 3, 2)), BEGINS)
    nothing = observed({"items": ["pain"], "phases": [{"every": "0 h"}]})
    with pytest.raises(InputError, match="has no length"):
        plan(nothing, Running(BEGINS), 1)


def test_a_stretch_of_the_schedule_begins_with_its_start_and_ends_before_its_end() -> None:
    found = plan(observed(PHASED), Running(BEGINS), 12)
    part = found.due_in(BEGINS + timedelta(minutes=15), BEGINS + timedelta(minutes=60))
    assert [one.at - BEGINS for one in part] == [timedelta(minutes=n) for n in (15, 30, 45)]


# --- beginnings, and what counts as one -----------------------------------------------------------------------


def charted(hour: float, what: Happened, dose: str | None = None) -> ChartEvent:
    return ChartEvent(BEGINS + timedelta(hours=hour), what, parse_quantity(dose) if dose else None)


def test_what_is_due_at_the_very_instant_of_a_new_beginning_belongs_to_the_new_one() -> None:
    # The dose is changed at 30 min: the second quarter of an hour is not asked, the first after it is, at 45.
    running = Running(BEGINS, changes=(BEGINS + timedelta(minutes=30),))
    anew = observed({**PHASED, "restart_on": ["dose_change"]})
    assert minutes(plan(anew, running, 1)) == [15, 45, 60]


def test_a_bolus_begins_the_phases_anew_only_where_the_protocol_says_so() -> None:
    running = Running(BEGINS, boluses=(BEGINS + timedelta(minutes=40),))
    anew = observed({**PHASED, "restart_on": ["bolus"]})
    assert minutes(plan(anew, running, 2)) == [15, 30, 55, 70, 85, 100]
    assert minutes(plan(observed(PHASED), running, 2)) == [15, 30, 45, 60, 90, 120]


def test_what_one_regimen_asks_for_is_not_asked_of_another() -> None:
    every = {"phases": [{"every": "1 h"}]}
    sited = observed(
        {"items": ["pain"], "regimens": ["infusion"], **every},
        {"items": ["spo2"], "regimens": ["another"], **every},
        {"items": ["sedation"], **every},
    )
    assert [one.items for one in plan(sited, Running(BEGINS), 1).due] == [("pain", "sedation")]


def test_a_schedule_keeps_its_horizon_and_may_end_as_it_begins() -> None:
    found = plan(observed({"items": ["pain"], "at": ["0 min", "15 min"]}), Running(BEGINS), 0)
    assert minutes(found) == [0] and found.until == BEGINS


def test_a_dose_that_is_given_while_ketamine_runs_does_not_begin_it_anew() -> None:
    events = [charted(0, Happened.START, "3 mg/h"), charted(2, Happened.GIVEN, "10 mg")]
    assert running_of(events) == Running(BEGINS, boluses=(BEGINS + timedelta(hours=2),))


def test_what_is_charted_after_the_end_begins_nothing() -> None:
    events = [charted(0, Happened.START, "3 mg/h"), charted(2, Happened.STOP), charted(3, Happened.STOP)]
    assert running_of(events) == Running(BEGINS, BEGINS + timedelta(hours=3))


def test_a_dose_without_a_length_has_no_end_and_is_watched_on() -> None:
    assert running_of([charted(0, Happened.GIVEN, "10 mg")]).ended is None


def test_what_cannot_be_scheduled_says_what_to_do() -> None:
    with pytest.raises(InputError) as caught:
        plan(founding(), Running(BEGINS), -1)
    assert told(caught.value) == ("monitoring", "ends before ketamine begins", "choose a later horizon")
    with pytest.raises(InputError) as caught:
        running_of([])
    assert told(caught.value) == ("monitoring", "ketamine was not begun", "chart its start")
    with pytest.raises(InputError) as caught:
        plan(observed({"items": ["pain"], "phases": [{"every": "0 h"}]}), Running(BEGINS), 1)
    assert told(caught.value) == ("interval 0 h", "has no length", "correct the protocol's phase")
