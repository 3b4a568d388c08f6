"""Stylesheet, fonts, script and icon."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import ImageFont

from app.core.assets import Asset, init_app
from tests.factories import Factory
from tests.pages import Page

URL = re.compile(r"url\(['\"]?([^'\")]+)")
FITTED = re.compile(
    r'"(\w+) Fitted";.*? size-adjust: ([\d.]+)%; ascent-override: ([\d.]+)%; descent-override: ([\d.]+)%; '
    r"line-gap-override: 0%"
)
STATIC = Path(__file__).parents[2] / "app/static"


@pytest.fixture
def assets(app: Flask) -> dict[str, Asset]:
    """By the name under static/."""
    found: dict[str, Asset] = app.extensions["assets"]
    return found


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_asset_is_served_under_a_name_with_a_hash_and_may_be_kept_for_ever(
    client: FlaskClient, assets: dict[str, Asset]
) -> None:
    assert {"broadsheet.css", "embed.js", "icon.svg"} <= set(assets)
    for name, asset in assets.items():
        stem, _dot, suffix = name.rpartition(".")
        assert re.fullmatch(rf"{re.escape(stem)}\.[0-9a-f]{{12}}\.{suffix}", asset.path)
        answer = client.get(f"/static/{asset.path}")
        assert answer.status_code == 200
        assert answer.data == asset.body
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype == {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}.get(
            suffix, "font/woff2"
        )


def test_what_never_changes_is_compressed_as_far_as_it_goes(client: FlaskClient, assets: dict[str, Asset]) -> None:
    sheet = assets["broadsheet.css"]
    answer = client.get(f"/static/{sheet.path}", headers={"Accept-Encoding": "br"})
    assert brotli.decompress(answer.data) == sheet.body
    assert len(answer.data) == len(brotli.compress(sheet.body, quality=11))


def test_the_stylesheets_name_only_files_that_are_there(client: FlaskClient, assets: dict[str, Asset]) -> None:
    sheets = [asset for name, asset in assets.items() if name.endswith(".css")]
    named = [name for sheet in sheets for name in URL.findall(sheet.body.decode())]
    fonts = [name for name in named if not name.startswith("data:")]
    assert len(fonts) >= 3
    assert {name: client.get(name).status_code for name in fonts} == dict.fromkeys(fonts, 200)
    assert {f"/static/{asset.path}" for name, asset in assets.items() if name.startswith("fonts/")} == set(fonts)


def test_every_page_names_only_files_that_are_there(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", "::: video\ntitle: A\nurl: https://youtu.be/abcdefghijk\n:::\n")
    for path in ("/", "/articles/news", "/faq", "/admin/login", "/nothing"):
        page = Page(client.get(path))
        named = page.find("//link[@rel='stylesheet' or @rel='preload']/@href") + page.find("//script/@src")
        assert len(named) >= 3
        assert {name: client.get(name).status_code for name in named} == dict.fromkeys(named, 200)


def test_the_icon_stands_in_each_page_itself(client: FlaskClient, assets: dict[str, Asset]) -> None:
    answer = client.get("/nothing")
    kind, _comma, drawing = Page(answer).attribute("//link[@rel='icon']", "href").partition(",")
    assert kind == "data:image/svg+xml"
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]
    drawn, original = (
        re.sub(r"\s", "", text).replace("'", '"') for text in (unquote(drawing), assets["icon.svg"].body.decode())
    )
    assert drawn == original


def test_another_content_gets_another_name_and_the_stylesheet_with_it(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "a.css").write_text("@font-face{src:url('b.woff2')} i{background:url(data:x)}")
    names = []
    for font in (b"one", b"two", b"one"):
        (folder / "b.woff2").write_bytes(font)
        site = Flask("site", static_folder=None)
        init_app(site, folder)
        found = site.extensions["assets"]
        names.append((found["a.css"].path, found["b.woff2"].path))
        assert f"url(/static/{found['b.woff2'].path})" in found["a.css"].body.decode()
        assert "url(data:x)" in found["a.css"].body.decode()
    assert names[0] == names[2]
    assert names[0][0] != names[1][0]
    assert names[0][1] != names[1][1]


def test_a_style_sheet_is_served_without_what_stands_in_it_for_its_writers(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "a.css").write_text("/* What\n   for. */\n\n@media print {\n  a { /* kept */ top: 0 }\n}\n/* b */\n")
    site = Flask("site", static_folder=None)
    init_app(site, folder)
    assert site.extensions["assets"]["a.css"].body.decode() == "@media print {\na { /* kept */ top: 0 }\n}\n"


def test_the_fonts_that_stand_in_for_ours_are_as_high_and_as_deep(assets: dict[str, Asset]) -> None:
    """So that a line stays where it is when ours have come. How wide they are, only the systems that have them know."""
    faces = FITTED.findall(assets["broadsheet.css"].body.decode())
    assert {family for family, *_numbers in faces} == {"Georgia", "Noto", "Arial", "Roboto"}
    for family, *numbers in faces:
        ours = "newsreader-600" if family in {"Georgia", "Noto"} else "libre-franklin-500"
        size, ascent, descent = map(float, numbers)
        fitted = [round(size * edge / 10) for edge in (ascent, descent)]
        metrics = ImageFont.truetype(STATIC / f"fonts/{ours}-cards.ttf", 1000).getmetrics()
        assert fitted == pytest.approx(metrics, abs=1), family


def test_what_is_no_asset_is_no_page(client: FlaskClient, assets: dict[str, Asset]) -> None:
    current = assets["broadsheet.css"].path
    for path in ("broadsheet.css", "broadsheet.000000000000.css", f"x/{current}", f"../static/{current}", "", "fonts/"):
        answer = client.get(f"/static/{path}")
        assert answer.status_code == 404, path
        assert "immutable" not in answer.headers["Cache-Control"]


def test_licences_and_notes_beside_the_fonts_are_not_served(client: FlaskClient, assets: dict[str, Asset]) -> None:
    assert [name for name in assets if name.endswith((".txt", ".md"))] == []


def test_two_applications_give_a_file_the_same_name(app: Flask, app_with: Callable[..., Flask]) -> None:
    """So that a page made by one process names what another serves."""
    assert app_with().extensions["assets"] == app.extensions["assets"]
