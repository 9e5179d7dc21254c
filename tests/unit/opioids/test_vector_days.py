"""The local day of many instants at once is the one that the clock of the zone shows for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from adjuvant.opioids.vector_days import Midnights

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("UTC", datetime(2026, 1, 1, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 3, 29, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
        ("America/Sao_Paulo", datetime(2018, 11, 4, tzinfo=UTC)),  # its midnight was skipped
        ("America/Havana", datetime(2026, 11, 1, tzinfo=UTC)),  # its midnight comes twice
        ("Pacific/Apia", datetime(2011, 12, 30, tzinfo=UTC)),  # a whole day was skipped
        ("Pacific/Kiritimati", datetime(2026, 1, 1, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(1968, 12, 31, tzinfo=UTC)),
    ],
)
def test_each_instant_has_the_day_of_its_clock(name: str, around: datetime) -> None:
    moments = [around + timedelta(minutes=15 * turn) for turn in range(-300, 300)]
    moments += [moment - TICK for moment in moments]
    found = Midnights(name).day(np.array([(moment - EPOCH) // TICK for moment in moments], dtype=np.int64))
    local = ZoneInfo(name)
    clock = [moment.astimezone(local).date() for moment in moments]
    assert found.tolist() == [(day - EPOCH.date()).days for day in clock]
