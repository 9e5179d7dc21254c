"""What a sweep covered, as a table, and what it should have covered and did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from adjuvant.protocol import protocol_keys
from sweep.book import left_out, rails, ways
from sweep.draw import SIDES, edges
from sweep.limits import margin
from sweep.moved import own_limits

__all__ = ["enough_for_all", "not_reached", "table"]

Seen = Counter[tuple[str, ...]]
DECISIONS = ("start", "continue", "raise", "lower", "hold", "stop", "complete", "not eligible", "withheld")
PUMPED = ("timed_infusion", "slow_bolus", "continuous_infusion", "syringe_driver")


def enough_for_all() -> int:
    """So many situations meet every threshold several times, defects and all: from here on all of it must be met."""
    return 20 * len(ways()) * max(len(edges(way)) for way in ways())


def not_reached(seen: Seen, situations: int) -> Iterator[str]:
    """What the sweep never met; it then proves nothing of it, and has failed."""
    decided = Counter(status for kind, *rest in seen.elements() if kind == "decision" for status in rest[1:])
    yield from (f"decision {one}" for one in DECISIONS if not decided[one])
    for kind in (
        "plan",
        "plan refused",
        "slip refused by the gate",
        "slip refused as an order",
        "without a site",
    ):
        if not any(key[0] == kind for key in seen):
            yield kind
    if situations < enough_for_all():
        return
    bare = {key[1] for key in seen if key[0] == "without a site"}
    yield from (f"{key} without a site" for key in protocol_keys() if key not in bare)
    for way in ways():
        wanted = ["start", "withheld", "hold", "complete", "not eligible"]
        wanted += ["raise"] if len(way.levels) > 1 and not way.chooses and way.titration else []
        yield from (f"{way.title}: {one}" for one in wanted if not seen["decision", way.title, one])
        if way.mode in PUMPED and not seen["plan", way.title]:
            yield f"{way.title}: a plan"
        for edge in edges(way):
            if not seen["threshold", way.title, edge.title, SIDES[edge.side]]:
                yield f"{way.title}: {edge.title}, {SIDES[edge.side]}"
        for cap in way.ceilings:
            name = f"{way.title} {cap.key}"
            about = any(margin(level, cap, way, None) is not None for level in way.levels)
            if about and not any(seen["limit", name, how] for how in ("at it", "kept", "advised")):
                yield f"ceiling {name}"
    for key, rail in rails().items():
        if any(rail.covers(way) for way in ways()):
            hows = {"maximum": ("at it", "kept", "refused"), "minimum": ("advised",)}.get(
                rail.kind, ("kept", "refused")
            )
            yield from (f"guardrail {key}: {how}" for how in hows if not seen["limit", key, how])
    for key in own_limits():
        yield from (
            f"limit {key}: {how}" for how in ("at it", "kept", "refused") if not seen["limit", key, how]
        )


def table(seen: Seen) -> Iterator[str]:
    """The lines that say what was covered."""
    short = ("start", "cont.", "raise", "lower", "hold", "stop", "compl.", "not el.", "withh.")
    head = "".join(f"{one:>8}" for one in (*short, "plans"))
    yield f"{'regimen':34}{head}   thresholds met just under, at and just over"
    for way in ways():
        counts = [seen["decision", way.title, one] for one in DECISIONS]
        met = sum(1 for edge in edges(way) if seen["threshold", way.title, edge.title, SIDES[edge.side]])
        plans = f"{seen['plan', way.title]:>8,}" if way.mode in PUMPED else f"{'-':>8}"
        yield f"{way.title:34}{''.join(f'{one:>8,}' for one in counts)}{plans}   {met} of {len(edges(way))}"
    total = [sum(seen["decision", way.title, one] for way in ways()) for one in DECISIONS]
    plans = sum(seen["plan", way.title] for way in ways())
    yield f"{'together':34}{''.join(f'{one:>8,}' for one in total)}{plans:>8,}"
    yield f"not swept, as they have no doses: {', '.join(left_out()) or 'none'}"
    yield ""
    yield f"{'guardrail (as it is, adopted, or moved beside the dose)':58}{'kept':>9}{'at it':>9}{'refused':>9}{'advised':>9}"
    for key, rail in rails().items():
        counts = [seen["limit", key, how] for how in ("kept", "at it", "refused", "advised")]
        none = "" if any(rail.covers(way) for way in ways()) else "  (no runnable regimen is given so)"
        yield f"{key:58}{''.join(f'{one:>9,}' for one in counts)}{none}"
    for key in own_limits():
        counts = [seen["limit", key, how] for how in ("kept", "at it", "refused", "advised")]
        yield f"{key:58}{''.join(f'{one:>9,}' for one in counts)}"
    yield from _list(
        seen,
        "the protocol's own ceilings",
        "limit",
        {f"{way.title} {one.key}" for way in ways() for one in way.ceilings},
    )
    for title, kind in (
        ("why nothing was advised", "withheld"), ("why there was no plan", "plan refused"),
        ("wrong on purpose, in the chart", "defect"), ("ten times and more, held by the gate", "slip refused by the gate"),
        ("ten times, written as an order", "slip refused as an order"),
        ("ten times, in advice that was altered", "slip refused as altered advice"),
        ("vials and steps of the pump that were planned with", "planned"),
        ("protocols as their sources give them", "without a site"),
    ):  # fmt: skip
        yield from _list(seen, title, kind)


def _list(seen: Seen, title: str, kind: str, names: set[str] | None = None) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for key, number in seen.items():
        if key[0] != kind or (names is not None and key[1] not in names):
            continue
        name = key[1] if kind == "defect" else key[-1] if kind == "without a site" else ", ".join(key[1:])
        counts[key[2] if names is not None else name] += number
    yield f"\n{title}"
    yield from (f"  {number:>9,}  {name}" for name, number in sorted(counts.items(), key=lambda one: -one[1]))
