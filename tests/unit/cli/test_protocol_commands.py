"""The commands on protocols and scenarios: for people and as JSON, bad input in words, and every exit code."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.library.folder import FOLDER
from adjuvant.library.studies import studies
from adjuvant.protocol import lacking, load, protocol_keys
from adjuvant.protocol.compare import reference_weight
from adjuvant.protocol.dosing import absolute
from adjuvant.quantity import parse_quantity
from running import Run

QUIET = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "quiet_nights"


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    """The invented protocol of the how-to, in a folder of this test's own."""
    folder = tmp_path / "quiet_nights"
    shutil.copytree(QUIET, folder)
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- list -------------------------------------------------------------------------------------------------


def test_the_list_has_every_protocol_under_its_kind_and_names_the_negative_trials(adjuvant: Run) -> None:
    answer = adjuvant("protocols", "list")
    assert answer.code == 0
    rows = {line.split()[0]: line for line in answer.out.splitlines() if line[:1].islower()}
    for key in protocol_keys():
        assert load(key).protocol.drug in rows[key]
    words = " ".join(answer.out.split())
    for key in ("hardy2012", "fallon2018", "salas2012", "ishizuka2007"):
        assert studies()[key].title in words


def test_the_list_as_json_says_what_is_missing_and_why(adjuvant: Run) -> None:
    found = {one["protocol"]: one for one in adjuvant("protocols", "list", "--json").json["protocols"]}
    assert set(found) == set(protocol_keys())
    patel = found["patel_ldk"]
    assert patel["kind"] == "protocol" and patel["evidence"] == "uncontrolled"
    assert {"regimens.infusion.duration", "weight.kind"} <= {one["field"] for one in patel["missing"]}
    assert all(one["why"] for one in patel["missing"])
    assert len(patel["digest"]) == 64


@pytest.mark.parametrize("command", [("list",), ("compare",), *[("show", key) for key in protocol_keys()]])
def test_nothing_is_wider_than_a_hundred_columns(adjuvant: Run, command: tuple[str, ...]) -> None:
    answer = adjuvant("protocols", *command)
    assert answer.code == 0
    assert [line for line in answer.out.splitlines() if len(line) > 100] == []


def test_the_list_and_the_page_of_a_protocol_say_whom_to_give_less(adjuvant: Run) -> None:
    frail = "Mid Essex, frail: Begin lower, and raise more slowly. Start: 30 mg/d."
    liver = "ASRA, chronic pain, severe disease of the liver: Avoid ketamine."
    shown = {
        what: " ".join(adjuvant("protocols", *what.split()).out.split())
        for what in ("list", "show mid_essex", "show hardy_burst", "show civik", "show importance_esketamine")
    }
    assert all(frail in shown[what] and liver in shown[what] for what in list(shown)[:3])
    # By another route the frail have another start, which no source gives; S-ketamine is another drug.
    assert liver in shown["show civik"] and frail not in shown["show civik"]
    assert liver not in shown["show importance_esketamine"]


