"""Charted conditions that other sources mind, and of which the protocol itself says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from adjuvant.citation import Provenance
from adjuvant.library.vocabulary import conditions
from adjuvant.protocol.guidance import Issue, Reason
from adjuvant.protocol.isolated import judge_alone
from adjuvant.protocol.judge import Context
from adjuvant.protocol.model import Criterion, Protocol
from adjuvant.protocol.predicate import AnyOf, Predicate, Present, question_key
from adjuvant.protocol.reading import parts
from adjuvant.protocol.situation import Situation

__all__ = ["unspoken_conditions"]

_GRAVEST_FIRST = ("exclude", "relative", "caution", "needs_test")


def unspoken_conditions(protocol: Protocol, situation: Situation, context: Context) -> tuple[Issue, ...]:
    """One caution for each condition that is there, that another source minds and this protocol does not ask.

    It names the source that minds it most. It refuses nothing: whether what one source says holds for another
    way of giving ketamine, a clinician decides. Of what is not charted nothing is said.
    """
    facts = situation.facts
    charted = {key for key, _, _ in facts.conditions}
    charted |= {one.key.removeprefix("condition:") for one in facts.answers if one.yes}
    minded = {key: minds for key, minds in _minded().items() if key in charted} if charted else {}
    asked = {question_key(part) for _, part in parts(protocol)} if minded else frozenset[str]()
    found = []
    for key, minds in minded.items():
        if f"condition:{key}" in asked:
            continue
        finding = judge_alone(Present(condition=key), situation, context)
        if finding.answer is not True:
            continue
        (where, one), others = minds[0], len({name for name, _ in minds} - {minds[0][0]})
        more = f" {others} more of the library mind it." if others else ""
        words = (
            f"{conditions()[key].title} is charted, and {protocol.protocol} does not speak of it. "
            f"{where} does: {one.text}{more}"
        )
        seen = finding.seen[0] if finding.seen else None
        reason = Reason(
            f"{where}.{one.key}", one.text, seen.words if seen is not None else "",
            seen.at if seen is not None else None, one.citation or "", one.provenance or Provenance.ASSUMED,
        )  # fmt: skip
        found.append(Issue("caution", words, (reason,), against=True))
    return tuple(found)


@lru_cache(maxsize=1)
def _minded() -> Mapping[str, tuple[tuple[str, Criterion], ...]]:
    """By condition, every criterion of the library that counts it against ketamine, with its protocol."""
    from adjuvant.protocol.catalogue import load, protocol_keys

    found: dict[str, list[tuple[str, Criterion]]] = {}
    for name in protocol_keys():
        for one in load(name).protocol.criteria:
            if one.kind in _GRAVEST_FIRST:
                for key in _alone(one.when):
                    found.setdefault(key, []).append((name, one))
    return {
        key: tuple(sorted(pairs, key=lambda pair: _GRAVEST_FIRST.index(pair[1].kind)))
        for key, pairs in found.items()
    }


def _alone(predicate: Predicate) -> Iterator[str]:
    """The conditions that by themselves make a predicate hold."""
    if isinstance(predicate, Present) and predicate.state == "present":
        yield predicate.condition
    elif isinstance(predicate, AnyOf):
        for part in predicate.any:
            yield from _alone(part)
