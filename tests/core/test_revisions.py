"""Whether what was made still holds, by the numbers of what it shows and by the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.core.revisions import Facts

TEN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MADE = Facts({"articles": 3, "site": 0}, TEN, TEN + 2 * MINUTE)


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (Facts({"articles": 3, "site": 0}, TEN, None), True),
        (Facts({"articles": 3, "site": 0, "article:1": 7}, TEN + MINUTE, None), True),
        (Facts({"articles": 4, "site": 0}, TEN, None), False),
        (Facts({"articles": 3}, TEN, None), False),
        (Facts({"articles": 3, "site": 0}, TEN + 2 * MINUTE, None), False),
        # Another thread made it for a page that began later than this one.
        (Facts({"articles": 3, "site": 0}, TEN - MINUTE, None), False),
    ],
)
def test_a_part_holds_while_its_own_numbers_stand_and_its_time_lasts(now: Facts, holds: bool) -> None:
    assert MADE.hold(now) is holds
