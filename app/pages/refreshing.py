"""Making the HTML of pages anew, when what their pictures are shown by has changed."""

from __future__ import annotations

from app.media.refreshing import Refresher
from app.pages.models import PAGES, PageImage, StandingPage

PAGES_SHOWN = Refresher("a page", StandingPage, PageImage.page_id, lambda _page: (PAGES,))
