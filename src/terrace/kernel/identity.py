"""National identity numbers are never kept: they are refused wherever people write freely."""

import re
import unicodedata
from datetime import date

from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""GB/T 2260: the first two digits of a division, and so of an identity number."""
GAP = r"[\s\-.·]*"
LONG = re.compile(rf"(?<!\d)\d(?:{GAP}\d){{16}}{GAP}[\dXx](?!\d)")
"""GB 11643: six digits of a division, eight of the birthday, three of sequence, one check character."""
SHORT = re.compile(rf"(?<!\d)(\d{{6}})(?P<gap>[ \-.·]?)([3-9]\d{{5}})(?P=gap)\d{{3}}(?!{GAP}\d)")
"""The older form, of 15 digits: the birthday's year in two, no check. It is read only whole or parted 6-6-3, for a
phone and an extension have 15 digits too; and only for years from 1930, for villages' codes lie below that."""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
HIDDEN = "••••"


class IdentityNumber(Invalid):
    """A text holds what looks like a national identity number."""

    code = "identity_number"
    message = _("Identity numbers are not kept here. Leave the number out.")


def refuse_identity_number(text: str, *, field: str = "") -> None:
    """Raise `IdentityNumber` when `text` holds a Chinese identity number of 18 or 15 characters.

    Full-width digits and gaps between digits do not hide it. Its birthday must
    be one, and in the long form the check character right, unless it is the X
    that no other number ends in: so accounts, codes and phones of the same
    length pass.
    """
    if _found(unicodedata.normalize("NFKC", text)):
        raise IdentityNumber(field=field)


def without_identity_numbers(text: str) -> str:
    """Return `text`, with dots for each identity number in it, where a text that was refused is handed back."""
    plain = unicodedata.normalize("NFKC", text)
    found = _found(plain)
    for number in found:
        plain = plain.replace(number, HIDDEN)
    return plain if found else text


def _found(plain: str) -> list[str]:
    long = [found[0] for found in LONG.finditer(plain) if _is_long(re.sub(GAP, "", found[0]).upper())]
    short = [found[0] for found in SHORT.finditer(plain) if _is_short(found[1], found[3])]
    return long + short


def _is_long(number: str) -> bool:
    if not (PROVINCES.match(number) and "1800" <= number[6:10] < "2100" and _is_day(number[6:14])):
        return False
    weighed = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return number[-1] in ("X", CHECKS[weighed % 11])


def _is_short(division: str, birthday: str) -> bool:
    return PROVINCES.match(division) is not None and _is_day(f"19{birthday}")


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
