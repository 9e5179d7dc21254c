"""A title within a sentence: small at its beginning, unless it is a name."""

from __future__ import annotations

import pytest

from adjuvant.protocol.finding import lowered


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Pain", "pain"),
        ("Respiratory rate", "respiratory rate"),
        ("Sedation, Pasero scale", "sedation, Pasero scale"),
        ("Performance status, ECOG", "performance status, ECOG"),
        ("Sedation and agitation, Richmond scale", "sedation and agitation, Richmond scale"),
        ("Brief Pain Inventory, interference", "Brief Pain Inventory, interference"),
        ("Mini-Mental State Examination", "Mini-Mental State Examination"),
        ("PROMIS measures", "PROMIS measures"),
        ("QTc interval", "QTc interval"),
        ("Us or them", "us or them"),
        ("A rash", "A rash"),
        ("", ""),
    ],
)
def test_a_title_within_a_sentence_keeps_its_names(title: str, words: str) -> None:
    assert lowered(title) == words
