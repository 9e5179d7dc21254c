"""The curves in the JSON answer: by day and by rolling 24 hours, with figures reckoned by hand."""

from adjuvant.outcomes import evaluate, find_courses, outcome_json
from builders import a_patient


def answer(last_dose_hour: int) -> dict[str, object]:
    """Oral morphine 10 mg every 4 h until `last_dose_hour`, pain throughout, one ketamine dose at 82 h."""
    patient = a_patient().ketamine("35 mg", 82)
    for hour in range(0, 192, 4):
        patient = patient.pain(8, hour)
        if hour <= last_dose_hour:
            patient = patient.given("morphine", "10 mg", hour)
    record = patient.record()
    curve: dict[str, object] = outcome_json(evaluate(record, find_courses(record)[0]))["opioids"]["curve"]
    return curve


def test_a_day_holds_what_was_given_in_it() -> None:
    """Six doses of 10 mg of oral morphine a day are 60 MME."""
    daily = answer(last_dose_hour=188)["daily"]
    assert isinstance(daily, list) and len(daily) >= 6
    assert {day["mme"] for day in daily[1:-1]} == {60}


def test_the_rolling_figure_climbs_with_the_doses_and_holds_at_a_days_worth() -> None:
    rolling = answer(last_dose_hour=188)["rolling_24h"]
    assert isinstance(rolling, list)
    assert max(point["mme"] for point in rolling) == 60
    assert all(point["at"][-6] in "+-" for point in rolling)


def test_a_day_that_nobody_charted_is_null_and_never_zero() -> None:
    """Medication charting ends at 92 h, pain goes on: the days after have no figure and are not complete."""
    daily = answer(last_dose_hour=92)["daily"]
    assert isinstance(daily, list)
    assert daily[-1]["mme"] is None and daily[-1]["complete"] is False
    assert 0 not in [day["mme"] for day in daily]
