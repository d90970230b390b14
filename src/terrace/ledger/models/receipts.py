"""Transfers that came in at the bank, each by what the bank calls it: whatever it was for, it is booked once."""

from django.db import models

from terrace.kernel.db import Timed


class BankReceipt(Timed):
    """A transfer that came in at the bank and was booked `about` something: a deposit by its key, or a payment.

    `reference` is the bank's, as `domain.plain_reference` writes it. A deposit that is taken back gives it free.
    """

    reference = models.CharField(max_length=240, unique=True)
    about = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.reference
