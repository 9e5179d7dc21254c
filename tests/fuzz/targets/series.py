"""Fuzz target: series of readings for `adjuvant metrics`, as JSON text and as mixtures of likely keys and values.

An even first byte: the rest is the file as it stands. An odd one: the rest steers a series of known keys. The grammar is
JSON with no key twice in an object; the keys are those that docs/reference/metrics.md lists.
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from adjuvant import library
from adjuvant.cli.series import Given, read_series
from adjuvant.errors import AdjuvantError
from adjuvant.outcomes.single_case import single_case_json
from fuzz.promises import Choices, attempted, require, text_of

__all__ = ["DICTIONARY", "HUGE", "SEEDS", "check"]

_TOP = {"baseline", "followup", "improvement", "scale", "gap_h", "note"}
_ENTRY = {"value", "at_h", "at", "scale"}
_VALUES: list[Any] = [
    0,
    8,
    5,
    10,
    Decimal("7.5"),
    None,
    -1,
    11,
    True,
    "8",
    [],
    Decimal("1e99"),
    Decimal("1e-99"),
    10**30,
]
_TIMES: list[Any] = [0, 4, 8, Decimal("12.5"), 24, 48, -3, None, "4", 10**12]
_SCALES = ["nrs_0_10", "painad", "rass", "bpi_average", "faces", "", 5]
_WAYS = ["decrease", "increase", "down", 1]
SEEDS = [
    b'\0{"baseline": [8, 7, 9], "followup": [5, 4, 7], "improvement": "decrease"}',
    b'\0{"baseline": [8, null], "followup": [5.5], "scale": "nrs_0_10"}',
    b'\0{"baseline": [{"at_h": 0, "value": 8}, {"at_h": 4, "value": 7}], "followup": [{"at_h": 24, "value": 5}], "gap_h": 12}',
    b'\0{"baseline": [{"at": "2026-03-01T08:00Z", "value": 8, "scale": "painad"}], "followup": [{"at": "2026-03-02T08:00+01:00", "value": null}]}',
    b'\0{"baseline": [], "followup": []}', b'\0{"baseline": [NaN], "followup": [1e400]}', b'\0{"baseline": [8], "baseline": [7]}',
    b"\0", b"\0\xff", b"\0[[[[", b"\0nul",
    *(bytes([1, *(number * step % 256 for number in range(60))]) for step in (1, 3, 7, 31, 101)),
]  # fmt: skip
DICTIONARY = [f'"{key}": ' for key in sorted(_TOP | _ENTRY)] + [
    "{",
    "}",
    "[",
    "]",
    ", ",
    "null",
    "1e999",
    "-0",
    "NaN",
]
HUGE = [b"\0" + b"[" * 10**6, b'\0{"baseline": [' + b"8, " * 300_000 + b'8], "followup": [5]}',
        b'\0{"baseline": [1e' + b"9" * 10**5 + b'], "followup": [5]}', b'\0{"baseline": [' + b"9" * 10**5 + b'], "followup": [5]}',
        b'\0{"baseline": [8], "followup": [5], "scale": "' + b"s" * 10**6 + b'"}']  # fmt: skip
_FEW = 16


def prepare() -> None:
    """Read the library once."""
    library.scale("nrs_0_10")


def _entry(choices: Choices) -> Any:
    if choices.below(2):
        return choices.of(_VALUES)
    found: dict[str, Any] = {}
    if choices.below(8):
        found["value"] = choices.of(_VALUES)
    if choices.below(8):
        found["at_h"] = choices.of(_TIMES)
    if choices.below(8) == 0:
        found["scale"] = choices.of(_SCALES)
    return found


def _built(choices: Choices) -> str:
    top: dict[str, Any] = {
        key: [_entry(choices) for _ in range(choices.below(6))] for key in ("baseline", "followup")
    }
    for key, values in (("improvement", _WAYS), ("scale", _SCALES), ("gap_h", _TIMES)):
        if choices.below(4) == 0:
            top[key] = choices.of(values)
    return json.dumps(top, default=float)


def _strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    require(len({key for key, _ in pairs}) == len(pairs), "read, with a key twice", pairs)
    return dict(pairs)


def _never(name: str) -> float:
    require(False, "read, and not JSON", name)
    return 0.0


def check(data: bytes) -> None:
    """A series is an error of ours, or every reading of it stands in its phase or is counted as missing."""
    text = text_of(data[1:]) if data[:1] and data[0] % 2 == 0 else _built(Choices(data[1:]))
    found = attempted(lambda: read_series(text))
    if isinstance(found, AdjuvantError):
        return
    read = json.loads(text, parse_float=Decimal, parse_constant=_never, object_pairs_hook=_strict)
    require(set(read) <= _TOP, "read, with an unknown key", list(read))
    for key, values in (("baseline", found.phases.before), ("followup", found.phases.after)):
        written = []
        for one in read[key]:
            if isinstance(one, dict):
                require(set(one) <= _ENTRY, "read, with an unknown key", list(one))
            written.append(one["value"] if isinstance(one, dict) else one)
        require(not any(isinstance(one, bool | str) for one in written), "read, and no number", written)
        kept = [Fraction(one) for one in written if one is not None]
        require(list(values) == kept, "a reading was lost, made or altered", kept, values)
        require(
            len(kept) == len(written) or any("missing" in line for line in found.phases.left_out),
            "unsaid",
            written,
        )
    _answered(found)


def _answered(found: Given) -> None:
    if len(found.phases.before) + len(found.phases.after) > _FEW:
        return
    answer = single_case_json(found.metrics())
    json.dumps(answer, allow_nan=False)
    for key, metric in answer["metrics"].items():
        require(
            (metric["estimate"] is not None) or bool(metric["missing"]), "unknown, and not why", key, metric
        )
