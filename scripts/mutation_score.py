"""The score of mutation testing: the share of changes that tests noticed, and why each other one may stand.

    python scripts/mutation_score.py            compare what mutmut found with tests/mutation/survivors.toml
    python scripts/mutation_score.py --list     print the survivors that have no reason yet, ready to fill in
    python scripts/mutation_score.py --write    write tests/mutation/score.toml and the page of the reference

Each of these may name targets; the score that is kept of every other one then stays as it is.

A survivor without a reason, or a score below its floor, is an error. A survivor is named by its function and
by the line as it was and as it became, so that a reason stays with its line when others move.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".build" / "mutation"
KEPT = ROOT / "tests" / "mutation"
PAGE = ROOT / "docs" / "reference" / "mutation-testing.md"

# mutmut's exit codes: a test failed or pytest broke, and the time ran out. Anything else was not noticed.
KILLED = {1, 3, 4}
TIMED_OUT = {36, -24, 24, 152, 255}


@dataclass(frozen=True, order=True)
class Change:
    """One small change of one function."""

    function: str
    was: str
    now: str


@dataclass
class Score:
    """What became of the changes of one target."""

    killed: int
    total: int
    survivors: list[Change]

    @property
    def percent(self) -> float:
        """The share that was noticed, rounded down to a tenth, so that it never looks better than it is."""
        return int(1000 * self.killed / self.total) / 10 if self.total else 0.0


def score_of(target: str) -> Score:
    """The score of a target that mutmut has run.

    Raises:
        SystemExit: it was not run, or not to the end.
    """
    killed = total = 0
    survivors: list[Change] = []
    folder = WORK / target / "mutants"
    for meta in sorted((folder / "src").rglob("*.py.meta")):
        codes: dict[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        if None in codes.values():
            sys.exit(f"{target}: some changes were not tried: run `python scripts/mutation.py {target}`")
        noticed = {key for key, code in codes.items() if code in KILLED | TIMED_OUT}
        killed, total = killed + len(noticed), total + len(codes)
        left = [key for key in codes if key not in noticed]
        survivors += _changes(meta.with_suffix(""), left)
    if not total:
        sys.exit(f"{target}: not run yet: run `python scripts/mutation.py {target}`")
    return Score(killed, total, sorted(survivors))


def _changes(path: Path, keys: list[str]) -> Iterator[Change]:
    """What mutmut did for each key: a function's changed copy against its unchanged one."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    functions = {
        node.name: lines[node.lineno - 1 : node.end_lineno]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
    }
    for key in keys:
        module, _, name = key.rpartition(".")
        plain = name.rpartition("__mutmut_")[0]
        before = _body(functions[f"{plain}__mutmut_orig"])
        after = _body(functions[name])
        matched = difflib.SequenceMatcher(None, before, after, autojunk=False)
        was: list[str] = []
        now: list[str] = []
        for kind, start, end, other_start, other_end in matched.get_opcodes():
            if kind != "equal":
                was += before[start:end]
                now += after[other_start:other_end]
        function = ".".join(part for part in plain.removeprefix("x").split("ǁ") if part).removeprefix("_")
        function = plain.removeprefix("x_") if "ǁ" not in plain else function
        yield Change(f"{module.removeprefix('adjuvant.')}.{function}", " ".join(was), " ".join(now))


def _body(lines: list[str]) -> list[str]:
    """The lines without indents, the function's name in its first one left out."""
    return [line.strip().rpartition("__mutmut_")[2].lstrip("orig0123456789") if number == 0 else line.strip()
            for number, line in enumerate(lines)]  # fmt: skip


def reasons() -> dict[Change, str]:
    """Why each known survivor may stand."""
    path = KEPT / "survivors.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", []) if path.is_file() else []
    found: dict[Change, str] = {}
    for entry in entries:
        for was, now in entry["changes"]:
            found[Change(entry["function"], was, now)] = entry["why"]
    return found


