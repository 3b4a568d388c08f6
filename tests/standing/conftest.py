"""Pages beside articles, written as an editor does."""

from __future__ import annotations

from collections.abc import Sequence

from flask.testing import FlaskClient

from tests.factories import send_form
from tests.pages import Page


def write(browser: FlaskClient, slug: str = "about", **fields: str) -> Page:
    """A live page with the address, or what is said of what was filled in."""
    filled = {"title": f"The page {slug}", "slug": slug, "text": f"What {slug} says.", "state": "live", **fields}
    return Page(send_form(browser, "/admin/pages/new", filled))


def form_of(browser: FlaskClient, path: str = "/admin/pages/1/edit") -> dict[str, str]:
    """What stands in the form of a page."""
    page = Page(browser.get(path))
    state = page.attribute("//input[@name='state'][@checked]", "value")
    return {"state": state, **{name: page.field(name) for name in ("seen", "title", "slug", "text")}}


def save(browser: FlaskClient, fields: dict[str, str], path: str = "/admin/pages/1/edit", **changes: str) -> Page:
    return Page(send_form(browser, path, {**fields, **changes}))


def links_of(browser: FlaskClient) -> dict[str, str]:
    """What stands in the form of the menus."""
    page = Page(browser.get("/admin/menu"))
    names = [field.get("name") for field in page.find("//main//input[@type!='hidden' or @name='seen']")]
    return {name: page.field(name) for name in names}


def put_in_menu(
    browser: FlaskClient,
    *,
    masthead: Sequence[tuple[str, str]] = (),
    footer: Sequence[tuple[str, str]] = (),
    seen: str | None = None,
    do: str = "save",
) -> Page:
    """Fills the form of the menus in with labels and addresses, and no others, and sends it."""
    filled = {"do": do, "seen": seen or links_of(browser)["seen"]}
    for menu, links in {"masthead": masthead, "footer": footer}.items():
        for number, (label, address) in enumerate(links):
            filled |= {f"{menu}-{number}-label": label, f"{menu}-{number}-address": address}
    return Page(send_form(browser, "/admin/menu", filled))
