"""One comment by itself."""

from __future__ import annotations

from werkzeug.wrappers import Response as BaseResponse

from app.core.web import Permission, requires
from app.moderation.admin import blueprint
from app.moderation.admin.deciding import comment_page


@blueprint.get("/comments/<id:comment_id>")
@requires(Permission.MODERATE)
def comment(comment_id: int) -> BaseResponse:
    return comment_page(comment_id)
