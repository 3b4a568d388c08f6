"""Attacks on the markup core, and what three parsers, Chromium's among them, find in what comes out."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from app.core.markup import MarkupError, article_html, clean_article, clean_comment, comment_html
from tests.core.markup_checks import EDITORS, READERS, Allowed, fault, faults

# Public suites, kept beside the repository where there is room for them.
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "markup-attacks" / "attacks.jsonl"

ADDRESSES = (
    "javascript:alert(1)",
    "javascript:`1ＨＡＣＫ`",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "java\u200bscript:alert(1)",
    "&#106;avascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58alert(1)",
    "%6Aavascript:alert(1)",
    "ｊavascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml;base64,PHN2Zy8+",
    "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)",
    "blob:https://a.example/1",
    "file:///etc/passwd",
    "//evil.example/x",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:\\\\evil.example",
    "https://bank.example@evil.example/",
    "https://bank.example&#64;evil.example/",
    'http://a.example/"onmouseover="alert(1)',
    "http://a.example/'onmouseover='alert(1)",
    "http://a.example/><script>alert(1)</script>",
    "http://[::1]:99999/",
    "http://a%00.example/",
)

MARKUP = (
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT\x0c>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x'onerror='alert(1)'",
    "<svg><script>alert&#40;1)</script>",
    "<svg/onload=alert(1)>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>a</text></a></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<style><a title="</style><img src=x onerror=alert(1)>">',
    '<textarea><a title="</textarea><img src=x onerror=alert(1)>">',
    "<template><img src=x onerror=alert(1)></template>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>--!>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<iframe srcdoc='&lt;script&gt;parent.alert(1)&lt;/script&gt;'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<p style='background:url(https://evil.example)' onclick=alert(1) class=headline id=main>a</p>",
    "<a href='https://a.example' target=_blank rel=opener ping=https://evil.example onclick=alert(1)>a</a>",
    '<a href="https://a.example" href="javascript:alert(1)">a</a>',
    "<a <script>alert(1)</script>>a</a>",
    "<em><em><em/onclick=alert(1)>a</em>",
    "<code><pre><blockquote cite=javascript:alert(1)>a",
    "<div class=video data-embed='https://www.youtube-nocookie.com/embed/abc_DEF-123?autoplay=1'>a</div>",
    "<div class=video data-embed='https://www.youtube-nocookie.com.evil.example/embed/abc_DEF-123'>a</div>",
    "<h2 id=comment-form>a</h2><aside class=callout aria-labelledby='x y'>b</aside>",
    "<table><a href=https://a.example><tr><td><a href=https://b.example>a</table>",
    "<b \xa0onclick=alert(1)>\ufeff<\u200bscript>alert(1)</\u200bscript>",
    "< script>alert(1)</ script><\x00script>alert(1)</script>",
    "*<img src=x onerror=alert(1)>* `</code><script>alert(1)</script>`",
    '[<img src=x onerror=alert(1)>](https://a.example "<script>alert(1)</script>")',
    '```html"onclick=alert(1)\n</code></pre><script>alert(1)</script>\n```',
    '![a" onerror="alert(1)](https://a.example/"onerror="alert(1))',
    "[a]: javascript:alert(1)\n\n[a]",
    '::: callout\ntitle: <script>alert(1)</script>" onclick="alert(1)\n\n<script>alert(1)</script>\n:::',
    '::: video\ntitle: a\nurl: https://youtu.be/abc_DEF-123"onclick="alert(1)\n:::',
)

ATTACKS = (
    *MARKUP,
    *ADDRESSES,
    *(f"[a]({address})" for address in ADDRESSES),
    *(f"<{address}>" for address in ADDRESSES),
    *(f'<a href="{address}">a</a>' for address in ADDRESSES),
)


class Outcome(NamedTuple):
    attack: str
    html: str
    allowed: Allowed


def outcomes(attack: str) -> Iterator[Outcome]:
    """The attack typed by a reader, by an editor, and brought in as HTML."""
    yield Outcome(attack, comment_html(attack), READERS)
    yield Outcome(attack, clean_comment(attack), READERS)
    yield Outcome(attack, clean_article(attack), EDITORS)
    try:
        yield Outcome(attack, article_html(attack), EDITORS)
    except MarkupError as refused:
        assert refused.line  # noqa: PT017


@pytest.fixture(scope="module")
def public_suites() -> list[Outcome]:
    if not CORPUS.exists():
        pytest.skip("the public suites of attacks are not beside the repository")
    attacks = (json.loads(line)[1] for line in CORPUS.read_text(encoding="utf-8").splitlines())
    return [outcome for attack in attacks for outcome in outcomes(attack)]


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_nothing_off_the_lists_comes_out_of_an_attack(attack: str) -> None:
    for outcome in outcomes(attack):
        assert faults(outcome.html, outcome.allowed) == []


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_cleaning_an_attack_twice_changes_nothing(attack: str) -> None:
    for clean in (clean_comment, clean_article):
        once = clean(attack)
        assert clean(once) == once


@pytest.mark.parametrize("address", [one for one in ADDRESSES if not one.startswith("http://a.example/")], ids=ascii)
def test_no_words_of_a_reader_lead_to_such_an_address(address: str) -> None:
    for typed in (f"[words]({address})", f"[words](<{address}>)"):
        assert not re.search("href[^>]*>words</a>", comment_html(typed))


def test_nothing_off_the_lists_comes_out_of_the_public_suites(public_suites: list[Outcome]) -> None:
    broken = [(attack, found) for attack, html, allowed in public_suites if (found := faults(html, allowed))]
    assert broken == []


def test_cleaning_the_public_suites_twice_changes_nothing(public_suites: list[Outcome]) -> None:
    clean = {id(READERS): clean_comment, id(EDITORS): clean_article}
    changed = [attack for attack, html, allowed in public_suites if clean[id(allowed)](html) != html]
    assert changed == []


# Each text in a document of its own: what Chromium makes of it, comments and stray heads included.
INSPECT = """texts => texts.map(text => {
  const parsed = new DOMParser().parseFromString(text, 'text/html');
  const nodes = document.createNodeIterator(parsed, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  const found = [];
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    if (node.nodeType === Node.COMMENT_NODE) { found.push(['comment', {}]); continue; }
    const ours = node.namespaceURI === 'http://www.w3.org/1999/xhtml';
    const frame = [parsed.documentElement, parsed.head, parsed.body].includes(node);
    if (frame && !node.attributes.length) continue;
    const attributes = Object.fromEntries([...node.attributes].map(one => [one.name, one.value]));
    found.push([ours ? node.localName : node.namespaceURI, attributes]);
  }
  return found;
})"""


class Witness:
    """A page that notes what a document does as it is shown: dialogs opened, things asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: list[str] = []
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self.seen.append(request.url))
        page.on("popup", lambda popup: self.seen.append(popup.url))
        page.route("**/*", lambda route: route.abort())

    def _dialog(self, dialog: object) -> None:
        self.seen.append(dialog.message)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    def show(self, texts: Sequence[str]) -> list[str]:
        """Shows the texts one below another in one living document, and touches everything."""
        self.page.set_content("<!doctype html><main>" + "".join(f"<section>{text}</section>" for text in texts))
        self.page.evaluate("""() => document.querySelectorAll('*').forEach(one => {
            for (const kind of ['mouseover', 'focus', 'pointerdown']) one.dispatchEvent(new Event(kind));
        })""")
        self.page.wait_for_timeout(50)
        return self.seen


