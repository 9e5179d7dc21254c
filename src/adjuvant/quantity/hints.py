"""How a unit that is not UCUM is probably to be written: words for an error's remedy, and never a reading."""

from __future__ import annotations

from adjuvant.errors import QuantityError

__all__ = ["how_to_write"]

_GENERAL = "write one such as mg, ug/h or mg/{tablet}"
# Beside the spellings that records use. A bare m or M is left out: metre, minute, month and mega.
_ALSO = {
    "mmhg": "mm[Hg]", "years": "a", "year": "a", "yrs": "a", "yr": "a", "weeks": "wk", "week": "wk",
    "months": "mo", "month": "mo", "percent": "%", "24h": "d", "24hr": "d", "24hrs": "d", "24 h": "d",
}  # fmt: skip
_PER_MINUTE = {"bpm", "breaths per minute", "breaths/min", "breaths/minute", "beats/min", "beats per minute"}


def how_to_write(code: str) -> str:
    """The remedy for a unit that is not UCUM: the one that was probably meant, or how units look."""
    meant = _meant(code.strip()[:60])
    return f"write {meant!r}, if that is meant" if meant else _GENERAL


def _meant(code: str) -> str | None:
    from adjuvant.quantity.spelling import meant
    from adjuvant.quantity.unit import parse_unit

    low = code.lower()
    if low in _PER_MINUTE:
        return "/min"
    pieces = f" {low}".replace(" per ", "/").strip().split("/")
    if len(pieces) > 1 and not pieces[0]:
        pieces = pieces[1:]
        stroke = "/"
    else:
        stroke = ""
    words = [_ALSO.get(piece.strip()) or meant(piece.strip()) for piece in pieces]
    if not all(words):
        return None
    found = stroke + "/".join(word for word in words if word)
    try:
        parse_unit(found)
    except QuantityError:
        return None
    return found
