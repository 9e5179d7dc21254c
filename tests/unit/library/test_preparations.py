"""Preparations: everything that the file says is kept, and a figure in another unit or of no source is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.citation import Provenance
from adjuvant.errors import LibraryError
from adjuvant.library import citation
from adjuvant.library.preparations import Preparations, Review, Said, Syringe, Vial, read_preparations
from adjuvant.quantity import Quantity

LEGACY = "citation: ketamine_label_legacy, provenance: read"
WHOLE = f"""\
vials:
  - {{drug: ketamine, strength: 10 mg/mL, hydrochloride: 11.53 mg/mL, {LEGACY}}}
  - {{drug: esketamine, strength: 25000 ug/mL, hydrochloride: 28.83 mg/mL, diluent_at_least: 2, note: Thinned., {LEGACY}}}
diluents:
  - {{of: ketamine, name: glucose 5 %, {LEGACY}}}
separate:
  - {{of: esketamine, drug: diazepam, says: Precipitates., {LEGACY}}}
storage: {{says: In the dark., {LEGACY}}}
house:
  greatest_rounding: {{value: 2 %, why: Invented., provenance: assumed}}
  syringes:
    - {{holds: 1 mL, step: 0.01 mL, provenance: assumed}}
    - {{holds: 3 mL, step: 0.01 mL, provenance: assumed}}
  reviews:
    - {{key: liver, asks: Liver tests., provenance: assumed}}
    - {{key: bladder, asks: Bladder signs., charted_as: [dysuria, haematuria], provenance: assumed}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "preparations.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_the_file_says_is_kept(tmp_path: Path) -> None:
    source = {"citation": citation("ketamine_label_legacy"), "provenance": Provenance.READ}
    assert read_preparations(written(tmp_path, WHOLE)) == Preparations(
        vials=(
            Vial("ketamine", Quantity("10", "mg/mL"), Quantity("11.53", "mg/mL"), **source),
            Vial(
                "esketamine",
                Quantity("25", "mg/mL"),
                Quantity("28.83", "mg/mL"),
                diluent_at_least=2,
                note="Thinned.",
                **source,
            ),
        ),
        diluents=(Said("ketamine", "glucose 5 %", "", **source),),
        separate=(Said("esketamine", "diazepam", "Precipitates.", **source),),
        storage=Said("", "", "In the dark.", **source),
        greatest_rounding=Quantity("2", "%"),
        rounding_why="Invented.",
        syringes=(
            Syringe(Quantity("1", "mL"), Quantity("0.01", "mL")),
            Syringe(Quantity("3", "mL"), Quantity("0.01", "mL")),
        ),
        reviews=(
            Review("liver", "Liver tests."),
            Review("bladder", "Bladder signs.", ("dysuria", "haematuria")),
        ),
    )


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (
            "hydrochloride: 11.53 mg/mL",
            "hydrochloride: 10 mg/mL",
            "2: vials[0].hydrochloride: 10 mg/mL is not above 10 mg/mL, the base in it; write the salt, which is",
        ),
        (
            "strength: 10 mg/mL",
            "strength: 10 mg",
            "vials[0].strength: unit mg measures mass, and mg/mL measures",
        ),
        (
            "strength: 10 mg/mL",
            "strength: 0 mg/mL",
            "2: vials[0].strength: 0 mg/mL is not above zero; write the",
        ),
        ("strength: 10 mg/mL", "strength: ten", "write it in mg/mL"),
        ("diluent_at_least: 2", "diluent_at_least: 0", "vials[1].diluent_at_least: 0 is not above zero"),
        (
            "{drug: ketamine",
            "{drug: morphine",
            "vials[0].drug: 'morphine' is not a known drug of a vial; use one",
        ),
        (
            "{of: ketamine",
            "{of: morphine",
            "diluents[0].of: 'morphine' is not a known drug that it is said of;",
        ),
        ("note: Thinned.", "notes: Thinned.", "is not a known key; did you mean 'note'"),
        (
            "why: Invented., provenance: assumed",
            "why: Invented., provenance: read",
            "house.greatest_rounding.provenance: 'read' is not a known provenance of a number of the house; use",
        ),
        ("value: 2 %", "value: 2 mg", "house.greatest_rounding.value: unit mg measures mass"),
        (
            "holds: 1 mL, step: 0.01 mL, provenance: assumed",
            "holds: 1 mL, step: 0.01 mL, provenance: read",
            "house.syringes[0].provenance: 'read' is not a known provenance of a number of the house",
        ),
        (
            "holds: 3 mL, step: 0.01 mL",
            "holds: 3 mL, step: 3 mL",
            "house.syringes[1].step: 3 mL is no graduation of 3 mL; write the graduation.",
        ),
        (
            "holds: 3 mL, step: 0.01 mL",
            "holds: 3 mL, step: 0.005 mL",
            "12: house.syringes: 3 mL does not come after 1 mL; list the smallest first.",
        ),
        (
            "holds: 3 mL",
            "holds: 1 mL",
            "12: house.syringes: 1 mL does not come after 1 mL; list the smallest first.",
        ),
        (
            "asks: Liver tests., provenance: assumed",
            "asks: Liver tests., provenance: secondary",
            "house.reviews[0].provenance: 'secondary' is not a known provenance of a number of the house",
        ),
        ("says: In the dark., ", "", "storage: has no 'says'; add `says:`"),
        ("name: glucose 5 %, ", "", "diluents[0]: has no 'name'; add `name:`"),
        ("drug: diazepam, ", "", "separate[0]: has no 'drug'; add `drug:`"),
        (", says: Precipitates.", "", "separate[0]: has no 'says'; add `says:`"),
        ("asks: Liver tests., ", "", "house.reviews[0]: has no 'asks'; add `asks:`"),
        ("step: 0.01 mL, ", "", "house.syringes[0]: has no 'step'; add `step:`"),
        ("why: Invented., ", "", "house.greatest_rounding: has no 'why'; add `why:`"),
        ("{of: ketamine, name", "{name", "diluents[0]: has no 'of'; add `of:`"),
        ("{of: esketamine, ", "{", "separate[0]: has no 'of'; add `of:`"),
    ],
)
def test_a_file_that_breaks_its_form_is_refused_at_its_place(
    was: str, now: str, said: str, tmp_path: Path
) -> None:
    assert was in WHOLE
    with pytest.raises(LibraryError) as caught:
        read_preparations(written(tmp_path, WHOLE.replace(was, now, 1)))
    assert said in str(caught.value)


@pytest.mark.parametrize("part", ["vials", "diluents", "separate", "storage", "house"])
def test_no_part_of_the_file_may_lack(part: str, tmp_path: Path) -> None:
    text = WHOLE.replace(f"{part}:", f"{part}s:", 1)
    with pytest.raises(LibraryError, match=f"'?{part}'?"):
        read_preparations(written(tmp_path, text))


@pytest.mark.parametrize("figure", ["strength: 10 mg/mL", "hydrochloride: 11.53 mg/mL"])
def test_a_vial_without_a_figure_or_a_source_is_refused(figure: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="has no"):
        read_preparations(written(tmp_path, WHOLE.replace(f"{figure}, ", "", 1)))
    with pytest.raises(LibraryError, match="has no 'provenance'"):
        read_preparations(written(tmp_path, WHOLE.replace(", provenance: read}", "}", 1)))
