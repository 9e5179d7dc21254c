"""The engine of a fuzz run, in a process of its own: atheris where it is installed, else Hypothesis; seeds first."""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from fuzz.promises import within_a_second

__all__ = ["load", "main"]

_LONGEST = 4096
_HANG_S = (
    60  # the engine's own limit by the wall clock; the promise of a second is ours and counts processor time
)
_BATCH = 2000


def load(parser: str) -> ModuleType:
    """The module of a target, warmed up: what is loaded at first use is no part of an input's second."""
    target = importlib.import_module(f"fuzz.targets.{parser}")
    # In here, so that it is instrumented: the library, and pint, which the first unit beyond the shipped ones loads.
    importlib.import_module("adjuvant.library").default_plan()
    importlib.import_module("adjuvant.quantity.ucum").derive("mg")
    getattr(target, "prepare", lambda: None)()
    for seed in target.SEEDS:
        target.check(seed)
    return target


def main() -> None:
    """Check the seeds and the huge inputs, then fuzz."""
    reader = argparse.ArgumentParser()
    reader.add_argument("parser")
    reader.add_argument("--folder", type=Path)
    reader.add_argument("--runs", type=int)
    reader.add_argument("--seconds", type=float)
    reader.add_argument("--seed", type=int, default=0)
    reader.add_argument("--engine", choices=("atheris", "hypothesis"))
    chosen = reader.parse_args()
    guided = chosen.engine != "hypothesis" and find_spec("atheris") is not None
    if guided:
        import atheris

        with atheris.instrument_imports(include=["adjuvant"], enable_loader_override=False):
            target = load(chosen.parser)
    else:
        target = load(chosen.parser)
    for data in (*target.SEEDS, *target.HUGE):
        within_a_second(target.check, data)
    print(f"engine {'atheris' if guided else 'hypothesis'}", flush=True)
    (_atheris if guided else _hypothesis)(target, chosen)


def _atheris(target: ModuleType, chosen: argparse.Namespace) -> None:
    import atheris

    corpus = chosen.folder / "corpus"
    shutil.rmtree(corpus, ignore_errors=True)
    corpus.mkdir(parents=True)
    for number, data in enumerate(target.SEEDS):
        (corpus / f"seed-{number}").write_bytes(data)
    words = chosen.folder / "dictionary"
    words.write_text("".join(f"{_quoted(word)}\n" for word in target.DICTIONARY), encoding="ascii")
    options = [
        f"-dict={words}",
        f"-max_len={_LONGEST}",
        f"-artifact_prefix={chosen.folder}/",
        f"-timeout={_HANG_S}",
        f"-seed={chosen.seed + 1}",
        "-rss_limit_mb=4096",
        "-report_slow_units=120",
        "-print_final_stats=1",
        f"-runs={-1 if chosen.runs is None else chosen.runs}",
        f"-max_total_time={int(chosen.seconds or 0)}",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], lambda data: within_a_second(target.check, data))
    atheris.Fuzz()


def _quoted(word: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"'


def _hypothesis(target: ModuleType, chosen: argparse.Namespace) -> None:
    """Without a guide: pieces of the seeds and words of the dictionary, put together by chance."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as start_at
    from hypothesis import strategies as st

    words = [word.encode() for word in target.DICTIONARY] or [b" "]
    seeds = st.sampled_from(target.SEEDS)
    piece: Any = st.one_of(seeds, st.sampled_from(words), st.binary(max_size=12))
    cut = st.tuples(seeds, st.integers(0, 40), st.integers(0, 40), piece).map(
        lambda made: made[0][: made[1]] + made[3] + made[0][made[1] + made[2] :]
    )
    inputs = st.one_of(cut, st.lists(piece, max_size=4).map(b"".join), st.binary(max_size=64))
    until = time.monotonic() + chosen.seconds if chosen.seconds else float("inf")
    wanted = chosen.runs if chosen.runs is not None else sys.maxsize
    done = batch = 0

    def one(data: bytes) -> None:
        nonlocal done
        done += 1
        try:
            within_a_second(target.check, data)
        except BaseException:
            (chosen.folder / "crash-hypothesis").write_bytes(data)
            raise

    while done < wanted and time.monotonic() < until:
        size = min(_BATCH, wanted - done)
        run = settings(
            max_examples=size, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )(given(inputs)(one))  # fmt: skip
        start_at(chosen.seed * 1_000_003 + batch)(run)()
        batch += 1
        print(f"done {done}", flush=True)


if __name__ == "__main__":
    main()
