"""Fuzz target: protocols, site profiles and scenarios. Files as they come, and good files with a few lines changed.

First byte modulo 6: 0, 1 and 2 read the rest as a protocol, a profile and a scenario; 3, 4 and 5 change a few lines of one of
the library's. What is read is then used: a protocol is checked and its gaps listed, a profile is put on its protocol, a
scenario's facts are evaluated. The second grammar is that of the page on the language: every key of a file that is read
must stand on that page or the page of its kind, and every quantity must be the decimal that is written. A file of the library
that is not changed is never refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML

from adjuvant.errors import AdjuvantError
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import Facts, Situation, evaluate, lacking, load, protocol_keys, sited
from adjuvant.protocol.catalogue import read_listed
from adjuvant.protocol.limits import guardrails
from adjuvant.protocol.reading import read_protocol
from adjuvant.protocol.scenario import facts_of, read_scenario
from adjuvant.protocol.site import read_profile
from adjuvant.quantity import Quantity
from fuzz.promises import Choices, attempted, require
from fuzz.targets.decimals import decimal_of
from fuzz.targets.documents import workplace

__all__ = ["DICTIONARY", "HUGE", "SEEDS", "check", "prepare"]

_KINDS = ("protocol", "profile", "scenario")
_PAGES = {"protocol": "protocol-language.md", "profile": "site-profile.md", "scenario": "scenarios.md"}
_DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference"
_FREE = {"regimens", "readings", "effects", "answer_ages", "value"}
"""Mappings whose keys are names, or a value whose form another field decides."""
_NAME = re.compile(rb"^protocol:[ ]*([a-z0-9_]{1,40})[ ]*$", re.MULTILINE)


def _bases(pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((FOLDER / "protocols").glob(pattern))]


_GOOD: dict[str, list[bytes]] = {
    "protocol": _bases("*/protocol.yaml"),
    "profile": _bases("*/example_site.yaml"),
    "scenario": _bases("*/scenarios/*.yaml"),
}
SEEDS = [
    *(bytes([n]) + min(_GOOD[kind], key=len) for n, kind in enumerate(_KINDS)),
    *(bytes([n + 3]) + bytes(range(at, at + 40)) for n in range(3) for at in (0, 60, 120)),
    b"\0protocol: x\nversion: 1\n", b"\1site: x\n", b"\2scenario: x\n", b"\0", b"\1[]", b"\2- 1",
]  # fmt: skip
DICTIONARY = [
    "weight: ", "criteria:\n", "rules:\n", "regimens:\n", "kind: ", "when: ", "{measure: pain, above: goal}", "{event: hallucination}",
    "{attested: q, question: q}", "all: [", "any: [", "not: {", "0.5 mg/kg", "100 mg/d", "8 h", "33 %", "180 mm[Hg]", "{low: 1 d, high: 2 d}",
    "titration:\n", "levels: [", "chosen:\n", "field: ", "adopt_rules:\n", "readings:\n", "ketamine:\n", "steps:\n", "at: -1 h", "expect: ",
    "begins: ", "citation: ", "provenance: read", ".nan", "1e999 mg", "-0 mg", "mo", "\\u2028", "&a ", "*a",
]  # fmt: skip
HUGE = [
    b"\0rules: [{when: " + b"{not: " * 20_000, b"\0rules: [{when: " + b"{all: [" * 20_000, b"\0protocol: " + b"x" * 10**5,
    b"\0summary: " + b"s" * 5 * 10**5, b"\0criteria:\n" + b"  - {key: a, kind: include, text: t, when: {measure: age, from: 18 a}}\n" * 300,
    b"\1chosen:\n" + b"  - {field: a.b, value: 1 mg, reference: r}\n" * 800, b"\1chosen: [{field: " + b"a." * 50_000 + b"b, value: 1, reference: r}]",
    b"\1grace: " + b"9" * 10**5 + b" h", b"\2steps:\n" + b"  - {at: 1 h}\n" * 2000, b"\2begins: '" + b"2" * 10**5 + b"'",
    b"\2readings: {pain: [" + b"{at: 0 h, value: 5}," * 1500 + b"]}", b"\2ketamine: [{at: 1e" + b"9" * 1000 + b" h, what: start}]",
]  # fmt: skip
_ODD = [
    "0 mg", "-5 mg", "5", "5 mgs", "nan mg", "1e400 mg/kg/h", "0.5 mg/kg/h", "10 ug/kg/min", "1000000000000 d", "1e-30 h", "[]", "{}", "''", "null",
    "not_stated", "free", "goal", "true", "99999 a", "{low: 2 h, high: 1 h}", "{value: 1 mg, low: 1 mg}", "[1 mg, 1 mg]", "2026-02-30", "é",
    "{measure: pain, above: 11}", "{measure: nonsense, above: 1}", "{not: {not: {event: hallucination}}}", "{all: []}", "-99999999 d",
]  # fmt: skip


_NOBODY = Situation.at(datetime(2026, 3, 2, tzinfo=UTC), Facts("nobody", "UTC"))


@lru_cache(maxsize=len(_KINDS))
def _keys(kind: str) -> frozenset[str]:
    """Every word in code that the page of a kind, or the page on the language, names."""
    text = "".join((_DOCS / page).read_text(encoding="utf-8") for page in {_PAGES[kind], _PAGES["protocol"]})
    coded = re.findall(r"`([^`]+)`", text.replace("```", "`"))
    return frozenset(word for piece in coded for word in re.findall(r"[a-z_]+", piece))


def prepare() -> None:
    """Read the library once."""
    guardrails()
    for kind in _KINDS:
        _keys(kind)
    for path in (FOLDER / "protocols").glob("*/protocol.yaml"):
        load(path.parent.name)


def _changed(choices: Choices, kind: str) -> bytes:
    """A good file with a few lines changed."""
    lines = choices.of(_GOOD[kind]).decode("utf-8").split("\n")
    for _ in range(1 + choices.below(4)):
        at = choices.below(len(lines))
        line, what = lines[at], choices.below(8)
        head, colon, _ = line.partition(": ")
        if what == 0:
            del lines[at : at + 1 + choices.below(3)]
        elif what == 1:
            lines.insert(at, choices.of(lines))
        elif what == 2:
            lines[at] = line.replace("0.", "", 1)
        elif what == 3:
            lines[at] = " " * choices.below(9) + line.lstrip()
        elif what == 4:
            lines.insert(at, choices.of(choices.of(_GOOD[kind]).decode("utf-8").split("\n")))
        elif what == 5:
            lines[at] = re.sub(r"[0-9]", str(choices.below(10)), line, count=1 + choices.below(2))
        else:
            lines[at] = f"{head}{colon or ': '}{choices.of(_ODD) if what == 6 else choices.text()}"
        if not lines:
            return b""
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def check(data: bytes) -> None:
    """A file is an error of ours that names it, or is read as it is written and can be used."""
    first = data[0] % (2 * len(_KINDS)) if data else 0
    kind = _KINDS[first % len(_KINDS)]
    content = data[1:] if first < len(_KINDS) else _changed(Choices(data[1:]), kind)
    named = _NAME.search(content)
    name = named[1].decode() if kind == "protocol" and named else kind
    path = workplace() / f"{name}.yaml"
    path.write_bytes(content)
    try:
        found = attempted(
            lambda: {"protocol": _protocol, "profile": _profile, "scenario": _scenario}[kind](path)
        )
    finally:
        path.unlink()
    if isinstance(found, AdjuvantError):
        require(f"{name}.yaml" in str(found), "an error that does not name the file", str(found))
        require(content not in _GOOD[kind], "a file of the library is refused", str(found))
        return
    raw = YAML(typ="base", pure=True).load(content.decode("utf-8"))
    _written(found[0], raw, kind)
    for name, regimen in getattr(found[0], "regimens", {}).items():
        _written(regimen, raw["regimens"][name], kind)


def _protocol(path: Path) -> tuple[BaseModel, ...]:
    whole = read_protocol(path)
    listed = read_listed(path)
    require(whole == listed.protocol, "read twice, otherwise", path.name)
    lacking(whole)
    _asked(listed, None)
    return (whole,)


def _profile(path: Path) -> tuple[BaseModel, ...]:
    profile, _ = read_profile(path)
    keys = protocol_keys()
    # A profile for a protocol that nobody has is put on another one, which it does not fit: refused by its own name.
    _asked(load(profile.protocol if profile.protocol in keys else keys[0]), path)
    return (profile,)


def _asked(listed: Any, path: Path | None) -> None:
    """Every regimen is asked about a patient of whom nothing is known: nothing is advised, and nothing fails."""
    found = sited(listed, path)
    for name in found.protocol.regimens:
        guidance = evaluate(found, _NOBODY, name)
        require(all(one.dose is None for one in guidance.recommendations), "a dose for nobody", guidance)
        require(all(one.kind != "fault" for one in guidance.issues), "a rule that fails", guidance.issues)


def _scenario(path: Path) -> tuple[BaseModel, ...]:
    told = read_scenario(path)
    facts = facts_of(told)
    for step in told.scenario.steps[:3]:
        situation = Situation.at(told.at(step), facts)
        protocol = attempted(lambda: sited(load(told.scenario.protocol)))
        if not isinstance(protocol, AdjuvantError):
            evaluate(protocol, situation, told.scenario.regimen)
    return (told.scenario,)


# --- the second grammar -----------------------------------------------------------------------------------------


def _written(form: Any, raw: Any, kind: str) -> None:
    """Every key stands on the page, and every quantity is the decimal and the unit that are written."""
    for where, text, value in _pairs(form, raw, kind):
        number, _, unit = text.partition(" ")
        require(bool(unit), "a quantity without a unit", where, text)
        wanted = decimal_of(number.removeprefix("-"))
        require(wanted is not None, "a quantity that is no decimal", where, text)
        require(abs(Fraction(value.value)) == wanted, "a quantity read otherwise", where, text, value)


def _pairs(form: Any, raw: Any, kind: str, where: str = "") -> Iterator[tuple[str, str, Quantity]]:
    if isinstance(raw, dict) and isinstance(form, BaseModel):
        for key, item in raw.items():
            require(key in _keys(kind), "a key that no page names", where, key)
            name = {"from": "from_", "not": "not_"}.get(key, key)
            if key not in _FREE:
                yield from _pairs(getattr(form, name, None), item, kind, f"{where}.{key}")
    elif isinstance(raw, list) and isinstance(form, tuple):
        require(len(raw) == len(form), "entries were lost or made", where)
        for n, (one, item) in enumerate(zip(form, raw, strict=True)):
            yield from _pairs(one, item, kind, f"{where}[{n}]")
    elif isinstance(raw, str) and isinstance(form, Quantity):
        yield where, " ".join(raw.split()), form
