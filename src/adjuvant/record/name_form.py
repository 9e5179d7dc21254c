"""The dosage form and route that a product's name implies, by the phrases of the library."""

from __future__ import annotations

from functools import lru_cache

from adjuvant.library import drug_words, form_phrases
from adjuvant.record.name_words import counted, mentions

__all__ = ["form_of_name"]


@lru_cache(maxsize=8192)
def form_of_name(text: str) -> tuple[str | None, str | None]:
    """Canonical form and route that `text` implies; None for what it leaves open.

    The phrase with the most words says the form. Words that it does not use up may still say the route.
    """
    words = list(drug_words(text))
    form, route, used = _best_phrase(words, "form")
    rest = [word for index, word in enumerate(words) if index not in used]
    if route is None:
        _, route, _ = _best_phrase(rest, "route")
    if form == "patch" and route is None and counted(item.name for item in mentions(text)):
        route = "transdermal"  # an opioid in a patch acts through the skin; lidocaine acts in it
    return form, route


def _best_phrase(words: list[str], wanted: str) -> tuple[str | None, str | None, range]:
    """Form and route of the longest phrase that says `wanted`, and its words; nothing where two disagree."""
    hits: list[tuple[int, str | None, str | None, range]] = []
    for sought, form, route in _phrases():
        if (form if wanted == "form" else route) is None:
            continue
        size = len(sought)
        places = [at for at in range(len(words) - size + 1) if tuple(words[at : at + size]) == sought]
        hits.extend((size, form, route, range(at, at + size)) for at in places)
    most = max((hit[0] for hit in hits), default=0)
    best = [hit for hit in hits if hit[0] == most]
    if len({hit[1:3] for hit in best}) != 1:
        return None, None, range(0)
    return best[0][1:]


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[tuple[str, ...], str | None, str | None], ...]:
    return tuple((drug_words(item.words), item.form, item.route) for item in form_phrases())
