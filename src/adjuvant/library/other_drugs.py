"""Reader of ``other_drugs.yaml``: drugs that only should not pass for unknown, and carriers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adjuvant.library.drug_names import Phrases, add_phrase, drug_words
from adjuvant.library.facts import KnownIngredient
from adjuvant.library.folder import shown_name
from adjuvant.library.strict import Entry, closest, read_file

__all__ = ["NOT_A_DRUG", "OTHER_DRUG", "OtherDrugs", "read_other_drugs"]

OTHER_DRUG = "other drug"
"""What a user's own line makes of a name that is a drug of no concern here."""
NOT_A_DRUG = "not a drug"
"""What a user's own line makes of a name that is no drug."""
_KIND = "other"


@dataclass(frozen=True, slots=True)
class OtherDrugs:
    """Everything in ``other_drugs.yaml``.

    Args:
        ingredients: drugs and carriers, none of which readers follow.
        drugs, carriers: the names that mean each; a carrier counts only where a name mentions no drug.
        doubtful: words in whose company a carrier's name says too little.
    """

    ingredients: Mapping[str, KnownIngredient]
    drugs: Phrases
    carriers: Phrases
    doubtful: frozenset[str]


def read_other_drugs(path: Path, known: Phrases | None = None) -> OtherDrugs:
    """Other drugs of one file.

    Args:
        known: names that mean something already.
    Raises:
        LibraryError: one name for two things, or for one of those that are known; a drug that stands twice.
    """
    top = read_file(path, shown_name(path)).fields(
        ["drugs", "names", "carriers", "carrier_names", "doubtful"]
    )
    ingredients: dict[str, KnownIngredient] = {}
    taken: Phrases = dict(known or {})
    drugs = _names(top["drugs"], top["names"], taken, ingredients)
    carriers = _names(top["carriers"], top["carrier_names"], taken, ingredients)
    for name in (OTHER_DRUG, NOT_A_DRUG):
        ingredients[name] = KnownIngredient(name, _KIND, followed=False)
    return OtherDrugs(ingredients, drugs, carriers, frozenset(top["doubtful"].words()))


def _names(listed: Entry, names: Entry, taken: Phrases, ingredients: dict[str, KnownIngredient]) -> Phrases:
    """The phrases of one list of drugs and of what else they are called, which join what is taken."""
    found: Phrases = {}
    own: dict[str, list[str]] = {}
    for entry in listed.items():
        name = entry.text()
        if name in own:
            raise entry.error(f"{name!r} stands twice", "keep one of the two")
        own[name] = []
        add_phrase(taken, entry, name, (name,))
    for name, entry in names.pairs():
        if name not in own:
            raise entry.error(f"{name!r} is not in the list", closest(name, own))
        own[name] = entry.words()
        for word in own[name]:
            add_phrase(taken, entry, word, (name,))
    for name, words in own.items():
        ingredients[name] = KnownIngredient(name, _KIND, tuple(words), followed=False)
        found.update({drug_words(word): (name,) for word in (name, *words)})
    return found
