"""Reader of ``scales/<scale>.yaml``: pain and sedation scales with their ends, levels and codes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from adjuvant.errors import LibraryError
from adjuvant.library.bibliography import source_of
from adjuvant.library.facts import Scale, ScaleLevel
from adjuvant.library.folder import FOLDER, shown_name
from adjuvant.library.strict import closest, read_file

__all__ = ["SCALE_KINDS", "read_scale", "read_scales", "scale", "scale_by_loinc", "scales"]

SCALE_KINDS = ("pain self-report", "pain behavioural", "sedation")
# Sometimes quoted as RASS; it is another item of another form.
_FORBIDDEN_LOINC = {"54632-5": "an item of the Minimum Data Set, and not RASS"}
_NUMBERS = ("low", "high", "step")


def read_scale(path: Path) -> Scale:
    """One scale.

    Raises:
        LibraryError: neither ends nor levels, ends that do not rise, a step that misses the end, a code
            that is known to be wrong.
    """
    top = read_file(path, shown_name(path))
    codes = ("loinc", "snomed", "omop")
    fields = top.fields(
        ["scale", "title", "kind", "direction", "citation", "provenance"],
        [*_NUMBERS, "levels", "note", *codes],
    )
    key = fields["scale"].text()
    if key != path.stem:
        raise fields["scale"].error(f"{key!r} is not the file's name {path.stem!r}", "name both alike")
    numbers = {name: fields[name].number(signed=True) for name in _NUMBERS if name in fields}
    if numbers and len(numbers) != len(_NUMBERS):
        raise top.error("has only some of low, high and step", "give all three, or none")
    if not numbers and "levels" not in fields:
        raise top.error("has neither numbers nor levels", "give low, high and step, or levels")
    if numbers:
        if numbers["low"] >= numbers["high"]:
            raise fields["high"].error("is not above the low end", "write the least value as low")
        if numbers["step"] <= 0 or (numbers["high"] - numbers["low"]) % numbers["step"] != 0:
            raise fields["step"].error(
                "does not lead from the low to the high end", "write the distance of two values"
            )
    levels = (
        tuple(ScaleLevel(value, entry.text()) for value, entry in fields["levels"].pairs())
        if "levels" in fields
        else ()
    )
    listed = {name: tuple(fields[name].words()) if name in fields else () for name in codes}
    for code in listed["loinc"]:
        if code in _FORBIDDEN_LOINC:
            raise fields["loinc"].error(f"{code} is {_FORBIDDEN_LOINC[code]}", "leave it out")
    citation, provenance = source_of(fields)
    return Scale(
        key=key,
        title=fields["title"].text(),
        kind=fields["kind"].one_of(SCALE_KINDS, "kind of scale"),
        direction=fields["direction"].text(),
        low=numbers.get("low"),
        high=numbers.get("high"),
        step=numbers.get("step"),
        citation=citation,
        provenance=provenance,
        levels=levels,
        note=fields["note"].text() if "note" in fields else "",
        **listed,
    )


def read_scales(folder: Path) -> tuple[Scale, ...]:
    """Every scale of a folder, in alphabetical order of keys.

    Raises:
        LibraryError: a file breaks its form, or one code stands on two scales.
    """
    found = tuple(read_scale(path) for path in sorted(folder.glob("*.yaml")))
    owners: dict[str, str] = {}
    for one in found:
        for code in (*one.loinc, *one.snomed, *one.omop):
            if owners.setdefault(code, one.key) != one.key:
                raise LibraryError(
                    f"{folder.name}/{one.key}.yaml",
                    f"has the code {code} of {owners[code]} too",
                    "let one code mean one scale",
                )
    return found


@lru_cache(maxsize=1)
def scales() -> tuple[Scale, ...]:
    """Every scale of the library, in alphabetical order of keys; read once."""
    return read_scales(FOLDER / "scales")


def scale(key: str) -> Scale:
    """The scale of that key.

    Raises:
        LibraryError: no such scale; names the nearest.
    """
    found = {one.key: one for one in scales()}
    if key not in found:
        raise LibraryError(f"scale {key!r}", "does not exist", closest(key, found))
    return found[key]


def scale_by_loinc(code: str) -> Scale | None:
    """The scale that a LOINC code charts, or None."""
    return next((one for one in scales() if code in one.loinc), None)
