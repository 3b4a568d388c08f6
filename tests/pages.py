"""An answer read as a browser reads it: what it says, its links and the fields of its forms."""

from __future__ import annotations

from typing import Any

from lxml import html
from werkzeug.test import TestResponse


class Page:
    """A parsed page. Where a method takes a `path`, it is XPath."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.tree = html.document_fromstring(answer.data, parser=html.HTMLParser(encoding="utf-8"))

    def find(self, path: str) -> list[Any]:
        return list(self.tree.xpath(path))

    def texts(self, path: str) -> list[str]:
        """The words of each element, with every run of white space one space."""
        return [" ".join(element.text_content().split()) for element in self.find(path)]

    def text(self, path: str = "//main") -> str:
        """The words of the only such element."""
        (words,) = self.texts(path)
        return words

    def attribute(self, path: str, name: str) -> str:
        """What an attribute of the only such element says."""
        (element,) = self.find(path)
        return str(element.get(name))

    def link(self, path: str) -> str | None:
        """Where the first such link leads."""
        found = self.find(path)
        return str(found[0].get("href")) if found else None

    def field(self, name: str) -> str:
        """What stands in a form's field."""
        (element,) = self.find(f"//*[self::input or self::textarea][@name='{name}']")
        return str(element.value or "")

    def error_at(self, name: str) -> str:
        """What is said to be wrong with a field, at that field; '' if nothing is."""
        (element,) = self.find(f"//*[self::input or self::textarea][@name='{name}']")
        described_by = str(element.get("aria-describedby", "")).split()
        if f"{name}-error" not in described_by:
            return ""
        assert element.get("aria-invalid") == "true"
        return self.text(f"//*[@id='{name}-error']")

    @property
    def is_designed(self) -> bool:
        """Whether it is a page of this site and not a server's bare message."""
        return bool(self.find("//header[@class='masthead']")) and bool(self.find("//main[@id='main']//h1"))
