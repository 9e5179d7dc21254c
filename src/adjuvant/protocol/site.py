"""A site profile: what a site chose where a protocol is silent, with the site's own reference for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, Field, ValidationError, model_validator

from adjuvant.citation import Provenance
from adjuvant.errors import InputError, QuantityError
from adjuvant.library.folder import typed_name
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.model import Criterion, ObservationGroup, Protocol, Rule
from adjuvant.protocol.needs import WATCHED
from adjuvant.protocol.predicate import Predicate, question_key
from adjuvant.protocol.reading import form_of, inherit, located, parts, want
from adjuvant.protocol.values import SITE, AnyQuantity, Duration, Form, Number, Sourced
from adjuvant.quantity import Quantity, parse_unit

__all__ = ["Adopted", "Chosen", "OwnLimit", "OwnVial", "Profile", "Sited", "apply", "read_profile"]

T = TypeVar("T")
_OPEN = ("not_stated", "free")


def _strength(value: Quantity) -> Quantity:
    try:
        found = value.to("mg/mL")
    except QuantityError as error:
        raise ValueError(f"{value} {error.rule}; write a strength in mg/mL") from None
    if found.value <= 0:
        raise ValueError(f"{value} is not above zero; write the strength that the vial prints")
    return found


Strength = Annotated[AnyQuantity, AfterValidator(_strength)]


def _share(value: Quantity) -> Quantity:
    if not value.unit.commensurable(parse_unit("%")) or not 0 < value.in_("%") < 100:
        raise ValueError(f"{value} is no share of a weight; write it above 0 % and below 100 %")
    return value.to("%")


Share = Annotated[AnyQuantity, AfterValidator(_share)]


class Chosen(Form):
    """One value that the site chose.

    Args:
        field: the path of the field, as `adjuvant protocols show` prints it under what is absent.
        value: as the field takes it.
        reference: the site's own document.
    """

    field: str
    value: Any
    reference: str


class Adopted(Form):
    """Something of the library that the site takes up: a guardrail, a rule's example, a schedule."""

    key: str
    reference: str


class OwnVial(Form):
    """A strength that the site keeps and the library does not hold.

    Args:
        strength: of the base, mg/mL.
        hydrochloride: the same as hydrochloride, where the vial prints it.
        diluent_at_least: millilitres of diluent for each millilitre, where its label asks for that.
        reference: the label or the site's own document that it was read in.
    """

    strength: Strength
    hydrochloride: Strength | None = None
    diluent_at_least: Number | None = None
    reference: str = Field(min_length=1)


class OwnLimit(Form):
    """A greatest dose or rate of the site's own, which binds as the last gate whatever a protocol says.

    Args:
        routes: canonical routes it covers; empty for every one.
        gives: a ``bolus`` is a dose that its protocol calls one; everything else is an ``infusion``.
        of: one dose, the rate, or all that is given in an hour or a day.
        strict: True where the limit itself is already too much.
        reference: the site's own document.
    """

    key: str = Field(min_length=1)
    title: str = Field(min_length=1)
    routes: tuple[str, ...] = ()
    gives: Literal["bolus", "infusion", "any"]
    of: Literal["single_dose", "rate", "hour", "day"]
    limit: AnyQuantity
    strict: bool = False
    reference: str = Field(min_length=1)


class OpioidReview(Sourced):
    """When the opioids are reviewed because ketamine works.

    Args:
        when: what counts as ketamine working, beside the protocol's own responses.
        within: by when they are reviewed, from when a chart first shows it; later is overdue.
    """

    when: Predicate | None = None
    within: Duration | None = None
    reference: str

    @model_validator(mode="after")
    def _says_something(self) -> OpioidReview:
        if self.when is None and self.within is None:
            raise ValueError("says nothing; give `when`, `within` or both, or leave it out")
        return self


