"""How disputes end that take more than two words: goods that come back, and what the centre decides."""

from datetime import datetime

from django.db import transaction

from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.market.domain import DisputeStatus, Permission, RefundReason, ReturnState
from terrace.market.models import Dispute, Order
from terrace.market.queries.brought_back import parcels_brought_back, parcels_to_return
from terrace.market.queries.disputes import sent_back
from terrace.market.queries.selling import has_a_stake
from terrace.market.services import news
from terrace.market.services.disputing import (
    NotYourTurn,
    check_offer,
    checked_words,
    lock_dispute,
    pass_on,
    record,
    require_returning,
    require_turn,
    settle,
    step,
)
from terrace.market.services.locking import require_buyer, require_packer, require_seller
from terrace.market.services.putting_away import put_away_brought, put_back
from terrace.market.services.refunds import MoreThanLeft, own_part

LONGEST_WAYBILL = 40


@transaction.atomic
def agree_to_more(
    *, by: Actor, dispute: Dispute, version: int, amount: Money, words: str, now: datetime | None = None
) -> Dispute:
    """Say as the seller that the buyer may have `amount`, more than the seller's own part, and leave it to the centre.

    Growers, carriers and points go without then, so the seller's word moves
    nothing: the centre grants it (`grant_agreed`) or decides otherwise. Who has
    not answered may say it also while the centre has the dispute already.
    Raises `Forbidden`, `Stale`, `NotYourTurn`, `MoreThanLeft`, `Invalid` also where the seller may give it alone.
    """
    moment = now or clock.now()
    order, dispute = lock_dispute(dispute, version)
    require_seller(by, order)
    require_turn(dispute, DisputeStatus.OPEN, DisputeStatus.WITH_CENTRE)
    if dispute.answered_at:
        raise NotYourTurn(status=dispute.status)
    check_offer(order, amount)
    if not amount:
        raise Invalid(_("Enter an amount above zero."), field="offered")
    is_open = dispute.status == DisputeStatus.OPEN
    if is_open and amount <= own_part(order):
        raise Invalid(_("That is your own part: you may offer it yourself."), field="offered")
    dispute.answer, dispute.offered_minor = checked_words(words, field="words"), amount.minor
    dispute.answered_at, dispute.seller_agrees = moment, True
    record(by, "agree_to_more", dispute, {"amount": str(amount)}, moment)
    if is_open:
        pass_on(by, dispute, moment)
    else:
        step(dispute, DisputeStatus.WITH_CENTRE, moment)
    return dispute


@transaction.atomic
def ask_goods_back(
    *, by: Actor, dispute: Dispute, version: int, amount: Money, words: str, now: datetime | None = None
) -> Dispute:
    """Ask as the seller for the goods back: `amount` is paid back when they have arrived, as `take_back_goods` says.

    All goods of the order: they go into their lots again, and nobody is paid for
    them, so it is at least what they cost and was not given back before.

    Raises `Forbidden`, `Stale`, `NotYourTurn`, `MoreThanLeft`, `Invalid`.
    """
    moment = now or clock.now()
    order, dispute = lock_dispute(dispute, version)
    require_seller(by, order)
    require_turn(dispute, DisputeStatus.OPEN)
    if amount.minor <= 0:
        raise Invalid(_("Say how much the buyer gets when the goods are back."), field="offered")
    if order.escrow < amount:
        raise MoreThanLeft(field="offered")
    if amount < price_of_goods(order):
        told = _(
            "All goods of the order come back then, so the buyer gets at least %(amount)s, what they cost. "
            "For some of them, answer with an amount."
        )
        raise Invalid(told % {"amount": written.money(price_of_goods(order))}, field="offered")
    dispute.answer, dispute.offered_minor = checked_words(words, field="words"), amount.minor
    dispute.answered_at, dispute.asked_back = moment, True
    step(dispute, DisputeStatus.RETURNING, moment)
    record(by, "ask_goods_back", dispute, {"amount": str(amount)}, moment)
    said = _("Please send all goods of order %(number)s back: %(amount)s comes to you when they arrive.")
    news.to_buyer(order, said, now=moment, amount=amount)
    return dispute


def price_of_goods(order: Order) -> Money:
    """Return what the buyer paid for the goods of an order and was not given back: all but freight."""
    return Money(max(0, min(order.goods_minor - order.refunded_minor, order.escrow.minor)), order.currency)


@transaction.atomic
def hand_in_return(
    *, by: Actor, dispute: Dispute, waybill: str, proof: str = "", now: datetime | None = None
) -> Dispute:
    """Say as the buyer by which waybill the goods go back, also when the centre was asked meanwhile.

    Raises as `open_dispute`, `NotYourTurn`, `Invalid`.
    """
    moment = now or clock.now()
    order, dispute = lock_dispute(dispute)
    require_buyer(by, order, proof)
    require_returning(dispute)
    number = waybill.strip()
    if not number or len(number) > LONGEST_WAYBILL:
        raise Invalid(_("Enter the number of the carrier's waybill."), field="waybill")
    dispute.return_waybill = number
    step(dispute, DisputeStatus(dispute.status), moment)
    record(by, "hand_in_return", dispute, {}, moment)
    news.to_seller(order, _("The goods of order %(number)s are on their way back"), now=moment)
    return dispute


