"""What may meet ketamine in one line and what must not, as protocol, label and interactions say."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.library.preparations import preparations
from adjuvant.library.vocabulary import drugs_named, interactions
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.situation import Situation

__all__ = ["InTheLine", "in_the_line"]


@dataclass(frozen=True, slots=True)
class InTheLine:
    """Drugs by what they do in one line with ketamine, and what the patient's own drugs do beside it.

    Args:
        never: with the citation; `ask`, on advice only; `may`, as the protocol says.
        taken: interactions with what the patient has been given, in words, with the citation.
    """

    never: tuple[tuple[str, str], ...]
    ask: tuple[tuple[str, str], ...]
    may: tuple[tuple[str, str], ...]
    taken: tuple[tuple[str, str], ...]


def in_the_line(protocol: Protocol, situation: Situation) -> InTheLine:
    """Everything that is known; a drug that stands nowhere here is not known to be compatible."""
    never = [(drug, one.citation or "") for one in protocol.preparation for drug in one.incompatible]
    never += [(one.drug, one.citation or "") for one in protocol.companions if one.incompatible_in_line]
    never += [(one.name, one.citation.key) for one in preparations().separate if one.of == protocol.drug]
    ask = [(drug, one.citation or "") for one in protocol.preparation for drug in one.ask]
    may = [(drug, one.citation or "") for one in protocol.preparation for drug in one.compatible]
    barred = {name for drug, _ in never for name in (drug, *drugs_named(drug))}
    given = {drug for drug, _ in situation.facts.taken}
    taken = [
        (f"{one.title} ({', '.join(sorted(given & set(one.drugs)))}): {one.effect} {one.advice}".strip(),
         one.citation.key)
        for one in interactions().values()
        if given & set(one.drugs)
    ]  # fmt: skip
    return InTheLine(
        _once(never), _once(ask), tuple(one for one in _once(may) if one[0] not in barred), tuple(taken)
    )


def _once(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple({name: (name, source) for name, source in reversed(pairs)}.values())[::-1]
