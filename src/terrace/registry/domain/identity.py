"""National identity numbers are never kept: they are refused wherever people can write freely."""

import re
import unicodedata
from datetime import date

from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

SEPARATORS = re.compile(r"(?<=\d)[\s\-.·]+(?=[\dXx])")
CANDIDATE = re.compile(r"(?<!\d)\d{6}((?:18|19|20)\d{2})(\d{2})(\d{2})\d{3}[\dXx](?!\d)")
"""GB 11643: six digits of a division, eight of the birthday, three of sequence, one check character."""


class IdentityNumber(Invalid):
    """A text holds what looks like a national identity number."""

    code = "identity_number"
    message = _("Identity numbers are not kept here. Leave the number out.")


def refuse_identity_number(text: str, *, field: str = "") -> None:
    """Raise `IdentityNumber` when `text` holds an 18-character Chinese identity number.

    Full-width digits and spaces between digits do not hide it. The check
    character is not tested: a mistyped identity number is still one.
    """
    plain = SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if any(_is_day(*found.groups()) for found in CANDIDATE.finditer(plain)):
        raise IdentityNumber(field=field)


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
