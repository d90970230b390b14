"""What the ledger holds about a party, for who asks for everything held about itself."""

from collections.abc import Mapping
from typing import Any

from terrace.http.handouts import Coded
from terrace.kernel.words import Text, _
from terrace.ledger.domain import PayoutState, Reason
from terrace.ledger.models import Entry, Payout

WORDS: Mapping[str, Text] = {
    "movements of money": _("Movements of money"),
    "payouts": _("Payments to the bank account"),
    "reason": _("What for"),
    "about": _("About"),
    "amount": _("Amount"),
    "transfer": _("Transfer"),
    "prepared_at": _("Prepared at"),
    "paid_on": _("Paid on"),
    "ended_on": _("Ended on"),
    "answer": _("The bank says"),
    "account": _("Bank account"),
}
"""What people call the sections and columns of what a party is handed about its money."""


def held_about(party_id: int) -> list[dict[str, Any]]:
    """Return every entry of a party's accounts, in plain values, oldest first."""
    rows = Entry.objects.filter(account__party_id=party_id).select_related("transfer").order_by("at", "pk")
    return [
        {
            "at": entry.at,
            "reason": Coded(entry.transfer.reason, Reason(entry.transfer.reason).label),
            "about": entry.transfer.reference,
            "amount": str(entry.amount),
            "transfer": entry.transfer.number,
        }
        for entry in rows
    ]


def payouts_held_about(party_id: int) -> list[dict[str, Any]]:
    """Return every payout of a party, in plain values, oldest first; account numbers as pages show them."""
    return [
        {
            "number": payout.number,
            "amount": str(payout.amount),
            "account": f"{payout.bank} ••••{payout.last4}" if payout.last4 else "",
            "state": Coded(payout.state, PayoutState(payout.state).label),
            "prepared_at": payout.prepared_at,
            "paid_on": payout.paid_on or "",
            "ended_on": payout.ended_on or "",
            "answer": payout.answer,
        }
        for payout in Payout.objects.filter(party_id=party_id).order_by("pk")
    ]
