"""Imports that are killed: a process that stops at a chosen step of writing a store, by a signal nothing can catch.

Run as a program, it imports what the stores need once and then forks: one child for each job that it reads from
standard input. A step is each change that Python makes to a folder or a file, each wait for the disk, and each record.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from adjuvant.errors import InputError
from adjuvant.record import MedicineCount, Outcome, PatientRecord, QualityLine, QualitySummary, UnknownName
from adjuvant.sources import store
from adjuvant.sources.base import QualityCounter, Stream
from adjuvant.sources.store import growth, writer
from builders import a_patient

__all__ = ["Job", "Stopper", "a_ward", "imported", "in_small_parts", "stopper"]

ROWS_IN_PART = 8
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod")


@dataclass(frozen=True)
class Job:
    """One import.

    Args:
        place: the store.
        names: ids of the patients, in order.
        pain: the pain score of each, by which two states of a ward differ.
        source: what the ward is called.
        step: kill the process before this step; None lets it finish.
        at: kill the process when it asks for this patient.
        most: no file may grow beyond so many bytes, as on a disk that is full.
        wait: say the number of the process after the first record, and wait for ever.
        resumable: whether the import has a fingerprint.
    """

    place: str
    names: str = "acegi"
    pain: int = 7
    source: str = "a ward"
    step: int | None = None
    at: str | None = None
    most: int | None = None
    wait: bool = False
    overwrite: bool = False
    replace: bool = False
    resumable: bool = True


def a_ward(names: str, pain: int = 7) -> list[PatientRecord]:
    """Invented patients with an infusion, a tablet and a score; every third has more doses than one part takes."""
    found = []
    for number, name in enumerate(names):
        builder = a_patient().infusion("morphine", "1 mg/h", 0, 24).given("oxycodone", "5 mg", 2)
        for hour in range(10 if number % 3 == 2 else 0):
            builder = builder.given("oxycodone", "2.5 mg", 3 + hour)
        record = builder.pain(pain, 4).record()
        quality = QualitySummary(
            (
                QualityLine("chart", Outcome.READ, 4),
                QualityLine("chart", Outcome.USED, 3),
                QualityLine("chart", Outcome.NOT_USED, 1, "was struck out", "", (f"line {number}",)),
            ),
            (MedicineCount("chart", "oxycodone", "mg", Outcome.USED, 1 + number),),
            (UnknownName("chart", f"balm {name}", 1),),
        )
        found.append(replace(record, patient=replace(record.patient, id=name)).with_quality(quality))
    return found


@contextmanager
def in_small_parts() -> Iterator[None]:
    """Parts of a few rows, so that a small ward fills several."""
    before = growth.ROWS_IN_PART
    for module in (growth, writer):
        module.ROWS_IN_PART = ROWS_IN_PART  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in (growth, writer):
            module.ROWS_IN_PART = before  # type: ignore[attr-defined]


@dataclass
class Steps:
    """Counts steps, and kills the process before the last one that it may take."""

    last: int | None
    taken: int = 0

    def step(self) -> None:
        """One more step is about to be taken."""
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def imported(job: Job, steps: Steps | None = None) -> list[str]:
    """Do a job in this process.

    Returns:
        Whom the import asked the source for.
    """
    asked: list[str] = []

    def records(after: str | None) -> Iterator[PatientRecord]:
        for record in a_ward(job.names, job.pain):
            if after is None or record.patient.id > after:
                if record.patient.id == job.at:
                    os.kill(os.getpid(), signal.SIGKILL)
                asked.append(record.patient.id)
                if steps is not None:
                    steps.step()
                yield record
                if job.wait and len(asked) == 1:
                    print(os.getpid(), flush=True)
                    signal.pause()

    def opener(after: str | None, work: Path) -> Stream:
        strays = QualityCounter()
        strays.read("chart", 2)
        strays.line(Outcome.NOT_USED, "chart", "names nobody", example="line 99", n=2)
        return Stream(job.source, records(after), strays)

    with in_small_parts():
        store.write_stream(
            job.place,
            opener,
            fingerprint={"pain": job.pain, "names": job.names} if job.resumable else None,
            overwrite=job.overwrite,
            replace=job.replace,
        )
    return asked


class Stopper:
    """The program that forks, as its parent sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, job: Job) -> dict[str, Any]:
        """Do a job in a process of its own.

        Returns:
            `signal`, by which it ended (0: by none); `steps`, how many it took, if it finished; `error`, what it
            said, if it was refused.
        """
        self._tell(job)
        answer: dict[str, Any] = json.loads(self._said())
        return answer

    def begin(self, job: Job) -> int:
        """Begin a job that waits for ever after its first record; gives the process that does it."""
        self._tell(replace(job, wait=True))
        return int(self._said())

    def kill(self, child: int) -> int:
        """Kill a job that waits; gives the signal by which it ended."""
        os.kill(child, signal.SIGKILL)
        return int(json.loads(self._said())["signal"])

    def _tell(self, job: Job) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def stopper() -> Iterator[Stopper]:
    """Start the program, and end it."""
    root = Path(__file__).resolve().parent
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:
        yield Stopper(process)
        assert process.stdin is not None
        process.stdin.close()


def _child(job: Job, answer: int) -> None:
    steps = Steps(job.step)
    place = str(Path(job.place))

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        written = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
        if (written or event in _CHANGES) and str(arguments[0]).startswith(place):
            steps.step()

    sync = os.fsync

    def fsync(handle: int) -> None:
        steps.step()
        sync(handle)

    sys.addaudithook(watch)
    os.fsync = fsync
    if job.most is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job.most, job.most))
    said: dict[str, Any] = {"error": None}
    try:
        imported(job, steps)
    except InputError as error:
        said["error"] = str(error)
    os.write(answer, json.dumps(said | {"steps": steps.taken}).encode())


def _forked(job: Job) -> dict[str, Any]:
    read, write = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            _child(job, write)
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as opened:
        said = opened.read()
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError(f"the child failed at {job}")
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {"signal": ended, **(json.loads(said) if said else {})}


def main() -> None:
    """Do each job that stands on standard input, in a child of its own, and answer on standard output."""
    import pyarrow.parquet  # noqa: F401  once, not in each child

    for line in sys.stdin:
        print(json.dumps(_forked(Job(**json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
