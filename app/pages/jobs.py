"""What is done about pages in the background."""

from __future__ import annotations

from app.pages.refreshing import PAGES_SHOWN

REFRESH = PAGES_SHOWN.job
