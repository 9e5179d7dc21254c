"""What every test may ask for: the parts from outside the repository, and how hard Hypothesis searches."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
UCUM_ORACLE = ROOT / "tests" / "oracles" / "ucum"
# Parsed files of the library are kept here, and not in the cache of whoever runs the tests.
os.environ.setdefault("ADJUVANT_CACHE", str(ROOT / ".build" / "cache"))

settings.register_profile("fast", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "fast")
)

Convert = Callable[[Sequence[Mapping[str, Any]]], list[dict[str, Any]]]


def missing(what: str) -> NoReturn:
    """Skip with one plain line; with CI=true fail, because there nothing is optional."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true: {what}", pytrace=False)
    pytest.skip(what)


def program(*names: str, package: str) -> Path:
    """The first of `names` on the PATH, or a skip that says how to get it."""
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
    missing(f"{names[0]} is not installed: `make system` installs {package} or says how")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test marked `shared` needs the material even if it takes no fixture."""
    if item.get_closest_marker("shared"):
        shared_folder()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Figures that tests have recorded under the name `figure`, such as how many inputs were tried, are shown."""
    figures = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in report.user_properties
        if name == "figure"
    ]
    for figure in figures:
        terminalreporter.write_line(str(figure))


def shared_folder() -> Path:
    """The shared reference material: $ADJUVANT_SHARED, or the folder `shared` beside the checkout."""
    folder = Path(os.environ.get("ADJUVANT_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        missing("the shared reference material is not beside the checkout")
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared reference material (data, tables, cases, mock-ups), never written to."""
    return shared_folder()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's browser, for Playwright's `executable_path`; never a download."""
    return program("chromium", "chromium-browser", "google-chrome", package="chromium")


@pytest.fixture(scope="session")
def pdftoppm() -> Path:
    """Turns a page of a PDF into a picture."""
    return program("pdftoppm", package="poppler-utils")


@pytest.fixture(scope="session")
def pdftotext() -> Path:
    """Reads the words of a PDF back."""
    return program("pdftotext", package="poppler-utils")


@pytest.fixture(scope="session")
def node_ucum() -> Convert:
    """The independent UCUM library: a list of requests in, a list of answers out (see convert.mjs)."""
    node = program("node", package="nodejs")
    if not (UCUM_ORACLE / "node_modules").is_dir():
        missing("the UCUM oracle is not installed: `make oracle` installs it")

    def convert(requests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        answer = subprocess.run(
            [str(node), str(UCUM_ORACLE / "convert.mjs")],
            input="".join(json.dumps(request) + "\n" for request in requests),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            timeout=120,
        )
        answers = [json.loads(line) for line in answer.stdout.splitlines()]
        assert len(answers) == len(requests), "one answer for each request"
        return answers

    return convert
