"""Running the command line in a process of its own, and how much time and memory that took.

Run as a program, it starts the command as its child and writes down what the system counted for it. A process that is
started from a large one would otherwise inherit the peak of that.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["GIB_IN_MIB", "COMMAND", "Measured", "measured"]

GIB_IN_MIB = 1024
COMMAND = Path(sys.executable).with_name("adjuvant")


@dataclass(frozen=True)
class Measured:
    """What one run of a command left behind.

    Args:
        code: its exit code; negative the signal that ended it.
        seconds: of wall clock, and `cpu` of processors.
        peak_mib: the most memory that it held at a time, in MiB.
    """

    code: int
    out: str
    err: str
    seconds: float
    cpu: float
    peak_mib: float

    @property
    def figure(self) -> str:
        """Time and memory in words."""
        return f"{self.seconds:.0f} s ({self.cpu:.0f} s of processor), {self.peak_mib:.0f} MiB"

    @property
    def json(self) -> Any:
        """Standard output, decoded."""
        return json.loads(self.out)


def measured(
    *arguments: object, folder: Path, timeout: float = 1500, program: Path | str = COMMAND
) -> Measured:
    """Run ``adjuvant``, or another program, with these arguments.

    Args:
        folder: for its data folder, its output and its figures.
        timeout: seconds after which it is killed and the test fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "figures.json"
    command = [sys.executable, "-S", __file__, str(kept), str(program), *(str(item) for item in arguments)]
    environment = {**os.environ, "ADJUVANT_HOME": str(folder / "home")}
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, env=environment, start_new_session=True)
        try:
            process.wait(timeout)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    said = [(folder / name).read_text(encoding="utf-8") for name in ("out", "err")]
    return Measured(out=said[0], err=said[1], **json.loads(kept.read_text(encoding="utf-8")))


def main() -> None:
    """Run the command that follows the name of the file for its figures."""
    kept, *command = sys.argv[1:]
    began = time.monotonic()
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    figures = {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss / 1024,
    }
    Path(kept).write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