class Profile(Sourced):
    """What one site chose for one protocol.

    Args:
        example: True for a worked example, which says so wherever it is used and is no site's own.
        weight_no_older_than, grace: how old a weight may be, and by how much an observation may be late.
        weight_change_at_most: by how much a weight may differ from those before it, a share in each week
            begun; None for the number of the house.
        answers_no_older_than: how old clinicians' answers may be, where the protocol does not say.
        answer_ages: the same for single questions: keys as ``consent``, ``condition:KEY`` or ``taken:KEY``.
        concentrations: the only strengths at which the site makes bags up; empty where it has no such list.
        vials: the strengths that the site keeps; empty for any that is supplied. `own_vials`, others.
        pump_step: the least step of the pump's rate.
        snoozes_at_most: how often in a row an alert may be put off; None for as often as somebody does.
    """

    PAGE: ClassVar[str] = "docs/reference/site-profile.md"

    site: str
    example: bool
    approver: str
    approved: date
    protocol: str
    version: str
    chosen: tuple[Chosen, ...] = ()
    rules: tuple[Rule, ...] = ()
    adopt_rules: tuple[Adopted, ...] = ()
    adopt_guardrails: tuple[Adopted, ...] = ()
    monitoring: tuple[ObservationGroup, ...] = ()
    adopt_monitoring: tuple[Adopted, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    adopt_criteria: tuple[Adopted, ...] = ()
    weight_no_older_than: Duration | None = None
    weight_change_at_most: Share | None = None
    answers_no_older_than: Duration | None = None
    answer_ages: dict[str, Duration] = Field(default_factory=dict)
    grace: Duration | None = None
    vials: tuple[AnyQuantity, ...] = ()
    concentrations: tuple[AnyQuantity, ...] = ()
    own_vials: tuple[OwnVial, ...] = ()
    pump_step: AnyQuantity | None = None
    opioid_review: OpioidReview | None = None
    limits: tuple[OwnLimit, ...] = ()
    alerts: bool = False
    snoozes_at_most: int | None = Field(default=None, ge=1)
    note_on_use: str = Field(default="")


@dataclass(frozen=True, slots=True)
class Sited:
    """A protocol as one site runs it.

    Args:
        protocol: with the site's values written in; each of these cites ``site``.
        profile: None where the protocol is run as its source gives it.
        references: the site's own reference, for each field that it chose.
        digest: of the protocol's file and the profile's.
        own_limits: the site's own limits, which bind, by ``site.KEY``.
    """

    protocol: Protocol
    profile: Profile | None
    references: Mapping[str, str]
    digest: str
    own_limits: Mapping[str, Guardrail] = field(default_factory=dict)


def read_profile(path: Path) -> tuple[Profile, Entry]:
    """The profile of one file, and the file for the line of later errors.

    Raises:
        LibraryError: not strict YAML, an unknown or missing key, a value that breaks its form.
    """
    top = read_file(path, typed_name(path))
    want(top, "site profile")
    fields = dict(top.pairs())
    if "citation" in fields or "provenance" in fields:
        raise top.error(
            "names a citation or provenance", "leave both out; a site's values are the site's own"
        )
    profile = form_of(_Unsourced, top)
    return inherit(
        Profile.model_validate({name: getattr(profile, name) for name in Profile.model_fields}),
        SITE,
        Provenance.SITE,
    ), top


class _Unsourced(Profile):
    """The same before it is marked as the site's."""

    citation: str | None = SITE
    provenance: Provenance | None = Provenance.SITE


def apply(
    raw: Any,
    protocol: Protocol,
    profile: Profile,
    top: Entry,
    rules: Mapping[str, Rule],
    others: Mapping[str, Protocol],
    digest: str,
) -> Sited:
    """The protocol with a site's values written in.

    Args:
        raw: the protocol's file as plain Python (`reading.tree`), into which the values are put.
        top: the profile's file.
        rules: rules of the library that a site may adopt, by key.
        others: the protocols whose monitoring or criteria the profile adopts, by their keys.
        digest: of the protocol's file.
    Raises:
        LibraryError: another protocol or version, a field that the protocol gives itself, a value that breaks
            the field's form, or a key that nothing has.
    """
    if profile.protocol != protocol.protocol or profile.version != protocol.version:
        field = "protocol" if profile.protocol != protocol.protocol else "version"
        raise located(top, (field,)).error(
            f"is for {profile.protocol}, {profile.version!r}, not {protocol.protocol}, {protocol.version!r}",
            "approve this version, or run the other",
        )
    whole = raw
    references: dict[str, str] = {}
    for n, one in enumerate(profile.chosen):
        place = located(top, ("chosen", n))
        _no_single_value(one.field, place)
        whole = _put(whole, one.field.split("."), one.value, place)
        references[one.field] = one.reference
    try:
        merged = Protocol.model_validate(whole)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(step) for step in first["loc"])
        raise top.named("chosen").error(
            f"{field} {first['msg'].removeprefix('Value error, ')}",
            "correct the value that was chosen for it",
        ) from None
    held = [*merged.rules, *profile.rules]
    for n, item in enumerate(profile.adopt_rules):
        held.append(
            _adopted(item, rules, "example in rule_examples.yaml", located(top, ("adopt_rules", n, "key")))
        )
        references[f"rules.{item.key}"] = item.reference
    observed = [*merged.monitoring, *profile.monitoring]
    for n, item in enumerate(profile.adopt_monitoring):
        place = located(top, ("adopt_monitoring", n, "key"))
        observed += _adopted(item, others, "protocol of the library", place).monitoring
        references[f"monitoring.{item.key}"] = item.reference
    criteria = [*merged.criteria, *profile.criteria]
    for n, item in enumerate(profile.adopt_criteria):
        place = located(top, ("adopt_criteria", n, "key"))
        criteria += _adopted(item, others, "protocol of the library", place).criteria
        references[f"criteria.{item.key}"] = item.reference
    merged = merged.model_copy(
        update={
            "rules": tuple(held),
            "monitoring": tuple(observed),
            "criteria": tuple(criteria),
            "absent": (),
        }
    )
    _check_ages(merged, profile, top)
    if merged.citation is None or merged.provenance is None:
        raise InputError(protocol.protocol, "names no source", "mend its file")
    sourced = inherit(merged, merged.citation, merged.provenance)
    both = sha256(f"{digest} {profile.model_dump_json()}".encode()).hexdigest()
    return Sited(sourced, profile, references, both)


