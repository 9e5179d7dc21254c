"""What the person who prepares an infusion states: vial, bag, pump, and how strong it is to be made."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.citation import Provenance
from adjuvant.errors import InputError, QuantityError, RefusedError
from adjuvant.library.preparations import Vial, preparations
from adjuvant.plan.figures import drug_words
from adjuvant.protocol.site import Sited
from adjuvant.quantity import Quantity, parse_quantity, show_exact

__all__ = ["Setup", "pump_step_of", "read_setup", "vial_of"]


@dataclass(frozen=True, slots=True)
class Setup:
    """What was stated, each with its unit. Nothing here has a default.

    Args:
        vial: the strength in hand, of the base, mg/mL.
        bag: what the bag or syringe holds once it is made up, mL.
        pump_step: the least step of the pump's rate, mL/h; None takes the site's.
        concentration: how strong it is to be, mg/mL; None takes the protocol's own, or puts one whole dose
            into the bag.
        lasts: for how long a bag that runs is to last, instead of a concentration.
        diluent: by the library's name; empty leaves a blank on the order for whoever decides it.
        vial_holds: the volume of one vial, mL; without it nothing is said of what is left in the vial.
        bag_before: strength of the bag that runs and that this one follows, mg/mL; None where none does.
        ordered: the dose as the prescriber wrote it, to be held against what the protocol advises.
    """

    vial: Quantity | None = None
    bag: Quantity | None = None
    pump_step: Quantity | None = None
    concentration: Quantity | None = None
    lasts: Quantity | None = None
    diluent: str = ""
    vial_holds: Quantity | None = None
    bag_before: Quantity | None = None
    ordered: Quantity | None = None


_UNITS = {
    "vial": "mg/mL",
    "bag": "mL",
    "pump_step": "mL/h",
    "concentration": "mg/mL",
    "lasts": "h",
    "vial_holds": "mL",
    "bag_before": "mg/mL",
}


def read_setup(**texts: str | None) -> Setup:
    """A setup from texts such as ``vial="50 mg/mL"``; names as in `Setup`.

    Raises:
        InputError: a text without a unit, of another kind, or not above zero; it names the field.
    """
    found: dict[str, Quantity] = {}
    for name, text in texts.items():
        if name == "diluent" or text is None:
            continue
        shown = name.replace("_", " ")
        try:
            value = parse_quantity(text)
            found[name] = value.to(_UNITS[name]) if name in _UNITS else value
        except QuantityError as error:
            unit = _UNITS.get(name, "the protocol's own unit")
            raise InputError(f"{shown} {text!r}", error.rule, f"write it in {unit}") from None
        if found[name].value <= 0:
            raise InputError(f"{shown} {text!r}", "is not above zero", "state what is in hand")
    return Setup(**found, diluent=texts.get("diluent") or "")


def vial_of(setup: Setup, sited: Sited) -> Vial:
    """The vial that was stated, once it is one that exists and that the site keeps.

    Raises:
        InputError: none was stated, or none such is supplied; one of the hydrochloride is named as such.
        RefusedError: a strength that the site's profile does not list.
    """
    drug = sited.protocol.drug
    known = (*_own_vials(sited), *(one for one in preparations().vials if one.drug == drug))
    every = ", ".join(str(one.strength) for one in known)
    if setup.vial is None:
        raise InputError(
            "vial", "its strength is not stated, and no strength is a default", f"read the vial: {every}"
        )
    found = next((one for one in known if setup.vial.same_as(one.strength)), None)
    if found is None:
        for one in known:
            if one.hydrochloride is not None and setup.vial.same_as(one.hydrochloride):
                raise InputError(
                    f"vial {setup.vial}",
                    f"is the strength of the hydrochloride; as base it is {one.strength}",
                    f"state {one.strength}",
                )
        raise InputError(
            f"vial {setup.vial}",
            f"is no strength that {drug_words(drug)} is supplied in, as far as was read",
            f"read it: {every}; a site that keeps another gives it under own_vials, with its reference",
        )
    kept = sited.profile.vials if sited.profile is not None else ()
    own = found.citation is None
    if kept and not own and not any(found.strength.same_as(one) for one in kept):
        listed = ", ".join(map(str, kept))
        raise RefusedError(
            f"vial {setup.vial}", f"is not among the vials of the site's profile ({listed})",
            "take a vial that the site keeps, or have its profile changed",
        )  # fmt: skip
    return found


def _own_vials(sited: Sited) -> tuple[Vial, ...]:
    """What the site keeps beyond the library, each with the site's own reference."""
    if sited.profile is None:
        return ()
    return tuple(
        Vial(
            sited.protocol.drug,
            one.strength,
            one.hydrochloride,
            None,
            Provenance.SITE,
            one.diluent_at_least,
            one.reference,
        )
        for one in sited.profile.own_vials
    )


def pump_step_of(setup: Setup, sited: Sited) -> Quantity:
    """The least step of the pump's rate, in mL/h.

    Raises:
        InputError: neither stated nor in the site's profile, or none that can be written in mL/h.
        RefusedError: the stated step is not the site's.
    """
    of_site = sited.profile.pump_step if sited.profile is not None else None
    stated = setup.pump_step
    if stated is None:
        if of_site is None:
            raise InputError(
                "pump step", "is not stated", "state the least step of its rate, such as 0.1 mL/h"
            )
        return _hourly(of_site)
    if of_site is not None and not stated.same_as(of_site):
        raise RefusedError(
            f"pump step {stated}", f"is not that of the site's pump, {of_site}",
            "take that pump, or have the profile changed",
        )  # fmt: skip
    return _hourly(stated)


def _hourly(step: Quantity) -> Quantity:
    # The plan is in mL/h: a step of 1 mL/d has no end in decimals there, and no rate made of it can be set.
    found = step.to("mL/h")
    if "/" in show_exact(found.value):
        raise InputError(
            f"pump step {step}", "has no end in decimals as mL/h", "take a pump whose rate is set in mL/h"
        )
    return found
