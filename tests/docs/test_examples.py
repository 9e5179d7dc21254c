"""Every example of every page runs, and prints what the page says.

A fenced block marked ``console`` holds commands behind ``$ `` and what they print; one marked ``python`` with
``>>>`` is a doctest. The blocks of a page share one folder and one record store, in order, as for a reader.
``...`` stands for anything. Blocks marked ``text``, ``yaml``, ``json`` or ``csv`` show things and are not run, but
JSON and YAML must parse.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from conftest import missing

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[a-z]*)[^\n]*\n(?P<body>.*?)^(?P=indent)```", re.S | re.M)
SHOWN = {"text", "yaml", "json", "csv", "mermaid", ""}
RUN = {"console", "python"}
# Set-up on a fresh machine is proven by the build itself; a page may show it but a test must not run it.
NOT_RUN = ("make ", "git ", "sudo ", "apt-get ")
# What an example may need that not every installation has.
OPTIONAL = ("jax",)
CHECKER = doctest.OutputChecker()
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    line: int
    language: str
    body: str


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        indent = len(match["indent"])
        body = "".join(line[indent:] for line in match["body"].splitlines(keepends=True))
        found.append(Block(text[: match.start()].count("\n") + 1, match["language"], body))
    return found


def commands(body: str) -> list[tuple[str, str]]:
    """Command and expected output, for each ``$ `` line with its continuations."""
    pairs: list[tuple[str, str]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            pairs.append((line[2:], ""))
        elif line.startswith("> ") and pairs and not pairs[-1][1]:
            pairs[-1] = (pairs[-1][0] + "\n" + line[2:], "")
        else:
            assert pairs, f"a console block begins with output: {line!r}"
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + line + "\n")
    return pairs


def identify(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=identify)
def test_every_block_says_what_it_is(page: Path) -> None:
    for block in blocks(page):
        assert block.language in SHOWN | RUN, (
            f"{identify(page)}:{block.line}: unknown kind {block.language!r}"
        )
        if block.language == "json" and "..." not in block.body:
            json.loads(block.body)
        if block.language == "yaml":
            from ruamel.yaml import YAML

            YAML(typ="safe", pure=True).load(block.body)
        if block.language == "python":
            assert ">>>" in block.body or page.name == "ARCHITECTURE.md", (
                f"{identify(page)}:{block.line}: a python block that is not run"
            )


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(b.language in RUN for b in blocks(page))], ids=identify
)
def test_every_example_prints_what_the_page_says(page: Path, tmp_path: Path) -> None:
    for name in ("docs", "examples", "src"):
        (tmp_path / name).symlink_to(ROOT / name)
    environment = {
        **os.environ,
        "ADJUVANT_HOME": str(tmp_path / "home"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }
    names: dict[str, object] = {}
    left_out: list[str] = []
    for block in blocks(page):
        place = f"{identify(page)}:{block.line}"
        if block.language == "console":
            for command, expected in commands(block.body):
                if command.startswith(NOT_RUN):
                    continue
                done = subprocess.run(
                    ["bash", "-c", command],
                    cwd=tmp_path,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    timeout=240,
                    check=False,
                )
                printed = done.stdout.replace(str(tmp_path) + "/", "").replace(str(tmp_path), ".")
                assert CHECKER.check_output(expected, printed, OPTIONS), (
                    f"{place}: $ {command}\nexpected:\n{expected}\nprinted:\n{printed}"
                )
        elif block.language == "python" and ">>>" in block.body:
            wanting = [one for one in OPTIONAL if f"import {one}\n" in block.body and find_spec(one) is None]
            if wanting:
                left_out.append(f"{place}: {wanting[0]} is not installed: `make install` installs it")
                continue
            test = doctest.DocTestParser().get_doctest(block.body, names, place, str(page), block.line)
            output: list[str] = []
            here = Path.cwd()
            os.chdir(tmp_path)
            try:
                result = doctest.DocTestRunner(optionflags=OPTIONS).run(
                    test, out=output.append, clear_globs=False
                )
            finally:
                os.chdir(here)
            assert result.failed == 0, "".join(output)
            names.update(test.globs)
    if left_out:
        missing("; ".join(left_out))


@pytest.mark.parametrize("page", PAGES, ids=identify)
def test_every_link_to_a_file_of_ours_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        path = (page.parent / target.split("#")[0]).resolve()
        assert path.exists(), f"{identify(page)}: the link {target} leads nowhere"
