"""Every file below this folder breaks one rule. Its first line holds the words that the error must end with.

A file that loads here, or fails with other words, is a hole in the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adjuvant.errors import LibraryError
from adjuvant.library.bibliography import read_citations
from adjuvant.library.drugs import read_drugs
from adjuvant.library.instruments import read_scale
from adjuvant.library.medicines import read_products
from adjuvant.library.omop import read_omop
from adjuvant.library.other_drugs import read_other_drugs
from adjuvant.library.plans import read_pairs
from adjuvant.library.preparations import read_preparations
from adjuvant.library.routes import read_routes
from adjuvant.library.rules import read_limits, read_responses, read_settings
from adjuvant.library.single_case import read_metric_words
from adjuvant.library.tables import read_table
from adjuvant.pk.absorptions import read_absorptions
from adjuvant.pk.altered import read_altered
from adjuvant.pk.catalogue import read_incomplete
from adjuvant.pk.choice import read_choice
from adjuvant.pk.disagreement import read_held_against
from adjuvant.pk.reading import read_model
from adjuvant.pk.reported import read_effects, read_ranges
from adjuvant.reports.schedules.assumed import read_assumed

HERE = Path(__file__).parent
READERS: dict[str, Callable[[Path], object]] = {
    "citations": read_citations,
    "drugs": read_drugs,
    "limits": read_limits,
    "omop": read_omop,
    "opioids": read_table,
    "other_drugs": read_other_drugs,
    "pairs": read_pairs,
    "preparations": read_preparations,
    "pk_absorption": read_absorptions,
    "pk_altered": read_altered,
    "pk_bands": read_choice,
    "pk_effects": read_effects,
    "pk_held_against": read_held_against,
    "pk_incomplete": read_incomplete,
    "pk_models": read_model,
    "pk_ranges": read_ranges,
    "pk_study": read_assumed,
    "products": read_products,
    "responses": read_responses,
    "routes": read_routes,
    "scales": read_scale,
    "settings": read_settings,
    "single_case": read_metric_words,
}
FILES = sorted(HERE.rglob("*.yaml"))


def name_of(path: Path) -> str:
    """``opioids/factor_nan.yaml``."""
    return path.relative_to(HERE).as_posix()


def test_there_are_broken_files_for_every_reader() -> None:
    assert {path.parent.name for path in FILES} == set(READERS)
    assert len(FILES) >= 100


@pytest.mark.hazard("H-017")
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_broken_file_is_refused_with_file_line_rule_and_remedy(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#! "), "the first line holds the words of the error"
    with pytest.raises(LibraryError) as caught:
        READERS[path.parent.name](path)
    message = str(caught.value)
    assert message == f"{name_of(path)}:{first[3:]}"
    assert caught.value.exit_code == 3
    assert "\n" not in message
