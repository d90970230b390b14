"""Pick-up codes: six digits that the recipient is sent, of which only a keyed fingerprint is kept."""

from django.utils.crypto import constant_time_compare, salted_hmac

from terrace.kernel import ids

DIGITS = 6


def new_code() -> str:
    """Return a new pick-up code."""
    return f"{int(ids.fingerprint(ids.secret()), 16) % 10**DIGITS:0{DIGITS}d}"


def mark_of(number: str, code: str) -> str:
    """Return what is kept of the code of the parcel `number`.

    Keyed by the installation's secret: a million codes are tried in a moment by who has the table alone.
    """
    return salted_hmac("logistics.pick-up", f"{number}/{code}", algorithm="sha256").hexdigest()


def opens(kept: str, number: str, code: str) -> bool:
    """Say whether `code` is the one whose mark was kept; where none was, no code is."""
    return bool(kept) and constant_time_compare(kept, mark_of(number, code.strip()))
