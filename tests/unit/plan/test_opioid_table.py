"""The opioids by table and drug: before, during and after; what is stopped, refused or as needed is a word, not nought."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from adjuvant.library.plans import plan
from adjuvant.opioids import parse_regimen
from adjuvant.plan import OpioidStages, opioid_stages
from adjuvant.plan.opioid_table import by_tables, stage_heads
from adjuvant.protocol import load
from adjuvant.quantity import parse_quantity

SG = load("sg_pall").protocol  # leaves a cut by half
PATCH = {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "50 ug/h"}
MORPHINE = {"drug": "morphine", "route": "oral", "dose": "60 mg", "times_per_day": 2}
RESCUE = {"drug": "morphine", "route": "oral", "dose": "15 mg", "times_per_day": 6, "as_needed": True}
OFF = datetime(2026, 3, 2, 12, tzinfo=UTC)


def reckoned(
    *lines: dict[str, Any], cut: str | None = "50 %", tables: str = "cdc2022", **asked: Any
) -> OpioidStages:
    chosen = parse_quantity(cut) if cut is not None else None
    regimen = parse_regimen({"medications": list(lines)})
    return opioid_stages(regimen, SG, [plan(one) for one in tables.split()], chosen, **asked)


def test_each_table_has_its_drugs_and_their_sum_at_every_stage() -> None:
    # CDC 2022: 50 microgram/h × 2.4; morphine by mouth × 1, 120 mg and half of it.
    (one,) = by_tables(reckoned(PATCH, MORPHINE, stop="fentanyl", removed=OFF))
    assert one.complete and one.total.cells == ("240", "180", "60")
    assert [(row.name, row.cells) for row in one.drugs] == [
        ("fentanyl", ("120", "120", "stopped")), ("morphine", ("120", "60", "60")),
    ]  # fmt: skip


def test_a_patch_that_nobody_saw_off_still_counts_after_the_stop() -> None:
    (one,) = by_tables(reckoned(PATCH, MORPHINE, stop="fentanyl"))
    assert one.total.cells == ("240", "180", "180") and one.drugs[0].cells[2] == "120"


def test_doses_as_needed_are_a_span_from_none_to_their_most() -> None:
    (one,) = by_tables(reckoned(MORPHINE, RESCUE))
    assert one.total.cells == ("120 to 210", "60 to 150")  # six of 15 mg are left as they are


def test_what_a_table_does_not_value_is_refused_and_the_sum_is_a_lower_end() -> None:
    # The local table of the United Kingdom has no row for either; CMS 2018 has morphine and no patch by its release.
    local, cms = by_tables(reckoned(PATCH, MORPHINE, tables="uk_palliative_local cms2018"))
    assert not local.complete and local.total.cells == ("refused", "refused")
    assert not cms.complete and cms.total.cells == ("at least 120", "at least 60")
    assert [row.cells for row in cms.drugs] == [("refused", "refused"), ("120", "60")]


def test_with_the_only_drug_stopped_none_is_left() -> None:
    (one,) = by_tables(reckoned(MORPHINE, stop="morphine"))
    assert one.total.cells == ("120", "60", "none is left") and one.drugs[0].cells[2] == "stopped"


def test_heads_say_what_was_chosen() -> None:
    assert stage_heads(reckoned(MORPHINE, cut=None)) == ("before",)
    assert stage_heads(reckoned(MORPHINE, cut="0 %")) == ("before", "during, not cut")
    off = reckoned(PATCH, MORPHINE, stop="fentanyl", removed=OFF)
    assert stage_heads(off) == ("before", "during, cut by 50 %", "after, fentanyl stopped")
    worn = reckoned(PATCH, MORPHINE, stop="fentanyl")
    assert stage_heads(worn)[2] == "after, fentanyl patch not seen off"
    assert stage_heads(reckoned(PATCH, MORPHINE, stop="morphine"))[2] == "after, morphine stopped"


def test_a_drug_that_a_stage_lacks_is_stopped_only_where_it_is_the_one_that_stops() -> None:
    found = reckoned(PATCH, MORPHINE, stop="morphine")
    (one,) = by_tables(found)
    assert [row.cells[2] for row in one.drugs] == ["120", "stopped"]
    # Of another stop, or at another stage, it is none.
    (other,) = by_tables(replace(found, stop="codeine"))
    assert [row.cells[2] for row in other.drugs] == ["120", "none"]
    early = (found.stages[0], found.stages[1], replace(found.stages[2], key="during"))
    (stage,) = by_tables(replace(found, stages=early))
    assert [row.cells[2] for row in stage.drugs] == ["120", "none"]


def test_before_a_cut_is_chosen_a_table_has_the_one_stage() -> None:
    (one,) = by_tables(reckoned(MORPHINE, cut=None))
    assert (one.total.cells, one.drugs[0].cells) == (("120",), ("120",))


def test_tables_stand_in_the_order_that_was_asked_each_with_its_own_figures() -> None:
    # CMS 2018 has morphine and no patch by its release; CDC 2022 has both.
    tables = by_tables(reckoned(PATCH, MORPHINE, tables="cms2018 cdc2022"))
    assert [(one.table, one.complete, one.total.name) for one in tables] == [
        ("cms2018", False, "all"), ("cdc2022", True, "all"),
    ]  # fmt: skip
    assert [[row.name for row in one.drugs] for one in tables] == [["fentanyl", "morphine"]] * 2


def test_a_table_is_not_whole_where_one_stage_alone_is_not() -> None:
    # Without the line that it does not value the last stage is whole, and the table as a whole is not.
    found = reckoned(PATCH, MORPHINE, tables="cms2018", stop="fentanyl", removed=OFF)
    (one,) = by_tables(found)
    assert found.stages[2].mme[0].total.complete and not one.complete
    assert one.total.cells == ("at least 120", "at least 60", "60")


def test_a_patch_of_another_drug_that_stays_on_does_not_make_the_stop_uncertain() -> None:
    other = {"drug": "buprenorphine", "form": "patch", "route": "transdermal", "dose": "20 ug/h"}
    off = reckoned(PATCH, other, cut="0 %", stop="fentanyl", removed=OFF)
    assert stage_heads(off)[2] == "after, fentanyl stopped"
    assert stage_heads(reckoned(PATCH, other, cut="0 %", stop="fentanyl"))[2] == (
        "after, fentanyl patch not seen off"
    )
