"""The house rules, for readers."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from app.core.db import db
from app.core.revisions import depends_on
from app.core.web import cacheable, public
from app.site.models import SITE, the_site
from app.site.queries import house_rules as rules_that_hold

blueprint = Blueprint("site", __name__, template_folder="templates")


@blueprint.get("/house-rules")
@public
@cacheable()
def house_rules() -> Response:
    session = db.session()
    depends_on(SITE)
    page = render_template("site/house_rules.html", rules=rules_that_hold(session), set=the_site(session))
    return make_response(page)
