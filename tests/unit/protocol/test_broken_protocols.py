"""A protocol file that cannot be what it says is refused with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import protocol_keys, read_listed

CIVIK = (FOLDER / "protocols" / "civik" / "protocol.yaml").read_text(encoding="utf-8")


def written(folder: Path, old: str, new: str, text: str = CIVIK) -> Path:
    """CIVIK's own file with one passage changed."""
    assert text.count(old) >= 1, f"CIVIK's file has no {old!r} any more"
    path = folder / "civik" / "protocol.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


BROKEN = {
    "an unknown key": ("    mode: continuous_infusion", "    modus: continuous_infusion", "'modus' is not a known key; did you mean 'mode'"),
    "a missing key": ("    mode: continuous_infusion\n", "", "has no 'mode'; add `mode:`"),
    "a missing unit": ("start: 0.05 mg/kg/h", "start: 0.05", "has no unit; write number, space, unit"),
    "a unit without its space": ("start: 0.05 mg/kg/h", "start: 0.05mg/kg/h", "has no space before its unit; write '0.05 mg/kg/h'"),
    "a unit in words": ("start: 0.05 mg/kg/h", "start: 0.05 mg/kg/hour", "is not a UCUM code; write 'mg/kg/h', if that is meant"),
    "a word for a number": ("start: 0.05 mg/kg/h", "start: a little", "'a little' is no number; write number, space, unit"),
    "a bare number for a dose": ('start: 0.05 mg/kg/h', 'start: "0.05 mg/kg"', "continuous infusion is given as a rate"),
    "a dose of nothing": ("start: 0.05 mg/kg/h", "start: 0 mg/kg/h", "is not above zero"),
    "a start that is no dose": ("start: 0.05 mg/kg/h", "start: 8 h", "which is no dose"),
    "a ceiling under the start": ("limit: 0.5 mg/kg/h", "limit: 0.04 mg/kg/h", "is under start (0.05 mg/kg/h)"),
    "a ceiling between two steps": ("limit: 0.5 mg/kg/h", "limit: 0.52 mg/kg/h", "is not met by steps of 0.05 mg/kg/h"),
    "a course that ends before the ceiling": ("      fixed: 5 d", "      fixed: 2 d", "and the course ends after 2 d"),
    "a citation that does not exist": ("citation: park2025\n", "citation: park2052\n", "'park2052' is not in citations.yaml; did you mean 'park2025'"),
    "no citation": ("citation: park2025\n", "", "has no 'citation'"),
    "a value that only a site may choose": ("provenance: read\n", "provenance: site\n", "which only a site profile may say"),
    "a pain above the scale": ("{measure: pain, above: goal}", "{measure: pain, above: 10}", "no pain can be above 10; it runs from 0 to 10"),
    "a reading nobody takes": ("{measure: pain, above: goal}", "{measure: pains, above: goal}", "'pains' is no observation of observations.yaml; did you mean 'pain'"),
    "two bounds": ("{measure: pain, above: goal}", "{measure: pain, above: goal, from: 3}", "needs exactly one of above, from, below and up_to"),
    "no bound": ("{measure: pain, above: goal}", "{measure: pain}", "needs exactly one of above, from, below and up_to"),
    "a count without a span": ("statistic: count, within: 8 h, from: 2", "statistic: count, from: 2", "without a span; add `within:`"),
    "an age in milligrams": ("from: 18 a", "from: 18 mg", "give it in a"),
    "an opioid floor without a unit": ("from: 120 mg/d", "from: 120", "has no unit; write it with its unit, mg/d"),
    "no question at all": ("{measure: pain, above: goal}", "{pain: 5}", "is no question"),
    "a route of no list": ("route: intravenous", "route: intraveinous", "did you mean 'intravenous'"),
    "a route in other words": ("route: intravenous", "route: iv", "write 'intravenous'"),
    "the name of another folder": ("protocol: civik", "protocol: civic", "is not the name of its folder, 'civik'"),
    "a weight that is not named": ("kind: not_stated", "kind: not_used", "doses are per kilogram"),
    "a response of no list": ("civik_cr_published", "civik_cr_printed", "is no response of responses.yaml"),
    "a study of no list": ("studies: [park2025]", "studies: [parker]", "is no study of the folder evidence"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_protocol_is_refused_with_file_line_and_remedy(name: str, tmp_path: Path) -> None:
    old, new, words = BROKEN[name]
    path = written(tmp_path, old, new)
    with pytest.raises(LibraryError) as refused:
        read_listed(path)
    message = str(refused.value)
    assert words in message
    assert message.startswith("civik/protocol.yaml:")
    line = int(message.split(":")[1])
    changed = path.read_text(encoding="utf-8").splitlines()
    original = CIVIK.splitlines()
    first = next(
        (n for n, pair in enumerate(zip(original, changed, strict=False), 1) if pair[0] != pair[1]), 1
    )
    # The line that is named holds the fault, or the mapping around it.
    assert line <= first + 1


def test_the_same_file_unchanged_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path, "protocol: civik", "protocol: civik")
    assert read_listed(path).protocol.protocol == "civik"


def test_what_is_given_cannot_be_listed_as_absent(tmp_path: Path) -> None:
    path = written(
        tmp_path, "absent:\n", "absent:\n  - {field: regimens.infusion.start, text: The first dose.}\n"
    )
    with pytest.raises(
        LibraryError, match=r"regimens\.infusion\.start is given above; take it out of the list"
    ):
        read_listed(path)


def test_what_running_needs_and_the_source_does_not_give_must_be_listed(tmp_path: Path) -> None:
    lines = [line for line in CIVIK.splitlines() if "rules.sedation" not in line]
    path = written(tmp_path, "protocol: civik", "protocol: civik", "\n".join(lines) + "\n")
    with pytest.raises(LibraryError, match=r"rules\.sedation is neither given nor listed as absent"):
        read_listed(path)


def test_two_rules_of_one_key_are_refused(tmp_path: Path) -> None:
    twice = "  - key: adult\n    kind: include\n    text: Twice.\n    when: {measure: age, from: 18 a}\n"
    path = written(tmp_path, "criteria:\n", f"criteria:\n{twice}")
    with pytest.raises(LibraryError, match="'adult' stands twice; give each a key of its own"):
        read_listed(path)


def test_every_protocol_of_the_library_keeps_its_form() -> None:
    assert len(protocol_keys()) >= 29
    for key in protocol_keys():
        path = FOLDER / "protocols" / key / "protocol.yaml"
        assert read_listed(path).protocol.protocol == key
