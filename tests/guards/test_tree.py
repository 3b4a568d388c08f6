"""What holds for every file of the project."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app.config import ROOT, Config

MADE_BY_TOOLS = {"instance", "__pycache__", "node_modules", "build", "dist"}
TEMPLATES = sorted((ROOT / "app").rglob("templates/**/*.html")) + sorted((ROOT / "app").rglob("templates/**/*.xml"))

PACKAGE_HOSTS = ["pypi" + ".org", "python" + "hosted.org"]
FOLDERS_OF_ONE_MACHINE = ["/tm" + "p/", "/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/"]

STORED_HTML = {
    "about.html",
    "article.html",
    "comment.html",
    "entry.html",
    "node.html",
    "page.html",
    "row.html",
    "row.comment.html",
    "row.parent.html",
    "edit.html",
    "version.html",
    "(lead.drawing or '')",
    "issue.html",
    "letter_html",
}
"""What core.markup made when it was saved, words in it marked or not; nothing else may be put on a page as it is."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_files() -> Iterator[tuple[str, str]]:
    """Name and text of each file that a clone of the project would hold."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [
            name for name in subfolders if name not in MADE_BY_TOOLS and (not name.startswith(".") or name == ".ci")
        ]
        for name in names:
            content = (Path(folder) / name).read_bytes()
            if b"\0" not in content:
                yield name_of(Path(folder) / name), content.decode()


def test_every_setting_is_in_the_readme_and_every_setting_there_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.search(r"^\| *setting *\|.*\n\|[-: |]+\|\n((?:\|.*\n)+)", readme, re.IGNORECASE | re.MULTILINE)
    assert table is not None, "README.md has no table of settings"
    documented = [re.findall(r"`([A-Z_]+)`", row.split("|")[1]) for row in table[1].splitlines()]
    assert all(documented)
    assert sorted(name for row in documented for name in row) == sorted(field.name.upper() for field in fields(Config))


def test_every_default_in_the_readme_is_the_real_one() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for field in fields(Config):
        if isinstance(field.default, int) and not isinstance(field.default, bool):
            row = re.search(rf"^\| *`{field.name.upper()}` *\|([^|]*)\|", readme, re.MULTILINE)
            assert row is not None
            assert row[1].strip(" `") == str(field.default)


def test_no_file_names_a_package_host_or_a_folder_of_one_machine() -> None:
    found = [
        f"{name}: {word}"
        for name, text in text_files()
        for word in PACKAGE_HOSTS + FOLDERS_OF_ONE_MACHINE
        if re.search(rf"(?<![\w.-]){re.escape(word)}", text)
    ]
    assert found == []


def test_no_file_waits_to_be_finished() -> None:
    words = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b")
    assert [name for name, text in text_files() if words.search(text)] == []


def test_only_the_config_reads_the_environment() -> None:
    """So that each setting is typed, checked and documented."""
    readers = {
        name for name, text in text_files() if name.startswith("app/") and re.search(r"os\.environ|getenv", text)
    }
    assert readers == {"app/config.py"}


def test_only_the_clock_asks_what_time_it_is() -> None:
    pattern = re.compile(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btime\.time\(")
    assert {name for name, text in text_files() if name.startswith("app/") and pattern.search(text)} == {
        "app/core/clock.py"
    }


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_no_template_holds_style_or_script_of_its_own(template: Path) -> None:
    """The Content-Security-Policy would ignore it. A letter has no other style than that of its elements."""
    text = template.read_text(encoding="utf-8")
    if name_of(template) == "app/mail/templates/mail/as_html.html":
        text = text.replace(' style="', "")
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text, re.IGNORECASE)
    for script in re.findall(r"<script[^>]*>", text):
        assert " src=" in script or 'type="application/ld+json"' in script


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_only_stored_html_is_put_on_a_page_unescaped(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert set(safe_expressions(text)) <= STORED_HTML
    assert "autoescape" not in text


def test_no_code_declares_a_text_to_be_markup_but_what_was_made_safe() -> None:
    """JSON whose `<` is escaped, and what macros of the templates have returned."""
    found = {name for name, text in text_files() if name.startswith("app/") and re.search(r"\bMarkup\(", text)}
    assert found <= {"app/syndication/structured.py", "app/core/frames.py"}


def safe_expressions(template: str) -> list[str]:
    """What the filter `safe` is applied to, as it is written."""
    tree = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(template)
    return [written(found.node) for found in tree.find_all(nodes.Filter) if found.name == "safe"]


def written(node: nodes.Node | None) -> str:
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=owner, attr=attribute):
            return f"{written(owner)}.{attribute}"
        case nodes.Or(left=left, right=right):
            return f"({written(left)} or {written(right)})"
        case nodes.Const(value=value):
            return repr(value)
    return f"something else: {node!r}"


def test_the_guard_of_unescaped_html_finds_what_it_looks_for() -> None:
    assert safe_expressions("{{ a.b|safe }}{{ (x or '')|safe }}{{ _('%(n)s', n=y|safe) }}") == ["a.b", "(x or '')", "y"]


def test_the_vendored_script_is_the_one_that_the_list_of_dependencies_names() -> None:
    documented = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    scripts = sorted((ROOT / "app" / "static").glob("*.min.js"))
    assert [f"app/static/{script.name}" for script in scripts] == re.findall(r"`(app/static/\S+\.min\.js)`", documented)
    for script in scripts:
        assert hashlib.sha256(script.read_bytes()).hexdigest() in documented


@pytest.mark.parametrize("sheet", sorted((ROOT / "app" / "static").glob("*.css")), ids=name_of)
def test_a_style_sheet_names_sides_by_the_direction_of_writing(sheet: Path) -> None:
    """Or a page in Arabic, and a comment in it on any page, would have its indents on the wrong side."""
    sided = re.compile(
        r"[\w-]+-(?:left|right)(?=:)|[;{ ](?:left|right)(?=:)|(?:float|clear|text-align): (?:left|right)"
    )
    assert [one for one in sided.findall(sheet.read_text(encoding="utf-8")) if one != "text-align: right"] == []
