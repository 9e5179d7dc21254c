"""The ingredients that a drug's name mentions, found word by word in the library's names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from adjuvant.library import drug_book, drug_words
from adjuvant.record.name_strength import Mention

__all__ = ["carrier", "counted", "mentions", "unknown_parts"]

_COUNTED_KINDS = {"opioid", "ketamine"}
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_PART = re.compile(r"\s*(?P<name>[^\d\W][^\d]*?)\s+\d+(?:\.\d+)?\s*[A-Za-z%]")
_PREFIX = re.compile(r"\s*(?:abuse-deterrent\s+)?(?:\d+(?:\.\d+)?\s*(?:hr|ml|actuat)\s+)?", re.IGNORECASE)


def mentions(text: str) -> tuple[Mention, ...]:
    """Every ingredient named in `text`, each once, at its first place; the longest name counts."""
    return _found(text, drug_book().phrases)


def carrier(text: str) -> tuple[Mention, ...]:
    """What a name without any drug says that it only is: saline, dextrose, an electrolyte.

    Nothing where a word says that more may be in it: an epidural's bag holds what its label does not say.
    """
    book = drug_book()
    return () if book.doubtful & set(drug_words(text)) else _found(text, book.carriers)[:1]


def _found(text: str, phrases: Mapping[tuple[str, ...], tuple[str, ...]]) -> tuple[Mention, ...]:
    tokens = [(match.start(), word) for match in _TOKEN.finditer(text) for word in drug_words(match[0])]
    longest = max((len(words) for words in phrases), default=0)
    found: dict[str, int] = {}
    at = 0
    while at < len(tokens):
        for length in range(min(longest, len(tokens) - at), 0, -1):
            meaning = phrases.get(tuple(word for _, word in tokens[at : at + length]))
            if meaning is not None:
                for name in meaning:
                    found.setdefault(name, tokens[at][0])
                break
        else:
            length = 1
        at += length
    return tuple(Mention(start, name) for name, start in found.items())


def unknown_parts(text: str) -> tuple[Mention, ...]:
    """The ingredients of ``a 1 MG / b 2 MG Form`` where the library knows some but not all of them.

    The source's own word then stands for the unknown one: a combination must never look like a single drug.
    """
    prefix = _PREFIX.match(text)
    at = prefix.end() if prefix is not None else 0
    body = text[at:]
    if " / " not in body:
        return ()
    found: list[Mention] = []
    known = 0
    for part in body.split(" / "):
        match = _PART.match(part)
        if match is None:
            return ()
        mentioned = mentions(match["name"])
        known += bool(mentioned)
        names = [item.name for item in mentioned] or [match["name"].strip().lower()]
        found.extend(Mention(at, name) for name in names)
        at += len(part) + len(" / ")
    return tuple(found) if 0 < known < len(found) else ()


def counted(names: Iterable[str]) -> frozenset[str]:
    """Those of the ingredients that are an opioid or ketamine."""
    known = drug_book().ingredients
    return frozenset(name for name in names if name in known and known[name].kind in _COUNTED_KINDS)
