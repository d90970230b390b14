"""Every template is used, and none does what the content security policy forbids."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.template import engines
from django.template.base import Lexer, TokenType

from tests.architecture.house import SOURCE, python_files, short, tree_of

TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html")) + sorted(SOURCE.glob("*/templates/**/*.txt"))
SHEETS = sorted(SOURCE.glob("*/templates/**/*.typ"))
"""Sheets of paper (`http/typeset.py`): words come with their data, so that gettext finds them all."""
REFERENCE = re.compile(r"""["']([\w/.-]+\.(?:html|txt))(?:#\w+)?["']""")
CALLED_BY_NAME = frozenset({"400.html", "403.html", "404.html", "500.html", "403_csrf.html", "429.html"})
"""Pages of refusals that Django looks for, and allauth the last."""
SAFE_WITH_A_REASON = {
    "components/field_notes.html": "a field's help text comes from code, never from a person; Django's own has markup",
}
FORBIDDEN = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style sheet in the page": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event handler in an attribute": re.compile(r"<[^>]*\son\w+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "a handler of HTMX, which is evaluated": re.compile(r"\shx-on[:-]|\shx-vals\s*=\s*[\"']js:", re.IGNORECASE),
    "a thing from another host": re.compile(r"(?:src|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}


def _name(path: Path) -> str:
    return path.as_posix().split("/templates/", 1)[1]


def _without_comments(text: str) -> str:
    kept, inside = [], False
    for token in Lexer(text).tokenize():
        is_block = token.token_type is TokenType.BLOCK
        if is_block and token.contents.startswith(("comment", "endcomment")):
            inside = token.contents.startswith("comment")
        elif not inside and token.token_type is not TokenType.COMMENT:
            kept.append(token.contents if token.token_type is TokenType.TEXT else f"{{% {token.contents} %}}")
    return "".join(kept)


@cache
def _named() -> set[str]:
    in_python = {
        node.value.split("#")[0]
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    in_templates = {
        name for path in TEMPLATES for name in REFERENCE.findall(_without_comments(path.read_text("utf-8")))
    }
    return in_python | in_templates


def _is_a_librarys(path: Path) -> bool:
    """Say whether a library looks for this template by itself: it ships one of the same name."""
    loaders = [
        inner for outer in engines["django"].engine.template_loaders for inner in getattr(outer, "loaders", [outer])
    ]
    sources = (source for loader in loaders for source in loader.get_template_sources(_name(path)))
    origins = (Path(source.name) for source in sources if source.name.startswith("/"))
    return any(origin.is_file() and SOURCE not in origin.parents for origin in origins)


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_every_template_is_used(path: Path) -> None:
    is_named = _name(path) in _named() | CALLED_BY_NAME
    assert is_named or _is_a_librarys(path), "nothing shows this template: use it or remove it"


def test_every_sheet_of_paper_is_used_and_bears_the_mark() -> None:
    unused = [_name(path) for path in SHEETS if _name(path) not in _named()]
    without = [_name(path) for path in SHEETS if '"/http/sheets/sheet.typ"' not in path.read_text("utf-8")]
    assert (unused, without) == ([], [])


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_no_template_does_what_the_policy_forbids(path: Path) -> None:
    text = _without_comments(path.read_text(encoding="utf-8"))
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_the_patterns_see_what_they_forbid() -> None:
    samples = (
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        '<p class="a" style="color: red">',
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        '<a hx-on:click="go()">',
        '<img src="https://elsewhere.example/a.png">',
    )
    assert all(pattern.search(sample) for pattern, sample in zip(FORBIDDEN.values(), samples, strict=True))


def test_nothing_is_called_safe_by_hand() -> None:
    unsafe = {_name(path) for path in TEMPLATES if re.search(r"\|\s*safe\b|autoescape off", path.read_text("utf-8"))}
    assert unsafe == set(SAFE_WITH_A_REASON)
