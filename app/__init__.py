"""Broadsheet: a small newspaper for the web with a letters page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, templating, wiring
from app.accounts import guard
from app.config import Config
from app.core import assets, errors, jobs, web
from app.core.db import db, engine_options, prepare_engine
from app.features import FEATURES
from app.pagecache import install

BODY_LIMIT = 1024 * 1024
"""Bytes in a request. A comment of 5,000 characters takes 60 KB when each is four bytes, percent-encoded; and one that
is too long is to come back with a word on how much to cut, not to be thrown away."""


def create_app(config: Config | None = None) -> Flask:
    """The application. Without a Config it reads the environment; raises ConfigError for a setting it cannot use."""
    config = config.completed() if config else Config.from_environment()
    app = Flask(__name__, instance_path=str(config.instance_path), static_folder=None)
    _configure(app, config)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    Migrate(app, db, directory=str(Path(__file__).parent.parent / "migrations"))
    Babel(app, default_locale=config.locale.replace("-", "_"), default_timezone=config.time_zone)
    errors.init_app(app)
    web.init_app(app)
    guard.init_app(app)
    templating.init_app(app, config)
    assets.init_app(app, Path(__file__).parent / "static")
    jobs.register(app.extensions, wiring.JOBS)
    wiring.connect()
    for blueprint, prefix in FEATURES:
        app.register_blueprint(blueprint, url_prefix=prefix or None)
    cli.init_app(app)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies, x_proto=0)  # type: ignore[method-assign]
    install.init_app(app)
    app.wsgi_app = web.plain_requests(app.wsgi_app, config)  # type: ignore[assignment, method-assign]
    return app


def _configure(app: Flask, config: Config) -> None:
    app.config.from_prefixed_env()
    app.config.update(
        BROADSHEET=config,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        SESSION_COOKIE_NAME="broadsheet",
        SESSION_COOKIE_PATH=guard.DESK,
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    # A redirect to a tidier spelling of a path would be built from the request's Host.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
