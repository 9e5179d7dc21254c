"""The summary for a terminal: the finding first, then the figures, the answers and what they rest on."""

from __future__ import annotations

from adjuvant.reports.cells import cells, pad, wrap
from adjuvant.reports.content import Content
from adjuvant.reports.content.answers import ANSWER_WORDS
from adjuvant.reports.content.model import Cell, Section, Table
from adjuvant.reports.words import NBSP

__all__ = ["NARROWEST", "terminal_of"]

NARROWEST = 60
_NEEDS = 6
_KEY_COLUMNS, _SURE = (12, 12, 9), 20
_BOLD, _FAINT, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class _Lines:
    """Lines that fit, with bold and faint where colour is asked for."""

    def __init__(self, width: int, *, color: bool) -> None:
        self.width, self.color, self.lines = width, color, [""][:0]

    def add(self, text: str = "", *, style: str = "", indent: str = "") -> None:
        for line in wrap(text, self.width, indent) if text else [""]:
            bare = line.replace(NBSP, " ").rstrip()
            self.lines.append(f"{style}{bare}{_PLAIN}" if style and self.color and bare else bare)

    def text(self) -> str:
        return "\n".join(self.lines).rstrip("\n") + "\n"


def terminal_of(
    content: Content, *, width: int = 80, color: bool = False, files: tuple[str, ...] = ()
) -> str:
    """The summary as text.

    Args:
        width: columns; fewer than 60 are taken as 60.
        color: bold and faint by ANSI codes; without it the text holds no escape of any kind.
        files: where the full reports are, shown at the end.
    """
    out = _Lines(max(width, NARROWEST), color=color)
    badge = content.badge
    room = out.width - cells(badge) - 2
    out.add(f"{pad(content.title, room)}  {badge}" if badge else content.title, style=_FAINT)
    out.add("  ".join(f"{lead}{': ' if lead and text else ''}{text}" for lead, text in content.facts[:1]))
    for lead, text in content.facts[1:]:
        out.add(f"{lead}{': ' if lead and text else ''}{text}", style=_FAINT, indent="  ")
    if content.warning:
        out.add(content.warning, style=_BOLD)
    out.add()
    out.add(content.finding.headline, style=_BOLD)
    out.add(content.finding.text)
    out.add(content.finding.limit)
    out.add()
    for rung in content.ladder:
        detail = f"{NBSP * 2}{rung.detail}" if rung.detail else ""
        out.add(
            f"{pad(rung.title, 24)}{pad(rung.word, 17)}{detail}".rstrip().replace("  ", NBSP * 2),
            indent=" " * 43,
        )
    out.add()
    for flag in content.flags:
        out.add(f"{flag.lead} {flag.text}", indent="  ")
    _key(out, content)
    for key in ("figures", "derived", "answers", "opioids", "tables", "tensions", "unknown"):
        section = content.section(key)
        if section is not None:
            _section(out, section)
    quality = content.section("quality")
    if quality is not None:
        out.add()
        out.add(quality.title, style=_BOLD)
        for block in quality.blocks:
            for lead, text in getattr(block, "items", ()):
                out.add(f"  {lead}. {text}", indent="    ")
    if content.no_timeline and content.section("unknown") is None:
        out.add()
        out.add(content.no_timeline)
    if files:
        out.add()
        for file in files:
            out.lines.append(file)
    return out.text()


def _key(out: _Lines, content: Content) -> None:
    if content.key is None:
        return
    first = out.width - sum(_KEY_COLUMNS) - 2 - _SURE
    out.add()
    heads = ("Before", "After", "Change")
    line = pad("", first) + "".join(_ends(heads)) + "  " + "How sure"
    out.lines.append(_styled(out, line, _FAINT))
    for row in content.key.rows:
        ends = "".join(_ends((_short(row.before), _short(row.after), row.change)))
        sure = wrap(row.sure, _SURE)
        out.lines.append((pad(row.title, first) + ends + "  " + sure[0]).replace(NBSP, " ").rstrip())
        out.lines += [(" " * (out.width - _SURE) + line).replace(NBSP, " ") for line in sure[1:]]
    out.add(content.key.note, style=_FAINT)


def _ends(texts: tuple[str, ...]) -> list[str]:
    return [pad(text, room, right=True) for text, room in zip(texts, _KEY_COLUMNS, strict=True)]


def _short(figure: str) -> str:
    return "?" if figure == "cannot evaluate" else figure


def _styled(out: _Lines, line: str, style: str) -> str:
    return f"{style}{line.rstrip()}{_PLAIN}" if out.color else line.rstrip()


def _section(out: _Lines, section: Section) -> None:
    out.add()
    out.add(section.title, style=_BOLD)
    for block in section.blocks:
        if isinstance(block, Table) and section.key == "answers":
            _answers(out, block)
        elif isinstance(block, Table):
            for row in (*block.rows, *((block.total,) if block.total else ())):
                out.add(f"  {_row(section.key, row)}", indent="      ")
        elif text := getattr(block, "text", ""):
            lead = getattr(block, "lead", "")
            out.add(f"  {lead} {text}" if lead else f"  {text}", indent="    ")


def _answers(out: _Lines, table: Table) -> None:
    """Titles by answer, and beneath those that cannot be evaluated everything that they miss."""
    needs: dict[str, None] = {}
    for word in ANSWER_WORDS.values():
        rows = [row for row in table.rows if row[3].text == word]
        if rows:
            titles = "; ".join(row[0].text for row in rows)
            out.add(f"  {_kept(pad(f'{word} ({len(rows)})', 21))}{titles}", indent=" " * 23)
        for row in rows:
            if len(row) > 5:
                needs |= dict.fromkeys(row[4].text.split("; "))
    if needs:
        shown, more = list(needs)[:_NEEDS], len(needs) - _NEEDS
        tail = f"; {more} more in the full report" if more > 0 else ""
        out.add(f"  {_kept(pad('Missing', 21))}{'; '.join(shown)}{tail}", indent=" " * 23)


def _row(key: str, row: tuple[Cell, ...]) -> str:
    if key == "opioids":
        drug, before, mme_before, after, mme_after, change, _ = (cell.text for cell in row)
        dose = f" ({before} to {after})" if before or after else ""
        tail = f", {change}{dose}" if change else dose
        ends = [f"{mme} MME a day" if any(map(str.isdigit, mme)) else mme for mme in (mme_before, mme_after)]
        if ends[0].endswith("a day") and ends[1].endswith("a day"):
            return f"{_kept(pad(drug, 26))}{mme_before} to {ends[1]}{tail}"
        return f"{_kept(pad(drug, 26))}before {ends[0] or 'not read'}, after {ends[1] or 'not read'}{tail}"
    if key == "tables":
        if row[1].span > 1:
            return f"{row[0].text}: {row[1].text}"
        chosen = " (reported)" if row[0].strong else ""
        return f"{row[0].text}: {row[1].text} to {row[2].text}, {row[3].text}{chosen}"
    return ": ".join(cell.text for cell in row[:2] if cell.text)


def _kept(text: str) -> str:
    """Padding that wrapping leaves alone."""
    return text.replace(" ", NBSP)
