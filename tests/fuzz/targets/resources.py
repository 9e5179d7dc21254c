"""Fuzz target: FHIR R4, as JSON or NDJSON bytes, and as a good bundle with any few things in it changed.

First byte 0: the rest is a file `x.json`; 1: a file `x.ndjson`. Any other: the rest steers changes of a synthetic bundle in
which every kind of resource that is read stands once: an element dropped, replaced, copied to another place. What is no
JSON is never read; every resource is used or explained; and every figure of a dose or a score is one that the file holds,
or the product, ratio or sum of a few that it holds where FHIR says so.
"""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

from adjuvant.errors import AdjuvantError
from adjuvant.sources.fhir import read
from fixtures.fhir.build import bundle, concept, dosage, given, observed, order, patient, ratio, ucum
from fuzz.promises import Choices, attempted, require
from fuzz.targets.documents import workplace

__all__ = ["DICTIONARY", "HUGE", "SEEDS", "check"]

_SUBJECT = {"reference": "Patient/p1"}
_ODD: list[Any] = [
    None, True, False, 0, -1, 5, Decimal("1e999"), Decimal("0.1"), 10**400, "", "x", "mg", "5-10", "NaN", "Patient/p1", "Patient/p2", "#m", "2026",
    "2026-03-01", "2026-03-01T10:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-03-29T02:30:00", "completed", "active",
    "order", [], {}, [{}], [None], {"value": 5}, {"text": "morphine"}, {"reference": "Medication/m1"}, "\ud800", "a" * 3000,
    {"value": 10, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}, {"start": "2026-03-01T10:00:00Z"},
]  # fmt: skip


def sample() -> dict[str, Any]:
    """A synthetic bundle in which every kind of resource that is read stands once."""
    strength = ratio(ucum(10, "ug"), ucum(1, "mL"))
    bag = {
        "resourceType": "Medication",
        "id": "m1",
        "ingredient": [{"itemCodeableConcept": concept("fentanyl"), "strength": strength}],
    }
    hung = given(
        {"rateRatio": ratio(ucum(12, "mL"), ucum(1, "h"))}, id="a2", until="2026-03-01T14:00:00+01:00"
    )
    del hung["medicationCodeableConcept"]
    pressure = [
        {"code": concept(None, ("http://loinc.org", "8480-6", None)), "valueQuantity": ucum(120, "mm[Hg]")}
    ]
    return bundle(
        patient(), bag, {**hung, "medicationReference": {"reference": "Medication/m1"}},
        order([dosage(ucum(10, "mg"), times=(4, 1, "d"), asNeededBoolean=True)]), given({"dose": ucum(5, "mg")}),
        observed("72514-3", valueQuantity=ucum(7, "{score}")), observed("85354-9", id="v2", component=pressure),
        {"resourceType": "Condition", "id": "c", "subject": _SUBJECT, "code": concept("x")},
        {"resourceType": "Encounter", "id": "e", "status": "finished", "subject": _SUBJECT, "period": {"start": "2026-03-01T10:00:00Z"}},
        {"resourceType": "MedicationDispense", "id": "d", "status": "completed", "subject": _SUBJECT,
         "medicationCodeableConcept": concept("oxycodone"), "whenHandedOver": "2026-03-01", "quantity": ucum(30, "{tablet}")},
        {"resourceType": "Consent", "id": "k", "status": "active", "patient": _SUBJECT, "scope": concept("treatment")},
    )  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, inner in items for place in _places(inner, (*path, name)))]


