"""The catalogue of words: collects every text for readers, checks that Chinese is complete, and compiles it.

    python tools/messages.py             bring src/terrace/config/locale/zh_Hans/LC_MESSAGES/django.po up to date
    python tools/messages.py --check     say what is missing or wrong, and fail when anything is
    python tools/messages.py --compile   write django.mo, which a running Terrace reads

Works without the gettext programs: Babel reads Python, Django's own `templatize` turns a template into
something that Babel reads as well.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "terrace"
PO = SOURCE / "config" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
LOCALE = "zh_Hans"
WIDTH = 100
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "plural": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "in_context": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = """\
# The words of Terrace in Simplified Chinese. Brought up to date by `make messages`.
"""
IDLE_HEADERS = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Generated-By",
    "Last-",
    "Report-",
    "Language-Team",
    "Project-",
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
WORD = re.compile(r"[A-Za-z]{2,}")

SPOKEN_ATTRIBUTES = frozenset({"alt", "title", "aria-label", "aria-description", "placeholder", "data-confirm"})
SPOKEN_ARGUMENTS = frozenset({"label", "help_text", "empty_label"})
SILENT_ELEMENTS = frozenset({"script", "style", "code", "svg"})
SENTENCE = re.compile(r"^[A-Z][a-z]+|[A-Za-z]{2,} [A-Za-z]{2,}")
TRANSLATING = ("translate ", "trans ")
CLASS_BLOCK = re.compile(r"block \w+_class\b")
LITERAL = re.compile(r"""(?<!_\()(?<![\w-])"([^"]*)"|(?<!_\()(?<![\w-])'([^']*)'""")
SAME_IN_EVERY_LANGUAGE = {
    "English": "the name of a language, in that language",
    "HS": "the Harmonized System's own name",
    "xlsx": "the name of a file format",
}
"""Words that stand bare in a template, and why they may."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """Something wrong, and where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def templates() -> list[Path]:
    """Return every template of the house."""
    return sorted(p for p in SOURCE.glob("*/templates/**/*") if p.suffix in {".html", ".txt"})


def collected() -> Catalog:
    """Return the catalogue of every text in the source, untranslated."""
    catalog = Catalog(LOCALE, project="Terrace", charset="utf-8", fuzzy=False)
    python = (p for p in sorted(SOURCE.rglob("*.py")) if "migrations" not in p.parts)
    for path in [*python, *templates()]:
        text = path.read_text(encoding="utf-8")
        readable = text if path.suffix == ".py" else _as_python(text, path)
        for _line, message, comments, context in _messages(readable):
            catalog.add(message, locations=[(_name(path), 0)], auto_comments=comments, context=context)
    return catalog


def _as_python(template: str, path: Path) -> str:
    """Return the calls of gettext that a template makes; its indentation means nothing."""
    return "\n".join(line.lstrip() for line in templatize(template, origin=_name(path)).splitlines())


