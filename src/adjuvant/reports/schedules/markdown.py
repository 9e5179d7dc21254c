"""A page on schedules as Markdown, with its figures as files beside it."""

from __future__ import annotations

from collections.abc import Mapping

from adjuvant.reports.schedules.model import Page, Table

__all__ = ["schedules_markdown"]


def schedules_markdown(page: Page, files: Mapping[str, str], head: str = "") -> str:
    """The page.

    Args:
        files: for each figure, by its title, the file that it stands in.
        head: a line beneath the title, such as how the page is made.
    """
    lines = [f"# {page.title}", ""]
    lines += [head, ""] if head else []
    lines += [f"**{page.limit}**", ""]
    for one in page.finding:
        lines += [one, ""]
    lines += ["; ".join(f"{name}: {text}" for name, text in page.who) + ".", ""]
    for figure in page.figures:
        lines += [
            f"## {figure.title}",
            "",
            f"![{figure.title}]({files[figure.title]})",
            "",
            figure.caption,
            "",
        ]
    for table in page.tables:
        lines += _table(table)
    for name, said in page.lists:
        lines += [f"## {name}", "", *(f"- {_safe(one)}" for one in said), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> list[str]:
    ends = ("---:" if place in table.right else "---" for place in range(len(table.heads)))
    found = [f"## {table.title}", "", f"| {' | '.join(table.heads)} |", f"|{'|'.join(ends)}|"]
    found += [f"| {' | '.join(_safe(cell) for cell in row)} |" for row in table.rows]
    return [*found, "", table.note, ""] if table.note else [*found, ""]


def _safe(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split()).replace("|", "\\|").replace("<", "&lt;")
