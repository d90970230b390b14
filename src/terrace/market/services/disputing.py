"""Disputes: what the buyer says is wrong, what the seller answers, and what the two agree on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override

from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import DomainError, Invalid, Stale
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _
from terrace.logistics.models import Parcel
from terrace.market.domain import ANSWER_WITHIN, RETURN_WITHIN, DisputeKind, DisputeStatus, OrderStatus, RefundReason
from terrace.market.models import Dispute, Order
from terrace.market.queries.disputes import is_decided, open_dispute_of, sent_back
from terrace.market.queries.selling import is_buyer
from terrace.market.services import news
from terrace.market.services.arriving import UNDER_WAY, arrive, waits_for_parcels
from terrace.market.services.batches import one_by_one
from terrace.market.services.locking import lock_order, move, require_buyer, require_seller, require_status
from terrace.market.services.refunds import MoreThanLeft, give_back_money, require_own

LONGEST = 1000
ARRIVING = (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
STEPS = (
    "status",
    "answer_by",
    "answer",
    "offered_minor",
    "answered_at",
    "asked_back",
    "seller_agrees",
    "with_centre_at",
    "return_waybill",
    "return_state",
    "returned_at",
    "decided_minor",
    "decided_by_id",
    "decided_at",
    "words_to_buyer",
    "words_to_seller",
    "ended_at",
)
"""What changes as a dispute goes on; what the buyer said stays."""


class AlreadyOpen(DomainError):
    """There is a dispute about this order that is not over."""

    code = "already_open"
    message = _("A dispute about this order is open already.")


class CentreDecided(DomainError):
    """The centre has decided about this order as it arrived, and what it decided stands."""

    code = "centre_decided"
    message = _("The centre has decided about this order already.")


class NotYourTurn(DomainError):
    """The dispute waits for somebody else, or is over."""

    code = "not_your_turn"
    message = _("This dispute no longer waits for that. Look at how it stands.")


@dataclass(frozen=True, slots=True)
class DisputeGiven:
    """What a buyer says: what is wrong, in words, and how much should come back."""

    kind: DisputeKind
    text: str
    wanted: Money
    photo: File[bytes] | None = None


@transaction.atomic
def open_dispute(
    *, by: Actor, order: Order, given: DisputeGiven, proof: str = "", now: datetime | None = None
) -> Dispute:
    """Say as the buyer that something is wrong with an order that was sent; until it is over its money stays in escrow.

    Raises `Forbidden`, `NotFound` for a wrong proof, `NotNow` before shipping and
    after completion, `AlreadyOpen`, `CentreDecided`, `Invalid` at the field that breaks a rule.
    """
    moment = now or clock.now()
    order = lock_order(order.pk)
    require_buyer(by, order, proof)
    require_status(order, *ARRIVING)
    if open_dispute_of(order.pk) is not None:
        raise AlreadyOpen
    if is_decided(order):
        raise CentreDecided
    text = checked_words(given.text, field="text")
    if not 0 < given.wanted.minor <= order.escrow.minor:
        raise Invalid(_("Ask for something above zero, and at most for what you paid."), field="wanted")
    dispute = _new(order, given.kind, text, given.wanted, moment)
    if given.photo:
        dispute.photo.save(given.photo.name or "photo.jpg", given.photo, save=False)
    dispute.save(force_insert=True)
    record(by, "open_dispute", dispute, {"wanted": str(given.wanted), "kind": given.kind.value}, moment)
    _to_seller(dispute, _("A buyer says that something is wrong with order %(number)s"), moment, loud=True)
    return dispute


def leave_missing_parcel_to_centre(*, order: Order, parcel: Parcel, kind: DisputeKind, now: datetime) -> None:
    """Let the centre decide about a locked order of which a parcel was lost or came back, and tell all three.

    In the dispute that is open, whoever's turn it is, else in a new one. Only where the buyer is sending
    back what did arrive, that goes on.
    """
    if not order.escrow:
        return
    dispute = open_dispute_of(order.pk)
    if dispute is None:
        dispute = _open_for_parcel(order, parcel, kind, now)
    else:
        _order, dispute = lock_dispute(dispute)
        record(SYSTEM, "note_missing_parcel", dispute, {"parcel": parcel.number}, now)
        if dispute.status in (DisputeStatus.OPEN, DisputeStatus.OFFERED) or not _anything_arrived(order):
            dispute.with_centre_at = dispute.with_centre_at or now
            step(dispute, DisputeStatus.WITH_CENTRE, now)
    if dispute.status == DisputeStatus.WITH_CENTRE:
        _to_seller(dispute, _("A parcel of order %(number)s did not arrive: the centre decides"), now)
        _to_judges(order, now)
    else:
        _to_seller(dispute, _("A parcel of order %(number)s did not arrive"), now)
    news.to_buyer(order, _("A parcel of your order %(number)s did not arrive. We see to it."), now=now)


def _open_for_parcel(order: Order, parcel: Parcel, kind: DisputeKind, now: datetime) -> Dispute:
    with override(order.language):
        text = str(_("Parcel %(number)s did not reach you.")) % {"number": parcel.number}
    dispute = _new(order, kind, text, order.escrow, now)
    dispute.status, dispute.with_centre_at, dispute.parcel = DisputeStatus.WITH_CENTRE.value, now, parcel
    dispute.save(force_insert=True)
    record(SYSTEM, "open_dispute", dispute, {"wanted": str(order.escrow), "parcel": parcel.number}, now)
    return dispute


def _anything_arrived(order: Order) -> bool:
    return order.parcels.filter(undone_at=None, delivered_at__isnull=False).exists()


@transaction.atomic
def answer_dispute(
    *, by: Actor, dispute: Dispute, version: int, amount: Money, words: str, now: datetime | None = None
) -> Dispute:
    """Answer as the seller, offering some of the money back, nothing, or all that is wanted: that settles it at once.

    At most the seller's own part, whoever the buyer is: for more the centre has to agree (`agree_to_more`).
    Raises `Forbidden`, `Stale`, `NotYourTurn`, `MoreThanLeft`, `OfOthers`, `Invalid`.
    """
    moment = now or clock.now()
    order, dispute = lock_dispute(dispute, version)
    require_seller(by, order)
    require_turn(dispute, DisputeStatus.OPEN)
    check_offer(order, amount)
    require_own(order, amount, field="offered")
    dispute.answer, dispute.offered_minor = checked_words(words, field="words"), amount.minor
    dispute.answered_at = moment
    record(by, "answer_dispute", dispute, {"offered": str(amount)}, moment)
    if amount.minor >= dispute.wanted_minor:
        settle(by=by, order=order, dispute=dispute, amount=amount, reason=RefundReason.DISPUTE, now=moment)
        return dispute
    step(dispute, DisputeStatus.OFFERED, moment)
    said = _("The seller answered what you said about order %(number)s, and offers %(amount)s.")
    news.to_buyer(order, said, now=moment, amount=amount)
    return dispute


@transaction.atomic
def accept_offer(*, by: Actor, dispute: Dispute, proof: str = "", now: datetime | None = None) -> Dispute:
    """Accept as the buyer what the seller offers: it is paid back, the dispute is over. Raises as `open_dispute`."""
    moment = now or clock.now()
    order, dispute = lock_dispute(dispute)
    require_buyer(by, order, proof)
    require_turn(dispute, DisputeStatus.OFFERED)
    amount = dispute.offered or Money(0, dispute.currency)
    record(by, "accept_offer", dispute, {"amount": str(amount)}, moment)
    settle(by=by, order=order, dispute=dispute, amount=amount, reason=RefundReason.DISPUTE, now=moment)
    return dispute


@transaction.atomic
def pass_on_dispute(*, by: Actor, dispute: Dispute, proof: str = "", now: datetime | None = None) -> Dispute:
    """Ask the centre to decide, as either side. Raises `Forbidden`, `NotFound` for a wrong proof, `NotYourTurn`."""
    moment = now or clock.now()
    order, dispute = lock_dispute(dispute)
    if proof or is_buyer(by, order):
        require_buyer(by, order, proof)
    else:
        require_seller(by, order)
    pass_on(by, dispute, moment)
    return dispute


@transaction.atomic
def withdraw_dispute(*, by: Actor, dispute: Dispute, proof: str = "", now: datetime | None = None) -> Dispute:
    """Say as the buyer that all is well after all. Raises as `pass_on_dispute`."""
    moment = now or clock.now()
    order, dispute = lock_dispute(dispute)
    require_buyer(by, order, proof)
    if DisputeStatus(dispute.status).is_over:
        raise NotYourTurn
    end(order, dispute, DisputeStatus.WITHDRAWN, moment)
    record(by, "withdraw_dispute", dispute, {}, moment)
    _to_seller(dispute, _("The buyer withdrew what was said about order %(number)s"), moment)
    return dispute


def pass_on_overdue(*, now: datetime | None = None) -> int:
    """Pass the disputes on to the centre in which one side did not answer in time; return how many. Run each hour."""
    moment = now or clock.now()
    silent = (DisputeStatus.OPEN, DisputeStatus.OFFERED, DisputeStatus.RETURNING)
    late = Dispute.objects.filter(status__in=silent, answer_by__lt=moment).order_by("answer_by", "pk")
    return one_by_one(_pass_on_if_late, late.values_list("pk", flat=True), moment)


@transaction.atomic
def _pass_on_if_late(dispute_id: int, now: datetime) -> bool:
    _order, found = lock_dispute(Dispute.objects.get(pk=dispute_id))
    if found.answer_by >= now or found.status == DisputeStatus.WITH_CENTRE or DisputeStatus(found.status).is_over:
        return False
    pass_on(SYSTEM, found, now)
    return True


def lock_dispute(dispute: Dispute, version: int | None = None) -> tuple[Order, Dispute]:
    """Return the dispute and its order, both locked, the order first; raise `Stale` if it is not at `version`."""
    order = lock_order(dispute.order_id)
    found = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
    found.order = order
    if version is not None and version != found.version:
        raise Stale
    return order, found


def require_turn(dispute: Dispute, *statuses: DisputeStatus) -> None:
    """Raise `NotYourTurn` unless the dispute stands at one of `statuses`."""
    if dispute.status not in statuses:
        raise NotYourTurn(status=dispute.status)


def require_returning(dispute: Dispute) -> None:
    """Raise `NotYourTurn` unless goods are to be sent back, also when the centre has been asked since."""
    if not sent_back(dispute):
        raise NotYourTurn(status=dispute.status)


def settle(*, by: Actor, order: Order, dispute: Dispute, amount: Money, reason: RefundReason, now: datetime) -> None:
    """End a locked dispute with `amount` for the buyer, which may be nothing. The caller has authorised."""
    dispute.decided_minor = amount.minor
    if amount:
        give_back_money(by=by, order=order, amount=amount, reason=reason, dispute=dispute, now=now)
    end(order, dispute, DisputeStatus.SETTLED, now)


def end(order: Order, dispute: Dispute, status: DisputeStatus, now: datetime) -> None:
    """End a locked dispute; the order's clock stood still from its beginning until now.

    Where no parcel is under way any more, such as after the last was lost, the clock begins now.
    """
    dispute.ended_at = now
    step(dispute, status, now)
    if order.status == OrderStatus.DELIVERED and order.complete_by is not None:
        stood_still = now - max(dispute.created_at, order.delivered_at or dispute.created_at)
        move(order, OrderStatus.DELIVERED, complete_by=order.complete_by + stood_still)
    elif order.status in UNDER_WAY and not waits_for_parcels(order):
        arrive(order, now)


def step(dispute: Dispute, status: DisputeStatus, now: datetime) -> None:
    """Move a locked dispute on with what else was changed of it; whoever's turn it is has time from now."""
    within = RETURN_WITHIN if status is DisputeStatus.RETURNING else ANSWER_WITHIN
    dispute.status, dispute.answer_by = status.value, now + within
    dispute.save_version(dispute.version, STEPS)


