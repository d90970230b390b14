"""How amounts, days and names are written for people: in the reader's language, by Babel."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.numbers import format_currency, format_decimal
from django.utils import timezone
from django.utils.translation import get_language, to_locale

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Text, in_language

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
NOTHING = "–"


def number(value: int | Decimal | float | None) -> str:
    """Write a number as the reader's language does: 12,345.5."""
    return "" if value is None else _number(value, _language())


def quantity(value: Quantity | None, style: str = "unit") -> str:
    """Write a quantity: `800 kg`, `1 piece`, or `800` with the argument "number" where the head names the unit."""
    if value is None:
        return ""
    amount = _number(value.amount.normalize(), _language())
    unit = value.unit.one if value.amount == 1 else value.unit.label
    return amount if style == "number" else f"{amount}{NO_BREAK_SPACE}{unit}"


def money(value: Money | None, style: str = "currency") -> str:
    """Write money: `¥12.50`, or `12.50` with the argument "number" where the head names the currency."""
    return "" if value is None else _money(value, "#,##0.00" if style == "number" else None, _language())


def round_money(value: Money) -> str:
    """Write money in whole units of its currency, for big numbers: `¥12,480`."""
    return _round_money(value, _language())


def price(value: Money | None, unit: Text) -> str:
    """Write the price of one `unit`: `¥5.20 / kg`."""
    return "" if value is None else f"{money(value)}{NO_BREAK_SPACE}/{NO_BREAK_SPACE}{unit}"


def localdate(value: date | datetime | None, style: str = "date") -> str:
    """Write a day in local time: "date" (Nov 21, 2026), "short" (Nov 21), "long" (with weekday), "month" or "time"."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _day(timezone.localtime(value) if timezone.is_aware(value) else value, style, _language())
    return _known_day(value, style, _language())


def anything(value: Any) -> str:
    """Write a value by what it is: a quantity, money, a day, names or plain text."""
    match value:
        case None | "":
            return NOTHING
        case Quantity():
            return quantity(value)
        case Money():
            return money(value)
        case date():
            return localdate(value, "short")
        case Mapping():
            return in_language(value)
    return str(value)


def _language() -> str:
    return get_language() or "en"


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(to_locale(language))


# A page writes hundreds of amounts and days, many of them equal, and Babel takes its time over each.


@lru_cache(maxsize=8192)
def _number(value: int | Decimal | float, language: str) -> str:
    return format_decimal(value, locale=_locale(language))


@lru_cache(maxsize=8192)
def _money(value: Money, pattern: str | None, language: str) -> str:
    return format_currency(value.amount, value.currency, pattern, locale=_locale(language))


@lru_cache(maxsize=1024)
def _round_money(value: Money, language: str) -> str:
    whole, pattern = round(value.amount), "¤#,##0"
    return format_currency(whole, value.currency, pattern, locale=_locale(language), currency_digits=False)


@lru_cache(maxsize=4096)
def _known_day(value: date, style: str, language: str) -> str:
    return _day(value, style, language)


def _day(value: date | datetime, style: str, language: str) -> str:
    locale = _locale(language)
    match style:
        case "time":
            return _day_and_time(value, locale)
        case "short":
            return str(format_skeleton("MMMd", value, locale=locale, tzinfo=_zone_of(value)))
        case "month":
            return str(format_skeleton("yMMM", value, locale=locale, tzinfo=_zone_of(value)))
        case "long":
            return str(format_date(value, "full", locale=locale))
    return str(format_date(value, "medium", locale=locale))


def _day_and_time(value: date | datetime, locale: Locale) -> str:
    """Join day and hour as the language does, without the seconds that Babel would add."""
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    hour = format_time(value, "short", tzinfo=_zone_of(value), locale=locale) if isinstance(value, datetime) else ""
    return pattern.format(hour, format_date(value, "medium", locale=locale)).strip(" ,")


def _zone_of(value: date | datetime) -> Any:
    """Babel turns everything to UTC unless it is told the zone again."""
    return value.tzinfo if isinstance(value, datetime) else None
