"""What the market does on news from below: each part has its own lines."""

from terrace.accounts.domain import AccountDataRequested, PersonForgotten
from terrace.kernel.actors import SYSTEM
from terrace.kernel.events import Hearer
from terrace.kernel.words import _
from terrace.logistics.domain import ParcelDelivered, ParcelLost, ParcelReturned, ParcelSent
from terrace.market import queries, services
from terrace.market.domain import DisputeKind
from terrace.market.queries.belongings import held_about_buyer
from terrace.market.queries.own import held_about_person
from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased, PartyMoved, PartyRested
from terrace.traceability.domain import LotsRecalled, TraceRequested


def add_offers(asked: DataRequested) -> None:
    """Put the party's offers and reviews into what it is handed about itself."""
    asked.add("offers", queries.held_about_seller(asked.party_id))
    asked.add("reviews", queries.reviews_by(asked.party_id))


def pause(rested: PartyRested) -> None:
    """Let nobody buy of a party that takes no part."""
    services.pause_of_resting(by=SYSTEM, party_id=rested.party_id)


def follow(moved: PartyMoved) -> None:
    """Let who sells for the party where it lives now look after its offers."""
    services.follow_seller(party_id=moved.party_id)


def forget(erased: PartyErased) -> None:
    """End the party's offers, and take out of them what is personal."""
    services.forget_party(by=SYSTEM, party_id=erased.party_id)


def note_sending(news: ParcelSent) -> None:
    """Note that a parcel of an order was handed to the carrier; the last one makes the order shipped."""
    services.parcel_sent(parcel_id=news.parcel_id, at=news.at)


def note_arrival(news: ParcelDelivered) -> None:
    """Note that a parcel of an order arrived; the last one makes the order delivered."""
    services.parcel_delivered(parcel_id=news.parcel_id, at=news.at)


def note_loss(news: ParcelLost) -> None:
    """Let the centre decide about the order of a parcel that was lost."""
    services.parcel_did_not_arrive(parcel_id=news.parcel_id, at=news.at, kind=DisputeKind.NOT_ARRIVED)


def note_return(news: ParcelReturned) -> None:
    """Let the centre decide about the order of a parcel that came back; one that was unpacked is none."""
    services.parcel_did_not_arrive(parcel_id=news.parcel_id, at=news.at, kind=DisputeKind.OTHER)


def object_to_erasure(asked: ErasureAsked) -> None:
    """Say that a party whose orders are not over cannot be erased: goods or money are still owed."""
    if queries.has_open_orders(asked.party_id):
        asked.object_to(_("It has orders that are not over. Wait until their money is shared or given back."))


def tell_money(asked: TraceRequested) -> None:
    """Add to a lot's public page where the money of the orders went that were packed from it."""
    for section in queries.money_of_lot(asked.lot_id):
        asked.add(section)


def warn(recalled: LotsRecalled) -> None:
    """Tell sellers and centres of a recall: what may not be packed, and which orders hold goods of it."""
    services.warn_of_recall(lot_ids=recalled.lot_ids)


def add_orders(asked: DataRequested) -> None:
    """Put what the party bought, and said about it, into what it is handed about itself."""
    for name, rows in held_about_buyer(asked.party_id).items():
        asked.add(name, rows)


def add_own(asked: AccountDataRequested) -> None:
    """Put what somebody bought for themselves, and the addresses they keep, into what their account is handed."""
    for name, rows in held_about_person(asked.person_id).items():
        asked.add(name, rows)


def forget_person(gone: PersonForgotten) -> None:
    """Drop the addresses of somebody whose account was erased, and empty what they ordered that is over."""
    services.forget_person(by=SYSTEM, person_id=gone.person_id)


def forget_buyer(erased: PartyErased) -> None:
    """Empty the recipients of what the party bought."""
    services.forget_buyer(by=SYSTEM, party_id=erased.party_id)


def note_goods_back(news: ParcelDelivered) -> None:
    """Note that goods which a buyer sends back arrived where they were packed."""
    services.return_arrived(reference=news.reference, at=news.at)


def note_goods_lost(news: ParcelLost) -> None:
    """Let the centre decide about goods that were lost on their way back."""
    services.return_lost(reference=news.reference, at=news.at)


HEARERS: tuple[Hearer, ...] = (
    (DataRequested, add_offers),
    (PartyMoved, follow),
    (PartyRested, pause),
    (PartyErased, forget),
    (DataRequested, add_orders),
    (PartyErased, forget_buyer),
    (AccountDataRequested, add_own),
    (PersonForgotten, forget_person),
    (ParcelSent, note_sending),
    (ParcelDelivered, note_arrival),
    (ParcelDelivered, note_goods_back),
    (ParcelLost, note_loss),
    (ParcelLost, note_goods_lost),
    (ParcelReturned, note_return),
    (ErasureAsked, object_to_erasure),
    (TraceRequested, tell_money),
    (LotsRecalled, warn),
)
"""What is heard, in the order in which it is done."""
