"""Text in terminal cells: how many a text takes, and wrapping, cutting and padding by that."""

from __future__ import annotations

import unicodedata

__all__ = ["cells", "cut", "pad", "wrap"]

_NOTHING = {"Mn", "Me", "Cf"}


def cells(text: str) -> int:
    """Columns that a text takes: two for wide letters and emoji, none for marks that sit on others."""
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.category(char) in _NOTHING:
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns, ended with … where it was cut."""
    if cells(text) <= width:
        return text
    kept, used = "", 0
    for char in text:
        if used + _cell(char) > width - 1:
            break
        kept, used = kept + char, used + _cell(char)
    return kept.rstrip() + "…"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text cut or filled with spaces to exactly `width` columns; `right` puts it at the end."""
    fitted = cut(text, width)
    filler = " " * (width - cells(fitted))
    return filler + fitted if right else fitted + filler


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of at most `width` columns, broken at spaces; later lines begin with `indent`.

    Spaces at the beginning are kept; a no-break space never breaks; a word that is too long for a line is
    broken where the line ends.
    """
    lines: list[str] = []
    line = text[: len(text) - len(text.lstrip(" "))]
    for word in text.lstrip(" ").split(" "):
        joined = f"{line} {word}" if line.strip() else line + word
        if cells(joined) <= width:
            line = joined
            continue
        if line.strip():
            lines.append(line)
            line = indent
        line += word
        while cells(line) > width:
            head = line
            while cells(head) > width:
                head = head[:-1]
            lines.append(head)
            line = indent + line[len(head) :]
    return [*lines, line] if line.strip() or not lines else lines
