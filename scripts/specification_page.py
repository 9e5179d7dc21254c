"""The page of the specification: chapters of promises, the scenarios of each protocol, and the hazards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ruamel.yaml import YAML
from specification_reading import ROOT, Cases, Module, Test, module_of

from adjuvant.library.folder import FOLDER
from adjuvant.protocol import load, read_scenario

__all__ = ["FOLDERS", "PAGE", "page", "sentence", "unplaced"]

PAGE = ROOT / "docs" / "reference" / "specification.md"
FOLDERS = ("spec", "properties", "scenarios")
_UP = "../.."
_RUNS = "tests/scenarios/test_scenarios.py::test_the_advice_is_what_the_published_rule_says"
_OF_SCENARIOS = (
    "Invented patients, one rule of one protocol each. What must be advised was written from the published "
    "rule, and [the site's choices](scenarios.md) are made up."
)
_OF_HAZARDS = (
    "Each hazard of [what is held today](../../SAFETY.md#what-is-held-today), what holds it, and the tests "
    "that would fail without it. What remains of each, and what is not held yet, stands there. S5 is death "
    "or lasting harm, S2 is minor."
)
_HEAD = """\
# What the program promises

Each line of this page is a test that the program must pass. The words are the test's own name, and beneath
each stands the id by which it is found and run (`.venv/bin/python -m pytest ID`). `scripts/specification`
makes this page of the tests; nobody writes it by hand.

