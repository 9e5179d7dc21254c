"""What holds of every answer, whatever the case: real tests, with the thresholds of docs/reference/evaluate.md typed in here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adjuvant.outcomes import CourseOutcome
from adjuvant.timeline import hours_between

__all__ = ["broken", "documented"]

Json = dict[str, Any]
_PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "evaluate.md"
_CLOSE = 1e-9
_WORDS = {"yes", "no", "cannot_evaluate"}
# Points and percent by which pain must fall, as the page says of each definition.
_FALLS = {"cid": (2, 30), "responder_2_points": (2, None), "responder_30_percent": (None, 30), "responder_50_percent": (None, 50),
          "immpact_moderate": (2, 30), "immpact_substantial": (4, 50)}  # fmt: skip


def documented() -> dict[str, set[str]]:
    """The keys that the page of the answer names: of the answer itself, and of each of its objects."""
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.+) \|$", _PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    bare = {key: re.sub(r"\([^()]*\)", "", text) for key, text in rows if key in _TOP}
    return {"": set(bare), **{key: set(re.findall(r"`([a-z_0-9]+)`", text)) for key, text in bare.items()}}


_TOP = (
    "patient",
    "course",
    "windows",
    "pain",
    "opioids",
    "harms",
    "responses",
    "verdict",
    "quality",
    "citations",
    "library_digest",
)


def broken(outcome: CourseOutcome, answer: Json, pages: dict[str, set[str]]) -> Iterator[str]:
    """What does not hold of one answer, in words; nothing where all does."""
    yield from _keys(answer, pages)
    yield from _pain(answer["pain"])
    yield from _opioids(outcome, answer["opioids"])
    yield from _responses(answer)
    yield from _finding(answer)
    yield from _harms(outcome, answer)
    for table in {line.table for line in outcome.quality.lines}:
        if outcome.quality.unaccounted(table):
            yield f"quality: rows of {table} are not accounted for"
    if any(event.start >= outcome.windows.after.end for event in outcome.record.administrations):
        yield "something later than the end of the after window was seen"


def _keys(answer: Json, pages: dict[str, set[str]]) -> Iterator[str]:
    if set(answer) != pages[""] - {"library_digest"}:
        yield f"keys: {sorted(set(answer) ^ pages[''])}"
    for name in ("patient", "course", "pain", "opioids", "harms", "verdict"):
        if set(answer[name]) != pages[name]:
            yield f"keys of {name}: {sorted(set(answer[name]) ^ pages[name])}"
    for name in ("responses", "citations", "quality"):
        for item in answer[name]:
            if set(item) != pages[name]:
                yield f"keys of {name}: {sorted(set(item) ^ pages[name])}"
    texts = [answer["verdict"]["headline"], answer["verdict"]["sentence"], answer["verdict"]["limit"]]
    if not all(text.strip() for text in texts):
        yield "verdict: a sentence is empty"


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(1.0, abs(one), abs(other))


def _pain(pain: Json) -> Iterator[str]:
    before, after = pain["before"], pain["after"]
    for name in ("before", "after"):
        if pain[name] is not None and not 0 <= pain[name] <= 10:
            yield f"pain: {name} is off the scale"
        if not 0 <= pain["covered_share"][name] <= 1:
            yield f"pain: covered share {pain['covered_share'][name]}"
        if pain[name] is not None and pain["readings"][name] == 0:
            yield f"pain: a mean {name} without a reading"
    if before is None or after is None:
        if pain["change"] is not None or pain["percent"] is not None:
            yield "pain: a change of what is not known"
        if not pain["missing"]:
            yield "pain: null without saying what is missing"
    elif not _near(pain["change"], after - before):
        yield "pain: the change is not after minus before"
    elif before and not _near(pain["percent"], 100 * (after - before) / before):
        yield "pain: the percent is not that of the change"
    elif not before and pain["percent"] is not None:
        yield "pain: a percent of nothing"


def _opioids(outcome: CourseOutcome, opioids: Json) -> Iterator[str]:
    if outcome.opioids is None:
        if opioids["before"] is not None or opioids["complete"] != {"before": False, "after": False}:
            yield "opioids: a figure without a record of medication"
        return
    for name, window in (("before", outcome.opioids.before), ("after", outcome.opioids.after)):
        complete = opioids["complete"][name]
        if window.refused and complete:
            yield f"opioids: {name} is complete though a line was refused"
        shares = [drug[name]["mme_per_day"] for drug in opioids["by_drug"].values() if drug[name] is not None]
        total = sum(share for share in shares if share is not None)
        if opioids[name] is not None and not _near(total, opioids[name]):
            yield f"opioids: the drugs do not add up to {name}: {total}, {opioids[name]}"
        if complete and opioids[name] is None:
            yield f"opioids: {name} is complete, and no figure stands there"
        if opioids[name] is not None and opioids[name] < 0:
            yield f"opioids: {name} is below nothing"
    both = opioids["complete"]["before"] and opioids["complete"]["after"]
    if opioids["percent"] is not None:
        if not both:
            yield "opioids: a percent of totals that are not complete"
        if not _near(opioids["percent"], 100 * (opioids["after"] - opioids["before"]) / opioids["before"]):
            yield "opioids: the percent is not that of the change"
    elif not opioids["missing"]:
        yield "opioids: no percent, without saying what is missing"
    if set(opioids["by_table"]) & set(opioids["uncovered"]):
        yield "opioids: a table that covers and does not cover"
    if any(
        point.get("mme", 0) is not None and point.get("mme", 0) < 0 for point in opioids["curve"]["daily"]
    ):
        yield "opioids: a day below nothing"


def _fell(pain: Json, points: int | None, percent: int | None) -> bool | None:
    if pain["change"] is None:
        return None
    by_points = points is not None and pain["change"] <= -points + _CLOSE
    by_percent = percent is not None and pain["percent"] is not None and pain["percent"] <= -percent + _CLOSE
    return by_points or by_percent


def _responses(answer: Json) -> Iterator[str]:
    for item in answer["responses"]:
        if item["answer"] not in _WORDS:
            yield f"responses: {item['key']} is {item['answer']}"
        if (item["answer"] == "cannot_evaluate") != bool(item["missing"]):
            yield f"responses: {item['key']} is {item['answer']}, and missing is {item['missing']}"
        if item["key"] in _FALLS:
            fell = _fell(answer["pain"], *_FALLS[item["key"]])
            if item["answer"] == "yes" and not fell:
                yield f"responses: {item['key']} is yes, and pain did not fall by as much"
            if item["answer"] == "no" and fell:
                yield f"responses: {item['key']} is no, and pain fell by as much"


def _finding(answer: Json) -> Iterator[str]:
    verdict, pain, opioids = answer["verdict"], answer["pain"], answer["opioids"]
    answers = {item["key"]: item["answer"] for item in answer["responses"]}
    if verdict["clinical_response"] == "yes" and answers.get("cid") != "yes":
        yield "finding: a clinical response that the definition does not see"
    if verdict["clinical_response"] == "yes" and answer["course"]["kind"].startswith("pseudo"):
        yield "finding: a response to no ketamine"
    ended = any(
        word in verdict["headline"]
        for word in ("Stopped for", "Pseudo-course", "Cannot say", "Not evaluable")
    )
    if verdict["evaluable"] != "yes" and not ended:
        yield f"finding: {verdict['headline']!r}, and not evaluable"
    if verdict["headline"].startswith("Clinical response") and verdict["clinical_response"] != "yes":
        yield "finding: a headline stronger than its figures"
    if verdict["opioid_sparing"] == "yes":
        fair = opioids["percent"] is not None and opioids["percent"] <= -25 and pain["change"] is not None
        if not fair or pain["change"] > _CLOSE or not all(opioids["complete"].values()):
            yield "finding: opioid sparing without its evidence"
    readings = pain["readings"]
    if verdict["evaluable"] == "yes" and min(readings.values()) < 6:
        yield "finding: evaluable on fewer than six readings"
    if verdict["evaluable"] == "yes" and min(pain["covered_share"].values()) < 0.5 - _CLOSE:
        yield "finding: evaluable with less than half of the time covered"


def _harms(outcome: CourseOutcome, answer: Json) -> Iterator[str]:
    if len(answer["harms"]["adverse_events"]) != len(outcome.adverse_events):
        yield "harms: an unwanted event was lost"
    stopped = [event for event in outcome.adverse_events if "ketamine stopped" in event.led_to]
    said = [event for event in answer["harms"]["adverse_events"] if event["ketamine_stopped"] == "yes"]
    if len(stopped) != len(said):
        yield "harms: a stop was not said, or said without one"
    if hours_between(outcome.windows.before.start, outcome.windows.after.end) <= 0:
        yield "windows: they go back"
