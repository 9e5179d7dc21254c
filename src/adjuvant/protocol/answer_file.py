"""Clinicians' answers to what no record holds, from a file: each with name and time, to what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.library.vocabulary import conditions
from adjuvant.protocol.questions import questions
from adjuvant.protocol.reading import form_of, located
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Answer
from adjuvant.protocol.values import Form
from adjuvant.timeline import parse_instant

__all__ = ["check_key", "read_answers"]


class _Line(Form):
    by: str
    at: str
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


class _File(Form):
    PAGE: ClassVar[str] = "docs/how-to/advise-on-a-record.md"

    answers: tuple[_Line, ...]


def read_answers(path: Path, sited: Sited, local: ZoneInfo) -> tuple[Answer, ...]:
    """The answers of one file, as strict YAML: ``answers``, a list of ``by``, ``at``, ``yes`` and ``no``.

    Args:
        sited: the protocol that is asked; an answer to nothing that it asks is refused.
        local: the zone of times without an offset.
    Raises:
        LibraryError: an unknown or missing key, nobody named, a time that is none, or an answer to what
            the protocol does not ask; with file and line.
    """
    top = read_file(path, path.name)
    asked = questions(sited)
    found: list[Answer] = []
    for n, one in enumerate(form_of(_File, top).answers):
        try:
            at = parse_instant(one.at, local)
        except InputError as error:
            place = located(top, ("answers", n, "at"))
            raise place.error(f"{error.thing} {error.rule}", error.remedy) from None
        for field, keys, yes in (("yes", one.yes, True), ("no", one.no, False)):
            for key in keys:
                check_key(key, asked, located(top, ("answers", n, field)))
                found.append(Answer(key, yes, at, one.by))
    return tuple(found)


def check_key(key: str, asked: Mapping[str, str], place: Entry) -> None:
    """Refuse an answer to what nobody asks: it would change nothing, in silence.

    Raises:
        LibraryError: with the line of `place`, and the nearest question.
    """
    kind, _, name = key.partition(":")
    if key in asked or (kind == "condition" and name in conditions()):
        return
    meant = [f"{kind}:{key}" for kind in ("condition", "taken") if f"{kind}:{key}" in asked]
    remedy = f"did you mean {meant[0]!r}" if meant else closest(key, asked)
    raise place.error(f"{key!r} answers no question of this protocol", remedy)
