"""A site of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.site import ServedSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ServedSite]:
    """A site served for the first time, with its samples and no editor."""
    with ServedSite(tmp_path / "instance") as site:
        yield site