@transaction.atomic
def take_back_goods(*, by: Actor, dispute: Dispute, state: ReturnState, now: datetime | None = None) -> Dispute:
    """Note that the goods came back: the buyer gets the money, and the goods go into their lots again or are lost.

    Goods that come after the centre was asked to decide are taken back as well;
    the money is then the centre's to decide, and so it is where more was promised
    than is the seller's own now: the seller agrees, as it was promised. What was lost on the way back is
    the seller's loss: the buyer sent it. What the carrier brought back without the buyer moves
    no money, and is taken back whatever became of the dispute. Raises `Forbidden` for who neither
    packs nor sells there, `NotYourTurn`.
    """
    moment = now or clock.now()
    order, dispute = lock_dispute(dispute)
    require_packer(by, order)
    if not sent_back(dispute) and (brought := parcels_brought_back(order)):
        put_away_brought(by, order, brought, state, moment)
        record(by, "take_back_goods", dispute, {"state": state.value}, moment)
        return dispute
    is_late = sent_back(dispute) and dispute.status == DisputeStatus.WITH_CENTRE
    require_turn(dispute, DisputeStatus.WITH_CENTRE if is_late else DisputeStatus.RETURNING)
    dispute.return_state, dispute.returned_at = state.value, moment
    brought_ids = {row.pk for row in parcels_brought_back(order)}
    rows = parcels_to_return(order)
    put_back(by, order, [row for row in rows if row.pk not in brought_ids] or rows, state, moment)
    record(by, "take_back_goods", dispute, {"state": state.value}, moment)
    amount = dispute.offered or Money(0, dispute.currency)
    dispute.seller_agrees = is_late or own_part(order, here=brought_ids) < amount
    if is_late:
        step(dispute, DisputeStatus.WITH_CENTRE, moment)
    elif dispute.seller_agrees:
        pass_on(by, dispute, moment)
    else:
        settle(by=by, order=order, dispute=dispute, amount=amount, reason=RefundReason.RETURNED, now=moment)
    return dispute


@transaction.atomic
def decide_dispute(
    *,
    by: Actor,
    dispute: Dispute,
    version: int,
    amount: Money,
    words_to_buyer: str,
    words_to_seller: str,
    now: datetime | None = None,
) -> Dispute:
    """Decide for the centre how much the buyer gets back: all that is left, some, or nothing, with words for both.

    Raises `Forbidden` outside the area and for who sells or bought these goods,
    `Stale`, `NotYourTurn`, `MoreThanLeft`, `Invalid`.
    """
    moment = now or clock.now()
    order, dispute = _lock_to_decide(by, dispute, version)
    if amount.minor < 0 or order.escrow < amount:
        raise MoreThanLeft
    dispute.words_to_buyer = checked_words(words_to_buyer, field="words_to_buyer")
    dispute.words_to_seller = checked_words(words_to_seller, field="words_to_seller")
    _decide(by, order, dispute, amount, moment)
    return dispute


@transaction.atomic
def grant_agreed(*, by: Actor, dispute: Dispute, version: int, now: datetime | None = None) -> Dispute:
    """Decide for the centre that the buyer gets what the seller agrees to, with no more words.

    Raises as `decide_dispute`, `NotYourTurn` also where the seller has not agreed to anything.
    """
    moment = now or clock.now()
    order, dispute = _lock_to_decide(by, dispute, version)
    if not dispute.seller_agrees:
        raise NotYourTurn(status=dispute.status)
    amount = dispute.offered or Money(0, dispute.currency)
    if order.escrow < amount:
        raise MoreThanLeft
    _decide(by, order, dispute, amount, moment)
    return dispute


def _lock_to_decide(by: Actor, dispute: Dispute, version: int) -> tuple[Order, Dispute]:
    order, dispute = lock_dispute(dispute, version)
    by.require(Permission.DISPUTES, order.area_path)
    if has_a_stake(by, order):
        raise Forbidden
    require_turn(dispute, DisputeStatus.WITH_CENTRE)
    return order, dispute


def _decide(by: Actor, order: Order, dispute: Dispute, amount: Money, moment: datetime) -> None:
    dispute.decided_by_id, dispute.decided_at = by.person_id, moment
    record(by, "decide_dispute", dispute, {"amount": str(amount)}, moment)
    settle(by=by, order=order, dispute=dispute, amount=amount, reason=RefundReason.DISPUTE, now=moment)
    said = _("The centre has decided about order %(number)s: %(amount)s goes back to the buyer.")
    news.to_seller(order, said, now=moment, amount=amount)
    news.to_buyer(order, _("The centre has decided about your order %(number)s."), now=moment)