@pytest.fixture
def witness(chromium: Browser) -> Iterator[Witness]:
    page = chromium.new_page()
    yield Witness(page)
    page.close()


def in_chromium(witness: Witness, shown: Sequence[Outcome]) -> list[tuple[str, str]]:
    """What Chromium finds in the HTML that is not on its list."""
    broken = []
    for start in range(0, len(shown), 2_000):
        batch = shown[start : start + 2_000]
        for outcome, found in zip(batch, witness.page.evaluate(INSPECT, [one.html for one in batch]), strict=True):
            wrong = [fault((tag, attributes), outcome.allowed) for tag, attributes in found]
            broken += [(outcome.attack, one) for one in wrong if one]
        witness.show([one.html for one in batch])
    return broken


def test_chromium_would_notice_a_script_a_request_and_an_element_off_the_list(witness: Witness) -> None:
    attack = '<p><img src="https://evil.example/x.png" onerror="alert(\'ran\')"><!-- a --></p>'
    assert in_chromium(witness, [Outcome(attack, attack, READERS)]) == [(attack, "<img>"), (attack, "<comment>")]
    assert sorted(witness.seen) == ["https://evil.example/x.png", "ran"]


def test_in_chromium_no_attack_leaves_anything_off_the_lists_or_does_anything(witness: Witness) -> None:
    assert in_chromium(witness, [outcome for attack in ATTACKS for outcome in outcomes(attack)]) == []
    assert witness.seen == []


def test_in_chromium_the_public_suites_leave_nothing_either(witness: Witness, public_suites: list[Outcome]) -> None:
    assert in_chromium(witness, public_suites) == []
    assert witness.seen == []
