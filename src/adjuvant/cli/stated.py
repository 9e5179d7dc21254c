"""What `adjuvant plan` needs stated and was not: all of it at once, each with the option that states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adjuvant.errors import InputError

if TYPE_CHECKING:
    from adjuvant.plan.setup import Setup
    from adjuvant.protocol import Guidance, Sited

__all__ = ["check_stated"]


def check_stated(setup: Setup, sited: Sited, guidance: Guidance) -> None:
    """Refuse what is not stated, before the first of it is asked for alone.

    What no pump gives needs no bag and no pump, and a vial only where it is injected. A guidance without a
    dose needs no bag.

    Raises:
        InputError: it names each thing that is not stated, with its option and an example.
    """
    from adjuvant.plan.order import PUMPED, advised
    from adjuvant.plan.setup import vial_of

    regimen = sited.protocol.regimens.get(guidance.regimen)
    advice = advised(guidance)
    dosed = advice is not None and advice.dose is not None
    pumped = regimen is None or not dosed or regimen.mode in PUMPED
    injected = regimen is not None and regimen.mode == "injection"
    of_site = sited.profile.pump_step if sited.profile is not None else None
    lacks: list[tuple[str, str]] = []
    if setup.vial is None and (pumped or injected):
        try:
            vial_of(setup, sited)
        except InputError as error:
            # The strengths that there are: an example of another drug's would be copied.
            lacks.append(("vial", f"--vial with its strength ({error.remedy})"))
    if setup.bag is None and dosed and pumped:
        lacks.append(("bag", "--bag with what it holds once made up, such as '50 mL'"))
    if setup.pump_step is None and of_site is None and pumped:
        lacks.append(("pump step", "--pump-step with the least step of its rate, such as '0.1 mL/h'"))
    if not lacks:
        return
    names = [name for name, _ in lacks]
    every = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    raise InputError(
        every,
        "are not stated, and none has a default" if len(names) > 1 else "is not stated, and has no default",
        f"add {'; '.join(option for _, option in lacks)}",
    )
