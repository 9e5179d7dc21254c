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


def test_reading_the_whole_library_loads_no_units_registry() -> None:
    script = (
        "import sys\n"
        "from adjuvant import library\n"
        "for key in library.table_keys():\n    library.load_table(key)\n"
        "library.settings(); library.scales(); library.products(); library.responses()\n"
        "print('pint' in sys.modules or 'ucumvert' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
