"""A protocol's questions as the library writes them: their bounds, their units and the questions within them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sweep.book import observations

__all__ = ["HARM", "bound_of", "leaves", "unit_of"]

HARM = ("stop", "pause", "reduce")
"""Kinds of rules that are there for harm."""
_BOUNDS = ("above", "from", "below", "up_to")


def bound_of(question: Mapping[str, Any]) -> tuple[str, str]:
    """Which bound a question has, and its text."""
    name = next(one for one in _BOUNDS if one in question)
    return name, question[name]


def unit_of(question: Mapping[str, Any]) -> str:
    """The unit that the bound of a question is counted in."""
    relative = question.get("of", "value").startswith("percent")
    unit: str = "%" if relative else observations()[question["measure"]].get("unit", "")
    return unit


def leaves(question: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The questions within a question that have no further ones."""
    for name in ("all", "any"):
        for one in question.get(name, ()):
            yield from leaves(one)
    if "not" in question:
        yield from leaves(question["not"])
    if not {"all", "any", "not"} & set(question):
        yield question
