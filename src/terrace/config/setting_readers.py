"""Readers that turn the text of a setting into a typed value, or say what they needed."""

import base64
import binascii
import re
import zoneinfo
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from terrace.kernel.tiers import CHINA, read_plan

FIELD_KEY_BYTES = 32
NEEDED_FIELD_KEYS = "32 random bytes in base64, newest key first when there are several; `terrace new-keys` prints one"


class BadSetting(Exception):
    """A setting cannot be used; the message is advice for the person who can change it."""

    def __init__(self, name: str, got: str, needs: str, example: str) -> None:
        self.name = name
        super().__init__(f"{name} is {got}. It needs {needs}. For example: {name}={example}")


class Unreadable(Exception):
    """What a reader needed instead of the text it was given."""


A_MAP_LINK = "an address of geo: or https: with {latitude} and {longitude} in it, degrees of WGS84"


def text(raw: str) -> str:
    """Take the text as it is."""
    return raw


def words(raw: str) -> tuple[str, ...]:
    """Read words separated by commas or spaces."""
    return tuple(word for word in re.split(r"[,\s]+", raw) if word)


def path(raw: str) -> Path:
    """Read a folder; a relative one is taken from where the program was started."""
    return Path(raw).expanduser().resolve()


def flag(raw: str) -> bool:
    """Read yes or no."""
    answers = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return answers[raw.lower()]
    except KeyError:
        raise Unreadable("yes or no (also 1 or 0, true or false, on or off)") from None


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers in a range, both ends included."""

    def read(raw: str) -> int:
        if not raw.isdecimal() or not low <= int(raw) <= high:
            raise Unreadable(f"a whole number from {low} to {high}")
        return int(raw)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a reader of one of `choices`."""

    def read(raw: str) -> str:
        if raw not in choices:
            raise Unreadable("one of " + ", ".join(choices))
        return raw

    return read


def some_of(*choices: str) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of some of `choices`, separated by commas or spaces, each once."""

    def read(raw: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(words(raw)))
        if not set(found) <= set(choices):
            raise Unreadable("some of " + ", ".join(choices))
        return found

    return read


def matching(pattern: str, needs: str) -> Callable[[str], str]:
    """Return a reader of text that matches `pattern` whole."""

    def read(raw: str) -> str:
        if not re.fullmatch(pattern, raw):
            raise Unreadable(needs)
        return raw

    return read


def tier_plan(raw: str) -> str:
    """Read the name of a built-in plan of tiers, or a JSON file with another."""
    try:
        read_plan(raw)
    except ValueError as reason:
        raise Unreadable(f"{CHINA.code}, or the path of a JSON file with a plan ({reason})") from None
    return raw


def languages(raw: str) -> tuple[str, ...]:
    """Read codes of languages."""
    codes = words(raw.lower())
    if not codes or not all(re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", language) for language in codes):
        raise Unreadable("one or more language codes separated by commas")
    return codes


def origins(raw: str) -> tuple[str, ...]:
    """Read origins: scheme and host, perhaps a port."""
    found = words(raw)
    if not all(re.fullmatch(r"https?://[^/]+", origin) for origin in found):
        raise Unreadable("addresses with http:// or https:// in front and no path behind, separated by commas")
    return found


def time_zone(raw: str) -> str:
    """Read the name of a time zone."""
    try:
        zoneinfo.ZoneInfo(raw)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise Unreadable("the name of a time zone in the IANA database") from None
    return raw


def database_url(raw: str) -> str:
    """Read the address of a PostgreSQL database, or nothing."""
    if not raw:
        return raw
    if not raw.startswith(("postgresql://", "postgres://")):
        raise Unreadable("the address of a PostgreSQL server, 15 or newer, or nothing for the embedded one")
    try:
        named = conninfo_to_dict(raw)
    except psycopg.ProgrammingError as error:
        raise Unreadable(f"a PostgreSQL address that can be read ({error})".replace("\n", " ")) from None
    if not named.get("dbname"):
        raise Unreadable("a PostgreSQL address that ends in the name of a database")
    return raw


def field_keys(raw: str) -> tuple[bytes, ...]:
    """Read keys of 32 bytes in base64, standard or URL-safe, separated by commas."""
    try:
        keys = tuple(base64.b64decode(word, altchars=b"-_", validate=True) for word in raw.split(",") if word)
    except (binascii.Error, ValueError):
        raise Unreadable(NEEDED_FIELD_KEYS) from None
    if any(len(key) != FIELD_KEY_BYTES for key in keys):
        raise Unreadable(NEEDED_FIELD_KEYS)
    return keys
