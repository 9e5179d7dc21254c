"""Daily and rolling MME of a record store as somebody careful would write them with pandas, beside our own.

The same work as `adjuvant.cohort.write_mme`, from the same files to Parquet: what was given, by the same
factors, infusions split at the midnights of each patient's zone, and every break point of the rolling curve.
Texts stay categories, and no loop goes over rows. What it leaves out: bands, refusals, checksums, and exact
sums (its running sums pile up rounding, which is why its totals are compared loosely).
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from adjuvant.library.model import TablePlan
from adjuvant.opioids.factor import AppliedRow
from adjuvant.opioids.lookup import find_applied
from adjuvant.sources import store

__all__ = ["here", "write_curves"]

TEXTS = ["patient", "basis", "ingredient", "route", "form"]
DRUG = ["ingredient", "route", "form"]


PACKAGES = Path(__file__).resolve().parents[1] / ".build" / "bench" / "packages"


def here() -> bool:
    """Whether pandas is there: in a folder of its own, for it slows what finds it."""
    if PACKAGES.is_dir() and str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))
    return importlib.util.find_spec("pandas") is not None


def write_curves(place: Path, out: Path, plan: TablePlan) -> float:
    """Daily and rolling MME of each part into `out`; the sum of all daily MME."""
    pandas: Any = importlib.import_module("pandas")
    whole = 0.0
    for part in store.parts(place):
        table = pq.read_table(
            part.file("exposures"), columns=[*TEXTS, "start", "end", "mg"], read_dictionary=TEXTS
        )
        zones = pq.read_table(part.file("patients"), columns=["patient", "zone"]).to_pandas()
        given = _priced(table.to_pandas(), plan)
        daily = _daily(pandas, given, dict(zip(zones["patient"], zones["zone"], strict=True)))
        whole += float(daily["mme"].sum())
        daily.to_parquet(out / f"{part.name}-daily.parquet")
        _rolling(pandas, given).to_parquet(out / f"{part.name}-rolling.parquet")
    return whole


def _priced(rows: Any, plan: TablePlan) -> Any:
    given = rows[rows["basis"] == "administered"]
    drugs = given[DRUG].drop_duplicates()
    drugs = drugs.assign(factor=[_factor(plan, *names) for names in drugs.itertuples(index=False)])
    given = given.merge(drugs, on=DRUG, how="left")
    return given.assign(mme=given["mg"] * given["factor"])


def _factor(plan: TablePlan, ingredient: str, route: str, form: object) -> float:
    row = find_applied(plan, ingredient, route, form if isinstance(form, str) else None)
    assert isinstance(row, AppliedRow) and row.mme_per_mg is not None, (
        "the bench's own drugs have fixed factors"
    )
    return float(row.mme_per_mg)


def _daily(pandas: Any, given: Any, zones: dict[str, str]) -> Any:
    zone = given["patient"].map(zones).astype(str)
    pieces = [_split(pandas, rows, name) for name, rows in given.groupby(zone, observed=True)]
    split = pandas.concat(pieces, ignore_index=True)
    return split.groupby(["patient", "day", "ingredient"], observed=True)["mme"].sum().reset_index()


def _split(pandas: Any, rows: Any, zone: str) -> Any:
    """The rows cut at the midnights of one zone."""
    tick, day = pandas.Timedelta(1, "us"), pandas.Timedelta(1, "D")
    start, end = rows["start"].dt.tz_convert(zone), rows["end"].dt.tz_convert(zone)
    last = (end - tick).where(end > start, start)
    first = start.dt.tz_localize(None).dt.normalize()
    number = (last.dt.tz_localize(None).dt.normalize() - first).dt.days + 1
    split = rows[["patient", "ingredient", "mme"]].assign(start=start, end=end, day=first)
    split = split.loc[split.index.repeat(number)].reset_index(drop=True)
    turn = split.groupby(rows.index.repeat(number), sort=False).cumcount()
    split["day"] += pandas.to_timedelta(turn, unit="D")
    cut = (split["end"] > split["start"]) & (number.loc[rows.index.repeat(number)] > 1).to_numpy()
    runs = split[cut]
    edges = [
        moments.dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
        for moments in (runs["day"], runs["day"] + day)
    ]
    inside = runs["end"].where(runs["end"] < edges[1], edges[1]) - runs["start"].where(
        runs["start"] > edges[0], edges[0]
    )
    split.loc[cut, "mme"] = runs["mme"] * (inside / (runs["end"] - runs["start"]))
    return split[["patient", "day", "ingredient", "mme"]]


def _rolling(pandas: Any, given: Any) -> Any:
    day = pandas.Timedelta(1, "D")
    runs = given[given["end"] > given["start"]]
    doses = given[given["end"] == given["start"]]
    slope = runs["mme"] / (runs["end"] - runs["start"]).dt.total_seconds()
    changes = [
        pandas.DataFrame({"patient": rows["patient"], "at": at, "step": step, "slope": bend})
        for rows, at, step, bend in (
            (doses, doses["start"], doses["mme"], 0.0),
            (doses, doses["start"] + day, -doses["mme"], 0.0),
            (runs, runs["start"], 0.0, slope),
            (runs, runs["end"], 0.0, -slope),
            (runs, runs["start"] + day, 0.0, -slope),
            (runs, runs["end"] + day, 0.0, slope),
        )
    ]
    points = pandas.concat(changes, ignore_index=True)
    points = points.groupby(["patient", "at"], observed=True)[["step", "slope"]].sum().reset_index()
    whose = points.groupby("patient", observed=True)
    slope = whose["slope"].cumsum().groupby(points["patient"], observed=True).shift(fill_value=0.0)
    gone = whose["at"].diff().dt.total_seconds().fillna(0.0)
    rise = points["step"] + slope * gone
    after = rise.groupby(points["patient"], observed=True).cumsum()
    return points[["patient", "at"]].assign(before=after - points["step"], after=after)
