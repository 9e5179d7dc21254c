"""Which known drug an unknown name may have been meant for: a question to a person, never an answer."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from adjuvant.library import drug_book, drug_words
from adjuvant.record.misspelt import misspelt

__all__ = ["nearest_drug"]

_SHORTEST = 4
_ALIKE = 0.8


@lru_cache(maxsize=4096)
def nearest_drug(text: str) -> str:
    """The library's drug nearest to a word of `text`, opioids and ketamine before others; or empty."""
    counted = misspelt(text)
    if counted:
        return min(counted)
    for word in drug_words(text):
        if len(word) >= _SHORTEST and not word.isdigit() and (near := _nearest(word)):
            return near
    return ""


@lru_cache(maxsize=1 << 14)
def _nearest(word: str) -> str:
    """Of one word; lists of names repeat their words, and each costs milliseconds."""
    return next(iter(get_close_matches(word, _names(), n=1, cutoff=_ALIKE)), "")


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(sorted(name for name in drug_book().ingredients if name.isalpha()))
