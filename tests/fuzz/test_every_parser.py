"""Every parser against generated input: a minute each in CI, a few seconds elsewhere. `make torture` calls `scripts/fuzz`."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable

import pytest

from fuzz.run import PARSERS, Ran, fuzz

SECONDS = 60.0 if os.environ.get("CI") == "true" else 10.0
EACH = [pytest.param(parser, marks=pytest.mark.xdist_group(f"fuzz-{parser}")) for parser in PARSERS]


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Says on the terminal how far a run is, though pytest captures what tests print."""

    def tell(line: str) -> None:
        with capfd.disabled():
            print(line, file=sys.stderr, flush=True)

    return tell


def held(found: Ran, record_property: Callable[[str, object], None]) -> None:
    record_property("figure", str(found))
    assert not found.failure, f"{found}\n{found.failure}"
    assert found.executions > 0, "nothing was tried"


@pytest.mark.slow
@pytest.mark.parametrize("parser", EACH)
def test_no_generated_input_breaks_a_promise(parser: str, told, record_property) -> None:
    held(fuzz(parser, seconds=SECONDS, tell=told), record_property)


@pytest.mark.parametrize("parser", PARSERS)
def test_each_target_has_seeds_words_and_huge_inputs_of_its_own(parser: str) -> None:
    target = importlib.import_module(f"fuzz.targets.{parser}")
    assert len(target.SEEDS) >= 10
    assert len(target.DICTIONARY) >= 10
    assert max(len(data) for data in target.HUGE) >= 100_000
