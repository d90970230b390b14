"""Translatable words for the domain: the one place below the pages that knows Django's gettext."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Self, TypeAlias

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy as plural
from django.utils.translation import pgettext_lazy as in_context

__all__ = ["Choice", "Names", "Text", "_", "in_context", "in_language", "one_by_one", "plural"]

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Text: TypeAlias = "str | _StrPromise"
"""Words that people read, translated now or when they are written."""
Names = Mapping[str, str]
"""What something is called, by language code: `{"en": "Apple", "zh-hans": "苹果"}`."""


class Choice(StrEnum):
    """An enum whose members carry the label that people read: `OPEN = "open", _("Open")`."""

    label: Text

    def __new__(cls, value: str, label: "Text | None" = None) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = value if label is None else label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, Text]]:
        """Return `(value, label)` pairs for a form field or a model field."""
        return [(member.value, member.label) for member in cls]


def one_by_one(words: Iterable[Text]) -> str:
    """Write words after one another, with what the reader's language has between them: a, b or a、b."""
    return str(in_context("between the words of a row", ", ")).join(str(word) for word in words)


def in_language(names: Names, language: str | None = None) -> str:
    """Return the name in `language` (default: the reader's), else in English, else any name there is."""
    wanted = (language or get_language() or "en").lower()
    for code in (wanted, wanted.split("-")[0], "en"):
        if names.get(code):
            return names[code]
    return next((name for name in names.values() if name), "")
