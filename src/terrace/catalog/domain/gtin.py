"""Numbers of trade items by GS1: what makes one valid, and the number that goods bear where nobody gave them one.

Sources: GS1 General Specifications, sections 2.1 (GTIN), 1.4 and 2.1.11 (restricted circulation numbers, GS1 prefixes
020-029, 040-049, 200-299) and 7.9 (check digit).
"""

from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

LENGTHS = (8, 12, 13, 14)
OWN_PRODUCT, OWN_PACK = "040", "041"
"""GS1 prefixes for numbers that circulate within one company: a scanner elsewhere knows that they say nothing there."""
NEVER_GIVEN = OWN_PRODUCT[:2]
MOST_ITEMS = 10**9


def check_digit(digits: str) -> str:
    """Return the check digit after `digits`: weights 3 and 1 from the right, then what is missing to the next ten."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def is_gtin(number: str) -> bool:
    """Say whether `number` has the length and the check digit of a GTIN-8, -12, -13 or -14."""
    is_number = number.isascii() and number.isdigit()
    return is_number and len(number) in LENGTHS and check_digit(number[:-1]) == number[-1]


def read_gtin(text: str, *, field: str = "gtin") -> str:
    """Return a GTIN as people type it, with or without spaces, as GTIN-14; "" for none.

    Raises `Invalid` at `field` for a number of another length, with a wrong
    check digit, or out of the range that this system gives to its own goods.
    """
    number = "".join(text.split()).replace("-", "")
    if not number:
        return ""
    if not is_gtin(number):
        raise Invalid(
            _("This is no GTIN: it has 8, 12, 13 or 14 digits, and the last one checks the others."), field=field
        )
    whole = number.zfill(14)
    if whole[1:].startswith(NEVER_GIVEN):
        raise Invalid(
            _("Numbers that begin with 04 are for goods without a GTIN of their own. Leave it empty."), field=field
        )
    return whole


def whole_gtin(number: str) -> str:
    """Return a GTIN of any length as GTIN-14, as a GS1 Digital Link has it; "" for what is none."""
    return number.zfill(14) if is_gtin(number) else ""


def own_item(number: str) -> tuple[int, bool] | None:
    """Return which item bears a number of this system's own, and whether that is a pack; None for any other number."""
    prefix = number[1:4]
    if not is_gtin(number) or number[:1] != "0" or prefix not in (OWN_PRODUCT, OWN_PACK):
        return None
    return int(number[4:-1]), prefix == OWN_PACK


def own_number(item_id: int, *, is_pack: bool) -> str:
    """Return the number, written as GTIN-14, of a product or pack that nobody gave a GTIN.

    It tells goods apart within this installation and no farther: who sells them
    in shops beyond it asks GS1 for a GTIN. Raises `ValueError` beyond a billion items.
    """
    if not 0 <= item_id < MOST_ITEMS:
        raise ValueError(f"{item_id} is beyond the numbers of items")
    digits = f"{OWN_PACK if is_pack else OWN_PRODUCT}{item_id:09}"
    return f"0{digits}{check_digit(digits)}"
