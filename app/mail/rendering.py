"""One template for each letter, rendered twice: as plain text and as HTML."""

from __future__ import annotations

import html
from itertools import pairwise
from typing import Any

from flask import current_app

_TEXT = "mail/as_text.html"
_HTML = "mail/as_html.html"


def render_letter(template: str, **values: Any) -> tuple[str, str]:
    """The text and the HTML of a letter.

    Its template says `{% extends form %}`, has a block `letter`, and writes it with the macros in `part` alone, which
    are the same in both forms.
    """
    text = _lines(template, _TEXT, values)
    kept = [line for before, line in pairwise(["", *text]) if line or before]
    page = [line for line in _lines(template, _HTML, values) if line]
    return html.unescape("\n".join(kept)).strip() + "\n", "\n".join(page) + "\n"


def _lines(template: str, form: str, values: dict[str, Any]) -> list[str]:
    env = current_app.jinja_env
    rendered = env.get_template(template).render(form=form, part=env.get_template(form).module, **values)
    return [line.strip() for line in rendered.splitlines()]
