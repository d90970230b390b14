"""Telephone numbers: who sees which digits, and how a party is found by the last of them."""

import re

TAIL = 4


def masked_phone(phone: str) -> str:
    """Return what a reader sees whose task does not need the number: its last four digits."""
    return f"•••• {phone[-TAIL:]}" if phone else ""


def phone_tail(text: str) -> str:
    """Return the digits to look for when `text` is the end of a phone number, "" when it is none."""
    digits = re.sub(r"[\s\-]", "", text).lstrip("+0")
    return digits if digits.isdecimal() and len(digits) >= TAIL else ""
