"""A protocol for low-dose ketamine as its sources give it, with what they do not say."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from adjuvant.protocol.body import Weight
from adjuvant.protocol.predicate import Predicate
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.values import AnyQuantity, Dose, Duration, Percent, Sourced, Span

__all__ = [
    "Absent",
    "Authority",
    "Companion",
    "Conflict",
    "Criterion",
    "Evidence",
    "Kind",
    "ObservationGroup",
    "OpioidPlan",
    "Phase",
    "Preparation",
    "Protocol",
    "Question",
    "Rotation",
    "Rule",
    "Statement",
    "Weight",
    "rated",
]

Kind = Literal["protocol", "practice", "monitoring", "eligibility", "guardrail", "label"]
Drug = Literal["ketamine", "esketamine"]
Act = Literal["entry", "pause", "review", "reduce", "stop", "futility", "call"]


class Criterion(Sourced):
    """One reason for or against ketamine under this protocol.

    Args:
        kind: ``include`` must hold; ``exclude`` must not; ``relative`` must not, unless a clinician weighs it
            for this patient, by name and time, and says that ketamine may be given all the same; ``caution``
            is shown and decides nothing; ``needs_test`` asks for a test before the start.
        text: in our own words.
    """

    key: str
    kind: Literal["include", "exclude", "relative", "caution", "needs_test"]
    text: str
    when: Predicate


class Rule(Sourced):
    """What is done when something is seen.

    Args:
        kind: ``entry`` withholds a dose that has not begun; ``pause`` holds what runs; ``review`` asks for
            one; ``reduce`` lowers; ``stop`` ends ketamine; ``futility`` ends it for want of effect;
            ``call`` names whom to call and changes no dose.
        reduce_by: the share by which it is lowered; without it, one level.
        resume_after: how long a pause lasts before it is judged again.
        who: who may act on it.
        regimens: the regimens it belongs to; empty for all.
    """

    key: str
    kind: Act
    text: str
    when: Predicate
    reduce_by: Percent | None = None
    resume_after: Duration | None = None
    who: tuple[str, ...] = ()
    call: str = ""
    regimens: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _parts_of_its_kind(self) -> Rule:
        if self.reduce_by is not None and self.kind != "reduce":
            raise ValueError(f"lowers the dose, and is a rule of kind {self.kind}; make it `reduce`")
        if self.resume_after is not None and self.kind != "pause":
            raise ValueError(f"resumes, and is a rule of kind {self.kind}; make it `pause`")
        if (self.kind == "call") != bool(self.call):
            raise ValueError("names whom to call if, and only if, it is a rule of kind call")
        return self


class Question(Sourced):
    """A question with its source."""

    when: Predicate


class Phase(Sourced):
    """A stretch of monitoring at one interval.

    Args:
        lasts: how long it is; None for as long as ketamine is given.
    """

    lasts: Duration | None = None
    every: Duration


class ObservationGroup(Sourced):
    """What is observed together.

    Exactly one of `phases`, `at`, `continuous`, `once` and `unstated` says when.

    Args:
        items: keys of observations.yaml.
        at: instants counted from the dose; a dose that is repeated begins anew.
        once: ``before`` or ``after`` the dose.
        unstated: True where the source names the items and no interval.
        restart_on: what makes the phases begin anew.
        after_end: how long it goes on once ketamine has ended.
    """

    items: tuple[str, ...] = Field(min_length=1)
    phases: tuple[Phase, ...] = ()
    at: tuple[Duration, ...] = ()
    continuous: bool = False
    once: Literal["before", "after"] | None = None
    unstated: bool = False
    restart_on: tuple[Literal["dose_change", "bolus"], ...] = ()
    after_end: Duration | None = None
    regimens: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_timing(self) -> ObservationGroup:
        given = [bool(self.phases), bool(self.at), self.continuous, self.once is not None, self.unstated]
        if sum(given) != 1:
            raise ValueError("needs exactly one of phases, at, continuous, once and unstated")
        if any(phase.lasts is None for phase in self.phases[:-1]):
            raise ValueError("has a phase without an end before its last; give `lasts`")
        return self


class Companion(Sourced):
    """A drug given beside ketamine, for what ketamine may do.

    Args:
        role: ``prophylaxis`` from the start, ``rescue`` for a symptom, ``premedication`` before a dose.
        drug: an ingredient of the library; or, where the source names none, a class of interactions.yaml
            or a kind of drugs.yaml, such as ``benzodiazepine``.
        symptoms: keys of observations.yaml that it is for.
        printed: dose and times as the source has them, where they are no single dose.
        incompatible_in_line: True where it must not meet ketamine in one line.
    """

    role: Literal["prophylaxis", "rescue", "premedication"]
    drug: str
    dose: Dose | None = None
    route: str | None = None
    symptoms: tuple[str, ...] = ()
    printed: str = ""
    alternative_to: str = ""
    incompatible_in_line: bool = False


class Rotation(Sourced):
    """From one opioid to another when ketamine starts.

    Args:
        reduce_by: how much the equivalent dose of the new opioid is reduced for incomplete cross-tolerance.
    """

    of: str
    to: str
    reduce_by: Percent | None = None
    printed: str = ""


class OpioidPlan(Sourced):
    """What is done with the opioids.

    Args:
        cut: shares by which the opioid is cut when ketamine starts; several where the source leaves a choice.
        observed_cut: a cut that its authors report and do not prescribe.
        increase: a rise that the source allows.
        stop_drugs: opioids that are to be stopped first.
        review_after: when the opioid is reviewed.
    """

    statement: str
    cut: tuple[Percent, ...] = ()
    observed_cut: Percent | None = None
    increase: Percent | None = None
    stop_drugs: tuple[str, ...] = ()
    rotation: Rotation | None = None
    review_after: Duration | None = None


class Preparation(Sourced):
    """How it is prepared.

    Args:
        concentration: of what is given, or a span of them.
        printed: how it is made up, in our own words.
        vials: strengths that the source names.
        compatible, incompatible, ask: drugs that may, must not, or only on advice meet it in one line.
    """

    concentration: tuple[AnyQuantity, ...] = ()
    printed: str = ""
    diluents: tuple[str, ...] = ()
    vials: tuple[AnyQuantity, ...] = ()
    compatible: tuple[str, ...] = ()
    incompatible: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    storage: str = ""


class Evidence(Sourced):
    """How well it is supported.

    Args:
        label: ``negative_rct`` where the protocol's own randomised trial found no benefit; ``uncontrolled``
            for series without comparison; ``controlled`` for a trial that found one; ``consensus`` for
            guidelines; ``none`` where nothing is published.
        studies: keys of evidence/, of this protocol itself.
        against: keys of evidence/ that speak against it; the negative trials are always named.
    """

    label: Literal["negative_rct", "uncontrolled", "controlled", "consensus", "none"]
    statement: str
    studies: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class Statement(Sourced):
    """One thing that one source says."""

    says: str


class FollowUp(Statement):
    """What is done or watched once ketamine has ended.

    Args:
        after: how long after the end; None where the source does not say, or means no time.
    """

    after: Span | None = None


class Conflict(Sourced):
    """Sources, or parts of one, that disagree: shown side by side, and not resolved for the reader."""

    about: str
    statements: tuple[Statement, ...] = Field(min_length=2)


class Absent(Sourced):
    """What the source does not give, or could not be read of it.

    Args:
        field: the path of the field, such as ``regimens.infusion.duration``; or a topic in words where the
            form has no single field for it.
    """

    field: str
    text: str


class Authority(Sourced):
    """Who may do what, as the source says."""

    act: str
    who: tuple[str, ...] = Field(min_length=1)


class Grading(Sourced):
    """The scale by which unwanted effects are graded."""

    scale: str
    every: Duration | None = None


class Protocol(Sourced):
    """A protocol, or a part of one, as its sources give it.

    Args:
        protocol: its key, the name of its folder.
        version: of the source that it follows.
        kind: ``protocol`` can be run once it is complete; ``practice`` describes what teams did;
            ``monitoring`` and ``eligibility`` are parts that others may take up; ``guardrail`` and ``label``
            are limits and stand in guardrails.yaml too.
        drug: racemic ketamine or S-ketamine, which are different drugs.
        read: how much of the source was read.
        weight: of every regimen that names none of its own.
    """

    protocol: str
    version: str
    dated: date | None = None
    title: str
    kind: Kind
    drug: Drug
    settings: tuple[str, ...] = ()
    population: str = ""
    summary: str
    read: str
    weight: Weight
    criteria: tuple[Criterion, ...] = ()
    interactions: tuple[str, ...] = ()
    regimens: dict[str, Regimen] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    monitoring: tuple[ObservationGroup, ...] = ()
    companions: tuple[Companion, ...] = ()
    opioids: OpioidPlan | None = None
    preparation: tuple[Preparation, ...] = ()
    responses: tuple[str, ...] = ()
    grading: Grading | None = None
    authority: tuple[Authority, ...] = ()
    follow_up: tuple[FollowUp, ...] = ()
    results: tuple[Statement, ...] = ()
    evidence: Evidence
    conflicts: tuple[Conflict, ...] = ()
    absent: tuple[Absent, ...] = ()

    def weight_of(self, regimen: str) -> Weight:
        """The weight that a regimen doses by: its own where it has one, else that of the whole protocol."""
        own = self.regimens[regimen].weight if regimen in self.regimens else None
        return own if own is not None else self.weight


def rated(protocol: Protocol, regimen: str | None = None) -> bool:
    """Whether ketamine is given as a rate under a regimen; under all of them, where none is named."""
    named = [one for name, one in protocol.regimens.items() if regimen in (None, name)]
    return all(one.rated for one in named)
