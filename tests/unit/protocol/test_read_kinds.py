"""What kind of file is read: one of another kind is sent to its command, and one of ours says what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library.strict import read_file
from adjuvant.protocol.reading import read_protocol, want
from written import protocol_file

WAY = "only:\n  title: One way\n  route: oral\n  mode: oral\n  start: 5 mg\n  times_per_day: 3\n  course: {at_most: 5 d}\n"

KINDS = {"site profile": "approver: nobody\n", "scenario": "scenario: one\nsteps: [{at: 0 h}]\n", "protocol": "regimens: {}\n"}  # fmt: skip
COMMANDS = {
    "site profile": "`adjuvant protocols check` reads it, and a scenario names it under `site`",
    "scenario": "`adjuvant run` reads it",
    "protocol": "`adjuvant protocols check` and `show` read it",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", KINDS)
def test_a_file_of_another_kind_is_named_with_the_command_that_reads_it(
    tmp_path: Path, kind: str, given: str
) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(KINDS[given], encoding="utf-8")
    top = read_file(path, "one.yaml")
    if given == kind:
        want(top, kind)
        return
    with pytest.raises(LibraryError) as refused:
        want(top, kind)
    assert (refused.value.thing, refused.value.rule, refused.value.remedy) == (
        "one.yaml:1", f"is a {given}, not a {kind}", COMMANDS[given],
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_no_kind_is_left_to_its_form_to_explain(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "one.yaml"
    path.write_text("title: Something\n", encoding="utf-8")
    want(read_file(path, "one.yaml"), kind)


@pytest.mark.parametrize(
    ("old", "new", "at", "rule", "remedy"),
    [
        (
            "  start: 5 mg\n", "  start: 5 mg\n  ceilings: 20 mg\n", "regimens.only.ceilings",
            "is a single value, not a list", "write it in brackets, or one on each line behind a dash",
        ),
        ("version: one\n", "version: one\ndated: soon\n", "dated", "'soon' is no date", "write it as in 2026-11-29"),
        (
            "  mode: oral\n", "  mode: oral\n  when: {measure: pain, xyzzy: 1}\n", "regimens.only.when.xyzzy", "'xyzzy' is not a known key",
            "use one of: above, below, citation, from, measure, note, of, provenance, statistic, up_to, within",
        ),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_told_with_how_it_is_written(
    tmp_path: Path, old: str, new: str, at: str, rule: str, remedy: str
) -> None:
    path = protocol_file(tmp_path, WAY)
    text = path.read_text(encoding="utf-8")
    indented = {"  start: 5 mg\n", "  mode: oral\n"}
    before, after = (
        ("  " + part.replace("\n  ", "\n    ") if old in indented else part) for part in (old, new)
    )
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(LibraryError) as refused:
        read_protocol(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(n for n, one in enumerate(lines, 1) if new.strip().splitlines()[-1] in one)
    assert (refused.value.thing, refused.value.rule, refused.value.remedy) == (
        f"written/protocol.yaml:{line}: {at}", rule, remedy,
    )  # fmt: skip


def test_a_file_that_is_not_called_protocol_yaml_is_named_like_itself(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY)
    file = path.parent / "quiet.yaml"
    path.rename(file)
    with pytest.raises(LibraryError) as refused:
        read_protocol(file)
    assert refused.value.rule == "'written' is not the name of its file, 'quiet'"
