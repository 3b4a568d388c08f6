"""Readers with mailboxes at a real mail server, and the site that writes to them."""

from __future__ import annotations

from tests.following.conftest import Post, office, post

__all__ = ["Post", "office", "post"]
