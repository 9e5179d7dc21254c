"""Predicates, doses and schedules in words for people."""

from __future__ import annotations

from typing import Any

from adjuvant.library.vocabulary import conditions, interactions, observations
from adjuvant.protocol.model import ObservationGroup
from adjuvant.protocol.predicate import All, AnyOf, Attested, Event, Not, Present, Seen, Taken
from adjuvant.protocol.values import Sourced
from adjuvant.quantity import Quantity, show_exact
from adjuvant.quantity.quantity import readable_unit

__all__ = ["dose_count", "group_words", "predicate_words", "quantity_words", "source_words"]

_UNITS = {"a": "years", "mo": "months", "wk": "weeks", "mm[Hg]": "mmHg"}
_COUNTED = frozenset({"a", "mo", "wk"})
_SIGNS = {"above": "above", "from": "at least", "below": "below", "up_to": "at most"}
_OF = {
    "value": "",
    "fall_from_baseline": " has fallen from baseline by",
    "rise_from_baseline": " has risen from baseline by",
    "percent_fall_from_baseline": " has fallen from baseline by",
    "percent_rise_from_baseline": " has risen from baseline by",
}


def quantity_words(value: Quantity) -> str:
    """A quantity as it is written, unit in full: nothing is rounded."""
    unit = _UNITS.get(value.unit.code, readable_unit(value.unit.code))
    if value.value == 1 and value.unit.code in _COUNTED:
        unit = unit.removesuffix("s")
    return f"{show_exact(value.value)} {unit}"


def dose_count(number: int) -> str:
    """So many doses, one of them in the singular."""
    return "1 dose" if number == 1 else f"{number} doses"


def source_words(part: Sourced) -> str:
    """Citation and how it was come by, in brackets: ``[park2025]``, ``[hardy2012, assumed]``."""
    label = part.provenance.label if part.provenance is not None else ""
    inner = ", ".join(word for word in (part.citation, label) if word)
    return f"[{inner}]" if inner else ""


def predicate_words(predicate: Any) -> str:
    """What a predicate asks, in one phrase."""
    if isinstance(predicate, All):
        return " and ".join(_inner(one) for one in predicate.all)
    if isinstance(predicate, AnyOf):
        return " or ".join(_inner(one) for one in predicate.any)
    if isinstance(predicate, Not):
        return f"not ({predicate_words(predicate.not_)})"
    if isinstance(predicate, Seen):
        return _seen(predicate)
    if isinstance(predicate, Present):
        title = (
            conditions()[predicate.condition].title.lower()
            if predicate.condition in conditions()
            else predicate.condition
        )
        return f"{'a history of ' if predicate.state == 'history' else ''}{title}{_asked(predicate)}"
    if isinstance(predicate, Taken):
        listed = interactions().get(predicate.taken)
        name = listed.title.lower() if listed is not None else predicate.taken
        within = f" within {quantity_words(predicate.within)}" if predicate.within is not None else ""
        return f"{name}{within}{_asked(predicate)}"
    if isinstance(predicate, Event):
        return _event(predicate)
    if isinstance(predicate, Attested):
        return f"answered yes{_asked(predicate)}: {predicate.question}"
    return str(predicate)


def _inner(predicate: Any) -> str:
    words = predicate_words(predicate)
    return f"({words})" if isinstance(predicate, All | AnyOf) else words


def _asked(predicate: Attested | Present | Taken) -> str:
    """How old the answer to a question may be."""
    oldest = predicate.no_older_than
    return f" (an answer of the last {quantity_words(oldest)})" if oldest is not None else ""


def _seen(predicate: Seen) -> str:
    title = (
        observations()[predicate.measure].title if predicate.measure in observations() else predicate.measure
    )
    name, bound = predicate.bound
    if bound == "goal":
        limit = "the patient's own goal"
    else:
        limit = quantity_words(bound) if isinstance(bound, Quantity) else show_exact(bound)
    which = {"latest": "", "count": "number of "}.get(predicate.statistic, f"{predicate.statistic} ")
    within = f" within {quantity_words(predicate.within)}" if predicate.within is not None else ""
    return f"{which}{_small(title)}{within}{_OF[predicate.of]} {_SIGNS[name]} {limit}"


def _small(title: str) -> str:
    """A title within a sentence; a name such as Pasero keeps its capital."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _event(predicate: Event) -> str:
    title = (
        observations()[predicate.event].title.lower()
        if predicate.event in observations()
        else predicate.event
    )
    words = title
    if predicate.nth is not None:
        words = f"{title}, number {predicate.nth} of the course"
    if predicate.grade is not None:
        words += f" of grade {show_exact(predicate.grade)} or more"
    if predicate.unresolved_for is not None:
        words += f", unresolved for {quantity_words(predicate.unresolved_for)}"
    if predicate.within is not None:
        words += f" within {quantity_words(predicate.within)}"
    return words


def group_words(group: ObservationGroup) -> str:
    """What is observed together, and when."""
    items = ", ".join(
        observations()[item].title.lower() if item in observations() else item for item in group.items
    )
    return f"{items[:1].upper()}{items[1:]}: {_timing(group)}"


def _timing(group: ObservationGroup) -> str:
    if group.unstated:
        words = "when is not said"
    elif group.continuous:
        words = "continuously"
    elif group.once is not None:
        words = f"once, {group.once} the dose"
    elif group.at:
        words = "at " + ", ".join(quantity_words(at) for at in group.at) + " from the dose"
    else:
        words = ", then ".join(
            f"every {quantity_words(phase.every)}"
            + (f" for {quantity_words(phase.lasts)}" if phase.lasts is not None else " until the end")
            for phase in group.phases
        )
    if group.restart_on:
        words += "; anew after " + " and ".join(one.replace("_", " ") for one in group.restart_on)
    if group.after_end is not None:
        words += f"; for {quantity_words(group.after_end)} after the end"
    return words
