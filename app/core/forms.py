"""What forms of several features share."""

from __future__ import annotations

from app.core.markup import normalise


def trimmed(value: str | None) -> str | None:
    return value.strip() if value else value


def single_line(value: str | None) -> str | None:
    """A name or title: normalised, with every run of white space one space."""
    return " ".join(normalise(value).split()) if value else value
