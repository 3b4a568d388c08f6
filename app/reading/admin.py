"""An article as its readers will see it, before they can."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.articles.catalogue import author_names
from app.articles.checking import content_for
from app.articles.content import ArticleContent
from app.articles.forms import posted_article
from app.articles.models import Article, CommentsState
from app.articles.owed import Question
from app.articles.stories import Story, story_of
from app.core import clock
from app.core.db import db
from app.core.web import Permission, as_id, requires, takes_files
from app.reading.frames import preview_page

blueprint = Blueprint("previews", __name__, template_folder="templates")


@blueprint.post("/articles/preview")
@requires(Permission.WRITE)
@takes_files
def preview() -> BaseResponse:
    """What stands in the form, which is stored nowhere; or what has to be changed before it can be shown.

    The form's script, which asks for JSON, gets the same page with the length of the text.
    """
    session = db.session()
    article = None
    if text := request.args.get("article"):
        article = session.get(Article, as_id(text) or abort(404)) or abort(404)
    form = posted_article()
    content = content_for(session, form, article)
    is_live = request.accept_mimetypes.best == "application/json"
    if content is None:
        problems = form.problems()
        if is_live:
            said = [f"{label}: {sentence}" for _id, label, sentence in problems]
            return make_response({"problems": said}, 422)
        return make_response(render_template("no_preview.html", problems=problems), 422)
    story = _story(session, content, article)
    if is_live:
        page = preview_page(session, story, _("Preview: nothing of this is saved."))
        return make_response({"page": page.decode(), "words": _length(story)})
    words = _("Preview: nothing of this is saved. Your text is in the tab that you came from.")
    return make_response(preview_page(session, story, words))


def _length(story: Story) -> str:
    words = ngettext("%(num)s word", "%(num)s words", story.words)
    minutes = ngettext("%(num)s minute to read", "%(num)s minutes to read", story.minutes)
    return f"{words}, {minutes}"


def _story(session: Session, content: ArticleContent, article: Article | None) -> Story:
    standing = story_of(session, article) if article else None
    known = {one.anchor: one for one in standing.faq} if standing else {}
    questions = []
    for number, one in enumerate(content.faq, 1):
        there = known.get(one.anchor or "") or Question(f"faq-{number}", "", "", False, None, None)
        questions.append(there._replace(question=one.question, html=one.html))
    return Story(
        id=standing.id if standing else 0,
        slug=content.slug,
        title=content.title,
        byline_text=content.byline,
        authors=author_names(session, content.authors),
        standfirst=content.standfirst,
        published_at=content.published or clock.now(),
        words=content.markup.words,
        sample=content.sample,
        comment_count=0,
        comments=CommentsState.OFF,
        updated_at=standing.updated_at if standing else None,
        update_notes=standing.update_notes if standing else [],
        html=content.markup.html,
        lead_image=content.markup.lead_image,
        headings=[{"id": heading.id, "text": heading.text} for heading in content.markup.headings],
        frame_hosts=sorted({*content.markup.frame_hosts, *(host for one in content.faq for host in one.frame_hosts)}),
        sources=content.sources,
        related=content.related,
        faq=questions,
        corrections=standing.corrections if standing else [],
        tags=content.tags,
        place=standing.place if standing else None,
    )