_SAMPLE = sample()
_PATHS = [path for path in _places(_SAMPLE) if path]
_TEXT = json.dumps(_SAMPLE).encode()
_LINES = b"\n".join(json.dumps(entry["resource"]).encode() for entry in _SAMPLE["entry"])
SEEDS = [
    b"\0" + _TEXT, b"\1" + _LINES, b"\0{}", b"\0[]", b"\0null", b"\1\n\n", b"\0" + b'{"resourceType": "Patient", "id": "p1"}', b"\0\xff", b"\1\x1f\x8b", b"\0",
    b'\0{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Bundle", "entry": []}}]}', b'\0{"resourceType": "Observation", "valueQuantity": {"value": NaN}}',
    *(bytes([2, *(number * step % 256 for number in range(40))]) for step in (1, 3, 7, 31, 101)),
]  # fmt: skip
DICTIONARY = sorted(
    {str(name) for path in _PATHS for name in path if isinstance(name, str)}
    | {'"mg"', "{", "}", "[", "]", '": ', "1e999", "Patient/p1"}
)
HUGE = [b"\0" + b"[" * 10**6, b"\0" + b'{"a":' * 10**5, b"\0" + b"9" * 10**6, b'\0{"resourceType": "Patient", "id": "' + b"p" * 10**6 + b'"}',
        b"\0" + _TEXT.replace(b'"value": 10,', b'"value": ' + b"9" * 10**5 + b","), b"\0" + _TEXT.replace(b'"value": 10,', b'"value": 1e' + b"9" * 1000 + b","),
        b"\1" + b"{}\n" * 10**4, b"\0" + b'{"resourceType":"Bundle","entry":[{"resource":' * 2000, b"\0" + _TEXT.replace(b"oxycodone", b"oxycodone " * 10**4),
        b"\0" + _TEXT.replace(b"2026-03-01T10", b"2026-" * 10**4)]  # fmt: skip


def check(data: bytes) -> None:
    """FHIR is an error of ours, or every resource is accounted for and no figure stands that the file does not hold."""
    kind, rest = (data[0] if data else 0), data[1:]
    if kind > 1:
        rest = json.dumps(_changed(Choices(rest)), default=str).encode("utf-8", "surrogatepass")
    path = workplace() / ("x.ndjson" if kind == 1 else "x.json")
    path.write_bytes(rest)
    zone = "Europe/Amsterdam" if len(rest) % 2 else None
    answer = attempted(lambda: read(path, zone=zone))
    if isinstance(answer, AdjuvantError):
        return
    if rest[:2] == b"\x1f\x8b":
        return
    for summary in (answer.quality, *(record.quality for record in answer.records)):
        for table in {line.table for line in summary.lines}:
            require(summary.unaccounted(table) == 0, "a resource is not accounted for", table, summary.lines)
    texts = rest.decode("utf-8-sig").splitlines() if kind == 1 else [rest.decode("utf-8-sig")]
    held = {Fraction(number) for text in texts if text.strip() for number in _numbers(_strict(text))}
    derived = {*held, *(-number for number in held)}
    few = sorted(held)[:40]
    derived |= (
        {a * b for a, b in product(few, few)}
        | {a / b for a, b in product(few, few) if b}
        | {Fraction(24), Fraction(1)}
    )
    for record in answer.records:
        for event in (*record.administrations, *record.requests):
            for name in ("dose", "dose_high", "rate"):
                found = getattr(event, name, None)
                require(
                    found is None or found.value in derived,
                    "a figure that the file does not hold",
                    name,
                    found,
                    few,
                )
        for score in record.pain:
            require(
                score.value is None or score.value in held,
                "a score that the file does not hold",
                score.value,
                few,
            )


def _changed(choices: Choices) -> dict[str, Any]:
    content = copy.deepcopy(_SAMPLE)
    for _ in range(1 + choices.below(4)):
        path = choices.of(_PATHS)
        act, new = choices.below(4), choices.of(_ODD)
        where: Any = content
        try:
            for name in path[:-1]:
                where = where[name]
            if act == 0:
                del where[path[-1]]
            elif act == 1 and isinstance(where, list):
                where.append(copy.deepcopy(where[path[-1]]))
            elif act == 2:
                where[path[-1]] = choices.text()
            else:
                where[path[-1]] = copy.deepcopy(new)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return content


def _strict(text: str) -> Any:
    return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_never)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None  # an exponent beyond every library; no figure may come of it


def _never(name: str) -> float:
    require(False, "read, and not JSON", name)
    return 0.0


def _numbers(value: Any) -> list[Any]:
    found, waiting = [], [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, Decimal) and abs(item.adjusted()) < 400:
            found.append(item)
    return found
