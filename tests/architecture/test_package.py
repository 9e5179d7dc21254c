"""What is installed is what is in the tree: data, templates and fonts travel with the code."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel that the build backend makes of the tree as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=root,
        capture_output=True,
        check=True,
        timeout=120,
    )
    return zipfile.ZipFile(next(folder.glob("adjuvant-*.whl")))


def test_the_wheel_holds_every_file_of_the_package(root: Path, wheel: zipfile.ZipFile) -> None:
    source = root / "src"
    in_tree = {
        path.relative_to(source).as_posix()
        for path in (source / "adjuvant").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    in_wheel = {name for name in wheel.namelist() if name.startswith("adjuvant/")}
    assert in_tree == in_wheel


def test_the_wheel_carries_its_licence_and_says_that_it_is_typed(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "adjuvant/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)


def test_installing_it_gives_the_command_adjuvant(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "adjuvant = adjuvant.cli:main" in wheel.read(entry_points).decode()
