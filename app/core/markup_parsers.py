"""Readers' and editors' Markdown: what of CommonMark each may write, and how it is read in little time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_core import StateCore
from markdown_it.rules_core import linkify as linkify_rest
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import linkify as linkify_scheme
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin

from app.core.markup_rules import READERS, READERS_REL, WEB_HOST
from app.core.markup_text import has_visible

# Quotes and lists within one another; what is nested deeper stays text as it was typed.
_LEVELS = 8
_EMPHASIS_DEPTH = 6

_ADDRESS_LIMIT = 2_000
"""Characters in an address that a reader links to; longer ones stay text."""

# What CommonMark takes for a list and a reader hardly does: a line of markers and nothing else, and a number that is
# not 1, which would be lost because a reader's <ol> has no start.
_MARKERS_ONLY = re.compile(r"[-+*](?:[ \t]*[-+*])*[ \t]*$|\d+[.)][ \t]*$")
_OTHER_NUMBER = re.compile(r"(?!0*1[.)])\d+[.)]")


class _Markdown(MarkdownIt):
    """CommonMark without HTML, with bare http(s) links, and no deeper than _LEVELS."""

    def __init__(self, *, keep_lines: bool) -> None:
        super().__init__(
            "commonmark",
            {"html": False, "linkify": True, "breaks": keep_lines, "xhtmlOut": False, "maxNesting": _LEVELS + 4},
        )
        self.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})
        for schema in ("ftp:", "//", "mailto:"):
            self.linkify.add(schema, None)
        self.enable("linkify").disable(["html_block", "html_inline", "lheading"])
        self.inline.ruler.at("linkify", _linkify)
        self.core.ruler.at("linkify", _linkify_rest)
        self.inline.ruler2.after("emphasis", "shallow_emphasis", _flatten_emphasis)
        self.add_render_rule("text", _text)
        for code in ("code_inline", "code_block", "fence"):
            self.add_render_rule(code, _code)
        alternatives = ["paragraph", "reference", "blockquote"]
        self.block.ruler.at("blockquote", _quote, {"alt": [*alternatives, "list"]})

    def tokens(self, text: str, references: dict[str, Any]) -> list[Token]:
        return self.parse(text, {"references": references})

    def html(self, tokens: Sequence[Token]) -> str:
        return str(self.renderer.render(tokens, self.options, {}))

    def words(self, token: Token) -> str:
        """What an inline token shows, without its markup."""
        return "".join(child.content or " " * (child.type == "softbreak") for child in token.children or [])

    def normalizeLink(self, url: str) -> str:
        # Phones begin a sentence with Https.
        scheme, colon, rest = url.partition(":")
        return super().normalizeLink(f"{scheme.lower() if scheme.isalpha() else scheme}{colon}{rest}")

    def normalizeLinkText(self, link: str) -> str:
        # An address is shown as it was typed: decoded, one xn-- name can pass for another.
        return link


class ReadersMarkdown(_Markdown):
    def __init__(self) -> None:
        super().__init__(keep_lines=True)
        # What is left out is shown as it was typed. Indented code is, since pasted lines are often indented; entities
        # and definitions of references are, since they would lose characters.
        self.disable(["heading", "hr", "code", "reference", "image", "entity"])
        self.block.ruler.at("list", _readers_list, {"alt": ["paragraph", "reference", "blockquote"]})

    def tokens(self, text: str, references: dict[str, Any]) -> list[Token]:
        tokens = super().tokens(text, references)
        for token in tokens:
            _sign_links(token.children or [])
        return tokens

    def normalizeLink(self, url: str) -> str:
        # Refused before the work: encoding what stands after each of 400 faulty http:// takes 150 ms.
        if len(url) > _ADDRESS_LIMIT or not WEB_HOST.match(url):
            return ""
        return super().normalizeLink(url)

    def validateLink(self, url: str) -> bool:
        return READERS.link(url)


class EditorsMarkdown(_Markdown):
    def __init__(self) -> None:
        super().__init__(keep_lines=False)
        self.enable("table").use(colon_fence_plugin)
        self.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})

    def validateLink(self, url: str) -> bool:
        return True  # ArticleWriter refuses what may not be linked, and names the line.


# Text and code as the sanitizers write them, so that one round of them is enough.


def _text(_renderer: object, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    return escape(tokens[at].content, quote=False).replace("\xa0", "&nbsp;")


def _code(renderer: object, tokens: Sequence[Token], at: int, options: object, env: object) -> str:
    code = f"<code>{_text(renderer, tokens, at, options, env)}</code>"
    return f"<pre>{code}</pre>\n" if tokens[at].block else code


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level < _LEVELS and blockquote(state, start, end, silent)


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level < _LEVELS and list_block(state, start, end, silent)


def _readers_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    # Silent is the question whether the line ends what stands before it, as the second of a list's lines does.
    if _MARKERS_ONLY.match(line) or (not silent and _OTHER_NUMBER.match(line)):
        return False
    return _list(state, start, end, silent)


def _linkify(state: StateInline, silent: bool) -> bool:
    # Looked at first because markdown-it's rule searches the whole text before each :// for a scheme.
    typed = state.src[max(0, state.pos - 5) : state.pos].lower()
    return typed.endswith(("http", "https")) and linkify_scheme(state, silent)


def _linkify_rest(state: StateCore) -> None:
    # Its rule first looks for any host at all, which takes longer than all the other work on a text without links.
    if "://" in state.src:
        linkify_rest(state)


def _flatten_emphasis(state: StateInline) -> None:
    """Turns emphasis within too much emphasis back into the asterisks that were typed."""
    shown: list[bool] = []
    for token in state.tokens:
        if token.type not in ("em_open", "strong_open", "em_close", "strong_close"):
            continue
        if token.nesting == 1:
            shown.append(len(shown) < _EMPHASIS_DEPTH)
        is_shown = shown[-1]
        if token.nesting == -1:
            shown.pop()
        if not is_shown:
            token.type, token.tag, token.nesting, token.content = "text", "", 0, token.markup


def _sign_links(children: list[Token]) -> None:
    """Marks a reader's links as such, and shows the address of those that have nothing else to show."""
    end = 0
    for at in reversed(range(len(children))):
        if children[at].type == "link_close":
            end = at
        elif children[at].type == "link_open":
            children[at].attrs["rel"] = READERS_REL
            if not has_visible("".join(child.content for child in children[at:end])):
                children.insert(at + 1, Token("text", "", 0, content=str(children[at].attrs["href"])))
