"""Attacks on the markup core, and what three parsers, Chromium's among them, find in what comes out."""

import json
from collections.abc import Callable
from itertools import batched
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from app.core.markup import MarkupError, article_html, clean_article, clean_comment, comment_html
from tests.core.markup_checks import EDITORS, READERS, Allowed, fault, faults

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "markup-attacks" / "attacks.jsonl"
