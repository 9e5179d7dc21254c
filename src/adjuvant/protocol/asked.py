"""What is asked of a protocol: a regimen that it has, and answers to questions that it asks; else refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from adjuvant.errors import LibraryError
from adjuvant.library.strict import closest
from adjuvant.protocol.answer_file import check_key
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.questions import questions
from adjuvant.protocol.reading import located
from adjuvant.protocol.scenario import Told
from adjuvant.protocol.site import Sited

__all__ = ["check_asked", "check_regimen"]

_NO_DOSE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "guardrail": (
            "is a guardrail, not a protocol to run: it holds limits and gives no dose",
            "a site adopts a limit under `adopt_guardrails` of its profile",
        ),
        "monitoring": (
            "says what is observed, and is no protocol to run: it gives no dose",
            "a site takes it up under `adopt_monitoring` of its profile",
        ),
        "eligibility": (
            "says whom ketamine is not for, and is no protocol to run: it gives no dose",
            "a site takes it up under `adopt_criteria` of its profile",
        ),
        "label": ("is a label, not a protocol to run: it gives no dose here", ""),
        "practice": ("tells what a team did, and is no protocol to run: it gives no dose", ""),
        "protocol": ("cannot be run: its source gives no dose", ""),
    }
)
"""What a protocol without a regimen is, by its kind, and what else it is of use for."""


def check_regimen(protocol: Protocol, regimen: str | None) -> None:
    """Refuse a protocol that gives no dose, and a regimen that it does not have.

    Args:
        regimen: as it was asked for; None where none was named, which is told later if there are several.
    Raises:
        LibraryError: it names what the protocol is, or the regimens that it has.
    """
    found = _no_dose(protocol)
    if found is not None:
        raise LibraryError(f"protocol {protocol.protocol!r}", *found)
    found = _unknown(protocol, regimen)
    if found is not None:
        raise LibraryError(f"regimen {regimen!r}", *found)


def check_asked(told: Told, sited: Sited) -> None:
    """Refuse a scenario whose protocol gives no dose, or that names a regimen or a question which it has not.

    An answer to what nobody asks, such as the bare name of a condition or drug, would change nothing.

    Raises:
        LibraryError: with file and line.
    """
    protocol = sited.protocol
    found = _no_dose(protocol)
    if found is not None:
        raise located(told.top, ("protocol",)).error(f"{protocol.protocol!r} {found[0]}", found[1])
    found = _unknown(protocol, told.scenario.regimen)
    if found is not None:
        raise located(told.top, ("regimen",)).error(f"{told.scenario.regimen!r} {found[0]}", found[1])
    _check_answers(told, sited)


def _no_dose(protocol: Protocol) -> tuple[str, str] | None:
    """The rule and the remedy where a protocol has no regimen; None where it has one."""
    if protocol.regimens:
        return None
    rule, use = _NO_DOSE[protocol.kind]
    another = "name one that gives a dose (`adjuvant protocols list`)"
    return rule, f"{another}; {use}" if use else another


def _unknown(protocol: Protocol, regimen: str | None) -> tuple[str, str] | None:
    """The rule and the remedy where a named regimen is none of the protocol's; else None."""
    if regimen is None or regimen in protocol.regimens:
        return None
    near = closest(regimen, protocol.regimens)
    known = ", ".join(protocol.regimens)
    return f"is no regimen of {protocol.protocol}, which has {known}", (
        near if near.startswith("did") else "name one of them"
    )


def _check_answers(told: Told, sited: Sited) -> None:
    asked = questions(sited)
    for n, one in enumerate(told.scenario.answers):
        for field, keys in (("yes", one.yes), ("no", one.no)):
            for key in keys:
                check_key(key, asked, located(told.top, ("answers", n, field)))
