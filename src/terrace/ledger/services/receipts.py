"""What came in at the bank is booked once: as a deposit, or as the payment of an order, by whoever finds it first."""

from django.db import transaction

from terrace.kernel.errors import DomainError
from terrace.kernel.words import _
from terrace.ledger.domain import plain_reference
from terrace.ledger.models import BankReceipt


class AlreadyBooked(DomainError):
    """What the bank calls by this reference was booked before."""

    code = "already_booked"
    message = _("Money with this reference of the bank was booked before.")


def give_up_receipt(*, reference: str, about: str) -> None:
    """Let a transfer of the bank be booked anew that was booked about `about`, and no longer is."""
    BankReceipt.objects.filter(reference=plain_reference(reference), about=about).delete()


@transaction.atomic
def take_receipt(*, reference: str, about: str, field: str) -> None:
    """Note about what a transfer is booked that the bank calls by `reference`; the caller has authorised.

    Before any account is locked: who takes the same one meanwhile waits here.
    The same again changes nothing. Raises `AlreadyBooked` at `field` where it was
    booked about something else.
    """
    receipt, _made = BankReceipt.objects.get_or_create(reference=plain_reference(reference), defaults={"about": about})
    if receipt.about != about:
        raise AlreadyBooked(field=field)
