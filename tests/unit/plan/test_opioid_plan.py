"""The opioids beside ketamine: what a choice comes to, by drug and by table; nothing is applied by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from adjuvant.errors import InputError, RefusedError
from adjuvant.library import default_plan, spread_plans
from adjuvant.opioids import RegimenLine, parse_regimen
from adjuvant.plan import opioid_stages
from adjuvant.protocol import load
from adjuvant.quantity import parse_quantity

HALF = parse_quantity("50 %")
NONE = parse_quantity("0 %")
SG = load("sg_pall").protocol  # leaves a cut by half
PATEL = load("patel_ldk").protocol  # prescribes none


def lines() -> tuple[RegimenLine, ...]:
    return parse_regimen(
        {
            "medications": [
                {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "50 ug/h"},
                {"drug": "morphine", "route": "oral", "dose": "60 mg", "times_per_day": 2},
                {"drug": "morphine", "route": "oral", "dose": "15 mg", "times_per_day": 6, "as_needed": True},
                {"drug": "ketamine", "route": "intravenous", "rate": "3 mg/h"},
            ]
        }
    )


def totals(found, key: str) -> dict[str, Fraction]:
    (stage,) = [one for one in found.stages if one.key == key]
    return {drug: total.value for drug, total in stage.mme[0].by_drug.items()} | {
        "all": stage.mme[0].total.value
    }


def test_half_is_cut_of_what_is_scheduled_and_nothing_of_patch_and_rescue() -> None:
    # CDC 2022: fentanyl patch 2.4 for each ug/h, so 120; oral morphine 1, so 120, and 60 once it is halved.
    found = opioid_stages(lines(), SG, [default_plan()], HALF)
    assert totals(found, "before") == {"fentanyl": 120, "morphine": 120, "all": 240}
    assert totals(found, "during") == {"fentanyl": 120, "morphine": 60, "all": 180}
    assert any("is a patch, and no part of one is worn" in one for one in found.notes)
    assert any("as needed, and is not cut" in one for one in found.notes)
    during = found.stages[1].mme[0].total
    assert during.high == 180 + 90  # six rescue doses of 15 mg are left as they are


def test_without_a_choice_nothing_is_reckoned_beyond_what_is_listed() -> None:
    found = opioid_stages(lines(), SG, [default_plan()])
    assert [one.key for one in found.stages] == ["before"]
    assert [str(one) for one in found.choices] == ["0 %", "50 %"] and found.cut is None
    assert any("No cut is chosen" in one for one in found.notes)


def test_a_cut_that_the_protocol_does_not_leave_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"not among what sg_pall leaves: 0 %, 50 %"):
        opioid_stages(lines(), SG, [default_plan()], parse_quantity("33 %"))
    with pytest.raises(RefusedError, match="not among what patel_ldk leaves: 0 %"):
        opioid_stages(lines(), PATEL, [default_plan()], parse_quantity("32.43 %"))


def test_a_fall_that_authors_report_is_told_and_not_prescribed() -> None:
    found = opioid_stages(lines(), PATEL, [default_plan()], NONE)
    assert "Its authors report a fall of 32.43 %; they do not prescribe it." in found.notes
    assert totals(found, "during") == totals(found, "before")


def test_a_patch_counts_until_its_removal_is_charted_and_acts_after_it() -> None:
    still = opioid_stages(lines(), SG, [default_plan()], NONE, stop="fentanyl")
    assert totals(still, "after")["fentanyl"] == 120
    assert any("counts until its removal is charted" in one for one in still.notes)
    off = opioid_stages(
        lines(), SG, [default_plan()], NONE, stop="fentanyl", removed=datetime(2026, 3, 2, 12, tzinfo=UTC)
    )
    assert totals(off, "after") == {"morphine": 120, "all": 120}
    assert any(
        "What is in the skin goes on being taken up" in one and "2026-03-02T12:00" in one for one in off.notes
    )


def test_every_table_is_reckoned_apart() -> None:
    found = opioid_stages(lines(), SG, spread_plans(), HALF)
    for stage in found.stages:
        assert [one.plan for one in stage.mme] == [plan.key for plan in spread_plans()]
    assert len({one.total.value for one in found.stages[0].mme}) > 1  # they do not agree, and none is chosen


def test_methadone_is_read_in_its_own_band_before_and_after_the_cut() -> None:
    # CDC 2016: 40 mg/d lies in the band of 8, 20 mg/d in that of 4: 320 and 80, a quarter and not a half.
    from adjuvant.library.plans import plan

    regimen = parse_regimen(
        {"medications": [{"drug": "methadone", "route": "oral", "dose": "20 mg", "times_per_day": 2}]}
    )
    found = opioid_stages(regimen, SG, [plan("cdc2016")], HALF)
    assert (totals(found, "before")["all"], totals(found, "during")["all"]) == (320, 80)


def test_what_cannot_be_reckoned_is_left_and_named() -> None:
    regimen = parse_regimen({"medications": [{"drug": "morphine", "route": "oral", "dose": "60 mg"}]})
    found = opioid_stages(regimen, SG, [default_plan()], HALF)
    assert not found.stages[1].mme[0].total.complete
    assert any("could not be reckoned and is left as it is" in one for one in found.notes)


def test_a_line_that_one_table_refuses_is_still_cut_where_another_values_it() -> None:
    # The first of these tables has no row for morphine by mouth; the second has.
    from adjuvant.library.plans import plan

    regimen = parse_regimen(
        {"medications": [{"drug": "morphine", "route": "oral", "dose": "60 mg", "times_per_day": 2}]}
    )
    found = opioid_stages(regimen, SG, [plan("uk_palliative_local"), plan("cdc2022")], HALF)
    before, during = found.stages
    assert not before.mme[0].total.complete
    assert (before.mme[1].total.value, during.mme[1].total.value) == (120, 60)


def test_a_stop_of_what_nobody_takes_or_without_a_choice_is_refused() -> None:
    with pytest.raises(InputError, match=r"no line has \(fentanyl, morphine\)"):
        opioid_stages(lines(), SG, [default_plan()], NONE, stop="oxycodone")
    with pytest.raises(InputError, match="without a chosen cut"):
        opioid_stages(lines(), SG, [default_plan()], stop="fentanyl")
    with pytest.raises(InputError, match="name a conversion table"):
        opioid_stages(lines(), SG, [], NONE)
