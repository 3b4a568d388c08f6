"""What programs look for at addresses that are the same on every site."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from urllib.parse import quote

from flask import Response, abort, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.assets import asset_url
from app.core.revisions import ends_at
from app.core.web import absolute, cacheable, public, settings
from app.syndication.routes import blueprint

HOLDS_FOR = timedelta(days=180)
"""How far ahead security.txt says that it ends. RFC 9116 asks for less than a year."""


@blueprint.get("/robots.txt")
@public
@cacheable()
def robots() -> Response:
    lines = [
        "User-agent: *",
        "Disallow: /admin",
        "Disallow: /receipts",
        "Disallow: /passes/",
        "Disallow: /follows/",
        "Disallow: /drafts/",
        "Disallow: /search",
        "",
        f"Sitemap: {absolute(url_for('syndication.sitemap'))}",
        f"Sitemap: {absolute(url_for('syndication.sitemap_of_news'))}",
        "",
    ]
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
@public
@cacheable()
def security() -> Response:
    """Whom to tell of a weakness of the site, by RFC 9116. Without a contact there is nothing to say."""
    config = settings()
    contact = config.site_contact
    if "@" in contact and "/" not in contact:
        contact = f"mailto:{quote(contact, safe='@')}"
    elif not contact.startswith("https://"):
        abort(404)
    today = datetime.combine(clock.now().astimezone(UTC), time_of_day(), UTC)
    ends_at(today + timedelta(days=1))
    lines = [
        f"Contact: {contact}",
        f"Expires: {(today + HOLDS_FOR).isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {config.locale}",
    ]
    if config.is_https:
        lines.append(f"Canonical: {absolute(url_for('syndication.security'))}")
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@blueprint.get("/.well-known/change-password")
@public
def change_password() -> BaseResponse:
    """Where password managers send an editor: https://www.w3.org/TR/change-password-url/."""
    return redirect(url_for("accounts.account"), 302)


@blueprint.get("/site.webmanifest")
@public
@cacheable()
def manifest() -> Response:
    """What a site that is put on a home screen is called: https://www.w3.org/TR/appmanifest/."""
    config = settings()
    front = url_for("reading.front")
    described = {
        "name": config.site_name,
        "id": front,
        "start_url": front,
        "display": "minimal-ui",
        "lang": config.locale,
        "dir": "rtl" if config.is_right_to_left else "ltr",
        "background_color": "#FFFFFF",
        "theme_color": "#FFFFFF",
        "icons": [
            {"src": asset_url("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": url_for("media.icon_192"), "sizes": "192x192", "type": "image/png"},
            {"src": url_for("media.icon_512"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
        ],
    }
    return Response(json.dumps(described, ensure_ascii=False), mimetype="application/manifest+json")
