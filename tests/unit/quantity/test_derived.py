"""The shipped derivations: each is what the derivation gives, and they spare a command the units registry."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from adjuvant.quantity import number, unit
from adjuvant.quantity.ucum import derive

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.hazard("H-005", "H-007")
def test_every_shipped_unit_is_what_ucum_gives() -> None:
    shipped = json.loads(Path(unit.__file__).with_name("derived.json").read_text(encoding="utf-8"))
    assert len(shipped) > 200
    for code, (factor, dimension) in shipped.items():
        assert derive(code) == (number.Fraction(factor), tuple(sorted(dimension.items()))), code


def test_the_shipped_file_is_as_derived() -> None:
    subprocess.run([sys.executable, str(ROOT / "scripts" / "derive-units"), "--check"], check=True)


# Every file of the library is read, and the hook sees that none was left out. A unit that is not in the shipped
# file would load the registry.
EVERYTHING = """
import sys
from pathlib import Path

opened = set()
sys.addaudithook(lambda event, said: opened.add(str(said[0])) if event == "open" else None)

from adjuvant import library
from adjuvant.alerts import actions
from adjuvant.library import omop, preparations, routes, studies, vocabulary
from adjuvant.library.folder import FOLDER
from adjuvant.protocol import limits, read_listed, sited
from adjuvant.protocol.scenario import read_scenario

for key in library.table_keys():
    library.load_table(key)
for read in (
    library.settings, library.scales, library.products, library.responses, library.plausible_limits,
    library.drug_book, library.spread_plans, limits.guardrails, limits.modifiers, limits.rule_examples,
    studies.studies, vocabulary.observations, vocabulary.conditions, vocabulary.interactions,
    preparations.preparations, routes.route_book, omop.omop_book, actions._limits,
):
    read()
for path in FOLDER.rglob("protocol.yaml"):
    listed = read_listed(path)
    for profile in path.parent.glob("example_site*.yaml"):
        sited(listed, profile)
    for scenario in path.parent.glob("scenarios/*.yaml"):
        read_scenario(scenario)
print([path.name for path in FOLDER.rglob("*.yaml") if str(path) not in opened])
print([name for name in ("pint", "ucumvert") if name in sys.modules])
"""


def test_reading_the_whole_library_loads_no_units_registry() -> None:
    done = subprocess.run([sys.executable, "-c", EVERYTHING], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"
