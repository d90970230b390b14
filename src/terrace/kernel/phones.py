"""Telephone numbers: kept as E.164, read and shown by the rules of the installation's region."""

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from terrace.kernel.errors import Invalid
from terrace.kernel.words import _


def read_phone(text: str, region: str, *, field: str = "phone") -> str:
    """Return the number in E.164, "" for nothing; raise `Invalid` at `field` when it is none.

    `region` is the country (ISO 3166) whose rules hold for a number without a country code.
    """
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid(_("This is not a valid phone number."), field=field)
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


@lru_cache(maxsize=4096)
def show_phone(number: str, region: str) -> str:
    """Return an E.164 number as people in `region` write it; "" for none. Finding the rules of a number takes long."""
    if not number:
        return ""
    parsed = phonenumbers.parse(number, None)
    is_own = phonenumbers.country_code_for_region(region) == parsed.country_code
    style = PhoneNumberFormat.NATIONAL if is_own else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, style))
