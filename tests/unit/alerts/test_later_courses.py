"""A later course is watched by its own beginning: what an earlier one had counts neither for it nor against it."""

from __future__ import annotations

from datetime import timedelta

from adjuvant.alerts.watching import look
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import load
from adjuvant.protocol import sited as at_site
from bedside import BEGINS, Chart

LATER = 96 + 10 * 24
"""Hours from the first course to a second one, ten days after the last of its three doses."""


def test_a_rise_of_pressure_is_told_from_the_baseline_of_the_present_course() -> None:
    site = at_site(load("patel_ldk"), FOLDER / "protocols" / "patel_ldk" / "example_site.yaml")
    (rule,) = [one for one in site.protocol.rules if one.key == "depression_pressure_pulse_dissociation"]
    first = Chart().seen(-1, systolic=100, diastolic=60, heart_rate=70)
    for hour in (0, 48, 96):
        first = first.ketamine(hour, "given", "0.5 mg/kg")
    second = first.seen(LATER - 1, systolic=150, diastolic=90, heart_rate=70).ketamine(
        LATER, "given", "0.5 mg/kg"
    )

    def reached(chart: Chart, hour: float) -> object:
        at = BEGINS + timedelta(hours=hour)
        return look(site, chart.facts, at, "infusion").reached[rule.key]

    # 160 is 60 % above the first baseline, and a fifteenth above that of the present course.
    calm = second.seen(LATER + 0.2, systolic=160, diastolic=92, heart_rate=72)
    assert reached(calm, LATER + 0.25) == ()
    high = second.seen(LATER + 0.2, systolic=185, diastolic=92, heart_rate=72)
    assert reached(high, LATER + 0.25) != ()
    assert reached(first.seen(96.2, systolic=160, diastolic=60, heart_rate=70), 96.25) != ()
