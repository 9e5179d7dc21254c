"""What is said beside the opioids: each note a sentence about the line that it means, and each refusal whole.

CDC 2022: oral morphine 1, a patch of fentanyl 2.4 for each microgram an hour.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adjuvant.errors import AdjuvantError, InputError, RefusedError
from adjuvant.library import default_plan, spread_plans
from adjuvant.opioids import parse_regimen
from adjuvant.plan import OpioidStages, opioid_stages
from adjuvant.plan.opioid_plan import Stage, line_words
from adjuvant.protocol import load
from adjuvant.protocol.model import Protocol
from adjuvant.quantity import parse_quantity
from infusions import told

HALF = parse_quantity("50 %")
NONE = parse_quantity("0 %")
SG = load("sg_pall").protocol  # leaves a cut by half
PATEL = load("patel_ldk").protocol  # prescribes none
CHOOSES = "A clinician chooses and orders; nothing is changed by this reckoning."

PATCH = {"drug": "fentanyl", "form": "patch", "route": "transdermal", "dose": "50 ug/h"}
MORPHINE = {"drug": "morphine", "route": "oral", "dose": "60 mg", "times_per_day": 2}
RESCUE = {"drug": "morphine", "route": "oral", "dose": "15 mg", "times_per_day": 6, "as_needed": True}
KETAMINE = {"drug": "ketamine", "route": "intravenous", "rate": "3 mg/h"}
RUNS = {"drug": "morphine", "route": "intravenous", "rate": "2 mg/h"}
TABLETS = {
    "rxnorm": "7804",
    "route": "oral",
    "dose": "2 {tablet}",
    "strength": "5 mg/{tablet}",
    "times_per_day": 3,
}
UNSAID = {"drug": "morphine", "route": "oral", "dose": "60 mg"}


def reckoned(
    *lines: dict[str, Any], protocol: Protocol = SG, cut: Any = HALF, stop: str = "", removed: datetime | None = None,
) -> OpioidStages:  # fmt: skip
    regimen = parse_regimen({"medications": list(lines)})
    return opioid_stages(regimen, protocol, [default_plan()], cut, stop, removed)


def with_opioids(**changes: Any) -> Protocol:
    """The protocol of the cut by half, whose authors say something else of the opioids."""
    assert SG.opioids is not None
    return SG.model_copy(update={"opioids": SG.opioids.model_copy(update=changes)})


def says(kind: type[AdjuvantError], *lines: dict[str, Any], **asked: Any) -> tuple[str, str, str]:
    with pytest.raises(kind) as caught:
        reckoned(*lines, **asked)
    return told(caught.value)


def total(stage: Stage) -> object:
    return stage.mme[0].total.value


def test_a_patch_and_a_rescue_dose_are_left_and_the_notes_name_their_lines() -> None:
    found = reckoned(PATCH, MORPHINE, RESCUE, KETAMINE)
    first, second, third, fourth = found.stages[0].lines
    assert found.notes == (
        "fentanyl patch 50 microgram/h is a patch, and no part of one is worn: change or stop it by order.",
        "morphine oral 15 mg is given as needed, and is not cut.",
        CHOOSES,
    )
    assert found.stages[1].lines[0] is first and found.stages[1].lines[2:] == (third, fourth)
    assert str(found.stages[1].lines[1].dose) == "30 mg" and second.dose == parse_quantity("60 mg")


def test_a_rate_is_cut_like_a_dose() -> None:
    during = reckoned(RUNS).stages[1]
    assert str(during.lines[0].rate) == "1 mg/h" and during.lines[0].dose is None


def test_half_of_two_tablets_is_one_and_whoever_orders_it_rounds() -> None:
    found = reckoned(TABLETS)
    (line,) = found.stages[1].lines
    assert line.dose is not None and line.dose.value == 1
    assert found.notes[0] == "oxycodone oral 2 tablets is counted in whole things: whoever orders it rounds."


def test_a_line_that_cannot_be_reckoned_is_left_and_the_next_is_still_cut() -> None:
    found = reckoned(UNSAID, MORPHINE)
    first, second = found.stages[1].lines
    assert first.dose == parse_quantity("60 mg") and second.dose == parse_quantity("30 mg")
    assert found.notes == ("morphine oral 60 mg could not be reckoned and is left as it is.", CHOOSES)


def test_ketamine_itself_is_no_opioid_and_nothing_is_noted_of_it() -> None:
    found = reckoned(KETAMINE, MORPHINE)
    assert found.notes == (CHOOSES,) and str(found.stages[1].lines[0].rate) == "3 mg/h"


def test_a_cut_of_nothing_leaves_every_line_and_says_nothing_of_any() -> None:
    found = reckoned(PATCH, MORPHINE, RESCUE, UNSAID, cut=NONE)
    assert found.stages[1].lines == found.stages[0].lines and found.notes == (CHOOSES,)
    assert [one.title for one in found.stages] == [
        "Before ketamine, as listed", "While ketamine is given, cut by 0 %",
    ]  # fmt: skip


def test_without_a_choice_only_what_is_listed_is_reckoned_and_that_is_said() -> None:
    found = reckoned(MORPHINE, cut=None)
    assert found.notes == ("No cut is chosen: nothing is reckoned beyond what is listed.", CHOOSES)
    assert found.cut is None and [one.key for one in found.stages] == ["before"]


def test_a_protocol_that_is_silent_on_opioids_says_so_and_leaves_no_cut() -> None:
    silent = SG.model_copy(update={"opioids": None})
    found = reckoned(MORPHINE, protocol=silent, cut=NONE)
    assert found.notes == ("The protocol says nothing of the opioids.", CHOOSES)
    assert (found.statement, found.citation, found.review_after) == ("", "", None)
    assert [str(one) for one in found.choices] == ["0 %"]


def test_what_a_protocol_says_of_opioids_stands_with_its_source_and_its_review() -> None:
    found = reckoned(MORPHINE, protocol=with_opioids(stop_drugs=("fentanyl", "codeine"), review_after=HALF))
    assert (
        found.statement == "The opioids may have to be reduced by half." and found.citation == "sg_pall_ebook"
    )
    assert found.notes == (
        "The protocol stops fentanyl first.", "The protocol stops codeine first.", CHOOSES,
    )  # fmt: skip
    assert found.review_after == HALF and found.cut == HALF


def test_a_statement_without_a_source_has_none_made_up() -> None:
    assert reckoned(MORPHINE, protocol=with_opioids(citation=None)).citation == ""


def test_cuts_stand_in_rising_order_after_none_at_all() -> None:
    several = with_opioids(cut=tuple(parse_quantity(one) for one in ("50 %", "0 %", "25 %")))
    assert [str(one) for one in reckoned(MORPHINE, protocol=several).choices] == ["0 %", "25 %", "50 %"]
    quarter = reckoned(MORPHINE, protocol=several, cut=parse_quantity("25 %"))
    assert [total(one) for one in quarter.stages] == [120, 90]  # three quarters of 2 × 60 mg are kept


def test_a_fall_that_authors_saw_is_no_choice() -> None:
    found = reckoned(MORPHINE, protocol=PATEL, cut=NONE)
    assert found.notes == ("Its authors report a fall of 32.43 %; they do not prescribe it.", CHOOSES)


def test_a_refused_cut_names_those_that_are_left() -> None:
    assert says(RefusedError, MORPHINE, cut=parse_quantity("33 %")) == (
        "cut of 33 %", "is not among what sg_pall leaves: 0 %, 50 %",
        "choose one of them, or write an order of your own",
    )  # fmt: skip


def test_a_stop_needs_a_choice_and_a_drug_that_somebody_takes() -> None:
    assert says(InputError, MORPHINE, cut=None, stop="morphine") == (
        "stop of 'morphine'", "comes without a chosen cut", "choose one; 0 % cuts nothing",
    )  # fmt: skip
    assert says(InputError, MORPHINE, PATCH, stop="oxycodone") == (
        "stop of 'oxycodone'", "is a drug that no line has (fentanyl, morphine)", "name one of them",
    )  # fmt: skip
    assert says(InputError, KETAMINE, stop="oxycodone")[1] == "is a drug that no line has (none)"
    with pytest.raises(InputError) as caught:
        opioid_stages((), SG, [], NONE)
    assert told(caught.value) == ("tables", "none is named", "name a conversion table, or several")


def test_a_drug_that_stops_leaves_the_sum_and_its_withdrawal_is_watched_for() -> None:
    found = reckoned(PATCH, MORPHINE, cut=NONE, stop="morphine")
    after = found.stages[2]
    assert (after.key, after.title) == ("after", "Once morphine is stopped")
    assert [total(one) for one in found.stages] == [240, 240, 120] and len(after.lines) == 1
    assert found.notes == (
        "morphine oral 60 mg stops; withdrawal and pain that returns are watched for.", CHOOSES,
    )  # fmt: skip


def test_a_patch_that_nobody_saw_removed_counts_and_one_taken_off_acts_on_from_the_skin() -> None:
    still = reckoned(PATCH, MORPHINE, cut=NONE, stop="fentanyl")
    assert total(still.stages[2]) == 240 and still.notes[0] == (
        "fentanyl patch 50 microgram/h counts until its removal is charted: an order to stop takes no patch off."
    )
    off = reckoned(PATCH, MORPHINE, cut=NONE, stop="fentanyl", removed=datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert total(off.stages[2]) == 120 and off.notes[0] == (
        "fentanyl patch 50 microgram/h was taken off at 2026-03-02T12:00:00+00:00. What is in the skin goes on being "
        "taken up after that, and sedation with it; the figure is what is left once that has ended, and is not reached at removal."
    )


WHEN = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_every_patch_is_worn_until_somebody_has_seen_it_off() -> None:
    other = {"drug": "buprenorphine", "form": "patch", "route": "transdermal", "dose": "20 ug/h"}
    worn = reckoned(PATCH, other, MORPHINE, cut=NONE, stop="fentanyl", removed=WHEN).patches
    assert [(one.name, one.stops, one.removed) for one in worn] == [
        ("fentanyl patch 50 microgram/h", True, WHEN), ("buprenorphine patch 20 microgram/h", False, None),
    ]  # fmt: skip
    (still,) = reckoned(PATCH, MORPHINE, cut=NONE, stop="fentanyl").patches
    assert still.stops and still.removed is None
    assert reckoned(MORPHINE).patches == ()


def test_several_patches_of_one_kind_are_counted_in_their_name() -> None:
    (two,) = reckoned({**PATCH, "patches": 2}).patches
    assert two.name == "2 × fentanyl patch 50 microgram/h"


def test_a_line_is_said_with_its_drug_its_way_and_its_amount() -> None:
    one = {**TABLETS, "dose": "1 {tablet}"}
    said = [line_words(line) for line in reckoned(PATCH, MORPHINE, RUNS, TABLETS, one).stages[0].lines]
    assert said == [
        "fentanyl patch 50 microgram/h",
        "morphine oral 60 mg",
        "morphine intravenous 2 mg/h",
        "oxycodone oral 2 tablets",
        "oxycodone oral 1 tablet",
    ]


def test_a_line_that_lacks_its_way_or_its_amount_is_said_without_it() -> None:
    (line,) = reckoned(MORPHINE).stages[0].lines
    assert line_words(replace(line, route=None, dose=None)) == "morphine"
    assert line_words(replace(line, route="by_another_way")) == "morphine by another way 60 mg"
    # Where both stand, a dose is what is taken, and not a rate.
    assert line_words(replace(line, rate=parse_quantity("2 mg/h"))) == "morphine oral 60 mg"
    (patch,) = reckoned({**PATCH, "patches": 1}).stages[0].lines
    assert line_words(patch) == "fentanyl patch 50 microgram/h"


def test_a_removal_without_a_patch_that_stops_is_refused_and_not_left_out() -> None:
    assert says(InputError, PATCH, MORPHINE, cut=NONE, removed=WHEN) == (
        "removal of a patch", "comes without the drug that stops", "name the drug of the patch",
    )  # fmt: skip
    assert says(InputError, PATCH, MORPHINE, cut=NONE, stop="morphine", removed=WHEN) == (
        "removal of a patch", "is charted, and no patch of morphine is listed", "list it, or leave it out",
    )  # fmt: skip


def test_with_every_drug_stopped_nothing_is_left_to_reckon() -> None:
    found = reckoned(MORPHINE, cut=NONE, stop="morphine")
    assert found.stages[2].lines == () == found.stages[2].mme


def test_a_drug_that_only_one_table_knows_can_be_stopped() -> None:
    regimen = parse_regimen({"medications": [MORPHINE, PATCH]})
    found = opioid_stages(regimen, SG, spread_plans(), NONE, "fentanyl")
    assert [len(one.mme) for one in found.stages] == [len(spread_plans())] * 3
