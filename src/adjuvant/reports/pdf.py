"""The report as PDF by typst: tagged (PDF/UA-1), archival (PDF/A-2a), the same bytes from the same data."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from adjuvant.errors import InternalError
from adjuvant.reports.content import Content
from adjuvant.reports.content.model import Column, Mark, Strip
from adjuvant.reports.content.text import map_text
from adjuvant.reports.figure import PRINT, timeline_svg
from adjuvant.reports.html import caption_of, template_text
from adjuvant.reports.marks import mark_svg, strip_scale_svg, strip_svg
from adjuvant.reports.tokens import LIGHT, resolved
from adjuvant.reports.typeface import FACES, face_bytes, typeface, unpack_woff
from adjuvant.reports.words import plain

__all__ = ["STANDARDS", "breakable", "compiled", "drawable", "pdf_of"]

STANDARDS: tuple[Literal["ua-1", "a-2a"], ...] = ("ua-1", "a-2a")
"""What the file promises: PDF/UA-1, readable by screen readers, and PDF/A-2a, made to be kept."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def drawable(text: str) -> str:
    """The text with each character that the report's typeface lacks written as its code point, ``[U+05D0]``.

    No font of the machine is used, so that the same data give the same file everywhere.
    """
    harmless = plain(text)
    lacking = set(typeface("Plex", 400).lacks(harmless)) | set(typeface("Plex Cond", 600).lacks(harmless))
    return "".join(f"[U+{ord(char):04X}]" if char in lacking else char for char in harmless)


def breakable(text: str) -> str:
    """The text with unseen places to break inside words that would run out of a narrow column."""
    return re.sub(r"[^\s/-]{19,}", lambda word: "\u200b".join(re.findall(r".{1,12}", word[0])), text)


def pdf_of(content: Content) -> bytes:
    """The PDF. Its document date is the end of the after window, never the time of writing.

    Raises:
        InternalError: typst refuses the document, with its reason.
    """
    shown = map_text(content, drawable)
    moment = _EPOCH + timedelta(seconds=content.fixed_at)
    return compiled(
        "page.typ", json.dumps(_payload(shown, moment), ensure_ascii=False, sort_keys=True), moment
    )


def compiled(template: str, content: str, moment: datetime) -> bytes:
    """The PDF of one of the package's own typst templates.

    Args:
        content: what the template says, as JSON.
        moment: the document's date.
    Raises:
        InternalError: typst refuses the document, with its reason.
    """
    import typst

    inputs = {"content": content, "tokens": json.dumps(LIGHT, sort_keys=True)}
    with tempfile.TemporaryDirectory(prefix="adjuvant-") as folder:
        for face in FACES:
            (Path(folder) / f"{face.file}.ttf").write_bytes(_font(face.file))
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        compiler = typst.Compiler(
            template_text(template).encode(), root=folder, font_paths=fonts, sys_inputs=inputs
        )
        try:
            made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=moment)
        except typst.TypstError as error:
            raise InternalError(
                "the PDF", f"was refused by typst: {error}", "report this with the record"
            ) from error
    if not isinstance(made, bytes):
        raise InternalError("the PDF", "came back empty from typst", "report this with the record")
    return made


@lru_cache(maxsize=len(FACES))
def _font(file: str) -> bytes:
    (face,) = [face for face in FACES if face.file == file]
    return unpack_woff(face_bytes(face, "woff"))


@lru_cache(maxsize=1)
def _picture_style() -> str:
    families = {
        "400": '"IBM Plex Sans"',
        "600": '"IBM Plex Sans Cond SmBld"',
    }
    return resolved(template_text("figure.css"), LIGHT, families)


def _payload(content: Content, moment: datetime) -> dict[str, Any]:
    picture, words = None, ""
    if content.timeline is not None:
        picture = timeline_svg(content.timeline, PRINT, style=_picture_style())
        words = f"{content.timeline.title}. {content.timeline.summary}"
    data = map_text(content, breakable)
    return {
        **{
            item.name: _plain_data(getattr(data, item.name))
            for item in fields(data)
            if item.name != "timeline"
        },
        "figure": picture,
        "figure_alt": words,
        "caption": drawable(caption_of(content)),
        "date": {"year": moment.year, "month": moment.month, "day": moment.day},
    }


def _plain_data(thing: Any) -> Any:
    """Content as JSON knows it, with the marks and strips drawn."""
    if is_dataclass(thing) and not isinstance(thing, type):
        data = {item.name: _plain_data(getattr(thing, item.name)) for item in fields(thing)}
        mark = getattr(thing, "mark", None)
        if isinstance(mark, Mark) and mark is not Mark.NONE:
            data["mark_svg"] = mark_svg(mark, style=f"{_picture_style()}.mark {{ color: {LIGHT['ink']}; }}")
        strip = getattr(thing, "strip", None)
        if isinstance(strip, Strip):
            data["strip_svg"] = strip_svg(strip, style=_picture_style())
        elif isinstance(thing, Column) and strip is not None:
            data["strip_svg"] = strip_scale_svg(*strip, style=_picture_style())
        return data | {"kind": type(thing).__name__}
    if isinstance(thing, tuple | list):
        return [_plain_data(item) for item in thing]
    if isinstance(thing, Enum):
        return thing.value
    return str(thing) if isinstance(thing, Fraction) else thing