def _messages(text: str) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    yield from extract(
        "python", BytesIO(text.encode()), KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def updated() -> Catalog:
    """Return the catalogue of today's texts with the translations that exist; nothing is guessed."""
    catalog = collected()
    if PO.exists():
        with PO.open("rb") as file:
            known = read_po(file, LOCALE)
        for message in catalog:
            before = known.get(message.id, message.context) if message.id else None
            if before is not None:
                message.string = _fitting(message, before)
    return catalog


def _fitting(message: Message, before: Message) -> str | tuple[str, ...]:
    """Return the old translation in the new message's shape: one text, or one for each plural form."""
    texts = _texts(before.string)
    return texts if message.pluralizable else texts[0]


def written(catalog: Catalog) -> str:
    """Return the catalogue as a file that changes only when words change."""
    target = BytesIO()
    catalog.header_comment = ""
    write_po(target, catalog, width=WIDTH, sort_output=True, include_lineno=False, ignore_obsolete=True)
    lines = target.getvalue().decode().splitlines(keepends=True)
    kept = (line for line in lines if not line.lstrip('"').startswith(IDLE_HEADERS))
    return HEADER + "".join(kept).lstrip("\n").removeprefix("#\n")


def missing(catalog: Catalog) -> Iterator[Found]:
    """Yield every text without a translation."""
    for message in catalog:
        if message.id and not all(_texts(message.string)):
            yield Found(message.locations[0][0], f"no Chinese for {_texts(message.id)[0]!r}")


def garbled(catalog: Catalog) -> Iterator[Found]:
    """Yield every translation whose placeholders are not those of the text."""
    for message in catalog:
        for text in _texts(message.string) if message.id else ():
            # Chinese has one form, which has what the English plural has.
            wanted, given = (sorted(PLACEHOLDER.findall(t)) for t in (_texts(message.id)[-1], text))
            if text and wanted != given:
                yield Found(message.locations[0][0], f"{text!r} has {given}, {_texts(message.id)[-1]!r} has {wanted}")


def _texts(value: str | Iterable[str] | None) -> tuple[str, ...]:
    return (value or "",) if isinstance(value, str | None) else tuple(value)


class Spoken(HTMLParser):
    """Collects what a page says to its reader: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect an element's spoken attributes."""
        self.silent += tag in SILENT_ELEMENTS
        self.said += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the spoken attributes of an element that closes itself."""
        self.said += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self.silent -= tag in SILENT_ELEMENTS

    def handle_data(self, data: str) -> None:
        """Collect text."""
        if not self.silent:
            self.said.append(data)


def bare_words(template: str) -> Iterator[str]:
    """Yield the words of a template that no translation can reach."""
    tokens = list(_outside_blocks(template))
    spoken = Spoken()
    spoken.feed("".join(_as_html(token) for token in tokens))
    spoken.close()
    yield from (" ".join(text.split()) for text in spoken.said if WORD.search(_without_names(text)))
    for token in tokens:
        if token.token_type is not TokenType.TEXT and not token.contents.startswith(TRANSLATING):
            literals = (one or other for one, other in LITERAL.findall(token.contents))
            yield from (text for text in literals if SENTENCE.search(_without_names(text)))


def _as_html(token: Token) -> str:
    return token.contents if token.token_type is TokenType.TEXT else " " * (token.token_type is TokenType.VAR)


def _without_names(text: str) -> str:
    for name in SAME_IN_EVERY_LANGUAGE:
        text = re.sub(rf"\b{name}\b", "", text)
    return text.strip()


def _outside_blocks(template: str) -> Iterator[Token]:
    """Yield the tokens that are neither comment nor translated block nor a block of class names."""
    inside = ""
    for token in Lexer(template).tokenize():
        tag = token.contents.split(maxsplit=1)[0] if token.token_type is TokenType.BLOCK and token.contents else ""
        if inside:
            inside = "" if tag == f"end{inside}" else inside
        elif tag in {"comment", "blocktranslate", "blocktrans"} or CLASS_BLOCK.match(token.contents):
            inside = tag
        elif token.token_type is not TokenType.COMMENT:
            yield token


def bare_arguments(source: str) -> Iterator[tuple[int, str]]:
    """Yield the labels and help texts of forms that are plain strings, with their lines."""
    arguments = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.keyword))
    for given in arguments:
        text = given.value.value if isinstance(given.value, ast.Constant) else None
        if given.arg in SPOKEN_ARGUMENTS and isinstance(text, str) and WORD.search(_without_names(text)):
            yield given.value.lineno, text


def untranslatable() -> Iterator[Found]:
    """Yield every word in templates, forms and views that cannot be translated."""
    for path in templates():
        yield from (Found(_name(path), f"bare words {text!r}") for text in bare_words(path.read_text(encoding="utf-8")))
    for path in sorted(SOURCE.rglob("*.py")):
        if {"forms", "views", "listing"} & {path.stem, *path.relative_to(SOURCE).parts}:
            for line, text in bare_arguments(path.read_text(encoding="utf-8")):
                yield Found(f"{_name(path)}:{line}", f"bare words {text!r}")


def out_of_date(catalog: Catalog) -> Iterator[Found]:
    """Yield the catalogue's file if it is not what the source asks for."""
    if not PO.exists() or PO.read_text(encoding="utf-8") != written(catalog):
        yield Found(_name(PO), "is out of date: run `make messages`")


def problems() -> list[Found]:
    """Return everything that is wrong with the words."""
    catalog = updated()
    return [*untranslatable(), *out_of_date(catalog), *missing(catalog), *garbled(catalog)]


def update() -> None:
    """Bring the file up to date and say what is left to translate."""
    catalog = updated()
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_text(written(catalog), encoding="utf-8")
    print(f"{len(catalog)} texts, {len(list(missing(catalog)))} without Chinese")


def compile_catalogue() -> None:
    """Write what a running Terrace reads."""
    with PO.open("rb") as source, PO.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source, LOCALE))


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "--check", action="store_true", help="fail when a text is missing, wrong or cannot be translated"
    )
    parser.add_argument("--compile", action="store_true", help="write django.mo")
    wanted = parser.parse_args()
    if not settings.configured:
        settings.configure()
    if wanted.compile:
        compile_catalogue()
    if wanted.check:
        found = problems()
        print("\n".join(map(str, found)))
        return 1 if found else 0
    if not wanted.compile:
        update()
    return 0


if __name__ == "__main__":
    sys.exit(main())
