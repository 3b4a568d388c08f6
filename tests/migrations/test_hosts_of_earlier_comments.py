"""Comments that were published before hosts were kept count as linking to them."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

from app.accounts.queries import Identity
from app.comments.models import LinkHost
from tests.factories import Factory

BEFORE = "e80b6d2f4a17"


def test_published_links_are_known_after_the_migration_and_others_are_not(
    app: Flask, factory: Factory, edith: Identity
) -> None:
    article = factory.article()
    factory.published(article, "See https://www.Known.example/?b=1&c=2, https://münchen.example:8080.", editor=edith)
    factory.published(article, "See nothing.", editor=edith)
    factory.comment(article, "See https://waiting.example.")
    hosts = ["known.example", "xn--mnchen-3ya.example"]
    assert factory.ask(sa.select(LinkHost.host).order_by(LinkHost.host)) == hosts
    with app.app_context():
        downgrade(revision=BEFORE)
        upgrade()
    assert factory.ask(sa.select(LinkHost.host).order_by(LinkHost.host)) == hosts
