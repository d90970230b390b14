"""Telephone numbers: who sees which digits, and how a party is found by the last of them."""

import re

TAIL = 4
LONG = 8
"""More digits than this are a number with its area code, whose leading zero is not part of it abroad."""


def masked_phone(phone: str) -> str:
    """Return what a reader sees whose task does not need the number: its last four digits."""
    return f"•••• {phone[-TAIL:]}" if phone else ""


def phone_tail(text: str) -> str:
    """Return the digits to look for when `text` is the end of a phone number, "" when it is none."""
    digits = re.sub(r"[\s\-]", "", text).removeprefix("+")
    if not digits.isdecimal() or len(digits) < TAIL:
        return ""
    return digits.lstrip("0") if len(digits) > LONG else digits
