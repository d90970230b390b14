"""Serial shipping container codes: what a crate or pallet is called by, here and at every scanner. Pure rules.

Source: GS1 General Specifications, sections 2.2.1 (SSCC, application identifier 00) and 7.9 (check digit). The
prefix is the company's own from GS1; one that begins with 04 circulates within this house alone.
"""

import re
from dataclasses import dataclass

from terrace.catalog.domain.gtin import check_digit
from terrace.kernel.words import Choice, _

DIGITS = 18
IDENTIFIER = "00"
MOST_UNITS = 200
"""More crates than a lorry carries on one consignment are a slip."""
_SIGNS = re.compile(r"^(\]C1|\]d2|\]Q3)|[\s()\x1d-]")


class UnitKind(Choice):
    """What goods are packed in to be carried."""

    CRATE = "crate", _("Crate")
    PALLET = "pallet", _("Pallet")


@dataclass(frozen=True, slots=True)
class Numbering:
    """How an installation numbers its crates and pallets: behind the prefix that GS1 gave it."""

    prefix: str

    def code(self, serial: int) -> str:
        """Return the SSCC of the unit with that serial number. Raises `ValueError` beyond all that the prefix has."""
        free = DIGITS - 1 - len(self.prefix)
        if not 0 <= serial < 10**free:
            raise ValueError(f"{serial} is beyond the serial numbers of {self.prefix}")
        digits = f"{serial:0{free}d}"
        # The extension digit stands before the prefix and counts on when the serial behind it is used up.
        return (body := f"{digits[0]}{self.prefix}{digits[1:]}") + check_digit(body)


def read_sscc(text: str) -> str:
    """Return the SSCC that a scanner read, with or without its identifier and brackets; "" for what is none."""
    digits = _SIGNS.sub("", text.strip())
    if len(digits) == DIGITS + len(IDENTIFIER) and digits.startswith(IDENTIFIER):
        digits = digits[len(IDENTIFIER) :]
    is_one = len(digits) == DIGITS and digits.isascii() and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]
    return digits if is_one else ""
