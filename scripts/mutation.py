"""Mutation testing: change the code in small ways, one at a time, and see whether the tests notice.

    python scripts/mutation.py                      every target of targets.toml, then the score
    python scripts/mutation.py quantity             one target
    python scripts/mutation.py --again quantity     only what survived before, after new tests or a quick pass
    python scripts/mutation.py --quick 5 quantity   five seconds for each; what survives is still to be tried
    python scripts/mutation.py --kept --again ...   with which test reaches what as it was found before

mutmut works in a copy of the project in ``.build/mutation``; nothing in the checkout is touched. It leaves
decorated functions alone, so in the copy ``@property`` and ``@lru_cache`` stand as plain calls behind their
functions, and what a cache remembers from before a change is forgotten when the tests of that change begin.
How each change meets its tests: scripts/mutation_session.py.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import libcst as cst
from mutation_score import KILLED, TIMED_OUT

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".build" / "mutation"
TARGETS = ROOT / "tests" / "mutation" / "targets.toml"
COPIED = ("src", "tests", "docs", "examples", "scripts", "pyproject.toml")
UNTOUCHED = {"staticmethod", "classmethod", "overload"}

CONFTEST = '''\
"""Written by scripts/mutation.py."""

from mutation_session import pytest_configure, pytest_runtest_setup, pytest_sessionfinish  # noqa: F401
'''


class _Plain(cst.CSTTransformer):
    """Decorated functions as plain ones, each followed by ``name = decorator(name)``."""

    def leave_FunctionDef(  # noqa: N802 - the name is libcst's
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        decorators = [item.decorator for item in updated_node.decorators]
        if not decorators or any(_head(item) in UNTOUCHED for item in decorators):
            return updated_node
        value: cst.BaseExpression = updated_node.name
        for decorator in reversed(decorators):
            value = cst.Call(decorator, [cst.Arg(value)])
        wrapped = cst.Assign([cst.AssignTarget(updated_node.name)], value)
        return cst.FlattenSentinel(
            [updated_node.with_changes(decorators=[]), cst.SimpleStatementLine([wrapped])]
        )


def _head(decorator: cst.BaseExpression) -> str:
    node = decorator.func if isinstance(decorator, cst.Call) else decorator
    return node.value if isinstance(node, cst.Name) else ""


def prepare(name: str, target: dict[str, Any]) -> Path:
    """A copy of the project, ready for mutmut to change this target; what survived before is kept."""
    folder = WORK / name
    folder.mkdir(parents=True, exist_ok=True)
    mutate = [f"src/adjuvant/{pattern}" for pattern in target["mutate"]]
    changed = {path for pattern in mutate for path in ROOT.glob(pattern) if path.suffix == ".py"}
    ignore = shutil.ignore_patterns("__pycache__", "node_modules", ".*")
    for part in COPIED:
        source = ROOT / part
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            if path.is_dir() or ignore(str(path.parent), [path.name]) or "node_modules" in path.parts:
                continue
            if "__pycache__" in path.parts:
                continue
            text = path.read_bytes()
            if path in changed:
                text = cst.parse_module(text).visit(_Plain()).code.encode()
            _write(folder / path.relative_to(ROOT), text)
            if path.suffix != ".py" and part == "src" and (folder / "mutants").is_dir():
                _write(folder / "mutants" / path.relative_to(ROOT), text)  # mutmut copies these only once
    _write(folder / "conftest.py", CONFTEST.encode())
    _write(folder / "setup.cfg", _settings(mutate, target).encode())
    return folder


def _write(path: Path, content: bytes) -> None:
    """Only where it differs: mutmut goes by the time of a file."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _settings(mutate: list[str], target: dict[str, Any]) -> str:
    lists = {
        "source_paths": ["src"],
        "only_mutate": mutate,
        "also_copy": ["conftest.py", *(set(COPIED) - {"src", "tests", "pyproject.toml"})],
        "pytest_add_cli_args_test_selection": [f"tests/{path}" for path in target["tests"]],
        "pytest_add_cli_args": [
            "-p", "no:xdist", "-p", "no:cov",
            "-m", "not slow and not torture and not shared",
            *[f"--ignore=tests/{path}" for path in target.get("leave_out", ())],
        ],
    }  # fmt: skip
    plain = {"timeout_multiplier": 10, "timeout_constant": 2, "track_dependencies": "false"}
    lines = [f"{key} =\n    " + "\n    ".join(values) for key, values in lists.items()]
    lines += [f"{key} = {value}" for key, value in plain.items()]
    return "[mutmut]\n" + "\n".join(lines) + "\n"


def forget_survivors(folder: Path) -> None:
    """Have the changes that no test noticed tried again; what changed in the code is tried in any case."""
    for meta in sorted((folder / "mutants" / "src").rglob("*.py.meta")):
        data = json.loads(meta.read_text(encoding="utf-8"))
        codes = data["exit_code_by_key"]
        kept = KILLED | TIMED_OUT
        data["exit_code_by_key"] = {key: code if code in kept else None for key, code in codes.items()}
        meta.write_text(json.dumps(data, indent=4), encoding="utf-8")


def mutate(
    name: str, target: dict[str, Any], *, again: bool, quick: float | None, kept: bool, workers: int
) -> None:
    """Run mutmut on one target; its own output is shown.

    Args:
        quick: for how many seconds each change meets tests of a session that is ready, and no others; None
            for all.
        kept: only new tests are looked at for what they reach.
    """
    folder = prepare(name, target)
    # New tests count only once mutmut has looked anew at which test reaches which function.
    if not kept:
        (folder / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    if again:
        forget_survivors(folder)
    environment = os.environ | {
        "HYPOTHESIS_PROFILE": "mutation",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "",
        "ADJUVANT_CACHE": "off",  # what was checked without a change must not stand in for it under one
    }
    session = ROOT / "scripts" / "mutation_session.py"
    only = [] if quick is None else [str(quick)]
    command = [
        sys.executable,
        str(session),
        ",".join(target["forget"]),
        str(workers),
        target.get("warm", ""),
        *only,
    ]
    subprocess.run(command, cwd=folder, env=environment, check=True)


def main() -> int:
    """Run the targets named, or all, and then say the score."""
    targets: dict[str, Any] = tomllib.loads(TARGETS.read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", help=f"any of {', '.join(targets)}; all where none is named")
    parser.add_argument("--again", action="store_true", help="only what survived before")
    parser.add_argument("--quick", type=float, metavar="SECONDS", help="so long for each, and no score")
    parser.add_argument("--kept", action="store_true", help="keep what tests were found to reach before")
    parser.add_argument("--workers", type=int, default=1, help="processes at once")
    asked = parser.parse_args()
    for name in asked.targets or targets:
        if not asked.again:
            shutil.rmtree(WORK / name, ignore_errors=True)
        mutate(
            name, targets[name], again=asked.again, quick=asked.quick, kept=asked.kept, workers=asked.workers
        )
    if asked.quick is not None:
        return 0  # no score yet
    score = [sys.executable, ROOT / "scripts" / "mutation_score.py", *asked.targets]
    return subprocess.run(score, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
