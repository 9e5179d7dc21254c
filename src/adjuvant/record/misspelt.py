"""Names that are only a letter or two from that of an opioid or ketamine: asked about, never guessed."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["misspelt"]

_COUNTED = ("opioid", "ketamine")


@lru_cache(maxsize=4096)
def misspelt(text: str) -> frozenset[str]:
    """The opioids (and ketamine) whose name a word of `text` nearly is, though the library does not know it.

    One letter too many, too few or wrong; two of them in long names (both settings). The first letter must
    agree, and so a drug that only rhymes with an opioid is none.
    """
    from adjuvant.library import drug_book, ingredient, setting

    book = drug_book()
    shortest, long = setting("misspelt_letters").value, setting("misspelt_two_letters").value
    names = [name for name, known in book.ingredients.items() if known.kind in _COUNTED and name.isalpha()]
    words = "".join(letter if letter.isalpha() else " " for letter in text.lower()).split()
    unknown = [word for word in words if len(word) >= shortest - 1 and ingredient(word) is None]
    return frozenset(
        name
        for word in unknown
        for name in names
        if len(name) >= shortest and word[0] == name[0] and _near(word, name, 2 if len(name) >= long else 1)
    )


def _near(first: str, second: str, most: int) -> bool:
    """Whether so few letters changed, added or left out make the one word of the other."""
    if abs(len(first) - len(second)) > most:
        return False
    row = list(range(len(second) + 1))
    for number, letter in enumerate(first, start=1):
        before, row = row, [number]
        for index, other in enumerate(second, start=1):
            row.append(min(before[index] + 1, row[-1] + 1, before[index - 1] + (letter != other)))
    return row[-1] <= most
