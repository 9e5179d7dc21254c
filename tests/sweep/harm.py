"""The sweep's own answers to rules: of harm by what was answered of this dose, of want of effect by what was seen of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adjuvant.protocol import Guidance
from sweep.chart import Chart
from sweep.questions import HARM

__all__ = ["met", "unheeded", "unnamed"]


def met(rule: Mapping[str, Any], chart: Chart) -> bool | None:
    """Whether what a rule asks for is there; None where that cannot be told."""
    if rule["kind"] in HARM:
        return _harms(rule["when"], chart)
    return chart.holds(rule["when"], chart.level_since if rule["kind"] == "futility" else None)


def _harms(question: Mapping[str, Any], chart: Chart) -> bool | None:
    """Whether there is harm.

    Of a dose that has had its time, only what was answered since it began says that it does none. What was
    answered in the course says that ketamine does, until it is answered anew or the dose goes down.
    """
    since = chart.level_since
    if since is None or not chart.kept:
        return chart.holds(question)
    found = chart.holds(question, answered=since)
    if chart.began is not None and not _fell(chart) and chart.holds(question, answered=chart.began) is True:
        return True
    return found


def _fell(chart: Chart) -> bool:
    """Whether the last change of the dose was to a lower one."""
    kilograms = chart.kilograms()
    doses = [one for _, one in (chart.levels if chart.way.rated else chart.given)]
    here = chart.dose.for_body(kilograms) if chart.dose is not None else None
    for dose in reversed(doses):
        before = dose.for_body(kilograms) if dose is not None else None
        if here is None or before is None:
            return False
        if before != here:
            return here < before
    return False


def unnamed(guidance: Guidance, chart: Chart) -> Iterator[str]:
    """While a dose goes down or is held, rules that might ask for more, cannot be told, and are not named."""
    if guidance.status.value not in ("lower", "hold") or chart.phase in ("none", "stopped"):
        return
    named = {one.rule for one in guidance.missing}
    for rule in chart.way.rules:
        asked = rule["kind"] in HARM or (rule["kind"] == "futility" and chart.kept)
        if asked and rule["key"] not in named and met(rule, chart) is None:
            yield f"{guidance.status}, and that rule {rule['key']} cannot be told is not named"


def unheeded(guidance: Guidance, chart: Chart) -> Iterator[str]:
    """While ketamine is given, rules that hold and whose stop or pause is not what is said.

    Where the chart contradicts itself, or no weight may be used, no rule is judged, and nothing is advised.
    """
    if chart.phase in ("none", "stopped") or (guidance.status.value == "withheld" and not guidance.judged):
        return
    wanted = {"stop": ("stop",), "futility": ("stop",), "pause": ("stop", "hold")}
    for rule in chart.way.rules:
        kind = rule["kind"]
        if (
            kind not in wanted
            or (kind == "futility" and not chart.kept)
            or guidance.status.value in wanted[kind]
        ):
            continue
        if met(rule, chart) is True:
            yield f"{guidance.status}, and rule {rule['key']} ({kind}) holds"