def _no_single_value(field: str, place: Entry) -> None:
    """Refuse to choose what is a rule, a criterion or a schedule and no value, and say where it stands."""
    topic, _, item = field.partition(".")
    if field == "criteria" or (topic in ("rules", "monitoring") and item in ("pain", *WATCHED)):
        raise place.error(
            f"{field!r} is not one value that can be chosen",
            f"write it under `{topic}:` of the profile, or adopt one under `adopt_{topic}:`",
        )


def _check_ages(merged: Protocol, profile: Profile, top: Entry) -> None:
    """Refuse an age for a question that nobody asks: it would be thought to hold and never would."""
    asked = {question_key(part) for _, part in parts(merged)} - {""}
    asked |= {f"weighed:{one.key}" for one in merged.criteria if one.kind == "relative"}
    for key in profile.answer_ages:
        if key not in asked:
            place = located(top, ("answer_ages", key))
            raise place.error(f"{key!r} is no question of this protocol or site", closest(key, asked))


def _adopted(item: Adopted, known: Mapping[str, T], what: str, place: Entry) -> T:
    if item.key not in known:
        raise place.error(f"{item.key!r} is no {what}", closest(item.key, known))
    return known[item.key]


def _put(whole: Any, steps: list[str], value: Any, place: Entry) -> Any:
    """`whole` with `value` at a path, which must not be given yet. Mappings on the way are made."""
    step, *rest = steps
    if isinstance(whole, tuple):
        index = next(
            (n for n, item in enumerate(whole) if isinstance(item, Mapping) and item.get("key") == step), None
        )
        if index is None:
            raise place.error(
                f"{step!r} is the key of nothing in that list", "write the key as the protocol has it"
            )
        return (*whole[:index], _put(whole[index], rest, value, place), *whole[index + 1 :])
    if not isinstance(whole, Mapping):
        whole = {"value": whole}
    if not rest:
        held = whole.get(step)
        if isinstance(held, tuple) and isinstance(value, tuple):
            return {
                **whole,
                step: (*held, *map(_sited, value)),
            }  # a site adds to a list, and takes nothing away
        # What the source leaves open may be closed: which weight, how the dose rises, which value of a span.
        if held is not None and held not in _OPEN:
            raise place.error(f"{step!r} is given by the protocol itself ({held})", "leave it out")
        return {**_without_ends(whole, step, value, place), step: _sited(value)}
    # What the source has nothing of is the site's own, whole; it must not pass for the source's.
    inner = whole.get(step, {"citation": SITE, "provenance": Provenance.SITE})
    return {**whole, step: _put(inner, rest, value, place)}


def _without_ends(whole: Mapping[str, Any], step: str, value: Any, place: Entry) -> Mapping[str, Any]:
    if step != "value" or "low" not in whole:
        return whole
    from adjuvant.quantity import parse_quantity

    low, high, chosen = (parse_quantity(str(one)) for one in (whole["low"], whole["high"], value))
    if not low <= chosen <= high:
        raise place.error(f"{chosen} is outside what the protocol gives, {low} to {high}", "choose within it")
    rest = {key: item for key, item in whole.items() if key not in ("low", "high", "citation", "provenance")}
    return {**rest, "citation": SITE, "provenance": Provenance.SITE}


def _sited(value: Any) -> Any:
    """A mapping that was chosen cites the site; a bare value takes the citation of what it stands in."""
    if isinstance(value, Mapping) and "citation" not in value:
        return {**value, "citation": SITE, "provenance": Provenance.SITE}
    return value