@pytest.mark.parametrize("command", [("list",), ("compare",), ("show", "patel_ldk")])
def test_on_a_terminal_of_eighty_columns_nothing_is_wider(
    adjuvant: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    for module in ("output", "protocols"):
        monkeypatch.setattr(f"adjuvant.cli.{module}.line_width", lambda: 80)
    lines = adjuvant("protocols", *command).out.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert max(map(len, lines)) > 70


# --- show -------------------------------------------------------------------------------------------------


def test_a_protocol_is_shown_with_doses_sources_gaps_conflicts_and_evidence(adjuvant: Run) -> None:
    words = " ".join(adjuvant("protocols", "show", "patel_ldk").out.split())
    assert "First dose: 0.5 mg/kg [patel2021]" in words
    assert "Sources disagree" in words and "The dose is less than 35 mg per 70 kg." in words
    assert "regimens.infusion.duration: over how long it is given is not said" in words
    assert "Evidence: uncontrolled." in words
    assert "it does not show that it works" in words


def test_a_protocol_as_json_holds_its_content_as_it_is_written(adjuvant: Run) -> None:
    shown = adjuvant("protocols", "show", "civik", "--json").json
    assert shown["content"]["regimens"]["infusion"]["start"]["value"] == "0.05 mg/kg/h"
    assert shown["content"]["regimens"]["infusion"]["start"]["citation"] == "park2025"


def test_a_version_is_asked_for_behind_an_at_sign(adjuvant: Run) -> None:
    version = load("civik").protocol.version
    assert adjuvant("protocols", "show", f"civik@{version}").code == 0
    wrong = adjuvant("protocols", "show", "civik@publication of 1925")
    assert wrong.code == 3 and "has no version 'publication of 1925'" in wrong.err


def test_an_unknown_protocol_names_the_nearest(adjuvant: Run) -> None:
    answer = adjuvant("protocols", "show", "civic")
    assert (answer.code, answer.out) == (3, "")
    assert "protocol 'civic' is not in the library; did you mean 'civik'" in answer.err.replace(":", "")


def test_a_file_outside_the_library_is_shown_too(adjuvant: Run, quiet: Path) -> None:
    answer = adjuvant("protocols", "show", quiet / "protocol.yaml")
    assert answer.code == 0 and "First dose: 50 mg/d [example_leaflet]" in answer.out


# --- compare ----------------------------------------------------------------------------------------------

# Worked by hand at 70 kg from what each source prints. Milligrams in 24 hours: rate x 70 kg x 24 h.
BY_HAND = {
    ("salas", "infusion"): ("0.5 mg/kg/d", 35),
    ("step_singapore", "infusion"): ("75 mg/d", 75),
    ("hardy_burst", "burst"): ("100 mg/d", 100),
    ("civik", "infusion"): ("0.05 mg/kg/h", 84),
    ("academic_ci", "infusion"): ("0.1 mg/kg/h", 168),
    ("henry_ford_inpatient", "infusion"): ("0.1 mg/kg/h", 168),
}
TOPS = {
    ("civik", "infusion"): 840,  # 0.5 mg/kg/h x 70 kg x 24 h
    ("hardy_burst", "burst"): 500,  # the third level
    ("islhd_burst", "burst"): 500,  # the third level; the unit has gone to 700
    ("academic_ci", "infusion"): None,  # its 0.2 mg/kg/h was a median, which ends nothing
}
CAPS = {  # the ceiling that refuses, and the one that only asks for a review
    ("civik", "infusion"): (840, None),
    ("islhd_burst", "burst"): (700, 500),
    ("academic_ci", "infusion"): (None, 336),  # 0.2 mg/kg/h x 70 kg x 24 h
    ("lothian_scottish", "oral"): (None, 240),  # four times 60 mg
    ("uwhc_ed_bolus", "bolus"): (20, None),
    ("patel_ldk", "infusion"): (None, None),  # printed, and a site must choose how it is read
}
DAYS = {
    # Every 8 h one step of 3.5 mg/h: 3.5, 7 and 10.5 mg/h for 8 h each, and so on up to 35 mg/h.
    ("civik", "infusion"): [168, 420, 672, 840, 840],
    ("hardy_burst", "burst"): [100, 300, 500, 500, 500],
    ("salas", "infusion"): [35, 70, 0, 0, 0],  # 48 hours, 0.5 and then 1 mg/kg
    ("froedtert_infusion", "adults"): [252, 252, 0, 0, 0],  # 2.5 ug/kg/min for 48 hours
    ("depression_infusion", "infusion"): None,  # six doses, and when the second comes is not said
    ("step_singapore", "infusion"): None,  # by how much it rises is not said
}


def test_starts_and_tops_come_to_the_milligrams_worked_by_hand(adjuvant: Run) -> None:
    rows = adjuvant("protocols", "compare", "--json").json["regimens"]
    found = {(row["protocol"], row["regimen"]): row for row in rows}
    for place, (_, milligrams) in BY_HAND.items():
        assert found[place]["start_mg_per_24h"] == [milligrams, milligrams], place
    for place, milligrams in TOPS.items():
        assert found[place]["top_mg_per_24h"] == milligrams, place
    for place, (cap, soft) in CAPS.items():
        assert (found[place]["cap_mg_per_24h"], found[place]["soft_cap_mg_per_24h"]) == (cap, soft), place
    for place, days in DAYS.items():
        assert found[place]["mg_by_day"] == days, place


def test_a_dose_per_kilogram_stops_at_its_own_cap_and_at_no_soft_ceiling(adjuvant: Run) -> None:
    """0.1 to 0.3 mg/kg up to 20 mg: at 250 kg both ends are the cap. A soft ceiling holds nothing back."""
    (capped,) = adjuvant("protocols", "compare", "uwhc_ed_bolus", "--weight", "250 kg", "--json").json[
        "regimens"
    ]
    assert capped["start_mg_per_24h"] == [20, 20] and capped["top_mg_per_24h"] == 20
    (soft,) = adjuvant("protocols", "compare", "simoes_home", "--json").json["regimens"]
    assert soft["soft_cap_mg_per_24h"] == 250 and soft["top_mg_per_24h"] is None


def test_the_table_tells_a_cap_from_a_soft_ceiling_and_from_a_choice(adjuvant: Run) -> None:
    words = " ".join(adjuvant("protocols", "compare", "islhd_burst", "patel_ldk").out.split())
    assert "500 700 effective" in words and "soft 500" in words and "a choice 3 doses within 5 d" in words
    assert "cap: its own ceiling, never passed. soft: a ceiling that asks for a review" in words
    assert "day 1 day 2 day 3 day 4 day 5" in words and "100 300 500 500 500 1 rule" in words


@pytest.mark.shared
def test_every_rate_of_the_notes_comes_to_their_milligrams(shared: Path) -> None:
    """The notes print mg/kg/h to four places, so that a tenth of a milligram in a day may be lost."""
    import json

    notes = json.loads((shared / "clinical" / "protocols.json").read_text(encoding="utf-8"))
    weight = reference_weight(parse_quantity("70 kg"))
    for one in notes["dose_normalisation_70kg"]:
        rate = parse_quantity(f"{one['mg_per_kg_h']} mg/kg/h")
        day = absolute(rate, weight).in_("mg/d")
        assert abs(day - Fraction(str(one["mg_per_24h_at_70kg"]))) <= Fraction(1, 10), one["regimen"]
        minute = rate.in_("ug/kg/min")
        assert abs(minute - Fraction(str(one["mcg_per_kg_min"]))) <= Fraction(1, 500), one["regimen"]


def test_a_heavier_weight_changes_only_what_is_per_kilogram(adjuvant: Run) -> None:
    def starts(weight: str) -> dict[str, list[int]]:
        rows = adjuvant("protocols", "compare", "civik", "hardy_burst", "--weight", weight, "--json").json
        return {row["protocol"]: row["start_mg_per_24h"] for row in rows["regimens"]}

    light, heavy = starts("50 kg"), starts("100 kg")
    assert (light["civik"], heavy["civik"]) == ([60, 60], [120, 120])
    assert light["hardy_burst"] == heavy["hardy_burst"] == [100, 100]


def test_a_first_dose_that_a_test_dose_chooses_is_a_span(adjuvant: Run) -> None:
    row, after = adjuvant("protocols", "compare", "benitez_rosario", "--json").json["regimens"]
    assert row["start_mg_per_24h"] == [168, 336]  # 0.1 and 0.2 mg/kg/h x 70 kg x 24 h
    assert after["start_mg_per_24h"] is None  # by mouth it follows from the rate that was given


def test_a_regimen_without_a_figure_stands_below_with_the_reason(adjuvant: Run) -> None:
    answer = adjuvant("protocols", "compare", "fallon_oral", "civik")
    above, below = answer.out.split("Without a figure:")
    assert "fallon_oral" not in above and "civik" in above
    assert "fallon_oral, oral (ketamine, oral): the source gives no dose" in below


@pytest.mark.parametrize("weight", ["70", "seventy", "70 mg/d", "70 mL"])
def test_a_weight_that_is_none_is_bad_usage(adjuvant: Run, weight: str) -> None:
    answer = adjuvant("protocols", "compare", "--weight", weight)
    assert (answer.code, answer.out) == (2, "")
    assert "--weight" in answer.err and "write such as '70 kg'" in answer.err


# --- check ------------------------------------------------------------------------------------------------

RAISE = "raise_when: {measure: pain, from: 4}"
NO_PROTOCOL = {
    "an unknown key": (
        "    mode: syringe_driver", "    mode: syringe_driver\n    modee: x",
        "regimens.infusion.modee: 'modee' is not a known key; did you mean 'mode'",
    ),
    "a gap": (
        "phases: [{every: 4 h}]", "phases: [{lasts: 4 h}, {every: 4 h}]",
        "monitoring[0].phases[0]: has no 'every'; add `every:`",
    ),
    "a cap under the start": (
        "limit: 150 mg/d", "limit: 40 mg/d",
        "regimens.infusion.ceilings[0]: caps at 40 mg/d, which is under start (50 mg/d); correct one",
    ),
    "a missing unit": (
        "start: 50 mg/d", "start: 50", "regimens.infusion.start: 50 has no unit; write number, space, unit",
    ),
    "an unknown citation": (
        "citation: example_leaflet", "citation: exampel_leaflet",
        "citation 'exampel_leaflet' is not in citations.yaml; did you mean 'example_leaflet'",
    ),
    "a bound that no reading reaches": (
        RAISE, "raise_when: {measure: pain, above: 10}", "no pain can be above 10; it runs from 0 to 10",
    ),
    "bounds that leave nothing between them": (
        RAISE, "raise_when: {all: [{measure: pain, from: 7}, {measure: pain, below: 7}]}",
        "no pain can keep all the bounds that must hold at once; mend the bounds",
    ),
    "something and its contrary": (
        RAISE, "raise_when: {all: [{event: hallucination}, {not: {event: hallucination}}]}",
        "asks for something and for its contrary at once; mend the bounds",
    ),
    "a titration that cannot reach its cap": (
        "step: 50 mg/d", "step: 70 mg/d",
        "regimens.infusion.ceilings[0]: is not met by steps of 70 mg/d from 50 mg/d; correct start, step",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_PROTOCOL)
def test_a_broken_protocol_is_refused_with_file_line_and_remedy(
    adjuvant: Run, quiet: Path, what: str
) -> None:
    old, new, said = NO_PROTOCOL[what]
    file = quiet / "protocol.yaml"
    change(file, old, new)
    at = next(
        n for n, (one, other) in enumerate(
            zip(file.read_text(encoding="utf-8").splitlines(),
                (QUIET / "protocol.yaml").read_text(encoding="utf-8").splitlines(), strict=False), 1,
        ) if one != other
    )  # fmt: skip
    answer = adjuvant("protocols", "check", quiet)
    assert answer.code == 3
    (line,) = answer.out.splitlines()
    assert said in line
    place = int(line.split(":")[1])
    assert line.startswith("quiet_nights/protocol.yaml:") and abs(place - at) < 6


@pytest.mark.parametrize(
    "bounds",
    [
        "{measure: pain, from: 4}, {measure: pain, up_to: 4}",  # exactly four
        "{measure: pain, from: 7}, {measure: pain, statistic: mean, within: 24 h, below: 4}",  # two figures
        "{measure: pain, from: 7}, {any: [{measure: pain, below: 4}, {event: hallucination}]}",
    ],
)
def test_bounds_that_something_can_keep_are_let_through(adjuvant: Run, quiet: Path, bounds: str) -> None:
    change(quiet / "protocol.yaml", RAISE, f"raise_when: {{all: [{bounds}]}}")
    answer = adjuvant("protocols", "check", quiet)
    assert answer.code == 0, answer.out


def test_a_file_that_keeps_its_form_says_what_is_missing(adjuvant: Run, quiet: Path) -> None:
    answer = adjuvant("protocols", "check", quiet)
    assert answer.code == 0
    assert "quiet_nights keeps its form; 6 fields are missing to run it" in answer.out
    (found,) = adjuvant("protocols", "check", quiet, "--json").json["files"]
    assert len(found["missing"]) == 6 and found["site"] is None


def test_a_profile_is_checked_against_the_protocol_beside_it(adjuvant: Run, quiet: Path) -> None:
    answer = adjuvant("protocols", "check", quiet / "site.yaml")
    assert answer.code == 0
    assert "as Example hospital (invented) runs it, keeps its form; it can be run" in answer.out


def test_a_profile_of_the_library_is_checked_against_the_library(adjuvant: Run) -> None:
    answer = adjuvant("protocols", "check", FOLDER / "protocols" / "patel_ldk" / "example_site.yaml")
    assert (answer.code, "it can be run" in answer.out) == (0, True)


def test_a_profile_for_a_protocol_that_is_nowhere_is_refused(adjuvant: Run, quiet: Path) -> None:
    (quiet / "protocol.yaml").unlink()
    answer = adjuvant("protocols", "check", quiet / "site.yaml")
    assert answer.code == 3
    assert "'quiet_nights' is neither in the library nor in a file beside the profile" in answer.out


def test_a_broken_file_is_named_with_line_and_remedy_and_the_others_are_checked(
    adjuvant: Run, quiet: Path
) -> None:
    change(quiet / "protocol.yaml", "below: 8 /min", "below: 8 per minute")
    answer = adjuvant("protocols", "check", quiet, FOLDER / "protocols" / "civik")
    assert answer.code == 3
    assert "quiet_nights/protocol.yaml:34:" in answer.out and "is not a UCUM code" in answer.out
    assert "civik keeps its form" in answer.out
    found = adjuvant("protocols", "check", quiet, "--json")
    assert found.code == 3 and "is not a UCUM code" in found.json["files"][0]["error"]


def test_a_source_that_the_library_has_too_is_refused(adjuvant: Run, quiet: Path) -> None:
    change(quiet / "citations.yaml", "example_leaflet", "hardy2012")
    answer = adjuvant("protocols", "check", quiet)
    assert answer.code == 3 and "is a source of the library too; give it another key" in answer.out


def test_a_file_under_another_name_is_named_like_the_file(adjuvant: Run, quiet: Path) -> None:
    named = quiet / "quiet_nights.yaml"
    (quiet / "protocol.yaml").rename(named)
    assert adjuvant("protocols", "check", named).code == 0
    other = named.rename(quiet / "loud_nights.yaml")
    answer = adjuvant("protocols", "check", other)
    assert answer.code == 3 and "is not the name of its file, 'loud_nights'" in answer.out


def test_a_file_that_does_not_exist_is_refused(adjuvant: Run, tmp_path: Path) -> None:
    answer = adjuvant("protocols", "check", tmp_path / "nowhere.yaml")
    assert answer.code == 3 and "nowhere.yaml" in answer.out + answer.err


# --- run --------------------------------------------------------------------------------------------------


def test_a_scenario_answers_with_the_dose_and_its_reason(adjuvant: Run, quiet: Path) -> None:
    answer = adjuvant("run", quiet / "first_day.yaml", "--check")
    assert answer.code == 0
    assert "RAISE" in answer.out and "Raise to 100 mg/d." in answer.out
    assert "A clinician decides." in answer.out and "(invented patient)" in answer.out
    guidance = adjuvant("run", quiet / "first_day.yaml", "--json").json
    assert guidance["status"] == "raise" and guidance["unexpected"] == []
    (advice,) = guidance["recommendations"]
    assert (advice["dose"], advice["because"][0]["citation"]) == ("100 mg/d", "example_leaflet")
    assert guidance["site"] == {"name": "Example hospital (invented)", "example": True}


def test_advice_that_is_not_as_expected_ends_with_one_only_where_it_is_checked(
    adjuvant: Run, quiet: Path
) -> None:
    change(quiet / "first_day.yaml", "dose: 100 mg/d", "dose: 150 mg/d")
    assert adjuvant("run", quiet / "first_day.yaml").code == 0
    answer = adjuvant("run", quiet / "first_day.yaml", "--check")
    assert answer.code == 1 and "NOT AS EXPECTED: dose is 100 mg/d, not 150 mg/d" in answer.out


def test_a_reading_that_is_missing_withholds_and_is_named(adjuvant: Run, quiet: Path) -> None:
    change(quiet / "first_day.yaml", "  respiratory_rate: [{at: 24 h, value: 16 /min}]\n", "")
    guidance = adjuvant("run", quiet / "first_day.yaml", "--json").json
    assert guidance["status"] == "withheld" and guidance["recommendations"] == []
    assert any("espiratory rate" in one["what"] for one in guidance["missing"])


def test_without_a_site_the_gaps_are_named_and_nothing_is_advised(adjuvant: Run, quiet: Path) -> None:
    change(quiet / "first_day.yaml", "site: site.yaml\n", "")
    guidance = adjuvant("run", quiet / "first_day.yaml", "--json").json
    assert guidance["status"] == "withheld" and guidance["site"] is None
    gaps = {need.field for need in lacking(load("hardy_burst").protocol) if need.field.startswith("rules")}
    assert {one["rule"] for one in guidance["missing"]} & gaps


def test_several_steps_answer_a_list(adjuvant: Run, quiet: Path) -> None:
    with (quiet / "first_day.yaml").open("a", encoding="utf-8") as file:
        file.write("  - at: 12 h\n")
    assert len(adjuvant("run", quiet / "first_day.yaml", "--json").json["steps"]) == 2


BROKEN = {
    "no instant": ("begins: 2026-11-29T08:00:00+01:00", "begins: tomorrow", "begins"),
    "an instant without offset": ("begins: 2026-11-29T08:00:00+01:00", "begins: 2026-11-29T08:00:00", "begins"),
    "a reading nobody takes": ("  pain: [", "  pian: [", "'pian' is no observation"),
    "a figure without unit": ("value: 16 /min", "value: 16", "has no unit; write it with its unit, /min"),
    "a figure in another unit": ("value: 16 /min", "value: 16 mg", "give it in /min"),
    "no figure and no reason": ("{at: 24 h, value: 6}", "{at: 24 h}", "why there is none"),
    "a time that is none": ("{at: 24 h, value: 6}", "{at: noon, value: 6}", "write such as 8 h or -2 h"),
    "a protocol that is nowhere": ("protocol: protocol.yaml", "protocol: quiet", "is not in the library"),
    "a key that is unknown": ("age: 61", "aged: 61", "'aged' is not a known key; did you mean 'age'"),
    "a condition nobody knows": ("age: 61", "age: 61\nconditions: [{condition: sadness, at: 0 h}]", "'sadness' is no condition"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_scenario_is_refused_in_words(adjuvant: Run, quiet: Path, name: str) -> None:
    old, new, words = BROKEN[name]
    change(quiet / "first_day.yaml", old, new)
    answer = adjuvant("run", quiet / "first_day.yaml")
    assert (answer.code, answer.out) == (3, ""), answer.err
    assert words in answer.err


def test_no_scenario_and_no_protocol_are_bad_usage(adjuvant: Run) -> None:
    assert adjuvant("run").code == 2
    assert adjuvant("protocols", "show").code == 2
    assert adjuvant("protocols", "invent").code == 2
