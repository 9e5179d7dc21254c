"""Schedules: laid out as their sources give them, counted by hand, and refused where a source says too little."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.design import Schedule, of_protocol, typed
from adjuvant.errors import InputError
from adjuvant.library.folder import FOLDER
from adjuvant.pk import Bolus, Infusion, RateChange, Regimen
from adjuvant.protocol import Sited, load, sited
from adjuvant.quantity import parse_quantity

WEIGHT = parse_quantity("70 kg")


def run_by_example(key: str) -> Sited:
    return sited(load(key), FOLDER / "protocols" / key / "example_site.yaml")


def schedule(key: str, regimen: str, rises: str = "never", days: int = 5) -> Schedule:
    return of_protocol(run_by_example(key), regimen, WEIGHT, rises=rises, days=Fraction(days))


def test_the_founding_schedule_is_three_infusions_of_35_mg_over_96_hours_and_40_minutes() -> None:
    found = schedule("patel_ldk", "infusion")
    assert [dose.start_min for dose in found.regimen.doses if isinstance(dose, Infusion)] == [0, 2880, 5760]
    assert found.total_mg(70) == pytest.approx(105) and found.most_mg_in_24_h(70) == pytest.approx(35)
    assert found.hours == pytest.approx(96 + 40 / 60) and found.acts == 6


def test_civik_rises_every_eight_hours_to_ten_times_its_first_rate() -> None:
    """0.05 to 0.5 mg/kg/h in ten levels: 3.5 mg/h times 8 h times (1 + 2 + ... + 9), then 35 mg/h for 48 h."""
    found = schedule("civik", "infusion", "fastest")
    by_hand = 3.5 * 8 * sum(range(1, 10)) + 35 * 48
    assert found.total_mg(70) == pytest.approx(by_hand) == pytest.approx(2940)
    assert found.most_mg_in_24_h(70) == pytest.approx(35 * 24)
    (one,) = found.regimen.doses
    assert isinstance(one, Infusion) and len(one.changes) == 9 and found.acts == 11
    assert schedule("civik", "infusion").total_mg(70) == pytest.approx(3.5 * 120)


def test_the_burst_is_100_then_300_then_500_mg_a_day() -> None:
    found = schedule("jackson_burst", "burst", "fastest")
    assert found.total_mg(70) == pytest.approx(100 + 300 + 3 * 500)


def test_oral_doses_are_eight_hours_apart_and_an_open_course_is_taken_for_the_days_asked_and_says_so() -> (
    None
):
    found = schedule("kannan_oral", "oral", days=2)
    assert [dose.at_min for dose in found.regimen.doses if isinstance(dose, Bolus)] == [
        480 * place for place in range(6)
    ]
    assert found.total_mg(70) == pytest.approx(6 * 35) and found.hours == 48
    assert any("no end of its own; 2 days" in one for one in found.chosen)


def test_what_an_invented_site_chose_is_said_with_its_value() -> None:
    chosen = schedule("patel_ldk", "infusion").chosen
    assert any("invented" in one for one in chosen)
    assert any("infusion.duration is 40 min" in one for one in chosen)


def test_rounds_of_observation_are_those_of_the_protocol_and_its_site() -> None:
    """Kannan: once a day, five days. Without the site's schedule the founding protocol names pain every 4 h."""
    assert schedule("kannan_oral", "oral").rounds == 5
    bare = run_by_example("patel_ldk")
    assert schedule("patel_ldk", "infusion").rounds is not None
    assert bare.protocol.monitoring


@pytest.mark.parametrize(
    ("key", "regimen", "words"),
    [
        ("patel_ldk", "infusion", "cannot be laid out in time"),
        ("step_singapore", "drip", "regimen 'drip': is not one of step_singapore"),
    ],
)
def test_a_source_that_says_too_little_is_refused_and_says_what_it_lacks(
    key: str, regimen: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        of_protocol(sited(load(key)), regimen, WEIGHT, rises="never", days=Fraction(5))


def test_a_rise_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="choose one of: never, fastest"):
        schedule("civik", "infusion", "slowly")


def test_the_most_in_24_hours_is_found_wherever_it_lies() -> None:
    """4 mg/h for 30 h, and 10 mg at hour 20: the window from hour 6 holds 96 and 10."""
    doses = (Infusion(0, 1800, "4 mg/h", "intravenous"), Bolus(1200, "10 mg", "intravenous"))
    assert typed("one", Regimen(doses)).most_mg_in_24_h(70) == pytest.approx(106)


def test_a_typed_schedule_counts_its_acts_and_refuses_an_end_before_its_last_dose() -> None:
    changes = [RateChange(60, "2 mg/h")]
    given = Regimen((Infusion(0, 120, "1 mg/h", "intravenous", changes), Bolus(0, "1 mg", "intravenous")))
    found = typed("mine", given)
    assert found.acts == 4 and found.hours == 2 and found.rounds is None
    with pytest.raises(InputError, match="ends before its last dose does, at 2 h"):
        typed("mine", given, hours=1)
    with pytest.raises(InputError, match="has no length"):
        typed("mine", Regimen((Bolus(0, "1 mg", "intravenous"),)))
    with pytest.raises(InputError, match="has no name"):
        typed(" ", given)
