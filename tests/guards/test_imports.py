"""Who imports whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import ROOT

MODULES = sorted((ROOT / "app").rglob("*.py"))
PARSERS = {"bleach", "nh3", "markdown_it", "mdit_py_plugins", "linkify_it", "markdown"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported_by(node: ast.AST) -> set[str]:
    """The modules that an import statement names."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {node.module or ""}
    return set()


def test_imports_lead_downward_only() -> None:
    program = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    checked = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert " kept, 0 broken" in checked.stdout


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_import_stands_inside_a_function(module: Path) -> None:
    functions = (
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    )
    hidden = [
        inner.lineno for node in functions for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_only_the_core_s_markup_imports_the_sanitizers_and_the_markdown_parser() -> None:
    importers = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if {name.partition(".")[0] for name in imported_by(node)} & PARSERS
    }
    assert importers == {"app/core/markup.py", "app/core/markup_parsers.py"}


def test_only_the_core_s_db_commits() -> None:
    """By way of transaction(), which alone takes the write lock at once."""
    committers = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "begin", "autocommit"}
    }
    assert committers == {"app/core/db.py"}


def test_no_migration_imports_the_application() -> None:
    """Its models change; a migration must go on doing what it did."""
    versions = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    assert versions
    for path in versions:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not {name for name in imported_by(node) if name.partition(".")[0] == "app"}, name_of(path)
