"""What clinicians answered of harm: until when it stands, and from when on it must be said anew."""

from __future__ import annotations

from dataclasses import replace

from adjuvant.protocol.course import level_kept, level_since, lowered_since
from adjuvant.protocol.finding import Context, Finding
from adjuvant.protocol.isolated import judge_alone
from adjuvant.protocol.predicate import Predicate
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import Situation

__all__ = ["HARM", "judge_harm"]

HARM = frozenset({"stop", "pause", "reduce"})
"""Kinds of rules that are there for harm."""


def judge_harm(when: Predicate, regimen: Regimen, situation: Situation, context: Context) -> Finding:
    """Whether what a rule of harm asks for holds.

    Readings grow old by the schedule of monitoring. Answers have none: once a dose has had its time, that it
    does no harm must have been said of that dose. That it harms, said in this course, stands until somebody
    answers anew or the dose goes down, so that no stop grows milder by time alone. What was answered before
    the course says nothing of it, and is named as too old.
    """
    since, began = level_since(regimen, situation), situation.state.began
    if since is None or not level_kept(regimen, situation):
        return judge_alone(when, situation, context)
    found = judge_alone(when, situation, replace(context, answered_after=since))
    if began is None or lowered_since(regimen, situation, context.weight) is not None:
        return found
    said = judge_alone(when, situation, replace(context, answered_after=began))
    return said if said.answer is True else found
