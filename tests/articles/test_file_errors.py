"""What is wrong in an article file is said with its file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.articles.files import read_article_file
from app.articles.front_matter import SIZE_LIMIT, TextFileError
from app.core.web import SLUG_LIMIT
from tests.articles.conftest import WHOLE, WriteFile

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="1" height="1"/></svg>'

WRONG = [
    # what is replaced, by what, and what is said after the file's name
    ("title: Nine new bridges", "", "1: title: it is missing"),
    ("title: Nine new bridges", "title:", "2: title: it takes some text"),
    ("title: Nine new bridges", "title: 9", "2: title: it takes some text"),
    ("title: Nine new bridges", "title: ' \u200b '", "2: title: it takes some text"),
    ("byline: Rosa Martin", "byline: [Rosa]", "4: byline: it takes some text"),
    ("slug: bridges", "slug: Bridges", "3: slug: it takes lower-case letters, digits and single hyphens, 200 at most"),
    ("slug: bridges", "slug: a--b", "3: slug: it takes lower-case letters"),
    ("slug: bridges", "slug: ../etc", "3: slug: it takes lower-case letters"),
    ("slug: bridges", f"slug: {'a' * (SLUG_LIMIT + 1)}", "3: slug: it takes lower-case letters"),
    ("slug: bridges", "slug: 2026", "3: slug: it takes some text"),
    ("standfirst:", "standfrist:", "6: standfrist: there is no such field; the fields are authors, byline, comments, "),
    ("standfirst:", "1:", "6: 1: there is no such field"),
    ("standfirst:", "null:", "6: null: there is no such field"),
    ("2026-11-19T09:30:00+01:00", "yesterday", "5: published: it takes a date or a time such as 2026-11-20T09:00:00Z"),
    ("2026-11-19T09:30:00+01:00", "2026", "5: published: it takes a date or a time"),
    ("2026-11-19T09:30:00+01:00", "2026-02-30", "5: published: it takes a date or a time"),
    ("tags: [Bridges, City]", "title: Ten", "7: title: it stands in line 2 already"),
    ("[Bridges, City]", "Bridges", "7: tags: it takes a list"),
    ("[Bridges, City]", "[Bridges, 2026]", "7: tags: each entry has to be some text"),
    ("[Bridges, City]", "[Bridges, '']", "7: tags: each entry has to be some text"),
    ("tags: [Bridges, City]", "sample: maybe", "7: sample: it takes true or false"),
    ("tags: [Bridges, City]", "comments: shut", "7: comments: it takes one of open, closed, off"),
    ("tags: [Bridges, City]", "comments: [open]", "7: comments: it takes one of open, closed, off"),
    ("tags: [Bridges, City]", "comments: true", "7: comments: it takes one of open, closed, off"),
    ("tags: [Bridges, City]", "related: {a: b}", "7: related: it takes a list"),
    ("  - publisher: A bridge builder", "  - A bridge builder", "8: sources 2: it takes lines of `field: text`"),
    ("  - publisher: A bridge builder", "  - title: Alone", "8: sources 2: the publisher is missing"),
    ("publisher: City archive", "publisher: City archive\n    link: x", "8: sources 1: there is no field 'link'"),
    ("https://archive.example/plans", "archive.example", "8: sources 1: the url has to begin with http:// or https://"),
    ("https://archive.example/plans", "javascript:alert(1)", "8: sources 1: the url has to begin with http://"),
    ("    title: Plans", "    title: 1999", "8: sources 1: it takes lines of `field: text`"),
    ("    answer: Still nine.", "", "14: faq 2: it takes a question and an answer"),
    ("Still nine.", "'[x](javascript:y)'", "14: faq 2: a link can't lead to 'javascript:y'"),
    ("tags: [Bridges, City]", "tags: [Bridges", "8: front matter: "),
    ("tags: [Bridges, City]", "tags: *gone", "7: front matter: found undefined alias"),
    (
        "tags: [Bridges, City]",
        "tags: !!python/object:os.system x",
        "7: front matter: could not determine a constructor",
    ),
    ("---\ntitle", "title", "1: front matter: the file has to begin with a block between two lines of ---"),
    ("The first span stands.", "![a](b.png)", "21: body: a picture is a container: ::: figure"),
    ("They are old.", "[old](javascript:x)", "25: body: a link can't lead to 'javascript:x'"),
    ("## The plans", "# The plans", "23: body: a heading begins with ##, ### or ####"),
    ("They are old.", "::: note\nx\n:::", "25: body: there is no container 'note'"),
    ("They are old.", "::: callout\ntitle: Open", "25: body: this ::: is never closed"),
    ("They are old.", "::: figure\ndrawing: no.svg\nalt: x\n:::", "25: body: there is no drawing 'no.svg'"),
    ("They are old.", "::: video\ntitle: x\nurl: ftp://x\n:::", "25: body: a video's url is a whole address"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG)
def test_what_is_wrong_is_named_with_file_line_and_field(write: WriteFile, old: str, new: str, said: str) -> None:
    assert WHOLE.count(old) == 1
    path = write(WHOLE.replace(old, new))
    with pytest.raises(TextFileError) as error:
        read_article_file(path)
    assert str(error.value).startswith(f"{path}:{said}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "1: file: it is not UTF-8 (byte 0)"),
        (b"", "1: front matter: the file has to begin with a block between two lines of ---"),
        (b"---\n---\n", "1: front matter: it takes lines of `field: value`"),
        (b"---\n- a\n---\n", "1: front matter: it takes lines of `field: value`"),
        (b"---\ntitle: a\n", "1: front matter: the file has to begin with a block between two lines of ---"),
        (b"---\ntitle: a\nslug: \x07\n---\n", "3: front matter: the character U+0007 is not allowed"),
        (b" " * (SIZE_LIMIT + 1), "1: file: it is larger than 2,000,000 bytes"),
    ],
)
def test_what_is_no_article_file_at_all_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "strange.md"
    path.write_bytes(content)
    with pytest.raises(TextFileError) as error:
        read_article_file(path)
    assert str(error.value).startswith(f"{path}:{said}")


def test_lines_count_the_same_in_a_file_from_windows(write: WriteFile) -> None:
    text = "\ufeff" + WHOLE.replace("They are old.", "[old](javascript:x)").replace("\n", "\r\n")
    with pytest.raises(TextFileError, match=r"bridges\.md:25: body: a link"):
        read_article_file(write(text))


def test_a_bad_drawing_is_named_with_the_line_that_asks_for_it(write: WriteFile) -> None:
    write(DRAWING.replace("<rect", "<script/><rect"), "gate.svg")
    path = write(WHOLE.replace("They are old.", "::: figure\ndrawing: gate.svg\nalt: A gate\n:::"))
    with pytest.raises(TextFileError) as error:
        read_article_file(path)
    assert str(error.value).startswith(f"{path}:26: drawing gate.svg: line 1: <script> is not allowed")


@pytest.mark.parametrize("folder", ["", "drawings/"])
def test_a_drawing_stands_beside_the_file_or_in_a_folder_there(write: WriteFile, folder: str) -> None:
    write(DRAWING, f"{folder}gate.svg")
    path = write(WHOLE.replace("They are old.", "::: figure\ndrawing: gate.svg\nalt: A gate\n:::"))
    article = read_article_file(path)
    assert "<rect" in article.markup.html
    assert list(article.drawings) == ["gate.svg"]


@pytest.mark.parametrize("name", ["../gate.svg", "/etc/gate.svg", "..\\gate.svg"])
def test_a_drawing_comes_from_nowhere_else(write: WriteFile, name: str) -> None:
    write(DRAWING, "gate.svg")
    path = write(WHOLE.replace("They are old.", f"::: figure\ndrawing: {name}\nalt: A gate\n:::"), "below/bridges.md")
    with pytest.raises(TextFileError, match="there is no drawing"):
        read_article_file(path)
