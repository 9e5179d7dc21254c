"""What runs inside mutmut: a session of pytest that is collected once, and asked for each change in a fork.

    python scripts/mutation_session.py FORGETS WORKERS WARM [SECONDS]   in the folder of scripts/mutation.py

To start pytest anew for each change takes longer than most tests. So some tests that reach a change are first
run in a fork of one session that is ready: those that noticed other changes of the same function, then those
of files that noticed changes of the same module, then those that are quick and reach little else. A test that
fails there has noticed the change. Where none does, mutmut has its own way: pytest from the start, every test
module imported anew under the change, and every test that reaches it. With SECONDS that is left out; what is
then called a survivor is still to be tried in full.

WARM is Python that is run once in the session, such as to load what most tests load. Which functions that
went through is noted: a change of another function leaves what is remembered of it as it is.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import pytest
from _pytest.config import _prepareconfig
from _pytest.main import Session
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings
from mutmut.__main__ import cli
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.workers.isolation import ForkRunner
from ruamel.yaml import YAML

# Hypothesis: few examples, the same ones each time, and none remembered, so that a score can be repeated.
settings.register_profile(
    "mutation",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

QUICK = 1.5
"""Seconds of the processor for which tests are tried in the session that is ready."""

_FORGETS: list[str] = []
_WARM: list[str] = []
_CACHES: dict[int, Any] = {}
_TABLES = (("lookup", "_MEMOS"), ("parse", "_LINES"), ("vector_days", "_KNOWN"))
_COMPOSED: dict[Any, Any] = {}
_READY: dict[str, pytest.Item] = {}
_WARMED: set[str] = set()
_REACH: Counter[str] = Counter()
_NOTICED = Path("noticed.txt").resolve()
_compose = YAML.compose
_run_tests = PytestRunner.run_tests


def _composed(self: YAML, stream: Any) -> Any:
    """What the parser made of a file of the library: it is not ours, and no change reaches into it."""
    if stream not in _LIBRARY:
        return _compose(self, stream)
    key = tuple(self.typ), self.pure, self.max_depth, stream
    if key not in _COMPOSED:
        _COMPOSED[key] = _compose(self, stream)
    return _COMPOSED[key]


_LIBRARY = {path.read_text("utf-8") for path in Path("src").rglob("*.yaml")}


def forget() -> None:
    """Empty what the code remembers, so that a change meets nothing that was worked out without it."""
    for item in gc.get_objects():
        if isinstance(item, _lru_cache_wrapper):
            if (item.__module__ or "").startswith(tuple(_FORGETS)) or item.__module__ in _of_tests():
                _CACHES[id(item)] = item.cache_clear
        elif type(item).__module__ == "adjuvant.opioids.memo":
            _CACHES[id(item)] = item._found.clear
    for clear in _CACHES.values():
        clear()
    for module, name in _TABLES:
        getattr(sys.modules.get(f"adjuvant.opioids.{module}"), name, {}).clear()


def _of_tests() -> set[str]:
    """The modules of tests, which keep in caches what they made by the code that is changed."""
    tests = str(Path.cwd() / "tests")
    return {
        name for name, one in sys.modules.items() if (getattr(one, "__file__", None) or "").startswith(tests)
    }


def warm(statements: str) -> None:
    """Run what most tests begin with, and note the functions that it goes through."""
    forget()
    before, os.environ["MUTANT_UNDER_TEST"] = os.environ.get("MUTANT_UNDER_TEST", ""), "stats"
    state()._stats.clear()
    exec(statements, {})  # the project's own targets.toml
    _WARMED.update(state()._stats)
    os.environ["MUTANT_UNDER_TEST"] = before


# --- hooks of pytest, which the conftest.py of the prepared folder passes on --------------------------------


def pytest_configure(config: pytest.Config) -> None:
    tests = str(config.rootpath / "tests")
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if file.startswith(tests) and "conftest" not in name:
            del sys.modules[name]  # what a test module made when it was imported was made by unchanged code
    forget()
    gc.freeze()  # what is there stays: to look through it again would take most of a change's time


def pytest_runtest_setup(item: pytest.Item) -> None:
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        forget()  # or a test would not be seen to reach what an earlier one left in a cache


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == 2:
        session.exitstatus = 1  # a test module that cannot even be imported has noticed the change


# --- the session that is ready ------------------------------------------------------------------------------


def make_ready(runner: PytestRunner) -> None:
    """Collect every test once, in the process that mutmut forks for each change."""
    plain = ["--rootdir=.", "--tb=native", "-q", "--capture=sys", "-p", "no:faulthandler"]
    chosen = [*runner._pytest_add_cli_args_test_selection, *runner._pytest_add_cli_args]
    os.chdir("mutants")
    config = _prepareconfig([*plain, *chosen])
    config._do_configure()
    session = Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    config.hook.pytest_collection(session=session)
    forget()
    if _WARM:
        warm(_WARM[0])
    os.chdir("..")
    _READY.update((item.nodeid, item) for item in session.items)
    gc.freeze()


def in_order(tests: Iterable[str], function: str) -> list[str]:
    """Tests, the likeliest to notice a change of this function first."""
    took = state().duration_by_test
    lines = _NOTICED.read_text(encoding="utf-8").splitlines() if _NOTICED.is_file() else []
    noticed = [line.partition("\t") for line in lines]
    here = Counter(test for name, _, test in noticed if name == function)
    module = function.rpartition(".")[0]
    beside = Counter(_file(test) for name, _, test in noticed if name.rpartition(".")[0] == module)
    return sorted(tests, key=lambda test: (-here[test], -beside[_file(test)], took[test] * _REACH[test]))


def _file(test: str) -> str:
    return test.partition("::")[0]


def quick_failure(tests: Iterable[str], *, limit: float, function: str = "") -> str:
    """The first test that fails, tried in their order within `limit` seconds; empty if none does.

    Args:
        function: that is changed; empty where none is.
    """
    items = [_READY[name] for name in tests if name in _READY]
    if not items:
        return ""
    if not _WARM or function in _WARMED:
        forget()
    folder = Path(tempfile.mkdtemp(prefix="mutation-"))
    items[0].config._tmp_path_factory._basetemp = folder.resolve()
    os.chdir("mutants")
    until = time.process_time() + limit
    try:
        for item, following in zip(items, [*items[1:], None], strict=True):
            reports = runtestprotocol(item, log=False, nextitem=following)
            if any(report.failed for report in reports):
                return item.nodeid
            if time.process_time() > until:
                break
    finally:
        os.chdir("..")
        shutil.rmtree(folder, ignore_errors=True)
    return ""


class Quick(PytestRunner):
    """mutmut's runner, with the session that is ready before it."""

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        names = list(tests)
        if mutant_name is not None:
            function = mutant_name.rpartition("__mutmut_")[0]
            only = float(sys.argv[4]) if len(sys.argv) > 4 else None
            limit = QUICK if only is None else only
            failed = quick_failure(in_order(names, function), limit=limit, function=function)
            if failed:
                with _NOTICED.open("a", encoding="utf-8") as noticed:
                    noticed.write(f"{function}\t{failed}\n")
                return 1
            if only is not None:
                return 0
        return int(_run_tests(self, mutant_name=mutant_name, tests=names))


