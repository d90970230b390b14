"""About what the transfers were booked that came in at the bank."""

from collections.abc import Iterable, Mapping

from terrace.ledger.domain import plain_reference
from terrace.ledger.models import BankReceipt


def receipts_by_reference(references: Iterable[str]) -> Mapping[str, str]:
    """Return about what these transfers of the bank were booked, by their references in plain."""
    known = {plain_reference(reference) for reference in references}
    return dict(BankReceipt.objects.filter(reference__in=known).order_by("pk").values_list("reference", "about"))
