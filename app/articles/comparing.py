"""Two revisions of an article side by side, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from flask_babel import format_datetime
from flask_babel import lazy_gettext as _l

from app.articles.content import ArticleContent
from app.core.differences import Piece, changed_characters, text_difference

LABELS = {
    "title": _l("Headline"),
    "standfirst": _l("Standfirst"),
    "source": _l("Text"),
    "faq": _l("Questions and answers"),
    "sources": _l("Sources"),
    "byline": _l("Byline"),
    "authors": _l("Authors"),
    "series": _l("Series"),
    "part": _l("Part"),
    "tags": _l("Tags"),
    "related": _l("Related articles"),
    "slug": _l("Address"),
    "published": _l("Goes live"),
    "drawings": _l("Drawings"),
    "images": _l("Images"),
}


class Compared(NamedTuple):
    """What differs in a field."""

    name: str
    label: str
    pieces: list[Piece]


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Compared]:
    """The fields that differ between two contents, as `history.content_of` gives them."""
    texts = {name: (_as_text(name, before.get(name)), _as_text(name, after.get(name))) for name in LABELS}
    return [
        Compared(name, str(LABELS[name]), text_difference(old, new)) for name, (old, new) in texts.items() if old != new
    ]


def characters_between(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> int:
    """How many characters went and came in those fields."""
    return sum(changed_characters(_as_text(name, before.get(name)), _as_text(name, after.get(name))) for name in names)


def written(content: ArticleContent) -> dict[str, Any]:
    """What an editor has filled in, as `history.content_of` gives what is stored."""
    faq = [{"anchor": one.anchor, "question": one.question, "answer": one.source} for one in content.faq]
    published = content.published.isoformat() if content.published else None
    return {**vars(content), "faq": faq, "published": published}


def _as_text(name: str, value: Any) -> str:
    """A revision from before there was such a field says nothing of it."""
    if not value:
        return ""
    if name == "published":
        return str(format_datetime(datetime.fromisoformat(value), "d MMMM y, HH:mm"))
    if name == "faq":
        return "\n\n".join(f"{one['question']}\n\n{one['answer']}" for one in value)
    if name == "sources":
        return "\n\n".join("\n".join(one.values()) for one in value)
    if name in {"drawings", "images"}:
        return "\n".join(f"{name} ({sha256(said.encode()).hexdigest()[:8]})" for name, said in sorted(value.items()))
    return ", ".join(value) if isinstance(value, list) else str(value)
