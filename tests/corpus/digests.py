"""Short digests for each case: what they are of, the files that keep them, and what differs between two sets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

__all__ = [
    "FILE",
    "OF_PROTOCOLS",
    "OF_RECORDS",
    "SECTIONS",
    "Difference",
    "Kept",
    "compared",
    "digests_of",
    "listed",
    "read",
    "sentence",
    "written",
]


@dataclass(frozen=True, slots=True)
class Kept:
    """One set of frozen answers.

    Args:
        sections: what is digested apart, in the order of the columns; what belongs to none is under the last.
        keys: key of an answer to its section.
        of: what the cases are, in words.
    """

    file: Path
    sections: tuple[str, ...]
    keys: Mapping[str, str]
    of: str


FILE = Path(__file__).with_name("digests.txt")
SECTIONS = ("finding", "pain", "opioids", "responses", "harms", "quality", "rest")
_KEYS = {
    "verdict": "finding",
    "pain": "pain",
    "opioids": "opioids",
    "responses": "responses",
    "harms": "harms",
    "quality": "quality",
}
_HEAD = """\
# The decision corpus: digests of our own answers to 5,000 synthetic {of}. They are a detector of change and nothing more:
# that an answer is as it was does not make it right. `scripts/decision-corpus check` compares, `explain CASE` shows a case,
# `update` writes this file anew. Columns: case, then the digest of
# """
OF_RECORDS = Kept(FILE, SECTIONS, _KEYS, "cases")
OF_PROTOCOLS = Kept(
    FILE.with_name("protocol_digests.txt"),
    ("status", "advice", "reasons", "missing", "issues", "plan", "watch", "rest"),
    {
        "status": "status",
        "advice": "advice",
        "reasons": "reasons",
        "missing": "missing",
        "issues": "issues",
        "plan": "plan",
        "watch": "watch",
    },
    "situations of protocols",
)
Digests = tuple[str, ...]


def sections_of(answer: Mapping[str, Any], kept: Kept = OF_RECORDS) -> dict[str, Any]:
    """The parts of an answer by section; what has no section of its own is under `rest`."""
    parts: dict[str, list[Any]] = {name: [] for name in kept.sections}
    for item in answer.get("evaluations", [answer]):
        rest = {key: value for key, value in item.items() if key not in kept.keys}
        for key, name in kept.keys.items():
            parts[name].append(item.get(key))
        parts[kept.sections[-1]].append(rest)
    return parts


def digests_of(answer: Mapping[str, Any], kept: Kept = OF_RECORDS) -> Digests:
    """One digest for each section of an answer."""
    return tuple(_digest(part) for part in sections_of(answer, kept).values())


def _digest(part: Any) -> str:
    text = json.dumps(part, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return blake2b(text.encode("ascii"), digest_size=3).hexdigest()


def read(path: Path = FILE) -> dict[str, Digests]:
    """The kept digests by case; none where there is no file yet."""
    if not path.exists():
        return {}
    lines = [
        line.split() for line in path.read_text(encoding="ascii").splitlines() if not line.startswith("#")
    ]
    return {line[0]: tuple(line[1:]) for line in lines}


def written(found: Mapping[str, Digests], kept: Kept = OF_RECORDS) -> str:
    """The file's text: one line for each case, in order."""
    lines = [" ".join((case, *digests)) for case, digests in sorted(found.items())]
    return f"{_HEAD.format(of=kept.of)}{', '.join(kept.sections)}.\n" + "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between kept digests and new ones.

    Args:
        compared: how many cases were compared.
        changed: section to the cases in which it changed, in order.
        added, gone: cases that stand on one side only.
    """

    compared: int
    changed: Mapping[str, tuple[str, ...]]
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def cases(self) -> tuple[str, ...]:
        """Every case in which anything changed."""
        return tuple(sorted({case for cases in self.changed.values() for case in cases}))

    def __bool__(self) -> bool:
        return bool(self.cases or self.added or self.gone)


def compared(
    kept: Mapping[str, Digests],
    new: Mapping[str, Digests],
    *,
    whole: bool = True,
    sections: tuple[str, ...] = SECTIONS,
) -> Difference:
    """What differs; with `whole` also which cases stand on one side only."""
    both = sorted(kept.keys() & new.keys())
    changed = {
        name: tuple(case for case in both if kept[case][index] != new[case][index])
        for index, name in enumerate(sections)
    }
    added, gone = new.keys() - kept.keys(), kept.keys() - new.keys()
    return Difference(len(both), changed, tuple(sorted(added)), tuple(sorted(gone)) if whole else ())


def listed(difference: Difference, examples: int = 3) -> Iterable[str]:
    """Lines for people: how many cases changed in which section, with the first few of them."""
    yield f"{len(difference.cases):,} of {difference.compared:,} cases changed"
    for name, cases in difference.changed.items():
        if cases:
            yield f"  {name}: {len(cases):,}, such as {', '.join(cases[:examples])}"
    if difference.added:
        yield f"  {len(difference.added):,} cases have no digest yet"
    if difference.gone:
        yield f"  {len(difference.gone):,} cases are gone"


def sentence(difference: Difference) -> str:
    """What the changelog says of a change."""
    if not difference:
        return "No case of the decision corpus changed."
    if not difference.cases:
        return f"The decision corpus has {len(difference.added):,} new cases, and {len(difference.gone):,} fewer."
    parts = [f"{name} in {len(cases):,}" for name, cases in difference.changed.items() if cases]
    return f"{len(difference.cases):,} of {difference.compared:,} cases of the decision corpus changed ({', '.join(parts)}): WHY THE NEW ANSWER IS RIGHT."
