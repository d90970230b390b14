"""Reading a number that a person typed as whole steps: cents of a yuan, grams of a kilogram."""

import re
import unicodedata
from decimal import Decimal

from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

LARGEST = 10**15
"""The most steps of anything: ten trillion yuan, a thousand million tonnes. Every column and every sum holds it."""
FINEST = -20
"""Decimals beyond this are refused unread, so that no input makes the program count zeros."""
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
"""A number as people write it. Python would read `1e5` and `1_000` as well, but who types that has slipped."""
MAYBE_THOUSANDS = re.compile(r"([+-]?[1-9]\d{0,2}),(\d{3})")
"""A comma before just three digits: twelve and a half thousand to one reader, twelve and a half to another."""


def plain_number(text: str, *, field: str = "") -> str:
    """Return a number as people type it, `"12，5"` or `"１２。５"`, as programs write it: `"12.5"`.

    A phone's Chinese keyboard gives wide digits, commas and full stops. One mark
    is the decimal mark; where it may as well stand between thousands, nothing is
    guessed: raises `Invalid` at `field` with both readings. What is no number comes
    back for the next reader to refuse.
    """
    plain = unicodedata.normalize("NFKC", text).replace("。", ".").strip()
    unclear = MAYBE_THOUSANDS.fullmatch(plain)
    if unclear:
        whole, broken = "".join(unclear.groups()), ".".join(unclear.groups())
        question = _("Is this %(whole)s or %(broken)s? Write it without a comma.")
        raise Invalid(question % {"whole": whole, "broken": broken}, field=field)
    if plain.count(",") + plain.count(".") > 1:
        raise Invalid(_("Write the number without marks between thousands, such as 1200 or 1200.5."), field=field)
    return plain.replace(",", ".")


def is_number(text: str) -> bool:
    """Say whether `text` is a number of figures and at most one point, such as `"-12.5"`: no letters, no exponent."""
    return PLAIN.fullmatch(text.strip()) is not None


def read_steps(text: str | Decimal, digits: int, *, field: str) -> int:
    """Return `text` in steps of 10 to the power of minus `digits`, exactly.

    Raises `Invalid` at `field` when it is no number, finer than a step, or larger than
    anything that is traded.
    """
    amount = Decimal(text) if isinstance(text, Decimal) or is_number(text) else None
    if amount is None or not amount.is_finite():
        raise Invalid(_("Enter a number such as 12.50."), field=field)
    if amount and amount.adjusted() + digits > len(str(LARGEST)):
        raise Invalid(_("This is more than can be recorded."), field=field)
    return _exact(amount, digits, field)


def _exact(amount: Decimal, digits: int, field: str) -> int:
    """Work in whole numbers: a Decimal's own arithmetic rounds at 28 digits without a word."""
    sign, figures, exponent = amount.as_tuple()
    if not isinstance(exponent, int) or exponent < FINEST:
        raise Invalid(_("This has too many decimals."), field=field)
    whole = int("".join(map(str, figures)))
    shift = exponent + digits
    scale: int = 10 ** abs(shift)
    steps, rest = (whole * scale, 0) if shift >= 0 else divmod(whole, scale)
    if rest:
        raise Invalid(_("This has too many decimals."), field=field)
    if steps > LARGEST:
        raise Invalid(_("This is more than can be recorded."), field=field)
    return -steps if sign else steps
