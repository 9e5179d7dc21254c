"""Whether a guidance is what a scenario expects of the published rule."""

from __future__ import annotations

from adjuvant.protocol.guidance import Guidance
from adjuvant.protocol.scenario import Expected

__all__ = ["differences"]


def differences(guidance: Guidance, expected: Expected | None) -> tuple[str, ...]:
    """What is not as expected, in words; only what the scenario names is compared."""
    if expected is None:
        return ()
    found: list[str] = []
    if guidance.status.value != expected.status:
        found.append(f"status is {guidance.status.value}, not {expected.status}")
    if expected.eligibility is not None and guidance.eligibility != expected.eligibility:
        found.append(f"eligibility is {guidance.eligibility}, not {expected.eligibility}")
    dosed = [one for one in guidance.recommendations if one.dose is not None]
    for name, wanted in (("dose", expected.dose), ("amount", expected.amount)):
        if wanted is None:
            continue
        given = [getattr(one, name) for one in dosed]
        if not any(one is not None and one.same_as(wanted) for one in given):
            found.append(f"{name} is {', '.join(map(str, given)) or 'not given'}, not {wanted}")
    rules = {reason.rule for one in guidance.recommendations for reason in one.because}
    rules |= {reason.rule for reason in guidance.eligibility_because}
    found += [f"{rule} is not among the reasons" for rule in expected.because if rule not in rules]
    named = [f"{one.what} {one.rule}" for one in guidance.missing]
    lacking = " ".join(named).lower()
    told = "; ".join(one.what for one in guidance.missing) or "nothing is"
    found += [
        f"{words!r} is not named as missing; {told}"
        for words in expected.missing
        if words.lower() not in lacking
    ]
    issues = " ".join(f"{one.kind} {one.words}" for one in guidance.issues)
    found += [f"{words!r} is not among the issues" for words in expected.issues if words not in issues]
    return tuple(found)