Three things to know before relying on it. **A promise is about the program and not about a patient**: it says
what is reckoned, shown, refused or withheld, given what was charted. **"Law"** marks what is tried on cases
that a machine makes up, new ones on every run; everything else is tried on the cases that are listed. **A
hazard** is a way in which somebody could be harmed; [SAFETY.md](../../SAFETY.md) tells each with what remains
of it, and [the last part of this page](#hazards) lists the tests that hold it.

"""


def page() -> str:
    """The whole page.

    Raises:
        SystemExit: a file of tests stands in no chapter or in two, or a story names a test that is not there.
    """
    if astray := unplaced():
        raise SystemExit(
            f"tests/chapters.yaml: in no chapter, in two, or gone: {', '.join(astray)}; give each one"
        )
    parts = [_HEAD, _contents()]
    for chapter in _told()["chapters"]:
        parts.append(f"\n## {chapter['title']}\n\n{chapter['promises']}\n")
        parts += [_module(module_of(f"tests/{name}")) for name in chapter["modules"]]
    return "".join([*parts, _scenarios(), _hazards()])


def unplaced() -> list[str]:
    """Files of tests that stand in no chapter, in more than one, or in one without being there."""
    placed = [name for chapter in _told()["chapters"] for name in chapter["modules"]]
    there = {
        path.relative_to(ROOT / "tests").as_posix()
        for folder in FOLDERS
        for path in (ROOT / "tests" / folder).glob("test_*.py")
    }
    twice = {name for name in placed if placed.count(name) > 1}
    gone = {name for name in placed if not (ROOT / "tests" / name).is_file()}
    return sorted((there - set(placed)) | gone | twice)


def sentence(name: str) -> str:
    """The name of a test as a sentence: `test_a_dose_of_0_5_mg` is "A dose of 0.5 mg."."""
    text = " ".join(name.removeprefix("test_").split("_"))
    for written, meant in _told()["phrases"].items():
        text = re.sub(rf"\b{re.escape(written)}\b", meant, text)
    text = re.sub(r"(?<![-\d])\b(\d+) (\d+)\b", r"\1.\2", text)
    text = re.sub(r"(\w) s\b", r"\1's", text)
    text = " ".join(_told()["words"].get(word, word) for word in text.split())
    text = text.replace("mg per mL", "mg/mL").replace("mg per kg", "mg/kg")
    return text[0].upper() + text[1:] + "."


@cache
def _told() -> dict[str, Any]:
    reader = YAML(typ="safe", pure=True)
    found: dict[str, Any] = reader.load((ROOT / "tests" / "chapters.yaml").read_text(encoding="utf-8"))
    return found


@cache
def _stories() -> dict[str, Any]:
    reader = YAML(typ="safe", pure=True)
    found: dict[str, Any] = reader.load((ROOT / "tests" / "stories.yaml").read_text(encoding="utf-8"))
    found.pop("unmarked")
    return found


@cache
def _rows() -> Mapping[str, tuple[str, str]]:
    """Hazard and severity by id, as SAFETY.md tells them."""
    text = (ROOT / "SAFETY.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (H-\d{3}) \| (.+?) \| (S\d) \|", text, re.MULTILINE)
    return {key: (hazard, severity) for key, hazard, severity in found}


def _contents() -> str:
    titles = [chapter["title"] for chapter in _told()["chapters"]]
    titles += ["Scenarios of the protocols", "Hazards"]
    return "".join(f"- [{title}](#{title.lower().replace(',', '').replace(' ', '-')})\n" for title in titles)


def _module(module: Module) -> str:
    told = f"{_safe(module.heading)}\n"
    if module.text:
        told += f"\n{_prose(module.text)}\n"
    return f"\n### {_title(module)}\n\n{told}\n" + "".join(_promise(test) for test in module.tests)


def _title(module: Module) -> str:
    """A short heading, of the file's name."""
    stem = module.file.rpartition("/")[2].removesuffix(".py").removeprefix("test_").removeprefix("hazard_")
    return sentence(stem).rstrip(".")


def _promise(test: Test) -> str:
    marks = [f"[{key}](#{key.lower()})" for key in test.hazards]
    marks += ["law"] * test.law + ["**open**"] * test.gap
    told = f"- {_safe(sentence(test.name))}" + (f" ({', '.join(marks)})" if marks else "")
    if test.text:
        told += f" *{_safe(test.text)}*"
    told += f"\n  <br><sub>`{test.id}`</sub>\n"
    return told + "".join(_table(cases) for cases in test.cases)


def _table(cases: Cases) -> str:
    """The cases of one test, folded; a short list of words stands in one line."""
    if len(cases.headings) == 1:
        listed = "; ".join(_cell(row[0]) for row in cases.rows)
        if len(listed) < 300:
            more = f"; and {cases.count - len(cases.rows)} more" if cases.count > len(cases.rows) else ""
            return f"  <br>Asked of {cases.headings[0]}: {listed}{more}.\n"
    lines = [
        f"\n  <details><summary>{cases.count} cases</summary>\n",
        "  | " + " | ".join(cases.headings) + " |",
        "  |" + "---|" * len(cases.headings),
        *("  | " + " | ".join(map(_cell, row)) + " |" for row in cases.rows),
    ]
    if cases.count > len(cases.rows):
        lines.append(f"\n  and {cases.count - len(cases.rows)} more")
    return "\n".join([*lines, "\n  </details>\n\n"])


def _scenarios() -> str:
    lines = [
        "\n## Scenarios of the protocols\n",
        f"{_OF_SCENARIOS} Each is `{_RUNS}[PROTOCOL-SCENARIO]`.",
    ]
    for key in sorted({path.parents[1].name for path in FOLDER.glob("protocols/*/scenarios/*.yaml")}):
        lines += [
            f"\n### {_safe(load(key).protocol.title)}\n",
            "| scenario | the rule | what must be advised |",
            "|---|---|---|",
        ]
        lines += list(_scenario_rows(key))
    return "\n".join(lines) + "\n"


def _scenario_rows(key: str) -> Iterator[str]:
    for path in sorted(FOLDER.glob(f"protocols/{key}/scenarios/*.yaml")):
        told = read_scenario(path).scenario
        name = f"{key}-{path.stem}"
        link = f"{_UP}/{path.relative_to(ROOT).as_posix()}"
        lines = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["steps"]
        steps = "<br>".join(_expected(step) for step in lines)
        yield f"| [{_cell(told.title)}]({link})<br><sub>`{name}`</sub> | {_cell(told.rule)} | {steps} |"


def _expected(step: Mapping[str, Any]) -> str:
    """What must be advised at one instant, in the words of the scenario."""
    wanted = step["expect"]
    parts = [str(wanted["status"])]
    if "dose" in wanted:
        parts.append(str(wanted["dose"]))
    if "amount" in wanted and wanted["amount"] != wanted.get("dose"):
        parts.append(f"which is {wanted['amount']}")
    if wanted.get("missing"):
        parts.append(f"missing: {'; '.join(wanted['missing'])}")
    return _cell(f"at {step['at']}: {', '.join(parts)}")


def _hazards() -> str:
    lines = [
        "\n## Hazards\n",
        _OF_HAZARDS,
    ]
    for key, story in _stories().items():
        hazard, severity = _rows()[key]
        lines += [
            f"\n### {key}\n",
            f"**{_safe(hazard)}** ({severity}, [SAFETY.md](../../SAFETY.md#what-is-held-today)).",
        ]
        lines += [f"{_safe(' '.join(story['control'].split()))}\n"]
        lines += [_held(entry) for entry in story["tests"]]
        lines += [_held(entry) + " **Open: it fails.**" for entry in story.get("open", ())]
    return "\n".join(lines) + "\n"


def _held(entry: str) -> str:
    file, _, name = entry.partition("::")
    if name not in {test.name for test in module_of(file).tests}:
        raise SystemExit(f"tests/stories.yaml: {entry} is no test; name one that is there")
    return f"- {_safe(sentence(name))}<br><sub>`{entry}`</sub>"


def _prose(text: str) -> str:
    """A docstring's further words; what is indented stays as it stands."""
    told = []
    for block in re.split(r"\n\n+", text):
        indented = all(line.startswith("    ") for line in block.splitlines())
        told.append(f"```text\n{_dedented(block)}\n```" if indented else _safe(" ".join(block.split())))
    return "\n\n".join(told)


def _dedented(block: str) -> str:
    return "\n".join(line[4:] for line in block.splitlines())


def _safe(text: str) -> str:
    """Text that Markdown and HTML leave alone."""
    text = text.replace("``", "`")
    parts = text.split("`")
    for n in range(0, len(parts), 2):
        parts[n] = parts[n].replace("&", "&amp;").replace("<", "&lt;").replace("*", "\\*").replace("[", "\\[")
        parts[n] = parts[n].replace("_", "\\_")
    return "`".join(parts)


def _cell(text: str) -> str:
    text = " ".join(text.split()).replace("`", "'")
    return _safe(text).replace("|", "\\|")
