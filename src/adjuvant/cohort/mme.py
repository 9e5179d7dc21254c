"""MME of every patient of a record store, written as Parquet tables with a manifest."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adjuvant
from adjuvant import library
from adjuvant.cohort.work import Task, begin, done, keep_memory
from adjuvant.errors import InputError, UsageError
from adjuvant.library.model import TablePlan
from adjuvant.record import Basis
from adjuvant.sources import store
from adjuvant.sources.base import Progress
from adjuvant.sources.store import Part

__all__ = ["KINDS", "MmeSummary", "write_mme"]

KINDS = {"daily": ("daily", "daily_drugs"), "rolling": ("rolling",), "equivalents": ("equivalents",)}
"""What can be asked for, and the folders of tables that answer it."""

_FORMAT = "adjuvant cohort MME"
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class MmeSummary:
    """What was written.

    Args:
        plan: key of the table or pair.
        counts: patients, exposures, refusals, days, points.
        warnings: scope warnings of the tables.
    """

    out: Path
    plan: str
    counts: dict[str, int]
    warnings: tuple[str, ...]


def write_mme(
    path: Path | str,
    out: Path | str,
    plan: TablePlan,
    *,
    basis: Basis = Basis.ADMINISTERED,
    kinds: Sequence[str] = ("daily", "rolling"),
    workers: int = 2,
    progress: Progress | None = None,
) -> MmeSummary:
    """Work out the curves of a whole store, part by part.

    Args:
        path: the record store.
        out: the folder to write; one that this function wrote before is replaced, any other is refused.
        plan: a table of the library, or a pair of them.
        kinds: some of `KINDS`.
        workers: how many processes; the answer does not depend on it.
    Raises:
        InputError: no store, one of an old schema, exposures derived with another library, or a bad table.
        UsageError: a kind that is none, or no worker.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        raise UsageError(
            f"--what {','.join(kinds)}", "is not what can be asked for", f"name some of {', '.join(KINDS)}"
        )
    if workers < 1:
        raise UsageError(f"--workers {workers}", "is no number of processes", "give 1 or more")
    info = store.info(path)
    _check(info)
    place = Path(out)
    _free(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        for kind in kinds:
            for name in KINDS[kind]:
                (folder / name).mkdir()
        keys = (plan.primary.key, plan.parenteral.key if plan.parenteral is not None else None)
        task = Task(keys, basis, tuple(dict.fromkeys(kinds)), folder)
        counts: Counter[str] = Counter()
        for number, found in enumerate(_each(task, info.parts, workers), start=1):
            counts.update(found)
            if progress is not None:
                progress("parts", number, len(info.parts))
        _manifest(folder, info, plan, task, counts)
        if place.exists():
            shutil.rmtree(place)
        folder.chmod(0o700)
        folder.rename(place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    warnings = tuple(dict.fromkeys(table.warning for table in plan.tables if table.warning))
    return MmeSummary(place, plan.key, dict(sorted(counts.items())), warnings)


def _check(info: store.StoreInfo) -> None:
    if info.schema < store.SCHEMA:
        raise InputError(
            str(info.path), "has no derived exposures, as it is of an older schema", "import it again"
        )
    known = library.digest()
    if any(part.library != known for part in info.parts):
        raise InputError(
            str(info.path),
            "holds exposures that were derived with another library of numbers",
            f"run `adjuvant store refresh {info.path}`",
        )


def _free(place: Path) -> None:
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    try:
        ours = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))["format"] == _FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        ours = False
    if not ours:
        raise InputError(str(place), "is there and is no folder that this command wrote", "name a new folder")


def _each(task: Task, parts: Sequence[Part], workers: int) -> Iterator[dict[str, int]]:
    """What came of each part, in no order; this process works too, all the more while others start."""
    keep_memory()
    if workers == 1 or len(parts) < workers + workers:
        for part in parts:
            yield done(task, part)
        return
    from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
    from multiprocessing import get_context

    waiting = deque(parts)
    running: set[Future[dict[str, int]]] = set()
    others = workers - 1
    with ProcessPoolExecutor(others, get_context("spawn"), begin) as pool:
        try:
            while waiting or running:
                while waiting and len(running) < others + others:
                    running.add(pool.submit(done, task, waiting.popleft()))
                if waiting:
                    yield done(task, waiting.popleft())
                else:
                    wait(running, return_when=FIRST_COMPLETED)
                for future in [future for future in running if future.done()]:
                    running.remove(future)
                    yield future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _manifest(folder: Path, info: store.StoreInfo, plan: TablePlan, task: Task, counts: Counter[str]) -> None:
    content: dict[str, Any] = {
        "format": _FORMAT,
        "adjuvant": adjuvant.__version__,
        "plan": plan.key,
        "tables": {table.key: table.digest for table in plan.tables},
        "library_sha256": library.digest(),
        "basis": task.basis.value,
        "what": list(task.kinds),
        "store": str(info.path),
        "sources": [{"source": item.source, "patients": item.patients} for item in info.sources],
        "counts": dict(sorted(counts.items())),
        "parts": [part.name for part in info.parts],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    (folder / _MANIFEST).write_text(text, encoding="utf-8")