_startup = ForkRunner.startup


def startup(self: ForkRunner) -> None:
    """The session, and a proof that every test passes in it as long as nothing is changed."""
    make_ready(self.test_runner)
    _REACH.update(test for tests in state().tests_by_mangled_function_name.values() for test in tests)
    child = os.fork()
    if child == 0:
        failed = quick_failure(_READY, limit=float("inf"))
        print(f"fails in the session that is ready, though nothing is changed: {failed}" if failed else "")
        sys.stdout.flush()
        os._exit(1 if failed else 0)
    if os.waitpid(child, 0)[1]:
        sys.exit(1)
    _startup(self)


def main() -> None:
    """Run mutmut in this folder."""
    forgets, workers, warmth = sys.argv[1:4]
    _FORGETS.extend(f"adjuvant.{name}" for name in forgets.split(","))
    _WARM.extend([warmth] if warmth else [])
    YAML.compose = _composed
    PytestRunner.run_tests = Quick.run_tests
    ForkRunner.startup = startup
    ForkRunner.run_clean_tests = lambda self, tests: 0  # `startup` proves it
    cli(["run", "--max-children", workers])


if __name__ == "__main__":
    sys.modules["mutation_session"] = sys.modules["__main__"]  # where conftest.py finds the hooks
    main()
