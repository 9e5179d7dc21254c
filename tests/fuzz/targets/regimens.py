"""Fuzz target: regimens, as JSON bytes and as mixtures of likely keys and values, read and answered.

An even first byte: the rest is the file as it stands. An odd one: the rest steers a regimen of known keys, so that what
lies behind the reader of JSON is reached. The grammar is JSON (RFC 8259) in UTF-8 with no key twice in an object; the
keys are those that docs/reference/mme.md lists; a dose is as in the target `doses`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from adjuvant import library
from adjuvant.errors import AdjuvantError
from adjuvant.opioids import mme_json, read_regimen
from adjuvant.quantity import Quantity
from fuzz.promises import Choices, attempted, require
from fuzz.targets.doses import dose_agrees, dose_of

__all__ = ["DICTIONARY", "HUGE", "SEEDS", "check"]

_WORDS = ("drug", "rxnorm", "form", "route")
_AMOUNTS = ("dose", "strength", "rate", "demand")
_NUMBERS = ("times_per_day", "every_hours", "patches", "demands_per_day", "max_demands_per_day")
_KEYS = (*_WORDS, *_AMOUNTS, *_NUMBERS, "as_needed")
_LIKELY: dict[str, list[Any]] = {
    "drug": [
        "morphine",
        "fentanyl",
        "methadone",
        "oxycodone",
        "Percocet 5/325",
        "gabapentin",
        "buprenorphine",
        "nothing known",
    ],
    "rxnorm": ["7804", "197696", "99999999", "x"],
    "form": ["patch", "tablet", "film", "solution", "a form"],
    "route": ["oral", "po", "iv", "intrathecal", "transdermal", "by drone"],
    "dose": ["10 mg", "75 ug/h", "2 {tablet}", "1 {patch}", "0.1 mg/kg", "5 mL", "5-10 mg", "0 mg", "5"],
    "strength": ["5 mg/{tablet}", "2 mg/mL", "25 ug/h", "5 mg/0 mL"],
    "rate": ["0.2 mg/h", "75 ug/h", "2 mL/h", "0.1 mg/kg/h"],
    "demand": ["0.2 mg", "1 mL"],
    "times_per_day": [4, 0, Decimal("1.5"), -1, Decimal("1e99"), Decimal("1e-99")],
    "every_hours": [72, 6, 0, Decimal("0.1")],
    "patches": [1, 2, 0],
    "demands_per_day": [10, 0],
    "max_demands_per_day": [20, 1],
    "as_needed": [True, False, None],
}
_ODD: list[Any] = [None, True, "", 5, [], {}, "\ud800", "5 mg", Decimal("1e999"), "a\nb", "x" * 300]
SEEDS = [
    b'\0{"medications": [{"drug": "morphine", "route": "oral", "dose": "10 mg", "times_per_day": 4}]}',
    b'\0{"medications": [{"drug": "fentanyl", "form": "patch", "dose": "75 ug/h"}], "weight": "70 kg"}',
    b'\0{"medications": [{"rxnorm": "7804", "dose": "2 {tablet}", "strength": "5 mg/{tablet}", "every_hours": 6.0, "as_needed": true}]}',
    b'\0{"medications": [], "weight": 70}', b'\0{"medications": [{"dose": "1", "dose": "2"}]}', b'\0[NaN]', b"\0\xef\xbb\xbf{}",
    b'\0{"medications": [{"times_per_day": 1e400, "drug": "\\ud800", "every_hours": -0}]}', b"\0", b"\0\xff", b"\0nul", b"\0[[[[",
    *(bytes([1, *(number * step % 256 for number in range(40))]) for step in (1, 3, 7, 31, 101)),
]  # fmt: skip
DICTIONARY = [f'"{key}": ' for key in _KEYS] + [
    '"medications": [',
    "{",
    "}",
    "[",
    "]",
    ", ",
    "\\u0000",
    "1e999",
    "-0",
    "NaN",
    "\\ud800",
]
HUGE = [b"\0" + b"[" * 10**6, b"\0" + b'{"a":' * 200_000, b"\0" + b"9" * 10**6, b'\0{"medications": [{"times_per_day": ' + b"9" * 10**5 + b"}]}",
        b'\0{"medications": [{"dose": "' + b"5" * 10**6 + b'"}]}', b'\0{"medications": [{"drug": "' + b"morphine " * 10**5 + b'"}]}',
        b'\0{"' + b"m" * 10**6 + b'": 1}', b'\0{"medications": [{"times_per_day": 1e' + b"9" * 10**5 + b"}]}"]  # fmt: skip


def prepare() -> None:
    """Read the library once."""
    library.default_plan()


def _built(choices: Choices) -> bytes:
    lines = []
    for _ in range(1 + choices.below(3)):
        line: dict[str, Any] = {}
        for _ in range(choices.below(8)):
            key = choices.of(_KEYS)
            odd = choices.below(8) == 0
            line[key] = choices.of(_ODD) if odd else choices.of(_LIKELY[key])
            if choices.below(16) == 0:
                line[key] = choices.text()
        lines.append(line)
    top: dict[str, Any] = {"medications": lines}
    if choices.below(3) == 0:
        top["weight"] = choices.of(["70 kg", "0 kg", "154 [lb_av]", "70", "70 mg/kg", 70])
    return json.dumps(
        top, default=lambda value: float(value) if abs(value.adjusted()) < 300 else 10**30
    ).encode()


def _strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    require(len({key for key, _ in pairs}) == len(pairs), "read, with a key twice", pairs)
    return dict(pairs)


def _never(name: str) -> float:
    require(False, "read, and not JSON", name)
    return 0.0


def check(data: bytes) -> None:
    """A regimen is an error of ours, or every line of it is answered as it was written or refused."""
    content = data[1:] if data[:1] and data[0] % 2 == 0 else _built(Choices(data[1:]))
    found = attempted(lambda: read_regimen(content, "regimen.json"))
    if isinstance(found, AdjuvantError):
        require(str(found).startswith("regimen.json"), "an error that does not name the file", str(found))
        return
    read = json.loads(
        content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_never, object_pairs_hook=_strict
    )
    require(set(read) <= {"medications", "weight"}, "read, with an unknown key", list(read))
    require(len(found) == len(read["medications"]), "lines were lost or made", len(found), read)
    for line, written in zip(found, read["medications"], strict=True):
        require(set(written) <= set(_KEYS), "read, with an unknown key", list(written))
        for key in _AMOUNTS:
            amount = getattr(line, key)
            if isinstance(amount, Quantity):
                # Single spaces stand for any white space before the dose is read.
                dose_agrees(amount, dose_of(" ".join(written[key].split())), written[key])
            elif written.get(key) is not None and written[key] != "":
                require(line.problem is not None, "an amount was dropped in silence", key, written)
        for key in _NUMBERS:
            number = getattr(line, key)
            if number is None:
                require(
                    written.get(key) is None or line.problem is not None, "a number was dropped", key, written
                )
            else:
                require(number == Decimal(written[key]), "a number read otherwise", key, written, number)
    answer = attempted(lambda: mme_json(found, library.default_plan()))
    if not isinstance(answer, AdjuvantError):
        _answered(answer, len(found))


def _answered(answer: dict[str, Any], lines: int) -> None:
    json.dumps(answer, allow_nan=False).encode()
    require(len(answer["lines"]) == lines, "a line without an answer", answer["lines"])
    refused = [line for line in answer["lines"] if line["status"] == "refused"]
    total = answer["total"]
    require(total["complete"] is not bool(refused), "complete, with a refused line", total, refused)
    require((total["high"] is None) is bool(refused), "an upper end, with a refused line", total)
    require(0 <= total["low"] <= total["mme_per_day"], "a total below its lower end", total)
    require(
        total["high"] is None or total["mme_per_day"] <= total["high"], "a total above its upper end", total
    )
    for line in refused:
        require(line["mme_per_day"] is None, "a refused line with a figure", line)
        require(
            bool(line["reason"] and line["detail"] and line["remedy"]), "a refusal without a reason", line
        )