def page(scores: dict[str, Any], known: dict[Change, str]) -> str:
    """The page of the reference: the scores, and each survivor with its reason."""
    text = [HEAD]
    text += ["| target | modules | changes | noticed | score |", "|---|---|---:|---:|---:|"]
    for name, one in scores.items():
        modules = ", ".join(f"`{module}`" for module in one["modules"])
        text.append(f"| {name} | {modules} | {one['total']} | {one['killed']} | {one['percent']} % |")
    # A note says what a score does not rest on; the next whole run writes the scores anew, without it.
    text += [line for name, one in scores.items() if "note" in one for line in ("", f"{name}: {one['note']}")]
    text += ["", "## What survives, and why it may", ""]
    by_function: dict[str, dict[str, list[Change]]] = {}
    for change, why in sorted(known.items()):
        by_function.setdefault(change.function, {}).setdefault(why, []).append(change)
    for function, grouped in by_function.items():
        text += [f"### `{function}`", ""]
        for why, changes in grouped.items():
            text += [why, "", "```text"]
            text += [line for change in changes for line in (f"- {change.was}", f"+ {change.now}")]
            text += ["```", ""]
    return "\n".join(text).rstrip() + "\n"


HEAD = """# Mutation testing

Coverage says which lines the tests run; it does not say whether a test would notice if a line were wrong.
Mutation testing does: [mutmut](https://mutmut.readthedocs.io) changes the code in thousands of small ways,
one at a time (a `<` becomes `<=`, a number grows by one, an argument is left out, a word of a message is
spoilt), and runs the tests. A change that no test notices has survived. Either a test was missing and has
been written, or the change makes no difference that a caller could see, and the reason stands below. A
survivor without a reason fails the run.

    make torture-mutation                           # all of it, on one core
    .venv/bin/python scripts/mutation.py quantity   # one target

The tests of each target are named in `tests/mutation/targets.toml`; slow ones, and those that need material
from outside the repository, take no part, so that anybody can repeat the figures. mutmut leaves decorated
functions alone; the run undoes that, so properties and cached functions are changed too. Not changed are
docstrings, annotations, and what stands outside functions. A change that makes the tests run on without end
counts as noticed. This page is written by `scripts/mutation_score.py --write`.
"""


def belongs(change: Change, target: dict[str, Any]) -> bool:
    """Whether the change is of a module that the target mutates."""
    within = [pattern.removesuffix("*").removesuffix(".py").replace("/", ".") for pattern in target["mutate"]]
    return any(f"{change.function}.".startswith(f"{name.rstrip('.')}.") for name in within)


def missing(changes: list[Change]) -> str:
    """Survivors without a reason, as entries for ``survivors.toml``."""
    text = []
    for function in dict.fromkeys(change.function for change in changes):
        text += ["[[survivor]]", f'function = "{function}"', 'why = ""', "changes = ["]
        text += [
            f"    [{json.dumps(one.was, ensure_ascii=False)}, {json.dumps(one.now, ensure_ascii=False)}],"
            for one in changes
            if one.function == function
        ]
        text += ["]", ""]
    return "\n".join(text)


def main() -> int:
    """Print one line for each target; the survivors without a reason, and what is below its floor."""
    targets: dict[str, Any] = tomllib.loads((KEPT / "targets.toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", help=f"any of {', '.join(targets)}; all where none is named")
    parser.add_argument("--list", action="store_true", help="print the survivors that have no reason yet")
    parser.add_argument("--write", action="store_true", help="write the score and the page of the reference")
    asked = parser.parse_args()
    known = reasons()
    needless: set[Change] = set()
    wrong = False
    written: dict[str, Any] = tomllib.loads((KEPT / "score.toml").read_text(encoding="utf-8"))
    for name in asked.targets or targets:
        found, floor = score_of(name), targets[name]["floor"]
        unexplained = [one for one in found.survivors if one not in known]
        needless |= {one for one in known if belongs(one, targets[name])} - set(found.survivors)
        if asked.list:
            print(missing(unexplained))
            continue
        wrong = wrong or bool(unexplained) or found.percent < floor
        print(
            f"{name}: {found.percent} % of {found.total} changes noticed (at least {floor} %); "
            f"{len(found.survivors)} survive, {len(unexplained)} of them without a reason"
        )
        for one in unexplained:
            print(f"  {one.function}\n    - {one.was}\n    + {one.now}")
        modules = targets[name]["mutate"]
        written[name] = {
            "modules": modules, "total": found.total, "killed": found.killed, "percent": found.percent,
        }  # fmt: skip
    if not asked.list:
        for one in sorted(needless):
            print(f"  noticed by now, its reason can go: {one.function}: {one.was} -> {one.now}")
    if asked.write:
        written = {name: written[name] for name in targets if name in written}
        lines = [f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in one.items())
                 for name, one in written.items()]  # fmt: skip
        (KEPT / "score.toml").write_text("\n".join(lines), encoding="utf-8")
        PAGE.write_text(page(written, known), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
