"""What a word that is none of the library's was probably meant to be: alike, by title, or looked up."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from adjuvant.library.naming import LISTED, name_remedy


@dataclass
class Titled:
    """Something with a title."""

    title: str


KNOWN = {
    "respiratory_rate": Titled("Breathing, a minute"),
    "heart_rate": Titled("Pulse"),
    "urine_output": Titled("Urine output"),
    "sedation_poss": Titled("Sedation, Pasero scale"),
    "sedation_rass": Titled("Sedation, Richmond scale"),
    **{f"pain_{n}": Titled("Score") for n in "abcde"},
}


@pytest.mark.parametrize(
    ("word", "remedy"),
    [
        ("respiratry_rate", "did you mean 'respiratory_rate'"),  # a letter is missing
        ("Breathing", "did you mean 'respiratory_rate'"),  # a word of the title, in any case
        ("breathing_rate", "did you mean 'respiratory_rate'"),  # one word of the title and one of the key
        ("output urine", "did you mean 'urine_output'"),  # all words that it has, in another order
        ("pulse", "did you mean 'heart_rate'"),
        ("scale", "did you mean 'sedation_poss' or 'sedation_rass'"),  # two have it, and both are named
        ("pasero", "did you mean 'sedation_poss'"),  # the comma before it is no part of a word
        ("pasero_scale", "did you mean 'sedation_poss'"),
        ("score", f"look it up: {LISTED}"),  # five have it: more than a person would read
        ("mermaid", f"look it up: {LISTED}"),
        ("", f"look it up: {LISTED}"),
    ],
)
def test_a_word_is_sent_to_what_is_alike_or_titled_so_and_to_nothing_else(word: str, remedy: str) -> None:
    assert name_remedy(word, KNOWN) == remedy


def test_four_that_have_the_word_are_all_named() -> None:
    four = {key: one for key, one in KNOWN.items() if key != "pain_e"}
    assert name_remedy("score", four) == "did you mean 'pain_a' or 'pain_b' or 'pain_c' or 'pain_d'"


def test_the_list_is_named_by_its_command() -> None:
    assert LISTED == "`adjuvant protocols names` lists them all"
