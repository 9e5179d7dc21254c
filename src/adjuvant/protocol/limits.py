"""Readers of guardrails.yaml and rule_examples.yaml: limits apart from protocols, and rules to adopt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from adjuvant.citation import Provenance
from adjuvant.library import responses
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.library.vocabulary import conditions
from adjuvant.protocol.check import word_complaints
from adjuvant.protocol.guardrail import WHO, Guardrail, Modifier
from adjuvant.protocol.model import Question, Rule
from adjuvant.protocol.reading import form_of, located
from adjuvant.protocol.site import OwnLimit, Sited
from adjuvant.protocol.values import SITE, is_rate

__all__ = [
    "RuleExample",
    "guardrails",
    "modifiers",
    "own_limit",
    "read_guardrails",
    "read_modifiers",
    "read_response_questions",
    "read_rule_examples",
    "response_questions",
    "rule_examples",
    "with_own",
]


@dataclass(frozen=True, slots=True)
class RuleExample:
    """A rule that a source gives, for a site to adopt; it holds nowhere until one does.

    Args:
        limit_of_use: whom and what its source made it for, in our words; shown wherever the rule is.
    """

    rule: Rule
    limit_of_use: str


def read_guardrails(path: Path) -> dict[str, Guardrail]:
    """Every guardrail of one file, by key.

    Raises:
        LibraryError: a guardrail breaks its form, has no source, limits a span or measures another thing than
            it says, or binds without having been read at its source; with file, line and remedy.
    """
    found: dict[str, Guardrail] = {}
    for key, entry in _top(path)["guardrails"].pairs():
        rail = form_of(Guardrail, entry)
        _check_limit(rail, entry)
        _check_words(rail, entry)
        if rail.binds and rail.provenance is not Provenance.READ:
            raise located(entry, ("binds",)).error(
                f"binds, and was not read at its source ({rail.provenance})",
                "write false; a site may adopt it",
            )
        found[key] = rail
    return found


def read_modifiers(path: Path) -> dict[str, Modifier]:
    """Every modifier of the same file, by key.

    Raises:
        LibraryError: a modifier breaks its form, has no source, or means nobody that is known.
    """
    found: dict[str, Modifier] = {}
    for key, entry in _top(path)["modifiers"].pairs():
        one = form_of(Modifier, entry)
        known = {*conditions(), *WHO}
        if one.who not in known:
            raise located(entry, ("who",)).error(
                f"{one.who!r} is neither a condition of conditions.yaml nor one of {', '.join(WHO)}",
                closest(one.who, known),
            )
        _check_words(one, entry)
        found[key] = one
    return found


def read_rule_examples(path: Path) -> dict[str, RuleExample]:
    """Every rule of one file that a site may adopt, by key.

    Raises:
        LibraryError: a rule breaks its form, has no source or no limit of use, asks for what no record can
            hold, goes by another key than its place, or names regimens, which only a protocol has.
    """
    found: dict[str, RuleExample] = {}
    for key, entry in read_file(path, shown_name(path)).fields(["examples"])["examples"].pairs():
        fields = entry.fields(["rule", "limit_of_use"])
        rule = form_of(Rule, fields["rule"])
        if rule.key != key:
            raise located(fields["rule"], ("key",)).error(
                f"{rule.key!r} is not the key that it stands under, {key!r}", "name both alike"
            )
        if rule.regimens:
            raise located(fields["rule"], ("regimens",)).error(
                "names regimens, and belongs to no protocol", "leave it out"
            )
        _check_words(rule, fields["rule"])
        found[key] = RuleExample(rule, fields["limit_of_use"].text())
    return found


def _top(path: Path) -> Mapping[str, Entry]:
    return read_file(path, shown_name(path)).fields(["guardrails", "modifiers"])


def _check_limit(rail: Guardrail, entry: Entry) -> None:
    if rail.limit is None:
        return
    place = located(entry, ("limit",))
    if rail.limit.value is None:
        raise place.error(
            f"is a span, {rail.limit}", "give one figure, and the other end in a limit of its own"
        )
    if is_rate(rail.limit.value) != (rail.of != "single_dose"):
        per = "an amount" if rail.of == "single_dose" else "an amount per time"
        raise place.error(
            f"{rail.limit} does not limit a {rail.of.replace('_', ' ')}", f"write {per}, or correct `of`"
        )


def own_limit(limit: OwnLimit, drug: Literal["ketamine", "esketamine"], entry: Entry) -> Guardrail:
    """A site's own limit as a guardrail that binds, of the drug of the protocol that the profile is for.

    Raises:
        LibraryError: it limits another thing than it says, or names a route that nobody knows.
    """
    rail = Guardrail(
        title=limit.title, drug=drug, routes=limit.routes, settings="this site", gives=limit.gives,
        kind="maximum", of=limit.of, severity="absolute", limit={"value": limit.limit}, strict=limit.strict,
        binds=True, citation=SITE, provenance=Provenance.SITE,
    )  # fmt: skip
    _check_limit(rail, entry)
    _check_words(rail, entry)
    return rail


def with_own(sited: Sited, rails: Mapping[str, Guardrail]) -> Mapping[str, Guardrail]:
    """The limits that a dose must keep at a site: those that stand apart, and the site's own."""
    return {**rails, **sited.own_limits} if sited.own_limits else rails


def _check_words(form: Guardrail | Modifier | Rule | Question, entry: Entry) -> None:
    for path, rule, remedy in word_complaints(form, getattr(form, "routes", ())):
        raise located(entry, path).error(rule, remedy)


@lru_cache(maxsize=1)
def guardrails() -> Mapping[str, Guardrail]:
    """Every guardrail of the library, by key; read once."""
    return read_guardrails(FOLDER / "guardrails.yaml")


@lru_cache(maxsize=1)
def modifiers() -> Mapping[str, Modifier]:
    """Every modifier of the library, by key; read once."""
    return read_modifiers(FOLDER / "guardrails.yaml")


def read_response_questions(path: Path) -> dict[str, Question]:
    """The responses of one file that a chart can tell, by the key of responses.yaml.

    Raises:
        LibraryError: a question breaks its form, has no source, asks for what no record can hold, or is of a
            response that responses.yaml does not have.
    """
    known = {one.key for one in responses()}
    found: dict[str, Question] = {}
    for key, entry in read_file(path, shown_name(path)).pairs():
        if key not in known:
            raise entry.error(f"{key!r} is no response of responses.yaml", closest(key, known))
        found[key] = form_of(Question, entry)
        _check_words(found[key], entry)
    return found


@lru_cache(maxsize=1)
def response_questions() -> Mapping[str, Question]:
    """Every response that a chart can tell, as a question, by its key; read once."""
    return read_response_questions(FOLDER / "response_questions.yaml")


@lru_cache(maxsize=1)
def rule_examples() -> Mapping[str, RuleExample]:
    """Every rule that a site may adopt, by key; read once."""
    return read_rule_examples(FOLDER / "rule_examples.yaml")
