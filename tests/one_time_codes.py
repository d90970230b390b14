"""The one-time codes of everybody in the cast whose post needs a second factor."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

SECOND_FACTOR = "TERRACETERRACETERRACETERRACETERR"
"""The secret behind them all."""
GOOD_FOR = 30
"""Seconds, from one change of the codes to the next (RFC 6238)."""


def code(secret: str = SECOND_FACTOR) -> str:
    """Return the one-time code of this half minute."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // GOOD_FOR))
