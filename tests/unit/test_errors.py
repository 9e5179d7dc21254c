"""Errors: thing, rule and remedy in one line, and the exit code of each class."""

import pytest

from adjuvant import errors
from adjuvant.errors import AdjuvantError, InputError, InternalError, LibraryError, RefusedError, UsageError


def test_an_error_reads_as_thing_rule_and_remedy_in_one_line() -> None:
    error = InputError("chart.csv:14: dose", "'5-10' is a range, not one number", "write one number")
    assert str(error) == "chart.csv:14: dose: '5-10' is a range, not one number; write one number."
    assert "\n" not in str(error)


def test_a_place_put_before_an_error_keeps_its_class_rule_and_remedy() -> None:
    placed = LibraryError("row 3", "has no unit", "add one").within("tables/x.yaml:7")
    assert isinstance(placed, LibraryError)
    assert placed.thing == "tables/x.yaml:7: row 3"
    assert (placed.rule, placed.remedy) == ("has no unit", "add one")


@pytest.mark.parametrize(
    ("kind", "code"),
    [(UsageError, 2), (InputError, 3), (LibraryError, 3), (RefusedError, 4), (InternalError, 5)],
)
def test_each_class_carries_the_exit_code_that_scripts_rely_on(kind: type[AdjuvantError], code: int) -> None:
    assert kind("a", "b", "c").exit_code == code


def test_every_public_error_belongs_to_the_one_family() -> None:
    assert all(issubclass(getattr(errors, name), AdjuvantError) for name in errors.__all__)


def test_an_error_about_an_endless_or_unprintable_text_stays_one_line_that_can_be_read() -> None:
    error = InputError("m" * 10**6, "holds \ud800 and\na line end", "write it anew")
    assert len(str(error)) < 1000
    assert "holds \\ud800 and\\na line end" in str(error)
    assert str(error).isprintable()
