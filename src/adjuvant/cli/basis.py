"""What advice rests on: the drug and its route, the weight that a dose is worked out with, the evidence."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from adjuvant.cli.output import print_filled

if TYPE_CHECKING:
    from adjuvant.protocol import Guidance, Sited, Situation

__all__ = ["print_basis", "print_evidence"]

_SAID_BY_THE_ROUTE = frozenset({"oral", "sublingual", "buccal", "intranasal", "not_stated"})
_GIVES_MORE = frozenset({"start", "raise"})


def print_basis(guidance: Guidance, sited: Sited, situation: Situation, local: tzinfo) -> None:
    """Drug, route and weight, before a dose; nothing where none is advised."""
    from adjuvant.plan.figures import drug_words, way_words
    from adjuvant.protocol.premises import dosing_weight
    from adjuvant.protocol.values import per_weight
    from adjuvant.timeline import local_text
    from adjuvant.unknown import Unknown

    doses = [one.dose for one in guidance.recommendations if one.dose is not None]
    if not doses:
        return
    drug = drug_words(sited.protocol.drug)
    other = " (not racemic ketamine)" if sited.protocol.drug == "esketamine" else ""
    regimen = sited.protocol.regimens[guidance.regimen]
    way = f", {way_words(regimen.mode)}" if regimen.mode not in _SAID_BY_THE_ROUTE else ""
    words = f"{drug[:1].upper()}{drug[1:]}{other}, {regimen.route}{way}."
    weight = dosing_weight(sited, situation, guidance.regimen)
    if weight is not None and not isinstance(weight, Unknown) and any(per_weight(one) for one in doses):
        words += f" By {weight.derivation}, charted {local_text(weight.at, local)}."
    print_filled(words)


def print_evidence(guidance: Guidance, sited: Sited) -> None:
    """What supports the protocol and what speaks against it, where ketamine is begun or raised."""
    if guidance.status.value in _GIVES_MORE:
        evidence = sited.protocol.evidence
        print_filled(f"Evidence: {evidence.label.replace('_', ' ')}. {evidence.statement}")
