"""What a newcomer meets in the first hours: a folder without ketamine, an empty result, help that is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from omop_tables import PRESCRIBED, an_omop

PEOPLE = 12
ALL = "all of them with --json"


@pytest.fixture
def ordered(tmp_path: Path) -> Path:
    """Twelve invented persons with one order each, of a product whose strength nobody states."""
    folder = an_omop(tmp_path)
    for person in range(1, PEOPLE + 1):
        folder.add("person", person_id=str(person), gender_concept_id="8532", year_of_birth="1966")
        folder.exposure("9000088", PRESCRIBED, person_id=str(person), quantity="1")
    return folder.write()


@pytest.mark.slow
def test_many_patients_for_one_reason_are_one_line_and_the_line_says_what_to_do(
    adjuvant, ordered: Path
) -> None:
    answer = adjuvant("evaluate", ordered)
    assert answer.code == 0
    assert answer.out.count("has no ketamine course") == 1
    assert f"{PEOPLE} patients: each has no ketamine course in its administrations" in answer.out
    assert ALL in answer.out
    assert "--pseudo-course" in answer.out
    everyone = adjuvant("evaluate", ordered, "--json").json["evaluations"]
    assert len(everyone) == PEOPLE
    reported = adjuvant("report", ordered, "--out", ordered.parent / "out")
    assert reported.code == 3
    assert reported.out.count("has no ketamine course") == 1
    assert f"each of {PEOPLE} patients has no ketamine course" in reported.err


@pytest.mark.slow
def test_curves_of_nothing_say_what_the_store_holds_instead(adjuvant, ordered: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported = adjuvant("import", ordered, "--store", store)
    assert imported.code == 0, imported.err
    given = adjuvant("cohort", "mme", store, "--out", tmp_path / "mme").out
    assert "No opioid as administered could be counted." in given
    assert f"0 administered, {PEOPLE} ordered, 0 dispensed" in given
    assert "Try --basis ordered" in given
    other = an_omop(tmp_path / "more").add("person", person_id="77", year_of_birth="1950")
    other.exposure("9000088", PRESCRIBED, person_id="77", quantity="1")
    more = adjuvant("import", other.write(), "--store", store)
    assert f"Record store: {store}, which holds {PEOPLE} more" in more.out


@pytest.mark.parametrize("group", [(), ("store",), ("tables",), ("cohort",)])
def test_the_list_of_commands_cuts_no_sentence(adjuvant, group: tuple[str, ...]) -> None:
    assert "..." not in adjuvant(*group, "--help").out.partition("Commands:")[2]


@pytest.mark.parametrize(
    "command",
    [
        ("mme",),
        ("import",),
        ("quality",),
        ("evaluate",),
        ("report",),
        ("demo",),
        ("cohort", "mme"),
        ("store", "info"),
        ("store", "export"),
        ("tables", "show"),
        ("tables", "compare"),
    ],
)
def test_help_names_what_is_meant_and_no_type_of_the_programming_language(
    adjuvant, command: tuple[str, ...]
) -> None:
    answer = adjuvant(*command, "--help")
    assert answer.code == 0
    options = answer.out.partition("Options:")[2]
    assert "<str>" not in options
    assert "<path>" not in options
    assert "<int>" not in options
