"""Files that a disk, a download or an editor has damaged: refused with the file's name, never with a traceback."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjuvant.errors import LibraryError
from adjuvant.library.bibliography import read_citations
from adjuvant.library.folder import FOLDER
from adjuvant.library.tables import TABLE_FOLDER, read_table

WHOLE = (TABLE_FOLDER / "cdc2022.yaml").read_bytes()


def table_of(folder: Path, content: bytes) -> Path:
    """A table file with that content, under the key of the one it was made from."""
    (folder / "opioids").mkdir(exist_ok=True)
    path = folder / "opioids" / "cdc2022.yaml"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "opioids/cdc2022.yaml: is empty; restore the file."),
        (b"# only a comment\n", "opioids/cdc2022.yaml: is empty; restore the file."),
        (b"\x00\x01\x02\x03", "opioids/cdc2022.yaml: is not YAML 1.2: "),
        (b"\x89PNG\r\n\x1a\n\x00", "opioids/cdc2022.yaml: is not UTF-8 text (byte 0); save it as UTF-8."),
        (
            "title: Café".encode("latin-1"),
            "opioids/cdc2022.yaml: is not UTF-8 text (byte 10); save it as UTF-8.",
        ),
        (
            WHOLE.decode().encode("utf-16"),
            "opioids/cdc2022.yaml: is not UTF-8 text (byte 0); save it as UTF-8.",
        ),
        (b"just words\n", "opioids/cdc2022.yaml:1: is a single value, not a mapping"),
    ],
)
def test_an_empty_or_binary_file_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(LibraryError) as caught:
        read_table(table_of(tmp_path, content))
    assert str(caught.value).startswith(words)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        LibraryError, match=r"citations\.yaml: cannot be opened \(No such file or directory\)"
    ):
        read_citations(tmp_path / "citations.yaml")


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "cdc2022.yaml").mkdir()
    with pytest.raises(LibraryError, match=r"cdc2022\.yaml: cannot be opened"):
        read_table(tmp_path / "cdc2022.yaml")


def test_a_table_that_breaks_off_inside_a_row_is_refused(tmp_path: Path) -> None:
    """Wherever it breaks off inside the last row, something that every row must have is missing.

    A file that breaks off between two rows is a shorter table; the digest tells it from the whole one.
    """
    last_row = WHOLE.rindex(b"- ingredient:")
    last_field = WHOLE.rindex(b"provenance:")
    for end in range(last_row + 1, last_field, 7):
        with pytest.raises(LibraryError, match=r"^opioids/cdc2022\.yaml:\d+"):
            read_table(table_of(tmp_path, WHOLE[:end]))


@given(seed=st.integers(min_value=0, max_value=10**9))
def test_random_damage_loads_or_is_refused_but_never_fails_otherwise(seed: int, tmp_path_factory) -> None:
    chance = random.Random(seed)
    damaged = bytearray(WHOLE)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(damaged))
        match chance.randrange(3):
            case 0:
                damaged[at] = chance.randrange(256)
            case 1:
                del damaged[at : at + chance.randint(1, 30)]
            case _:
                damaged[at:at] = bytes(chance.randrange(32, 127) for _ in range(chance.randint(1, 10)))
    folder = tmp_path_factory.mktemp("damaged")
    path = table_of(folder, bytes(damaged))
    with contextlib.suppress(LibraryError):
        assert read_table(path).key == "cdc2022"


def test_every_file_of_the_library_ends_with_a_line_end() -> None:
    """A file without one has most likely been cut."""
    for path in FOLDER.rglob("*.yaml"):
        assert path.read_bytes().endswith(b"\n"), path.name
