"""Reading a protocol file: what it says with its sources written in, and each slip with line, what is wrong, what to do."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library.strict import read_file
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.predicate import Seen
from adjuvant.protocol.reading import form_of, inherit, located, parts, read_protocol, tree
from adjuvant.protocol.regimen import Regimen, Titration
from adjuvant.protocol.scenario import Step
from adjuvant.protocol.site import Profile
from adjuvant.protocol.values import Sourced
from written import plain, protocol_file

WAY = """\
only:
  title: One way
  route: oral
  mode: oral
  start: 5 mg
  titration: {kind: ladder, levels: [5 mg, 10 mg], keep_when: {measure: pain, up_to: goal}}
"""
CITED = "\ncitation: own_leaflet\n"
OWN = "own_leaflet: {text: Our leaflet., document: Our leaflet}\n"


def told(path: Path) -> tuple[str, str, str]:
    """Place, rule and remedy of the refusal."""
    with pytest.raises(LibraryError) as refused:
        read_protocol(path)
    return refused.value.thing, refused.value.rule, refused.value.remedy


def line_of(path: Path, words: str) -> int:
    (only,) = [n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if words in line]
    return only


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- what is read ---------------------------------------------------------------------------------------------


def test_every_part_carries_a_source_its_own_or_that_of_what_is_around_it(tmp_path: Path) -> None:
    way = WAY.replace("start: 5 mg", "start: {value: 5 mg, citation: hardy2012, provenance: assumed}")
    way = way.replace("keep_when: {", "provenance: secondary, keep_when: {")
    found = read_protocol(protocol_file(tmp_path, way))
    sourced = [one for _, one in parts(found) if isinstance(one, Sourced)]
    assert all(one.citation and one.provenance for one in sourced)
    only = found.regimens["only"]
    assert (only.citation, only.provenance) == ("park2025", Provenance.READ)
    assert only.start is not None and only.titration is not None
    assert (only.start.citation, only.start.provenance) == ("hardy2012", Provenance.ASSUMED)
    # What is within takes after the nearest around it, each of the two for itself.
    for level in only.titration.levels:
        assert (level.citation, level.provenance) == ("park2025", Provenance.SECONDARY)


def test_what_has_its_sources_is_the_same_once_they_are_written_in() -> None:
    first = inherit(plain(rules=({"key": "k", "kind": "stop", "text": "t", "when": {"any": ({"event": "x"},)}},)), "a", Provenance.READ)  # fmt: skip
    (rule,) = first.rules
    assert (rule.citation, rule.when.any[0].citation) == ("park2025", "park2025")
    assert inherit(first, "b", Provenance.ASSUMED) == first


def test_the_parts_of_a_form_have_the_paths_that_a_file_has(tmp_path: Path) -> None:
    when = {"all": ({"measure": "pain", "from": 4}, {"not": {"event": "hallucination"}})}
    whole = plain(
        rules=({"key": "k", "kind": "stop", "text": "t", "when": when},),
        regimens={"a": {"title": "x", "route": "oral", "mode": "oral", "conversions": ({"to": "oral"},)}},
    )  # fmt: skip
    assert [".".join(map(str, path)) for path, _ in parts(whole)] == [
        "", "weight", "regimens.a", "regimens.a.conversions.0", "rules.0", "rules.0.when", "rules.0.when.all.0",
        "rules.0.when.all.1", "rules.0.when.all.1.not", "evidence",
    ]  # fmt: skip
    assert isinstance(dict(parts(whole))["rules", 0, "when", "all", 0], Seen)


def test_a_file_becomes_plain_values_each_of_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text(
        'a: {yes: true, no: false}\nb: [1, 0.25]\nc: 2026-03-02\nd: 2026-03-02T08:00:00+01:00\ne: "5"\n'
        "f: text\n",
        encoding="utf-8",
    )
    found = tree(read_file(path, "kinds.yaml"))
    assert found == {
        "a": {"yes": True, "no": False}, "b": (1, Fraction(1, 4)), "c": date(2026, 3, 2),
        "d": "2026-03-02T08:00:00+01:00", "e": "5", "f": "text",
    }  # fmt: skip
    assert found["a"]["yes"] is True and type(found["b"][0]) is Fraction


def test_a_day_that_no_calendar_has_is_refused(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY)
    change(path, "\nversion: one\n", "\nversion: one\ndated: 2026-02-30\n")
    place = f"written/protocol.yaml:{line_of(path, 'dated')}: dated"
    assert told(path) == (place, "'2026-02-30' is no date", "write it as in 2026-11-29")


def test_a_place_that_a_file_does_not_have_is_the_nearest_around_it(tmp_path: Path) -> None:
    path = tmp_path / "place.yaml"
    path.write_text("a:\n  b:\n    - c: 1\n    - d\n", encoding="utf-8")
    top = read_file(path, "place.yaml")
    for steps, wanted in (
        ((), ""), (("a",), "a"), (("a", "b"), "a.b"), (("a", "b", 0), "a.b[0]"), (("a", "b", 0, "c"), "a.b[0].c"),
        (("a", "b", 1), "a.b[1]"), (("a", "b", 2), "a.b"), (("a", "b", "any", 0, "c"), "a.b[0].c"),
        (("z",), ""), (("z", "a"), "a"), (("a", "z"), "a"), (("a", "b", 0, "c", "deep"), "a.b[0].c"), ((0, "a"), "a"),
    ):  # fmt: skip
        assert located(top, steps).path == wanted, steps


# --- names and sources ------------------------------------------------------------------------------------------


def test_a_protocol_is_named_like_its_folder_or_like_its_file(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY)
    assert read_protocol(path).protocol == "written"
    file = path.parent / "quiet.yaml"
    file.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    place = f"{path.parent.name}/quiet.yaml:1: protocol"
    assert told(file) == (place, "'written' is not the name of its file, 'quiet'", "name both alike")
    change(file, "protocol: written", "protocol: quiet")
    assert read_protocol(file).protocol == "quiet"
    change(path, "protocol: written", "protocol: quiet")
    place = "written/protocol.yaml:1: protocol"
    assert told(path) == (place, "'quiet' is not the name of its folder, 'written'", "name both alike")


@pytest.mark.parametrize("lacking", ["citation: park2025", "provenance: read"])
def test_a_protocol_without_a_source_is_refused(tmp_path: Path, lacking: str) -> None:
    path = protocol_file(tmp_path, WAY)
    change(path, f"\n{lacking}\n", "\n")
    name = lacking.split(":")[0]
    remedy = f"add `{name}:`; it holds for all that names none itself"
    assert told(path) == ("written/protocol.yaml:1", f"has no '{name}'", remedy)


def test_a_file_outside_the_library_may_cite_the_sources_beside_it(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY)
    change(path, "\ncitation: park2025\n", CITED)
    place = f"written/protocol.yaml:{line_of(path, 'own_leaflet')}: citation"
    thing, rule, _remedy = told(path)
    assert (thing, rule) == (place, "citation 'own_leaflet' is not in citations.yaml")
    beside = path.parent / "citations.yaml"
    beside.write_text(OWN, encoding="utf-8")
    assert read_protocol(path).citation == "own_leaflet"
    change(path, CITED, "\ncitation: own_leaflets\n")
    assert told(path)[2] == "did you mean 'own_leaflet'"
    beside.write_text(OWN + "park2025: {text: Another., document: Another}\n", encoding="utf-8")
    assert told(path) == (
        "written/citations.yaml: citation 'park2025'", "is a source of the library too", "give it another key",
    )  # fmt: skip


def test_a_source_deep_within_is_refused_at_its_own_line(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY.replace("start: 5 mg", "start: {value: 5 mg, citation: park2052}"))
    place = f"written/protocol.yaml:{line_of(path, 'park2052')}: regimens.only.start.citation"
    assert told(path) == (place, "citation 'park2052' is not in citations.yaml", "did you mean 'park2025'")
    path = protocol_file(tmp_path, WAY.replace("start: 5 mg", "start: {value: 5 mg, provenance: site}"))
    place = f"written/protocol.yaml:{line_of(path, 'provenance: site')}: regimens.only.start.provenance"
    rule = "is `site`, which only a site profile may say"
    assert told(path) == (place, rule, "say how the value was come by")


# --- slips ------------------------------------------------------------------------------------------------------

HOW = "write it as docs/reference/protocol-language.md says"


@pytest.mark.parametrize(
    ("old", "new", "at", "rule", "remedy"),
    [
        ("mode: oral", "modus: oral", "regimens.only.modus", "'modus' is not a known key", "did you mean 'mode'"),
        ("  mode: oral\n", "", "regimens.only", "has no 'mode'", "add `mode:`"),
        (
            "mode: oral", "mode: orally", "regimens.only.mode",
            ("'orally' is none of 'slow_bolus', 'timed_infusion', 'continuous_infusion', 'syringe_driver', 'injection', "
            "'oral', 'sublingual', 'buccal', 'intranasal' or 'not_stated'"), HOW,
        ),
        ("start: 5 mg", "start: {valeu: 5 mg}", "regimens.only.start.valeu", "'valeu' is not a known key", "did you mean 'value'"),
        (
            "start: 5 mg", "start: {low: 5 mg}", "regimens.only.start",
            "gives one end of a span", "give `low` and `high`",
        ),
        ("levels: [5 mg, 10 mg]", "levels: [5 mg, 10]", "regimens.only.titration.levels[1]", None, None),
        ("levels: [5 mg, 10 mg]", "levels: [5 mg, {value: 10 mg, nota: x}]", "regimens.only.titration.levels[1].nota", "'nota' is not a known key", "did you mean 'note'"),
        ("up_to: goal", "up_to: gaol", "regimens.only.titration.keep_when.up_to", None, None),
        ("up_to: goal", "upto: goal", "regimens.only.titration.keep_when.upto", "'upto' is not a known key", "did you mean 'up_to'"),
        ("up_to: goal", "form: goal", "regimens.only.titration.keep_when.form", "'form' is not a known key", "did you mean 'from'"),
        (
            "keep_when: {measure: pain, up_to: goal}", "keep_when: {pain: 5}", "regimens.only.titration.keep_when",
            "is no question", "give one of measure, condition, taken, event, attested, all, any and not",
        ),
        (
            "keep_when: {measure: pain, up_to: goal}", "keep_when: {not: {event: x, garde: 3}}",
            "regimens.only.titration.keep_when.not.garde", "'garde' is not a known key", "did you mean 'grade'",
        ),
        (
            "keep_when: {measure: pain, up_to: goal}", "keep_when: {all: [{event: x, garde: 3}]}",
            "regimens.only.titration.keep_when.all[0].garde", "'garde' is not a known key", "did you mean 'grade'",
        ),
        ("titration: {kind: ladder,", "titration: {kind: steps,", "regimens.only.titration", "lists levels if, and only if, it is a ladder", HOW),
    ],
)  # fmt: skip
def test_a_slip_is_told_at_its_line_with_what_is_wrong_and_what_to_do(
    tmp_path: Path, old: str, new: str, at: str, rule: str | None, remedy: str | None
) -> None:
    assert WAY.count(old) == 1
    path = protocol_file(tmp_path, WAY.replace(old, new))
    thing, what, how = told(path)
    # A line is named by what stands in it; of a key that is missing, by the mapping around it.
    line = line_of(path, new) if new else line_of(path, "title: One way")
    assert thing == f"written/protocol.yaml:{line}: {at}"
    if rule is not None:
        assert (what, how) == (rule, remedy)


def test_of_a_bound_that_may_be_a_word_or_a_figure_it_is_the_figure_that_is_explained(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY.replace("up_to: goal", "up_to: 5 mgs"))
    _, rule, _ = told(path)
    assert "goal" not in rule and "mgs" in rule


def test_a_misspelt_key_is_named_before_what_it_makes_missing(tmp_path: Path) -> None:
    """Without `mode` its regimen has none, and `rout` comes later in the file: the unknown key is named."""
    path = protocol_file(tmp_path, WAY.replace("  title: One way\n", "").replace("route: oral", "rout: oral"))
    assert told(path)[1:] == ("'rout' is not a known key", "did you mean 'route'")


def test_a_key_unlike_any_other_is_answered_with_all_that_may_stand_there(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY.replace("start: 5 mg", "start: {value: 5 mg, xyzzy: 1}"))
    known = "citation, high, low, note, printed, provenance, value"
    assert told(path)[2] == f"use one of: {known}"
    path = protocol_file(tmp_path, WAY, weight="{kind: not_used, xyzzy: 1}")
    assert told(path)[2] == "use one of: cap, citation, kind, no_older_than, note, provenance"
    rule = "- {key: k, kind: stop, text: t., when: {event: hallucination, xyzzy: 1}}"
    path = protocol_file(tmp_path, WAY, rules=rule)
    words = told(path)[2]
    assert words == "use one of: citation, event, grade, note, nth, provenance, unresolved_for, within"


def test_a_key_of_the_file_itself_is_named_with_the_file(tmp_path: Path) -> None:
    path = protocol_file(tmp_path, WAY, more="sumary: x")
    place = f"written/protocol.yaml:{line_of(path, 'sumary')}: sumary"
    assert told(path) == (place, "'sumary' is not a known key", "did you mean 'summary'")


def test_what_is_no_protocol_may_be_read_by_its_form_alone(tmp_path: Path) -> None:
    """A form without sources of its own is what the file says, and nothing is written in."""
    path = tmp_path / "step.yaml"
    path.write_text("at: 8 h\n", encoding="utf-8")
    found = form_of(Step, read_file(path, "step.yaml"))
    assert found.at.total_seconds() == 8 * 3600 and found.expect is None


FORMS: list[tuple[Any, dict[str, Any]]] = [
    (Protocol, {"x": 1}), (Regimen, {"x": 1}), (Titration, {"x": 1}), (Profile, {"x": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "value"), FORMS)
def test_an_unknown_key_at_the_top_is_answered_with_the_form_s_own_keys(
    tmp_path: Path, form: Any, value: dict[str, Any]
) -> None:
    path = tmp_path / "top.yaml"
    path.write_text("xyzzyqqq: 1\n", encoding="utf-8")
    with pytest.raises(LibraryError) as refused:
        form_of(form, read_file(path, "top.yaml"))
    keys = sorted(field.alias or name for name, field in form.model_fields.items())
    assert refused.value.remedy == f"use one of: {', '.join(keys)}"
    assert refused.value.thing == "top.yaml:1: xyzzyqqq"
