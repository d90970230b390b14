"""Reading files of divisions: what each row says, and what is wrong with it on its own."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from terrace.http.workbooks import RowProblem
from terrace.kernel.deployment import CodeSystem, Deployment
from terrace.kernel.errors import Invalid
from terrace.kernel.readings import search_text
from terrace.kernel.steps import is_number
from terrace.kernel.words import Text, _
from terrace.network.domain.places import Point, english_name, read_point

NEEDED = ("code", "parent_code", "level")
READING = "name_pinyin"
CHINESE = "zh-hans"
LANGUAGES = {"zh": CHINESE, "zh_cn": CHINESE, "zh_hans": CHINESE}
"""How files call a language in the heads of their names' columns, where they do not use our code."""
LONGEST_CODE = 32
LONGEST_LEVEL = 20
LONGEST_NAME = 120
FORBIDDEN = frozenset("/\\ \t\r\n")
"""The slash parts the codes of a path; white space is a slip of the keyboard."""
NUL = "\x00"
"""The one character that PostgreSQL keeps in no text."""


@dataclass(frozen=True, slots=True)
class Division:
    """A row of a file: its line, and its values by the head of the column."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Staged:
    """A division that is right on its own; how it stands to the others is for the database to see."""

    line: int
    code: str
    parent_code: str
    level: str
    names: dict[str, str]
    search: str
    point: Point | None

    def columns(self) -> tuple[object, ...]:
        """The row as the staging table takes it."""
        latitude, longitude = (self.point.latitude, self.point.longitude) if self.point else (None, None)
        names = json.dumps(self.names, ensure_ascii=False)
        return (self.line, self.code, self.parent_code, self.level, names, self.search, latitude, longitude)


@dataclass(frozen=True, slots=True)
class Refused:
    """A division that cannot be taken, and all that is wrong with its row."""

    code: str
    problems: list[RowProblem]


def read_file(path: Path) -> Iterator[Division]:
    """Yield the rows of a CSV file in UTF-8 or, as Chinese spreadsheets write it, GB 18030.

    Raises `Invalid` at `file` when it cannot be read or does not name the columns
    that divisions need: code, parent_code, level and at least one name_….
    """
    rows = csv.DictReader(StringIO(_text(path), newline=""), restkey="", restval="", strict=True)
    with _on_line(1):
        heads = rows.fieldnames or []
    missing = [name for name in NEEDED if name not in heads]
    if not any(name.startswith("name_") for name in heads):
        missing.append("name_…")
    if missing:
        message = _("The first line must name the columns. Missing: %(columns)s")
        raise Invalid(message % {"columns": ", ".join(missing)}, field="file")
    while True:
        with _on_line(rows.line_num + 1):
            row = next(rows, None)
        if row is None:
            return
        yield Division(rows.line_num, row)


@contextmanager
def _on_line(number: int) -> Iterator[None]:
    """Tell at which line a file stops being one: a quote that is never closed, or a value without end."""
    try:
        yield
    except csv.Error:
        message = _("Line %(line)d and what follows cannot be read. Look for a quotation mark without its twin.")
        raise Invalid(message % {"line": number}, field="file") from None


def stage(division: Division, deployment: Deployment, file: str) -> Staged | Refused:
    """Return the division as it goes to the database, or all that is wrong with its row."""
    told: list[tuple[str, Text]] = [*_wrong_code(division.values, deployment), *_wrong_shape(division.values)]
    names = _names(division.values)
    if not names:
        told.append(("name", _("The name is missing.")))
    elif max(map(len, names.values())) > LONGEST_NAME:
        told.append(("name", _("The name is too long.")))
    try:
        point = _point(division.values)
    except Invalid as refused:
        told.append((refused.field, refused.message))
    values = division.values
    code, parent, level = (values[name].strip() for name in NEEDED)
    if told:
        return Refused(
            code.replace(NUL, ""), [RowProblem(file, division.line, column, str(reason)) for column, reason in told]
        )
    search = search_text(*dict.fromkeys([*names.values(), values.get(READING, "").strip()]))
    return Staged(division.line, code, parent, level, names, search, point)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as problem:
        message = _("This file cannot be read: %(reason)s")
        raise Invalid(message % {"reason": problem.strerror}, field="file") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(_("This file is not text in UTF-8 or GB 18030."), field="file")


def _wrong_shape(values: Mapping[str, str]) -> Iterator[tuple[str, Text]]:
    yield from ((head, _("A character in this value is no text.")) for head, text in values.items() if NUL in text)
    if values.get(""):
        yield "", _("The line has more values than the first line has columns.")
    level = values["level"].strip()
    if not level:
        yield "level", _("The level is missing.")
    elif len(level) > LONGEST_LEVEL:
        yield "level", _("The level is too long.")


def _wrong_code(values: Mapping[str, str], deployment: Deployment) -> Iterator[tuple[str, Text]]:
    code, parent = values["code"].strip(), values["parent_code"].strip()
    if not code:
        yield "code", _("The code is missing.")
        return
    if len(code) > LONGEST_CODE or FORBIDDEN & set(code):
        yield "code", _("A code has at most 32 characters, no slashes and no spaces.")
    if code == parent:
        yield "parent_code", _("An area cannot lie in itself.")
    elif deployment.code_system is CodeSystem.PREFIX:
        yield from _wrong_prefix(code, parent, values["level"].strip(), deployment)


def _wrong_prefix(code: str, parent: str, level: str, deployment: Deployment) -> Iterator[tuple[str, Text]]:
    if not code.startswith(parent):
        yield "code", _("The code must begin with the code of the area above.")
    tier = deployment.plan.of_level(level)
    if tier and tier.digits and len(code) != tier.digits:
        message = _("A code of this level has %(digits)d digits, not %(given)d.")
        yield "code", message % {"digits": tier.digits, "given": len(code)}


def _names(values: Mapping[str, str]) -> dict[str, str]:
    """Return the names by language code; a Chinese name alone gets an English one by its reading."""
    given = ((head.removeprefix("name_"), text.strip()) for head, text in values.items() if head.startswith("name_"))
    names = {LANGUAGES.get(word, word.replace("_", "-").lower()): text for word, text in given if text}
    reading = names.pop("pinyin", "")
    if "en" not in names and CHINESE in names:
        english = reading or english_name(names[CHINESE])
        names = {"en": english, **names} if english else names
    return names


def _point(values: Mapping[str, str]) -> Point | None:
    return read_point(_degrees(values, "latitude"), _degrees(values, "longitude"))


def _degrees(values: Mapping[str, str], column: str) -> float | None:
    text = (values.get(column) or values.get(column[:3]) or "").strip()
    if not text:
        return None
    if not is_number(text):
        raise Invalid(_("Enter degrees with a decimal point, such as 33.39791."), field=column)
    return float(text)


def with_points(divisions: Iterable[Division], points: Mapping[str, Point]) -> Iterator[Division]:
    """Give the rows the points that another file knows by code."""
    for division in divisions:
        point = points.get(division.values["code"])
        extra = {"latitude": str(point.latitude), "longitude": str(point.longitude)} if point else {}
        yield Division(division.line, {**division.values, **extra})
