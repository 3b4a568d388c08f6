"""The site's map: each feature's pages and where they begin."""

from __future__ import annotations

from flask import Blueprint

from app.accounts.admin import account as _account  # noqa: F401  (each adds its pages to the blueprint)
from app.accounts.admin import editors as _editors  # noqa: F401
from app.accounts.guard import DESK
from app.accounts.routes import blueprint as accounts
from app.articles.admin import address as _address  # noqa: F401  (each adds its pages to the blueprint)
from app.articles.admin import blueprint as articles
from app.articles.admin import deleting as _deleting  # noqa: F401
from app.articles.admin import describing as _describing  # noqa: F401
from app.articles.admin import leading as _leading  # noqa: F401
from app.articles.admin import listing as _listing  # noqa: F401
from app.articles.admin import revisions as _revisions  # noqa: F401
from app.articles.admin import sharing as _sharing  # noqa: F401
from app.articles.admin import unsaved as _unsaved  # noqa: F401
from app.articles.admin import withdrawing as _withdrawing  # noqa: F401
from app.articles.admin import writing as _writing  # noqa: F401
from app.audit.admin import blueprint as audit
from app.comments.routes import blueprint as comments
from app.following.routes import blueprint as following
from app.mail.admin import blueprint as mail
from app.media import admin as _media  # noqa: F401  (adds its pages to the blueprint)
from app.media.routes import blueprint as media
from app.moderation.admin import actions as _actions  # noqa: F401  (each adds its pages to the blueprint)
from app.moderation.admin import bans as _bans  # noqa: F401
from app.moderation.admin import blueprint as moderation
from app.moderation.admin import bulk as _bulk  # noqa: F401
from app.moderation.admin import comment as _comment  # noqa: F401
from app.moderation.admin import corrections as _corrections  # noqa: F401
from app.moderation.admin import dashboard as _dashboard  # noqa: F401
from app.moderation.admin import deciding as _deciding  # noqa: F401
from app.moderation.admin import new_texts as _new_texts  # noqa: F401
from app.moderation.admin import phrases as _phrases  # noqa: F401
from app.moderation.admin import queue as _queue  # noqa: F401
from app.moderation.admin.links import blueprint as desk_links
from app.moderation.routes import blueprint as report
from app.newsletter.admin import blueprint as issues
from app.newsletter.admin import imports as _imports  # noqa: F401  (adds its pages to the blueprint)
from app.newsletter.admin import sending as _sending  # noqa: F401  (each adds its pages to the blueprint)
from app.newsletter.admin import writing as _issues  # noqa: F401
from app.newsletter.admin.subscribers import blueprint as subscribers
from app.newsletter.routes import blueprint as newsletter
from app.pages.admin import blueprint as standing
from app.pages.admin import menus as _menus  # noqa: F401  (each adds its pages to the blueprint)
from app.pages.admin import writing as _pages  # noqa: F401
from app.pages.routes import blueprint as pages
from app.passes.routes import blueprint as passes
from app.reading import lists as _lists  # noqa: F401  (adds its pages to the blueprint)
from app.reading.admin import blueprint as previews
from app.reading.routes import blueprint as reading
from app.receipts.routes import blueprint as receipts
from app.search.routes import blueprint as search
from app.site import admin as _site  # noqa: F401  (adds its pages to the blueprint)
from app.site.routes import blueprint as site
from app.syndication.routes import blueprint as syndication
from app.syndication.routes import feeds as _feeds  # noqa: F401  (each adds its addresses to the blueprint)
from app.syndication.routes import machines as _machines  # noqa: F401
from app.syndication.routes import sitemaps as _sitemaps  # noqa: F401

FEATURES: list[tuple[Blueprint, str]] = [
    (reading, ""),
    (comments, ""),
    (receipts, ""),
    (following, ""),
    (newsletter, ""),
    (passes, ""),
    (search, ""),
    (syndication, ""),
    (site, ""),
    (media, ""),
    (report, ""),
    (desk_links, ""),
    (pages, ""),
    (moderation, DESK),
    (articles, DESK),
    (previews, DESK),
    (standing, DESK),
    (accounts, DESK),
    (audit, DESK),
    (mail, DESK),
    (subscribers, DESK),
    (issues, DESK),
]
