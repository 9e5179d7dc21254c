"""Running the command in this process, with its own data folder; a conftest imports the fixtures that it offers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adjuvant.cli import main

__all__ = ["Answer", "Run", "adjuvant", "home"]


@dataclass(frozen=True)
class Answer:
    """What one run of `adjuvant` left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, decoded."""
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("ADJUVANT_HOME", str(folder))
    return folder


@pytest.fixture
def adjuvant(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `adjuvant` with these arguments; returns exit code, stdout and stderr."""

    def run(*arguments: object, stdin: str = "") -> Answer:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        streams = capsys.readouterr()
        code = left.value.code
        return Answer(code if isinstance(code, int) else 0 if code is None else 1, streams.out, streams.err)

    return run
