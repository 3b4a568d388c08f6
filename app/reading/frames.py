"""An article's page but for its comments and their number, which is kept while the articles stay as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from babel.lists import format_list
from flask import url_for
from flask_babel import get_locale
from sqlalchemy.orm import Session

from app.articles.models import CommentsState, article_subject, related_subject
from app.articles.naming import tag_url
from app.articles.queries import Listing, comment_counts, ends_with_next_publication
from app.articles.stories import Link, Story, live_story, neighbours, related_to
from app.comments.forms import blank_form
from app.comments.opening import Opening, closed_in_words, opening_of
from app.core.frames import Frame, kept_frame
from app.core.revisions import depends_on, ends_at
from app.core.web import absolute, allow_frames, settings
from app.newsletter.subscribing import wording
from app.site.models import SITE
from app.site.queries import Terms, terms
from app.syndication.cards import card_url
from app.syndication.structured import article_json_ld


class Card(NamedTuple):
    """What another site shows of a link to the page."""

    title: str
    """The article's."""
    description: str
    """Plain text; a comment's HTML where there is an author."""
    url: str
    author: str = ""
    """Of the comment that is linked to."""


class Signature(NamedTuple):
    """A name in a byline, the words before it, and the page that it leads to."""

    before: str
    name: str
    url: str | None


def signatures(story: Story) -> list[Signature]:
    """The byline. One that is printed in the place of the authors' names leads to a single author's page."""
    if story.byline_text:
        url = story.authors[0].url if len(story.authors) == 1 else None
        return [Signature("", story.byline_text, url)]
    between = format_list(["\0" for _author in story.authors], locale=get_locale()).split("\0")
    return [Signature(words, one.name, one.url) for words, one in zip(between, story.authors, strict=False)]


class StoryFrame(Frame):
    """Its slots show the thread, how many comments there are here and on the related articles, and the Card."""

    def __init__(
        self,
        story: Story,
        related: list[Listing],
        opening: Opening,
        held: Terms,
        *,
        around: tuple[Link | None, Link | None] = (None, None),
        preview: str = "",
    ) -> None:
        self.article_id, self.slug, self.frame_hosts = story.id, story.slug, story.frame_hosts
        self.has_thread, self.is_open = opening.state is not CommentsState.OFF, opening.is_open
        self.card = Card(story.title, story.standfirst, absolute(story.url))
        self._related = related
        super().__init__(
            "reading/article.html",
            [article_subject(one.id) for one in (story, *related)],
            article=story,
            byline=signatures(story),
            canonical=self.card.url,
            tags=[(name, tag_url(name)) for name in story.tags],
            card_url=None if preview else card_url(story),
            related=related,
            previous=around[0],
            next=around[1],
            closed=closed_in_words(opening),
            policy=held.policy,
            form=blank_form(),
            newsletter=wording(),
            form_action=url_for("comments.send", slug=story.slug),
            json_ld=None if preview else article_json_ld(story, settings()),
            preview=preview,
        )

    def counts(self, session: Session) -> dict[str, object]:
        """What fills the slots that show a number of comments."""
        numbers = comment_counts(session, [self.article_id, *(row.id for row in self._related)])
        related = [
            row if row.comment_count == numbers[row.id] else replace(row, comment_count=numbers[row.id])
            for row in self._related
        ]
        return {"comment_count": numbers[self.article_id], "related": related}


def story_frame(session: Session, slug: str) -> StoryFrame | None:
    """None if there is no such article, or if it is not out."""

    def make() -> StoryFrame | None:
        depends_on(SITE)
        ends_with_next_publication(session)
        story = live_story(session, slug)
        if story is None:
            return None
        if any(entry.is_readers for entry in story.faq) or any(entry.is_readers for entry in story.corrections):
            # It links to the comment that a question or a correction came of, as long as that is published.
            depends_on(article_subject(story.id))
        held = terms(session)
        opening = opening_of(story.comments, story.published_at, held)
        ends_at(opening.closes_at if opening.state is CommentsState.OPEN else None)
        depends_on(related_subject(story.id))
        return StoryFrame(story, related_to(session, story), opening, held, around=neighbours(session, story))

    return kept_frame(session, slug, make)


def preview_page(session: Session, story: Story, words: str) -> bytes:
    """The page of an article that may not be out yet, without its comments. `words` say at its head what it is."""
    related = related_to(session, story)
    story = replace(story, comments=CommentsState.OFF)
    frame = StoryFrame(story, related, Opening(CommentsState.OFF), terms(session), preview=words)
    allow_frames(story.frame_hosts)
    return frame.filled({"comment_count": 0, "related": related, "card": frame.card})
