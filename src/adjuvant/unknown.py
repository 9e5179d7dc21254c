"""Unknown as an answer, and three-valued logic over it: all_of, any_of, negate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from adjuvant.errors import InternalError

__all__ = ["Ternary", "Unknown", "all_of", "any_of", "negate"]


@dataclass(frozen=True, slots=True)
class Unknown:
    """An answer that cannot be given, and what it would need.

    Missing is never normal, never zero and never "criterion not met"; asking its truth value raises.

    Args:
        needs: what is missing, in words for a person, without repeats.
    """

    needs: tuple[str, ...]

    def __init__(self, needs: str | Iterable[str]) -> None:
        items = (needs,) if isinstance(needs, str) else tuple(dict.fromkeys(needs))
        if not items or not all(items):
            raise InternalError("Unknown", "does not say what it needs", "name what is missing")
        object.__setattr__(self, "needs", items)

    def __bool__(self) -> NoReturn:
        raise InternalError(
            f"Unknown({', '.join(self.needs)})",
            "was used as if it were true or false",
            "ask isinstance(answer, Unknown) first, or use all_of, any_of, negate",
        )


_RULE = "is not True, False or Unknown"
Ternary = bool | Unknown


def _checked(answers: Iterable[Ternary]) -> list[Ternary]:
    listed = list(answers)
    for answer in listed:
        if not isinstance(answer, bool | Unknown):
            raise InternalError(f"answer {answer!r}", _RULE, "pass one of the three")
    return listed


def all_of(answers: Iterable[Ternary]) -> Ternary:
    """True if all are true; False if any is false; else Unknown with the joined needs."""
    listed = _checked(answers)
    if any(answer is False for answer in listed):
        return False
    unknown = [need for answer in listed if isinstance(answer, Unknown) for need in answer.needs]
    return Unknown(unknown) if unknown else True


def any_of(answers: Iterable[Ternary]) -> Ternary:
    """True if any is true; False if all are false; else Unknown with the joined needs."""
    listed = _checked(answers)
    if any(answer is True for answer in listed):
        return True
    unknown = [need for answer in listed if isinstance(answer, Unknown) for need in answer.needs]
    return Unknown(unknown) if unknown else False


def negate(answer: Ternary) -> Ternary:
    """The opposite; Unknown stays Unknown."""
    (checked,) = _checked([answer])
    return checked if isinstance(checked, Unknown) else not checked
