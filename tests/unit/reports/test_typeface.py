"""The typeface as it was published: unpacked whole, measured, and honest about what it lacks."""

from __future__ import annotations

import struct

import pytest

from adjuvant.errors import InternalError
from adjuvant.reports.typeface import FACES, face_bytes, typeface, unpack_woff


def tables(font: bytes) -> dict[bytes, tuple[int, bytes]]:
    """Tag, checksum and bytes of each table, read as the OpenType specification lays them out."""
    (count,) = struct.unpack_from(">H", font, 4)
    found = {}
    for index in range(count):
        tag, checksum, offset, size = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        found[tag] = (checksum, font[offset : offset + size])
    return found


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.file)
def test_unpacking_gives_every_table_with_the_checksum_that_the_font_carries(face) -> None:
    """The checksum of a table is the sum of its 32-bit words (OpenType); `head` leaves its own adjustment out."""
    unpacked = tables(unpack_woff(face_bytes(face, "woff")))
    assert {b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"name"} <= set(unpacked)
    for tag, (checksum, data) in unpacked.items():
        padded = data + b"\0" * (-len(data) % 4)
        words = list(struct.unpack(f">{len(padded) // 4}I", padded))
        if tag == b"head":
            words[2] = 0
        assert sum(words) % 2**32 == checksum, tag


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.file)
def test_the_browser_gets_a_woff2_file_of_the_same_face(face) -> None:
    data = face_bytes(face, "woff2")
    assert data[:4] == b"wOF2"
    assert struct.unpack_from(">I", data, 8)[0] == len(data)


def test_figures_are_tabular_and_marks_are_missing_as_the_house_says() -> None:
    for face in FACES:
        measured = typeface(face.css_family, face.weight)
        assert len({measured.width(digit, 12) for digit in "0123456789"}) == 1
        assert measured.lacks("≥ ≤ − × ÷ ½ – … “ ” é ü") == ""
        assert measured.lacks("●■▲ש") == "●■ש▲" or set(measured.lacks("●■ש")) == set("●■ש")


def test_a_character_that_is_lacking_counts_as_one_em() -> None:
    assert typeface("Plex", 400).width("ש", 12) == 12


def test_a_file_that_is_no_font_is_refused() -> None:
    with pytest.raises(InternalError, match="not a WOFF"):
        unpack_woff(b"wOF2" + b"\0" * 40)
