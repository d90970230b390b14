"""A dispute as a thread: who said what and when, in the order in which it happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terrace.http import written
from terrace.kernel.words import Text, _, in_context, one_by_one
from terrace.logistics.domain import ParcelStatus
from terrace.market.domain import DisputeKind, DisputeStatus, ReturnState
from terrace.market.models import Dispute
from terrace.market.queries.disputes import TO_BUYER, TO_SELLER
from terrace.market.queries.packing import parcels_of
from terrace.market.queries.returning import way_back

TONES = {
    DisputeStatus.OPEN: "warn",
    DisputeStatus.OFFERED: "info",
    DisputeStatus.WITH_CENTRE: "warn",
    DisputeStatus.RETURNING: "info",
    DisputeStatus.SETTLED: "good",
    DisputeStatus.WITHDRAWN: "neutral",
}

NOT_ARRIVED = (ParcelStatus.LOST, ParcelStatus.RETURNED)
BUYER, CARRIER = in_context("part", "Buyer"), in_context("part", "Carrier")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said: by whom, when, and what it comes to."""

    who: Text
    at: datetime | None
    text: str
    line: str = ""
    photo: str = ""


def thread_of(dispute: Dispute, *, reads: frozenset[str], photo: str) -> dict[str, Any]:
    """Return what a page of a dispute tells: of the centre's words those to whom the reader `reads`, centre both."""
    status = DisputeStatus(dispute.status)
    waits = status in (DisputeStatus.OPEN, DisputeStatus.OFFERED, DisputeStatus.RETURNING)
    return {
        "tone": TONES[status],
        "status_label": status.label,
        "answer_by": dispute.answer_by if waits else None,
        "thread": list(_said(dispute, reads, photo)),
        "for_buyer": reads == {TO_BUYER},
        "way_back": way_back(dispute),
        "facts": _missing(dispute),
    }


def _missing(dispute: Dispute) -> list[tuple[Text, str, Any]]:
    """Return which parcels of the order did not arrive: what the centre decides about too, whatever was said."""
    parcels = [parcel for _row, parcel in parcels_of([dispute.order])[dispute.order_id]]
    told = [
        f"{parcel.number} ({ParcelStatus(parcel.status).label})" for parcel in parcels if parcel.status in NOT_ARRIVED
    ]
    return [(_("Did not arrive"), "text", one_by_one(told))] if told else []


def _said(dispute: Dispute, reads: frozenset[str], photo: str) -> Iterator[Said]:
    wanted = _("%(kind)s. Wants %(amount)s back.") % {
        "kind": DisputeKind(dispute.kind).label,
        "amount": written.money(dispute.wanted),
    }
    if dispute.is_of_parcel:
        yield Said(CARRIER, dispute.created_at, dispute.text)
    else:
        yield Said(BUYER, dispute.created_at, dispute.text, str(wanted), photo)
    if dispute.answered_at:
        yield Said(_("Seller"), dispute.answered_at, dispute.answer, _offer(dispute))
    if dispute.return_waybill:
        line = _("Goods on their way back, waybill %(waybill)s") % {"waybill": dispute.return_waybill}
        yield Said(BUYER, None, "", str(line))
    if dispute.returned_at:
        yield Said(_("Goods came back"), dispute.returned_at, "", str(ReturnState(dispute.return_state).label))
    if dispute.with_centre_at:
        yield Said(_("Passed on to the centre"), dispute.with_centre_at, "")
    if dispute.decided_at and not dispute.words_to_buyer:
        yield Said(_("The centre"), dispute.decided_at, "", str(_("Grants what the seller agreed to.")))
    elif dispute.decided_at:
        for side, label, words in (
            (TO_BUYER, _("The centre to the buyer"), dispute.words_to_buyer),
            (TO_SELLER, _("The centre to the seller"), dispute.words_to_seller),
        ):
            if side in reads:
                yield Said(label, dispute.decided_at, words)
    if dispute.ended_at:
        yield Said(_("Over"), dispute.ended_at, "", _end(dispute))


def _offer(dispute: Dispute) -> str:
    if dispute.seller_agrees and not dispute.asked_back:
        told = _("Agrees that the buyer gets %(amount)s back, if the centre grants it.")
    elif dispute.asked_back:
        told = _("Asks for the goods back, and gives %(amount)s when they arrive.")
    elif dispute.offered_minor:
        told = _("Offers %(amount)s.")
    else:
        return str(_("Offers nothing."))
    return str(told % {"amount": written.money(dispute.offered)})


def _end(dispute: Dispute) -> str:
    if dispute.status == DisputeStatus.WITHDRAWN:
        return str(DisputeStatus.WITHDRAWN.label)
    if dispute.decided_minor:
        return str(_("%(amount)s went back to the buyer.") % {"amount": written.money(dispute.decided)})
    return str(_("Nothing went back."))
