"""What is wrong with an answer of the engine or a plan: each in words, found in plain fractions and by none of its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.plan import InfusionPlan
from adjuvant.protocol import Guidance
from adjuvant.protocol.guidance import Recommendation
from sweep.book import Rail, Way, house
from sweep.chart import Chart, same
from sweep.figures import Dose, amount_of, hours_of, length_of
from sweep.harm import met, unheeded, unnamed
from sweep.limits import broken, capped

__all__ = ["dose_faults", "plan_faults", "place_of"]

DOSED = ("start", "continue", "raise", "lower")


def place_of(dose: Dose, way: Way, kilograms: Fraction | None) -> int | None:
    """Which level of a protocol a dose is, each as the protocol's own cap leaves it."""
    levels = [capped(one, way, kilograms)[0] for one in way.levels]
    return next((n for n, one in enumerate(levels) if same(one, dose, kilograms)), None)


def _lowered(dose: Dose, way: Way, kilograms: Fraction | None, events: int) -> bool:
    """Whether a dose is a level that rules lowered by their share, at most once for each event."""
    for rule in way.rules:
        if "reduce_by" not in rule:
            continue
        left = 1 - Fraction(rule["reduce_by"].split()[0]) / 100
        for times in range(1, events + 2):
            levels = [capped(one, way, kilograms)[0] for one in way.levels]
            if any(same(one.times(left**times), dose, kilograms) for one in levels):
                return True
    return False


