"""How errors name a file: a person's own as it was typed, one of the library by its place there."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.library.folder import FOLDER, shown_name, typed_name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (Path("wards/three.yaml"), "wards/three.yaml"),
        (Path("three.yaml"), "three.yaml"),
        (Path("/somewhere/else/three.yaml"), "three.yaml"),  # where somebody keeps files is nobody's business
        (FOLDER / "rules.yaml", "rules.yaml"),
    ],
)
def test_a_persons_own_file_is_named_as_it_was_typed_and_bare_where_the_path_is_whole(
    path: Path, name: str
) -> None:
    assert typed_name(path) == name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (Path("wards/three.yaml"), "wards/three.yaml"),
        (Path("/somewhere/else/three.yaml"), "else/three.yaml"),
        (FOLDER / "protocols" / "civik" / "protocol.yaml", "protocols/civik/protocol.yaml"),
    ],
)
def test_a_file_of_the_library_is_named_by_its_place_there(path: Path, name: str) -> None:
    assert shown_name(path) == name
