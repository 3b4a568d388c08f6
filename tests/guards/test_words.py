"""Every word of the interface is marked for translation, in a form that can be extracted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app.config import ROOT
from tests.catalogs import extracted

TEMPLATES = sorted((ROOT / "app").rglob("templates/**/*.html")) + sorted((ROOT / "app").rglob("templates/**/*.xml"))
SPOKEN = {
    "admin",
    "forms",
    "routes",
    "errors",
    "templating",
    "opening",
    "status",
    "reasons",
    "phases",
    "telling",
    "digests",
}
"""Modules whose words people read: by these names in whatever folder."""
MODULES = sorted(
    path
    for path in (ROOT / "app").rglob("*.py")
    if path.stem in SPOKEN or "admin" in path.parts or path.parent.name in {"comments", "receipts", "routes", "site"}
)
SCRIPTS = [path for path in sorted((ROOT / "app" / "static").glob("*.js")) if ".min." not in path.name]

MARKS = {"_", "_l", "gettext", "ngettext", "lazy_gettext"}
HOLE = "\0"
READ_OUT = {"alt", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "content", "label"}
READ_OUT |= {"placeholder", "title"}
WORDS = re.compile(r"[^\W\d_]{2}")
SENTENCE = re.compile(r"^(A|I|[A-Z][a-z]+)[,:’']?( [^\s=]+)+|[a-z]{2,}[.,:;?!] ?[A-Za-z]* ?[a-z]{2,}.*\.$")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def environment() -> Environment:
    return Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])


def without_code(template: str) -> str:
    """The template's own HTML, with a hole where an expression stands or a text that is marked by `trans`."""
    text, is_marked, begins = [""], False, False
    for _line, token, value in environment().lex(re.sub(r"{% block body_class %}.*?{% endblock %}", "", template)):
        if token == "data":
            text.append("" if is_marked else value)
        elif token == "variable_begin":
            text.append(HOLE)
        elif token == "block_begin":
            begins = True
        elif begins and token == "name":
            begins = False
            is_marked = value == "trans" or (is_marked and value != "endtrans")
            text.append(HOLE if value == "trans" else "")
    # What stands for a level of headings, or for classes, is not shown.
    return re.sub(rf"(</?h){HOLE}", r"\g<1>2", re.sub(r'class="[^"]*"', "", "".join(text)))


class Words(HTMLParser):
    """Words that a page shows, or has read out, as they stand in its source."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_code = False
        self.feed(without_code(template))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_code = tag in {"script", "style", "code", "kbd", "id"}
        for name, value in attrs:
            is_of_a_head = name == "content" and ("name", "description") not in attrs
            is_button = tag == "input" and name == "value" and ("type", "submit") in attrs
            if (name in READ_OUT and not is_of_a_head) or is_button:
                self._look(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self._look(data)

    def _look(self, text: str) -> None:
        if WORDS.search(re.sub(r"\S*[/=]\S*|&\w+;", "", text.replace(HOLE, " "))):
            self.found.append(" ".join(text.split()))


def unmarked_constants(template: str) -> Iterator[str]:
    """Sentences in a template's expressions, outside of a mark."""
    tree = environment().parse(template)
    marked = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS
        for constant in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and id(constant) not in marked and SENTENCE.search(constant.value):
            yield constant.value


def marks_of_what_is_written_elsewhere(template: str) -> Iterator[str]:
    for call in environment().parse(template).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS and not isinstance(call.args[0], nodes.Const):
            yield f"line {call.lineno}"


def calls_of_marks(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            yield node


def unmarked_sentences(source: str) -> Iterator[str]:
    """Sentences in a module that are neither marked, nor a docstring, nor for the log or for those who write code."""
    tree = ast.parse(source)
    silent: set[int] = set()
    for node in ast.walk(tree):
        is_prose = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS
        is_log = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_logger(node.func.value)
        is_for_coders = isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__"
        if is_prose or is_marked or is_log or is_for_coders:
            silent |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            # A line of robots.txt is none.
            yield from [node.value] if SENTENCE.search(node.value) and ": /" not in node.value else []


def _is_logger(node: ast.expr) -> bool:
    return ast.unparse(node) in {"_log", "current_app.logger"}


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_a_template_shows_no_word_that_is_not_marked(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert Words(text).found == []
    assert list(unmarked_constants(text)) == []
    assert list(marks_of_what_is_written_elsewhere(text)) == []


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_says_nothing_that_is_not_marked(module: Path) -> None:
    assert list(unmarked_sentences(module.read_text(encoding="utf-8"))) == []


def test_what_is_marked_is_a_text_and_nothing_that_is_worked_out_later() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        for call in calls_of_marks(ast.parse(path.read_text(encoding="utf-8")))
        if not isinstance(call.args[0], ast.Constant)
    ]
    assert found == []


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_a_script_says_nothing_of_its_own(script: Path) -> None:
    """What it says stands in the page."""
    code = re.sub(r"^\s*//.*$|\s// .*$", "", script.read_text(encoding="utf-8"), flags=re.MULTILINE)
    texts = [text for _quote, text in re.findall(r"([\"'`])((?:(?!\1).)*)\1", code)]
    assert [text for text in texts if SENTENCE.search(text)] == []


def test_every_mark_is_found_by_the_projects_own_mapping() -> None:
    """What `make messages` gathers: of Python, of templates, of plurals, of what is translated when it is shown."""
    messages = extracted()
    for text in ("Preview", "Give a name; it stands under your comment.", "In reply to <bdi>%(name)s</bdi>"):
        assert text in messages
    assert ("%(num)s comment", "%(num)s comments") in messages
    in_modules = {
        call.args[0].value
        for path in (ROOT / "app").rglob("*.py")
        for call in calls_of_marks(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call.args[0], ast.Constant)
    }
    known = {text for message in messages for text in ([message] if isinstance(message, str) else message)}
    assert in_modules <= known


def test_the_guards_find_what_they_look_for() -> None:
    shown = (
        '<p>Hello {{ x }}</p><img alt="A bridge"><p aria-label="{{ _(\'Fine\') }}">{% trans %}Fine{% endtrans %}</p>'
    )
    assert Words(shown).found == [f"Hello {HOLE}", "A bridge"]
    assert Words("<p>{% if a %}Yes{% else %}{{ _('No') }}{% endif %}</p><script>let it</script>").found == [
        f"Yes{HOLE}"
    ]
    assert list(unmarked_constants("{{ field(a, 'Never shown.') }}{{ field(a, _('Marked, so fine.')) }}")) == [
        "Never shown."
    ]
    assert list(marks_of_what_is_written_elsewhere("{{ _(text) }}{{ _('text') }}")) == ["line 1"]
    assert list(unmarked_sentences('"""A docstring."""\nflash("It is done.")\nflash(_("It is so."))')) == [
        "It is done."
    ]
