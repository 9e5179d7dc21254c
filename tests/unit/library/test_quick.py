"""The quick reading: the tree and the errors of the parser in Python, or nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adjuvant.errors import LibraryError
from adjuvant.library import strict
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.quick import quick
from adjuvant.library.strict import read_file

FILES = sorted(FOLDER.rglob("*.yaml"))
BROKEN = sorted((Path(__file__).resolve().parents[2] / "library_broken").rglob("*.yaml"))


def tree(node: Any) -> Any:
    """Everything that the strict reader asks of a node: kind, tag, line, text and quotation marks."""
    kind = type(node).__name__
    here = (kind, node.tag, node.line if hasattr(node, "line") else node.start_mark.line)
    if kind == "MappingNode":
        return (*here, [(tree(key), tree(value)) for key, value in node.value])
    if kind == "SequenceNode":
        return (*here, [tree(item) for item in node.value])
    return (*here, node.value, node.style)


def slow(text: str) -> Any:
    """The tree of the parser in Python, or the words in which it refuses."""
    try:
        return tree(strict._composed(text, "x.yaml"))
    except LibraryError as error:
        return str(error)


@pytest.mark.slow
@pytest.mark.hazard("H-017")
def test_every_file_of_the_library_is_read_quickly_and_as_the_parser_in_python_reads_it() -> None:
    assert len(FILES) > 300
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        found = quick(text)
        assert found is not None, f"{path} holds something that is not read quickly"
        assert tree(found) == slow(text), path


# Pieces of files, whole and harmed: all that gives YAML a meaning, and what earlier versions took for another.
PIECES = [
    "a", "b: ", "c:", "- ", "-", "? ", "?", ": ", ":", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ", ", " #", "#", "'",
    '"', "|\n", ">\n", ">-\n  x\n", ": >-\n    some text\n", "|2\n", "    more\n", "\n\n", "\n   \n", "~", "null", "no",
    "yes", "off", "true", "1", "1.5", "1e3", "0x1F", "0o7", "017", "1_000", "+1", "12:30:45", "2026-11-29", ".inf", "<<: ",
    "=", "\\", "\\n", "\\/", "%", "@", "`", "--- ", "---\n", "...\n", "!", "!!str ", "&x ", "*x", " ", "  ", "\t", "\r\n",
    "é", "µg", "\x85", "\u2028", "\ufeff", "\xa0", "''", '""', "5 mg", "mm[Hg]",
]  # fmt: skip
BEGINNINGS = [
    "",
    "a: ",
    "a: >-\n  x",
    "a: >-\n  x\n  y\n",
    'a: "x',
    "a: {b: ",
    "a:\n  - ",
    "a: [",
    "a: 1\nb: ",
]
INVENTED = st.builds(
    "".join,
    st.tuples(st.sampled_from(BEGINNINGS), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)),
)


@st.composite
def harmed(draw: st.DrawFn) -> str:
    """A stretch of a file of the library with a few characters put in or left out."""
    lines = draw(st.sampled_from(FILES)).read_text(encoding="utf-8").splitlines(keepends=True)
    first = draw(st.integers(0, max(0, len(lines) - 8)))
    text = "".join(lines[first : first + 8])
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(PIECES)) + text[at + draw(st.integers(0, 2)) :]
    return text


@pytest.mark.hazard("H-017")
@given(INVENTED | harmed())
@example("c:\n")
@example("?")
@example("a: |#[\n")
@example(">-\n#")
@example("a: >-\n \n  x\n")
@example("a: \\\n%")
def test_what_is_read_quickly_is_what_the_parser_in_python_reads(text: str) -> None:
    found = quick(text)
    if found is not None:
        assert tree(found) == slow(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 5\nb: *x\n", "a: &x 5\n", "a: !!str 5\n", "a: !thing 5\n", "a: ! 5\n", "%YAML 1.1\n---\na: no\n", "---\na: 5\n",
        "a: 5\n...\n", "a: 5\n---\nb: 5\n", "a:\n", "a: [,]\n", "? {a: 5}\n: 6\n", "a: |\n  x\n", "a: >\n  x\n", "a:\t5\n",
        "a: 5\r\n", "a: 5\x85b: 6\n", "a: 'x\n", "a: [\n", "", "5\n", "- 5\n", "a: " + "[" * 60 + "5" + "]" * 60 + "\n",
    ],
)  # fmt: skip
def test_what_may_be_read_otherwise_is_left_to_the_parser_in_python(text: str) -> None:
    assert quick(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "a: 5\n", "a: b c\n", "a: 'b'\n", 'a: "b\\n"\n', "a: ''\n", "a: >-\n  b c\n  d\n", "# c\n\na: no  # c\nb: true\n",
        "a: [b, 'c', 1.5]\n", "a:\n  - b\n  - - c\n    - d\n", "a: {b: 1, 'c': {d: ~}}\n", "a:\n  b: 2026-11-29\n  c:\n    - d: 0x1F\n",
        "a: []\nb: {}\n", "größe: 5 µg\n", "a: " + "[" * 39 + "5" + "]" * 39 + "\n", "a: 1\na: 2\n", "a:\n- >-\n  b\n- 'c'\n",
    ],
)  # fmt: skip
def test_a_plain_file_is_read_quickly_whatever_its_form(text: str) -> None:
    found = quick(text)
    assert found is not None
    assert tree(found) == slow(text)


def test_depth_is_counted_from_the_top_and_through_lists_and_mappings() -> None:
    for opening, inner, closing in (("[", "5", "]"), ("{b: ", "5", "}")):
        assert quick("a: " + opening * 39 + inner + closing * 39 + "\n") is not None
        assert quick("a: " + opening * 40 + inner + closing * 40 + "\n") is None


@pytest.mark.slow
def test_every_error_of_a_library_file_is_the_one_of_the_parser_in_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADJUVANT_CACHE", "off")
    monkeypatch.setattr(strict, "FOLDER", tmp_path)
    path = tmp_path / "x.yaml"
    texts = [file.read_bytes() for file in BROKEN]
    texts += [file.read_bytes().replace(b": ", b":: ", 3) for file in FILES[::29]]
    assert len(texts) > 100

    def told() -> Any:
        try:
            return tree(read_file(path, "x.yaml").node)
        except LibraryError as error:
            return str(error)

    for content in texts:
        path.write_bytes(content)
        quickly = told()
        with monkeypatch.context() as without:
            without.setattr(strict, "quick", lambda _: None)
            assert told() == quickly


def test_without_libyaml_the_parser_in_python_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADJUVANT_CACHE", "off")
    monkeypatch.setitem(sys.modules, "_ruamel_yaml", None)
    assert quick("a: 5\n") is None
    path = FILES[0]
    assert type(read_file(path, shown_name(path)).node).__module__ == "ruamel.yaml.nodes"


def test_a_file_of_somebody_s_own_is_read_by_the_parser_in_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strict, "quick", None)  # it cannot be called
    path = tmp_path / "mapping.yaml"
    path.write_text("a: 5\n", encoding="utf-8")
    assert read_file(path, "mapping.yaml").fields(["a"])["a"].number() == 5


def test_a_file_of_the_library_is_not_read_by_the_parser_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADJUVANT_CACHE", "off")
    monkeypatch.setattr(strict, "_composed", None)  # it cannot be called
    assert read_file(FILES[0], shown_name(FILES[0])).pairs()
