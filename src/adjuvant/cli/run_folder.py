"""`adjuvant run FOLDER`: every scenario of a folder played, a line each, and how many of them hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adjuvant.cli.output import print_filled, print_json
from adjuvant.errors import AdjuvantError, InputError, LibraryError, UsageError

__all__ = ["run_folder"]


@dataclass(frozen=True, slots=True)
class _Line:
    """What came of one file: `off` is what is not as expected, `error` why it could not be played."""

    file: str
    steps: int = 0
    expecting: int = 0
    off: tuple[str, ...] = ()
    error: str = ""


def run_folder(folder: Path, as_json: bool, figure: Path | None = None) -> int:
    """Play every scenario under a folder. YAML files of another kind, such as profiles, are counted apart.

    Returns:
        The exit code: 0 where every scenario is as it expects; 1 where one is not; 3 where one cannot be
        played, or a file cannot be read.
    Raises:
        UsageError: a picture is asked for, which is of one scenario.
        InputError: there is no scenario in it.
    """
    if figure is not None:
        raise UsageError("--figure", "draws one scenario, and a folder was named", "name the scenario's file")
    paths = sorted(one for ending in ("*.yaml", "*.yml") for one in folder.rglob(ending))
    others = [path for path in paths if _of_another_kind(path)]
    lines = [_line(folder, path) for path in paths if path not in others]
    if not lines:
        raise InputError(
            str(folder), "holds no scenario, a YAML file with the key `scenario`", "name the folder that does"
        )
    failed = [one for one in lines if one.off]
    broken = [one for one in lines if one.error]
    if as_json:
        print_json(
            {
                "scenarios": [
                    {
                        "file": one.file,
                        "steps": one.steps,
                        "expecting": one.expecting,
                        "unexpected": list(one.off),
                        "error": one.error or None,
                    }
                    for one in lines
                ],
                "holding": len(lines) - len(failed) - len(broken),
                "not_holding": len(failed),
                "not_played": len(broken),
                "other_files": [str(path.relative_to(folder)) for path in others],
            }
        )
    else:
        for one in lines:
            _print(one)
        held = len(lines) - len(failed) - len(broken)
        words = (
            f"{_many(len(lines), 'scenario')}: {held} hold, {len(failed)} do not, {len(broken)} not played."
        )
        more = f" {_many(len(others), 'other YAML file')} in the folder." if others else ""
        print()
        print_filled(words + more, 0)
    return 3 if broken else 1 if failed else 0


def _line(folder: Path, path: Path) -> _Line:
    from adjuvant.cli.running import played

    name = str(path.relative_to(folder))
    try:
        told, _, _, answers = played(path)
    except AdjuvantError as error:
        return _Line(name, error=str(error))
    steps = told.scenario.steps
    found = [
        f"step {number}: {words}" if len(steps) > 1 else words
        for number, (_, _, off) in enumerate(answers, start=1)
        for words in off
    ]
    return _Line(name, len(steps), sum(one.expect is not None for one in steps), tuple(found))


def _of_another_kind(path: Path) -> bool:
    """Whether a file can be read and is no scenario; one that cannot be read may be one."""
    from adjuvant.library.folder import typed_name
    from adjuvant.library.strict import read_file

    try:
        return "scenario" not in dict(read_file(path, typed_name(path)).pairs())
    except LibraryError:
        return False


def _print(one: _Line) -> None:
    if one.error:
        print_filled(f"NOT PLAYED  {one.file}: {one.error}", 0)
    elif one.off:
        print_filled(f"NOT AS EXPECTED  {one.file}: {'; '.join(one.off)}", 0)
    elif not one.expecting:
        print_filled(f"holds  {one.file}: {_many(one.steps, 'step')}, and nothing is expected of it", 0)
    else:
        print_filled(f"holds  {one.file}: {_many(one.expecting, 'step')} as expected", 0)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
