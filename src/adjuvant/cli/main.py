"""Entry point: runs a command, turns every error into one line on stderr and its exit code."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from adjuvant.errors import AdjuvantError

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run `adjuvant` and leave with DESIGN's exit codes.

    0 an answer was produced; 2 bad usage; 3 the input cannot be used; 4 refused for safety, consent or
    privacy; 5 internal error; 130 interrupted.
    """
    from adjuvant.cli.app import app

    if arguments is None and hasattr(signal, "SIGPIPE"):
        # The reader of our output may leave, as in `adjuvant tables list | head`: end as other tools do.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        app(args=arguments, prog_name="adjuvant", standalone_mode=True)
    except AdjuvantError as error:
        _leave(str(error), error.exit_code)
    except KeyboardInterrupt:
        _leave("interrupted: nothing half-written was kept.", 130)
    except OSError as error:
        place = error.filename or "the system"
        _leave(f"{place}: {error.strerror or error}; check the path, its permissions and the free space.", 3)
    except Exception as error:
        if os.environ.get("ADJUVANT_TRACEBACK"):
            raise
        _leave(
            f"internal error: {type(error).__name__}; "
            "set ADJUVANT_TRACEBACK=1, run it again and report what it prints.",
            5,
        )
    sys.exit(0)


def _leave(line: str, code: int) -> NoReturn:
    print(f"adjuvant: {' '.join(line.split())}", file=sys.stderr)
    sys.exit(code)
