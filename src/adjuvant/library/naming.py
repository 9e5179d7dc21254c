"""Which word of the library was probably meant where a file has one that nothing is called by."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Protocol as Shape

from adjuvant.library.strict import closest

__all__ = ["LISTED", "name_remedy"]

LISTED = "`adjuvant protocols names` lists them all"
_NEAR = 0.75  # a heart rate is nearer to breathing_rate than to nothing, and is not what was meant
_MOST = 4


class _Titled(Shape):
    """Whatever the library gives a title."""

    @property
    def title(self) -> str:
        """What people call it."""
        ...


def name_remedy(word: str, known: Mapping[str, _Titled]) -> str:
    """The remedy for a word that is none of `known`: a word nearly alike, or those whose title holds it.

    Nothing else is proposed: another reading under a similar name would be a rule on the wrong thing.
    """
    if get_close_matches(word, known, n=1, cutoff=_NEAR):
        return closest(word, known)
    asked = set(word.lower().replace("_", " ").split())
    held = [key for key, one in known.items() if asked and asked <= _words(key, one)]
    if 0 < len(held) <= _MOST:
        return f"did you mean {' or '.join(map(repr, held))}"
    return f"look it up: {LISTED}"


def _words(key: str, one: _Titled) -> set[str]:
    title = "".join(sign if sign.isalnum() else " " for sign in one.title.lower())
    return {*key.split("_"), *title.split()}