def record(by: Actor, act: str, dispute: Dispute, details: dict[str, object], now: datetime) -> None:
    """Put an act about a dispute on the record, without the words, which may name people."""
    audit.record(by=by, act=f"market.{act}", subject=dispute, area_path=dispute.area_path, details=details, now=now)


def checked_words(text: str, *, field: str) -> str:
    """Return what somebody says without the spaces around it; raise `Invalid` for nothing or too much."""
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise Invalid(_("Say it in at most %(most)d characters.") % {"most": LONGEST}, field=field)
    refuse_identity_number(words, field=field)
    return words


def _new(order: Order, kind: DisputeKind, text: str, wanted: Money, now: datetime) -> Dispute:
    return Dispute(
        number=ids.reference("J"),
        order=order,
        kind=kind.value,
        text=text,
        wanted_minor=wanted.minor,
        currency=wanted.currency,
        answer_by=now + ANSWER_WITHIN,
        area_path=order.area_path,
        county_code=order.county_code,
    )


def check_offer(order: Order, offered: Money) -> None:
    """Raise `Invalid` for less than nothing, `MoreThanLeft` for more than is held."""
    if offered.minor < 0:
        raise Invalid(_("Enter an amount, or zero."), field="offered")
    if order.escrow < offered:
        raise MoreThanLeft(field="offered")


def pass_on(by: Actor, dispute: Dispute, now: datetime) -> None:
    """Leave a locked dispute to the centre, and tell all three; raise `NotYourTurn`. The caller has authorised."""
    require_turn(dispute, DisputeStatus.OPEN, DisputeStatus.OFFERED, DisputeStatus.RETURNING)
    dispute.with_centre_at = now
    step(dispute, DisputeStatus.WITH_CENTRE, now)
    record(by, "pass_on_dispute", dispute, {}, now)
    _to_seller(dispute, _("The centre decides about order %(number)s"), now)
    _to_judges(dispute.order, now)
    news.to_buyer(dispute.order, _("The centre decides about your order %(number)s."), now=now)


def _to_seller(dispute: Dispute, said: Text, now: datetime, *, loud: bool = False) -> None:
    url = reverse("market:dispute", args=[dispute.number])
    news.to_seller(dispute.order, said, now=now, url=url, loud=loud)


def _to_judges(order: Order, now: datetime) -> None:
    url = f"{reverse('market:disputes')}?{urlencode({'status': DisputeStatus.WITH_CENTRE.value})}"
    news.to_judges(order, _("A dispute waits for the decision of the centre"), url=url, now=now)
