"""What an editor looks for at the desk: a tab, what narrows it, and its order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.comments.models import Status


class Tab(StrEnum):
    PENDING = "pending"
    REPORTED = "reported"
    APPEALS = "appeals"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def status(self) -> Status | None:
        """The status whose comments the tab holds; None where they are of any."""
        return Status(self.value) if self.value in set(Status) else None


class Order(StrEnum):
    TIME = "time"
    """What waits, oldest first; what was decided, newest first."""
    SPAM_FIRST = "spam-first"
    SPAM_LAST = "spam-last"
    """By what the learning filter gave them when they came in; those it gave nothing stand at the end."""


@dataclass(frozen=True)
class Search:
    """What an editor looks for. `since` and `before` bound the time by which the tab is ordered."""

    tab: Tab = Tab.PENDING
    article_id: int | None = None
    phase: str = ""
    text: str = ""
    since: datetime | None = None
    before: datetime | None = None
    order: Order = Order.TIME
    newest_id: int | None = None
    """No comment that came in later than this one."""
