"""Moves money for all above, and knows none of their reasons but by reference."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _


class Permission(Choice):
    """What a post may allow about the ledger."""

    VIEW = "ledger.view", _("See accounts and money of the area")
    DEPOSIT = "ledger.deposit", _("Book money that came in at the bank")
    PAY = "ledger.pay", _("Prepare payouts and book what the bank says of them")
    REVERSE = "ledger.reverse", _("Reverse a transfer")


ACTS: Mapping[str, Text] = {}
"""What the record of acts calls this context's acts."""