def dose_faults(guidance: Guidance, chart: Chart, rails: Mapping[str, Rail]) -> Iterator[str]:
    """What is wrong with an answer; nothing where it keeps every law."""
    yield from (f"a fault: {one.words}" for one in guidance.issues if one.kind == "fault")
    yield from unnamed(guidance, chart)
    yield from unheeded(guidance, chart)
    dosed = [one for one in guidance.recommendations if one.dose is not None]
    status = guidance.status.value
    if not dosed:
        if status in DOSED:
            yield f"the answer is {status}, and no dose is said"
        return
    if len(dosed) > 1 or status not in DOSED:
        yield f"the answer is {status}, with {len(dosed)} doses"
        return
    advice, way = dosed[0], chart.way
    assert advice.dose is not None
    dose = amount_of(Fraction(advice.dose.value), advice.dose.unit.code)
    kilograms = chart.kilograms()
    yield from _amount(advice, dose, way, kilograms)
    yield from _cap(advice, dose, chart, kilograms)
    yield from _step(status, dose, chart, kilograms, advice.due)
    yield from _safe(status, chart)
    yield from _pause(status, chart)
    if status == "lower":
        return
    at = max(advice.due or chart.now, chart.now) if not way.rated else chart.now
    since_last = (
        Fraction((at - chart.given[-1][0]) // timedelta(microseconds=1), 3600 * 10**6)
        if chart.given
        else None
    )
    if chart.next_part is not None:
        if at != max(chart.next_part, chart.now):
            yield f"the next part at {at}, and it is due at {chart.next_part}"
        before = [one for one, _ in chart.given[:-1]]
        since_last = _hours(chart.given[-1][0] - before[-1]) if before else None
        dose = dose.times(Fraction(len(way.parts)))
    earlier = chart.given if chart.next_part is None else chart.given[:-1]
    before = [(_hours(at - given), one) for given, one in earlier]
    for key in broken(dose, way, chart.kilograms(compare=True), rails, since_last, before):
        yield f"{advice.dose} does not keep {key}"
    if chart.next_part is None:
        yield from _timing(status, at, chart)


def _amount(advice: Recommendation, dose: Dose, way: Way, kilograms: Fraction | None) -> Iterator[str]:
    """mg = mg/kg x kg."""
    if dose.per_hour != way.rated:
        yield f"{advice.dose} is {'a rate' if dose.per_hour else 'an amount'}, and the protocol gives the other"
    wanted = dose.for_body(kilograms)
    if wanted is None:
        yield f"{advice.dose}, and there is no weight that may be used"
    elif advice.amount is None or amount_of(Fraction(advice.amount.value), advice.amount.unit.code) != Dose(
        wanted, False, dose.per_hour
    ):
        yield f"{advice.dose} x {kilograms} kg is {wanted}, and {advice.amount} is said"


def _cap(advice: Recommendation, dose: Dose, chart: Chart, kilograms: Fraction | None) -> Iterator[str]:
    """Where the protocol's own cap stands in the place of a dose, both figures are shown, and the cap; else neither."""
    way = chart.way
    if chart.next_part is not None:
        dose = dose.times(Fraction(len(way.parts)))
    under = [
        one for one in way.levels if capped(one, way, kilograms)[1] and capped(one, way, kilograms)[0] == dose
    ]
    plain = any(one == dose for one in way.levels)
    shown = advice.uncapped
    if shown is None:
        if under and not plain:
            yield f"{advice.dose} is the protocol's own cap, and that is not shown"
        return
    without = amount_of(Fraction(shown.dose.value), shown.dose.unit.code)
    if without not in under or amount_of(
        Fraction(shown.amount.value), shown.amount.unit.code
    ).mg != without.for_body(kilograms):
        yield f"{advice.dose} is shown as capped from {shown.dose}, {shown.amount}"
    elif (
        not shown.because.rule.endswith(f".{capped(without, way, kilograms)[1]}")
        or shown.because not in advice.because
    ):
        yield f"the cap of {advice.dose} is shown as {shown.because.rule}"


def _step(
    status: str, dose: Dose, chart: Chart, kilograms: Fraction | None, due: datetime | None
) -> Iterator[str]:
    """The first dose at the start, then at most one level from the last."""
    way = chart.way
    place = place_of(dose, way, kilograms)
    if status == "start":
        first = chart.tested()
        if first is None or dose != capped(first, way, kilograms)[0]:
            yield f"{dose} to start with, and the first dose is {first}"
        if chart.phase != "none":
            yield f"a start, and ketamine is {chart.phase}"
        if way.ratio is not None and (
            chart.not_before is None or max(due or chart.now, chart.now) < chart.not_before
        ):
            yield f"a start at {due}, and not before {chart.not_before}"
        decided = chart.answers.get("another_course")
        if chart.earlier is not None and not (decided and decided.yes and decided.at > chart.earlier):
            yield "a start of another course, on which nobody has decided"
        return
    if chart.dose is None:
        yield f"{status}, and no dose is charted"
        return
    here = place_of(chart.dose, way, kilograms)
    events = len(chart.levels) + len(chart.given)
    if status == "lower":
        ours, theirs = dose.for_body(kilograms), chart.dose.for_body(kilograms)
        if ours is None or theirs is None or not ours < theirs:
            yield f"{dose} is not lower than {chart.dose}"
        if place is None and not _lowered(dose, way, kilograms, events):
            yield f"{dose} is none of the protocol's doses, nor one lowered by a rule"
        return
    if chart.next_part is not None:
        if status != "continue" or not same(dose.times(Fraction(len(way.parts))), chart.dose, kilograms):
            yield f"{status} with {dose}, and a dose of {chart.dose} in {len(way.parts)} parts is begun"
        return
    if status == "continue" and same(dose, chart.dose, kilograms):
        if here is None and not _lowered(dose, way, kilograms, events):
            yield f"{dose} goes on, and is none of the protocol's doses"
        return
    if place is None or here is None:
        yield f"from {chart.dose} to {dose}, of which one is none of the protocol's doses"
    elif status == "continue" or place != here + 1:
        yield f"{status} from level {here} to level {place}"


def _safe(status: str, chart: Chart) -> Iterator[str]:
    """No rule that holds ketamine is met or cannot be told, and at a start every criterion is met."""
    way = chart.way
    beginning = status == "start"
    for rule in way.rules:
        kind = rule["kind"]
        if kind in ("call", "review") or (kind == "entry" and not beginning and way.rated):
            continue
        if kind == "futility" and not beginning and not chart.kept:
            continue
        found = met(rule, chart)
        if kind == "reduce" and found is True and status in ("lower", "continue"):
            continue  # what it asks for, or has been followed already
        if status == "lower" and found is None and way.rated:
            continue  # what is not known never keeps a rate from going down
        if found is not False:
            yield f"{status}, and rule {rule['key']} ({kind}) {'holds' if found else 'cannot be told'}"
    if beginning:
        for one in way.criteria:
            found = chart.holds(one["when"]) if one["kind"] in ("include", "exclude", "relative") else None
            weighed = chart.answers.get(f"weighed:{one['key']}")
            if one["kind"] == "relative" and found is True and weighed is not None and weighed.yes:
                continue  # a clinician weighed what speaks against ketamine in this patient
            if one["kind"] in ("include", "exclude", "relative") and found is not (one["kind"] == "include"):
                yield f"start, and criterion {one['key']} is not met"


def _hours(length: timedelta) -> Fraction:
    return Fraction(length // timedelta(microseconds=1), 3600 * 10**6)


def _pause(status: str, chart: Chart) -> Iterator[str]:
    """A pause lasts as long as the rules say that held in it; if none is known to have, as the longest of all."""
    waits = {
        one["key"]: length_of(hours_of(one["resume_after"]))
        for one in chart.way.rules
        if "resume_after" in one
    }
    if chart.phase != "paused" or chart.paused is None or not waits:
        return
    facts = chart.facts
    charted = {one.at for items in (facts.observed, facts.effects, facts.answers) for one in items}
    held: dict[str, datetime] = {}
    for at in (chart.paused, *sorted(one for one in charted if chart.paused < one <= chart.now)):
        then = Chart(facts, at, chart.way)
        for rule in chart.way.rules:
            if rule["key"] in waits and rule["key"] not in held and then.holds(rule["when"]) is True:
                held[rule["key"]] = at
    ends = [at + waits[key] for key, at in held.items()] or [chart.paused + max(waits.values())]
    if chart.now < max(ends):
        yield f"{status}, and the pause lasts until {max(ends)}"


def _timing(status: str, at: datetime, chart: Chart) -> Iterator[str]:
    """The course has not ended, a dose is not early, and a level rises only once it was kept."""
    way, now = chart.way, chart.now
    if chart.phase != "none" and chart.began is not None:
        for name in ("fixed", "at_most", "within"):
            length = way.course_hours(name)
            if length is not None and status != "start" and at >= chart.began + length_of(length):
                yield f"{status}, and the course ended ({name})"
    kept, since = way.course_hours("keep_effective"), chart.level_since
    if kept is not None and since is not None and status != "start" and now >= since + length_of(kept):
        yield f"{status}, and the level was kept for as long as it is to be"
    if not way.rated and chart.given and status != "start":
        infusions = way.course.get("infusions")
        if infusions is not None and len(chart.given) >= int(infusions):
            yield f"{status}, and all {infusions} doses are given"
        spacing = way.spacing
        if spacing is not None and at < chart.given[-1][0] + length_of(spacing):
            yield f"{status} at {at}, and the last dose was at {chart.given[-1][0]}"
    if way.times_per_week is not None:
        week = sum(1 for given, _ in chart.given if given > at - timedelta(weeks=1))
        if week >= way.times_per_week:
            yield f"{status} at {at}, and {week} doses were given in the week before"
    if status == "raise":
        if not chart.kept:
            yield "raise, and the level has not had its time"
        up = chart.holds(way.titration["raise_when"], since) if "raise_when" in way.titration else None
        keep = chart.holds(way.titration["keep_when"], since) if "keep_when" in way.titration else None
        always = way.titration.get("always") == "true"
        if not always and up is not True and keep is not False:
            yield "raise, and its rule does not hold"
        if "lower_when" in way.titration and chart.holds(way.titration["lower_when"]) is not False:
            yield "raise, and the dose may have to fall"


# --- plans ------------------------------------------------------------------------------------------------------


def plan_faults(
    plan: InfusionPlan, chart: Chart, rails: Mapping[str, Rail], stated: Mapping[str, str]
) -> Iterator[str]:
    """What is wrong with a plan: mg = mL x mg/mL all through, nothing above the order or a limit after rounding."""
    way, made, order = chart.way, plan.preparation, plan.order
    kilograms = chart.kilograms()
    dose = amount_of(Fraction(order.dose.value), order.dose.unit.code)
    wanted = dose.for_body(kilograms)
    if wanted is None:
        yield "a plan, and the weight is not known"
        return
    minutes = None if way.rated else (way.duration or Fraction(0)) * 60
    hourly = wanted if minutes is None else wanted * 60 / minutes
    vial, bag, step = (Fraction(stated[name].split()[0]) for name in ("vial", "bag", "pump_step"))
    drawn, strength = made.drawn.in_("mL"), made.concentration.in_("mg/mL")
    rate, grain = made.rate.in_("mL/h"), _graduation(drawn)
    flows = rate * strength
    whole = minutes is not None and "concentration" not in stated and not way.strengths
    exact = bag * 60 / minutes if whole and minutes is not None else hourly / strength
    checks = {
        "the order's amount": order.amount.in_("mg/h" if way.rated else "mg") == wanted,
        "mg/h of the order": order.hourly.in_("mg/h") == hourly,
        "drawn x vial is what is in the bag": drawn * vial == made.mass.in_("mg") == bag * strength,
        "drawn and diluent make the bag": drawn + made.added.in_("mL") == bag and made.added.value >= 0,
        "the label's diluent": made.added.in_("mL") >= house().vials[stated["vial"]] * drawn,
        "the syringe's graduation": (drawn / grain).denominator == 1,
        "the pump's step": rate > 0 and (rate / step).denominator == 1,
        "the rate is rounded down": rate <= exact,
        "by less than a step": exact < rate + step,
        "mg/h that flow": made.hourly.in_("mg/h") == flows <= hourly,
        "the loss is within the house's": 0 <= made.lost.in_("1") <= house().greatest_loss,
    }
    given = flows
    if minutes is not None and made.volume is not None and made.total is not None:
        volume = given = made.volume.in_("mL") * strength
        checks |= {
            "mg in all": made.total.in_("mg") == volume <= wanted,
            "the volume is in the bag": made.volume.in_("mL") <= bag,
            "the volume runs in the time": made.volume.in_("mL") <= rate * minutes / 60,
            "all but the loss is given": volume >= wanted * (1 - house().greatest_loss),
        }
    elif minutes is not None:
        yield "a dose with an end has no volume"
    checks["the exact rate"] = abs(made.exact.in_("mL/h") - exact) < Fraction(1, 10**50)
    checks["the dose that comes out"] = made.dose.in_(order.dose.unit) <= order.dose.in_(order.dose.unit)
    yield from (f"plan: {name} is wrong" for name, right in checks.items() if not right)
    delivered = Dose(given, False, way.rated)
    if plan.guidance.status.value != "lower":
        for key in broken(delivered, way, chart.kilograms(compare=True), rails, None):
            yield f"plan: {given} {'mg/h' if way.rated else 'mg'} does not keep {key}"
        if minutes is not None and made.volume is not None:
            runs = Dose(given / (made.volume.in_("mL") / rate) * (way.duration or 0), False, False)
            if way.mode in ("slow_bolus", "timed_infusion"):
                for key in broken(runs, way, chart.kilograms(compare=True), rails, None):
                    yield f"plan: at {rate} mL/h it does not keep {key}"


def _graduation(volume: Fraction) -> Fraction:
    """The step of the smallest syringe that holds a volume."""
    return next((step for holds, step in house().syringes if volume <= holds), house().syringes[-1][1])
