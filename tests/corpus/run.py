"""The decision corpus on the command line: check, update, explain. `scripts/decision-corpus` calls it."""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from corpus import situations
from corpus.cases import CASES, answer, case_of, evaluated
from corpus.digests import (
    FILE,
    OF_PROTOCOLS,
    OF_RECORDS,
    Digests,
    Kept,
    compared,
    digests_of,
    listed,
    read,
    sentence,
    written,
)
from corpus.invariants import broken, documented

__all__ = ["digests_of_all", "main", "one", "one_situation"]

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build" / "corpus"
_SHOWN = 400
Asked = Callable[[int], tuple[str, Digests, list[str]]]


def one(number: int) -> tuple[str, Digests, list[str]]:
    """A case's id, its digests, and what does not hold of its answers."""
    case = case_of(number)
    found = evaluated(case)
    answered = answer(case, found)
    wrong: list[str] = []
    if not isinstance(found, str):
        pages = documented()
        for outcome, item in zip(found, answered["evaluations"], strict=True):
            wrong += [f"{case}: {what}" for what in broken(outcome, item, pages)]
    return case.id, digests_of(answered), wrong


def one_situation(number: int) -> tuple[str, Digests, list[str]]:
    """The same of a situation of a protocol."""
    case = situations.case_of(number)
    answered = situations.answer(case)
    wrong = [f"{case}: {what}" for what in situations.broken(case, answered)]
    return case.id, digests_of(answered, OF_PROTOCOLS), wrong


_SETS: tuple[tuple[Kept, Asked, int], ...] = (
    (OF_RECORDS, one, CASES),
    (OF_PROTOCOLS, one_situation, situations.CASES),
)


def digests_of_all(
    numbers: Sequence[int], workers: int, asked: Asked = one
) -> Iterator[tuple[str, Digests, list[str]]]:
    """`asked` of each number, in order, over so many processes."""
    if workers <= 1:
        yield from map(asked, numbers)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(asked, numbers, chunksize=25)


def _all(workers: int, kept: Kept, asked: Asked, count: int) -> tuple[dict[str, Digests], list[str]]:
    from rich.progress import track

    numbers, began = range(1, count + 1), time.monotonic()
    found: dict[str, Digests] = {}
    wrong: list[str] = []
    for case, digests, broke in track(digests_of_all(numbers, workers, asked), "evaluating", total=count):
        found[case] = digests
        wrong += broke
    print(f"{count:,} {kept.of} evaluated in {time.monotonic() - began:.0f} s by {workers} processes")
    return found, wrong


def _check(workers: int) -> int:
    same = True
    for kept, asked, count in _SETS:
        found, wrong = _all(workers, kept, asked, count)
        difference = compared(read(kept.file), found, sections=kept.sections)
        _say(listed(difference))
        _say(wrong[:20])
        if wrong:
            print(f"{len(wrong):,} answers break what holds of every answer.")
        same = same and not difference and not wrong
    if not same:
        print(
            "See one with `scripts/decision-corpus explain CASE`; keep the new answers with `scripts/decision-corpus update`."
        )
    return 0 if same else 1


def _update(workers: int) -> int:
    every = [(kept, *_all(workers, kept, asked, count)) for kept, asked, count in _SETS]
    wrong = [what for *_, broke in every for what in broke]
    _say(wrong[:20])
    if wrong:
        print(f"{len(wrong):,} answers break what holds of every answer; nothing is written.")
        return 1
    for kept, found, _ in every:
        difference = compared(read(kept.file), found, sections=kept.sections)
        kept.file.write_text(written(found, kept), encoding="ascii")
        _say(listed(difference))
        print(f"For the changelog:\n{sentence(difference)}")
    return 0


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


# --- explain ----------------------------------------------------------------------------------------------------------


def _explain(number: int, against: str | None, *, protocol: bool) -> int:
    case: object = situations.case_of(number) if protocol else case_of(number)
    now: Any = situations.answer(situations.case_of(number)) if protocol else answer(case_of(number))
    ref = _ref(against, OF_PROTOCOLS.file if protocol else FILE)
    print(f"{case}\nbefore: {ref[:12]}; after: the working tree")
    lines = [
        json.dumps(item, indent=1, sort_keys=True, ensure_ascii=False).splitlines()
        for item in (_answer_at(ref, number, "situations" if protocol else "cases"), now)
    ]
    changes = list(difflib.unified_diff(*lines, "before", "after", n=2, lineterm=""))
    _say(line if len(line) <= _SHOWN else f"{line[:_SHOWN]} ..." for line in changes)
    if not changes:
        print("The answer is the same.")
    return 0


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout


def _ref(against: str | None, file: Path) -> str:
    """The commit that was asked for, or the last one that wrote the digests."""
    if against is not None:
        return _git("rev-parse", "--verify", f"{against}^{{commit}}").decode().strip()
    last = _git("log", "-1", "--format=%H", "--", str(file.relative_to(ROOT))).decode().strip()
    return last or _git("rev-parse", "HEAD").decode().strip()


def _answer_at(ref: str, number: int, module: str) -> Any:
    """The answer that the code of a commit gives to today's case."""
    folder = WORK / ref[:12]
    if not (folder / "src").is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with tarfile.open(fileobj=BytesIO(_git("archive", ref, "src"))) as archive:
            archive.extractall(folder, filter="data")
    path = os.pathsep.join((str(folder / "src"), str(ROOT / "tests")))
    program = f"import json, sys; from corpus.{module} import answer, case_of; print(json.dumps(answer(case_of(int(sys.argv[1])))))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(number)], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )  # fmt: skip
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise SystemExit(f"the code of {ref[:12]} cannot answer the case: {last}")
    return json.loads(done.stdout)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of `scripts/decision-corpus`."""
    reader = argparse.ArgumentParser(prog="scripts/decision-corpus", description=__doc__.splitlines()[0])
    chores = reader.add_subparsers(dest="chore", required=True)
    for name, words in (
        ("check", "compare all cases with the kept digests"),
        ("update", "write the digests anew"),
    ):
        chores.add_parser(name, help=words).add_argument("--workers", type=int, default=2)
    explain = chores.add_parser("explain", help="one case, before and after, as a diff of its JSON")
    explain.add_argument(
        "case", help="its number; of a situation of a protocol with a P before it, such as P0031"
    )
    explain.add_argument(
        "--against", metavar="REF", help="a commit (default: the last that wrote the digests)"
    )
    chosen = reader.parse_args(arguments)
    if chosen.chore == "explain":
        protocol = chosen.case.upper().startswith("P")
        digits, most = chosen.case[protocol:], situations.CASES if protocol else CASES
        if not digits.isdigit() or not 1 <= int(digits) <= most:
            reader.error(
                f"case {chosen.case} does not exist: they run from 1 to {CASES}, and P1 to P{situations.CASES}"
            )
        return _explain(int(digits), chosen.against, protocol=protocol)
    return (_check if chosen.chore == "check" else _update)(chosen.workers)


if __name__ == "__main__":
    sys.exit(main())
