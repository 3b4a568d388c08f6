"""One comment by itself."""

from __future__ import annotations

from flask import Response, make_response, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import db
from app.core.web import Permission, requires
from app.moderation.admin import answers, blueprint
from app.moderation.rows import dossier


@blueprint.get("/comments/<id:comment_id>")
@requires(Permission.MODERATE)
def comment(comment_id: int) -> BaseResponse:
    return comment_page(comment_id)


def comment_page(comment_id: int, status: int = 200, **parts: str) -> Response:
    """All that is known of one comment."""
    row = answers.row_of(comment_id)
    known = dossier(db.session(), row.comment)
    if answers.is_in_place():
        return make_response(render_template("moderation/_comment.html", row=row, dossier=known))
    desk = answers.the_desk(back=url_for("moderation.comment", comment_id=comment_id))
    page = render_template(
        "moderation/comment.html", row=row, dossier=known, desk=desk, notice=answers.take_notice(), **parts
    )
    return make_response(page, status)
