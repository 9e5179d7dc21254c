"""The words of drugs' names, and the one meaning that each name has."""

from __future__ import annotations

import re
import unicodedata

from adjuvant.library.strict import Entry

__all__ = ["Phrases", "add_phrase", "drug_words"]

Phrases = dict[tuple[str, ...], tuple[str, ...]]
"""The ingredients that a name stands for, by the words of that name."""

_WORD = re.compile(r"[a-z0-9]+")


def drug_words(text: str) -> tuple[str, ...]:
    """The words of a drug's name, lower case, without accents, hyphens and other signs.

    Names are compared word by word, never by their beginnings: ketorolac is not ketamine.
    """
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return tuple(_WORD.findall(bare.replace("'", "")))


def add_phrase(phrases: Phrases, entry: Entry, name: str, meaning: tuple[str, ...]) -> None:
    """Note that `name` stands for the ingredients of `meaning`.

    Raises:
        LibraryError: the name has no word, or means something else already.
    """
    words = drug_words(name)
    if not words:
        raise entry.error(f"{name!r} has no word", "write a name")
    if phrases.setdefault(words, meaning) != meaning:
        raise entry.error(f"{name!r} already means {' + '.join(phrases[words])}", "one name means one thing")
