"""What is told to other sites."""

from __future__ import annotations

from app.config import Config


def may_syndicate(sample: bool, config: Config) -> bool:
    """Sample content stays out of feeds, sitemaps and news markup, unless nobody else can read them anyway."""
    return not sample or config.samples_public or config.is_loopback
