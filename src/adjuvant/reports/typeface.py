"""The report's typeface: IBM Plex Sans and Condensed as shipped, unpacked, measured, asked what they lack."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from adjuvant.errors import InternalError

__all__ = ["FACES", "Face", "Typeface", "face_bytes", "typeface", "unpack_woff"]


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: its name without ending, and how HTML and typst call it."""

    file: str
    css_family: str
    weight: int
    typst_family: str


FACES = (
    Face("IBMPlexSans-Regular", "Plex", 400, "IBM Plex Sans"),
    Face("IBMPlexSans-SemiBold", "Plex", 600, "IBM Plex Sans SmBld"),
    Face("IBMPlexSansCondensed-Regular", "Plex Cond", 400, "IBM Plex Sans"),
    Face("IBMPlexSansCondensed-SemiBold", "Plex Cond", 600, "IBM Plex Sans Cond SmBld"),
)
"""Complete, unmodified files of npm @ibm/plex-sans 1.1.0 and @ibm/plex-sans-condensed 2.0.0 (OFL-1.1)."""


def face_bytes(face: Face, ending: str) -> bytes:
    """The file of one face as it was published; `ending` is ``woff2`` (for HTML) or ``woff`` (for PDF)."""
    return (files("adjuvant.reports") / "fonts" / f"{face.file}.{ending}").read_bytes()


def unpack_woff(data: bytes) -> bytes:
    """The OpenType font inside a WOFF 1.0 file, table for table as it was before packing.

    typst reads no WOFF, and WOFF 2 needs a Brotli library; WOFF 1.0 is zlib, which Python has.

    Raises:
        InternalError: not a WOFF file.
    Source: W3C, WOFF File Format 1.0, sections 4 and 5.
    """
    if data[:4] != b"wOFF":
        raise InternalError("font", "is not a WOFF 1.0 file", "restore src/adjuvant/reports/fonts")
    flavour, _, count = struct.unpack(">IIH", data[4:14])
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">IHHHH", flavour, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    directory, body = b"", b""
    start = len(head) + 16 * count
    for index in range(count):
        tag, offset, packed, size, checksum = struct.unpack_from(">4sIIII", data, 44 + 20 * index)
        table = data[offset : offset + packed]
        if packed < size:
            table = zlib.decompress(table)
        directory += struct.pack(">4sIII", tag, checksum, start + len(body), size)
        body += table + b"\0" * (-size % 4)
    return head + directory + body


def _table(font: bytes, tag: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        name, _, offset, size = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == tag:
            return font[offset : offset + size]
    raise InternalError(f"font table {tag!r}", "is missing", "restore src/adjuvant/reports/fonts")


def _glyphs(cmap: bytes) -> dict[int, int]:
    """Glyph of each code point, from the segment table (format 4) that every Unicode font has."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    found: dict[int, int] = {}
    for record in range(count):
        (offset,) = struct.unpack_from(">I", cmap, 8 + 8 * record)
        kind, _, _, doubled = struct.unpack_from(">HHHH", cmap, offset)
        if kind != 4:
            continue
        segments = doubled // 2
        ends = struct.unpack_from(f">{segments}H", cmap, offset + 14)
        starts = struct.unpack_from(f">{segments}H", cmap, offset + 16 + doubled)
        deltas = struct.unpack_from(f">{segments}H", cmap, offset + 16 + 2 * doubled)
        ranges_at = offset + 16 + 3 * doubled
        ranges = struct.unpack_from(f">{segments}H", cmap, ranges_at)
        for index, (start, end, delta, shift) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
            for code in range(start, end + 1):
                glyph = code
                if shift:
                    place = ranges_at + 2 * index + shift + 2 * (code - start)
                    (glyph,) = struct.unpack_from(">H", cmap, place)
                if (shift == 0 or glyph) and (glyph + delta) % 65536:
                    found[code] = (glyph + delta) % 65536
    return found


@dataclass(frozen=True, slots=True)
class Typeface:
    """What one face can draw and how wide it draws it.

    Args:
        advances: width of each code point it has, in thousandths of the font size.
    """

    advances: dict[int, float] = field(repr=False)

    def width(self, text: str, size: float) -> float:
        """Width of a line of text at `size`, in the same unit; a character it lacks counts as one em."""
        return sum(self.advances.get(ord(char), 1000.0) for char in text) * size / 1000

    def lacks(self, text: str) -> str:
        """The characters of `text` that this face cannot draw, each once, in order."""
        return "".join(dict.fromkeys(char for char in text if ord(char) not in self.advances))


@lru_cache(maxsize=len(FACES))
def typeface(css_family: str, weight: int) -> Typeface:
    """The measured face; cached.

    Args:
        css_family: ``Plex`` or ``Plex Cond``; weight: 400 or 600.
    """
    face = next(face for face in FACES if (face.css_family, face.weight) == (css_family, weight))
    font = unpack_woff(face_bytes(face, "woff"))
    (units,) = struct.unpack_from(">H", _table(font, b"head"), 18)
    (long,) = struct.unpack_from(">H", _table(font, b"hhea"), 34)
    widths = struct.unpack_from(">" + "Hh" * long, _table(font, b"hmtx"))[::2]
    advances = {
        code: 1000 * widths[min(glyph, long - 1)] / units
        for code, glyph in _glyphs(_table(font, b"cmap")).items()
    }
    return Typeface(advances)
