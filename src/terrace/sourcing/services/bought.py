"""What a purchase does beside itself: its notice goes down, its parties are told, the record says what it was."""

from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import override

from terrace.accounts import queries as accounts
from terrace.audit import services as audit
from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import Text, _, in_language
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel, Recipient, Topic
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.sourcing import queries
from terrace.sourcing.domain import PaidState, Permission, Status
from terrace.sourcing.models import Purchase, PurchaseLoss, SupplyNotice
from terrace.sourcing.services import notices
from terrace.traceability.domain import LossReason


def take_off_notice(by: Actor, purchase: Purchase, number: str, *, ends: bool, today: date) -> None:
    """Let the notice that was bought from go down by the net weight, or end it where that is all there is.

    `ends`: the producer said so. Raises `NotFound` and `Invalid` at "notice".
    """
    notice = _open_notice(by, purchase, number, today)
    purchase.notice = notice
    before = notices.told(notice)
    if ends or notice.quantity_steps <= purchase.net_steps:
        purchase.ended_notice = True
        notice.status = Status.BOUGHT
    else:
        purchase.notice_steps = purchase.net_steps
        notice.quantity_steps -= purchase.net_steps
    notice.save_version(notice.version, ["status", "quantity_steps"])
    details = {"purchase": purchase.number, "before": before, "after": notices.told(notice)}
    audit.record(by=by, act="sourcing.sell_supply", subject=notice, area_path=notice.area_path, details=details)


def give_back_to_notice(by: Actor, purchase: Purchase, today: date) -> None:
    """Undo what the purchase did to its notice: the goods are there to be sold again, if its window is not over."""
    if purchase.notice_id is None:
        return
    notice = SupplyNotice.objects.select_for_update().get(pk=purchase.notice_id)
    before = notices.told(notice)
    notice.quantity_steps += purchase.notice_steps
    if purchase.ended_notice and notice.status == Status.BOUGHT:
        notice.status = Status.OPEN
    notice.save_version(notice.version, ["status", "quantity_steps"])
    details = {"purchase": purchase.number, "before": before, "after": notices.told(notice)}
    audit.record(by=by, act="sourcing.restore_supply", subject=notice, area_path=notice.area_path, details=details)


def told(purchase: Purchase) -> dict[str, Any]:
    """Return what the record of acts keeps of a purchase: numbers, never a name."""
    return {
        "net": str(purchase.net),
        "price": str(purchase.price),
        "amount": str(purchase.amount),
        "premium": str(purchase.premium or ""),
        "pay_rule": str(purchase.pay_rule),
        "buyer": registry.parties_by_id([purchase.buyer_id])[purchase.buyer_id].number,
    }


def tell_of_purchase(purchase: Purchase) -> None:
    """Tell the producer what was weighed and what it brings, in the app and by SMS, and the buyer in the app."""
    producer, buyer = _parties(purchase)
    line = _line(purchase)
    _tell(producer, _("We bought from you"), line, purchase, by_sms=True)
    _tell(buyer, _("Bought for you"), line, purchase)


def tell_of_voiding(purchase: Purchase) -> None:
    """Tell both parties that the purchase is void, and why."""
    reason = lazy(partial(_voided, _line(purchase), purchase.void_reason), str)()
    for party in _parties(purchase):
        _tell(party, _("A purchase was voided"), reason, purchase, by_sms=party.pk == purchase.producer_id)


def tell_of_payment(purchase: Purchase) -> None:
    """Tell the producer that the money for an earlier purchase is there."""
    producer, _buyer = _parties(purchase)
    _tell(producer, _("You were paid"), _line(purchase), purchase, by_sms=True)


def tell_of_loss(loss: PurchaseLoss) -> None:
    """Tell the producer that some of its goods were lost before they were sold, why, and what is owed now."""
    producer, _buyer = _parties(loss.purchase)
    line = lazy(partial(_lost, loss), str)()
    _tell(producer, _("Some of your goods were lost"), line, loss.purchase, by_sms=True)


def tell_buyer_to_pay(purchase: Purchase) -> None:
    """Tell the buyer, and who weighed for it, that its account could not pay when the goods were graded."""
    _producer, buyer = _parties(purchase)
    _tell(buyer, _("Your account cannot pay for a purchase"), _line(purchase), purchase)
    keepers = _who_buys_at(purchase, clock.today(purchase.due_at)) if purchase.due_at else []
    url = _url(purchase)
    title = _("A producer waits for money of a purchase")
    messaging.notify(to=keepers, topic=Topic.MONEY, title=title, text=_line(purchase), url=url)


def _who_buys_at(purchase: Purchase, on: date) -> list[Recipient]:
    """Return who has a post at the unit where goods were weighed, and buys there."""
    buying = accounts.holders_of(Permission.PURCHASE, purchase.area_path, on)
    return [one for one in accounts.recipients_at([purchase.unit_id], on) if one.person_id in buying]


def _open_notice(by: Actor, purchase: Purchase, number: str, today: date) -> SupplyNotice:
    """Return the notice, locked; raise at "notice" unless it is open and of the same producer and product."""
    seen = queries.supply_visible_to(by, today).filter(number=number).values_list("pk", flat=True).first()
    if seen is None:
        raise NotFound(_("There is no supply with this number in your area."), field="notice")
    notice = SupplyNotice.objects.select_for_update().get(pk=seen)
    if notice.standing_on(today) is not Status.OPEN:
        raise Invalid(_("This notice has ended. Buy without it."), field="notice")
    if (notice.party_id, notice.product_id) != (purchase.producer_id, purchase.product_id):
        raise Invalid(_("This notice is of other goods or of somebody else."), field="notice")
    return notice


def _parties(purchase: Purchase) -> tuple[Party, Party]:
    found = registry.parties_by_id([purchase.producer_id, purchase.buyer_id])
    return found[purchase.producer_id], found[purchase.buyer_id]


def _line(purchase: Purchase) -> Text:
    """Return the purchase in a line, written in the language of whoever reads it: "92 kg Fuji, ¥460.00, paid"."""
    goods = queries.goods_of([purchase])[0]
    return lazy(partial(_written, purchase, goods), str)()


def _written(purchase: Purchase, goods: queries.Goods) -> str:
    parts = {
        "net": written.quantity(purchase.net),
        "goods": in_language((goods.variety or goods.product).names),
        "amount": written.money(purchase.amount),
        "state": _IN_A_MESSAGE[purchase.state],
    }
    return _("%(net)s %(goods)s, %(amount)s, %(state)s") % parts


def _voided(line: Text, reason: str) -> str:
    return _("%(purchase)s. Why: %(reason)s") % {"purchase": line, "reason": reason}


def _lost(loss: PurchaseLoss) -> str:
    goods = queries.goods_of([loss.purchase])[0]
    parts = {
        "quantity": written.quantity(loss.quantity),
        "goods": in_language((goods.variety or goods.product).names),
        "reason": LossReason(loss.reason).label,
        "amount": written.money(loss.amount),
        "owed": written.money(loss.purchase.owed),
    }
    return _("%(quantity)s %(goods)s: %(reason)s. %(amount)s less; %(owed)s is still owed.") % parts


_IN_A_MESSAGE = {
    PaidState.PAID: _("paid"),
    PaidState.DUE: _("the buyer's money is still to come"),
    PaidState.AT_GRADING: _("to be paid when the lot is graded"),
    PaidState.AT_SALE: _("to be paid when the goods are sold"),
    PaidState.LOST: _("lost before it was sold"),
    PaidState.VOID: _("void"),
}


def _tell(party: Party, title: Text, text: Text, purchase: Purchase, *, by_sms: bool = False) -> None:
    """Tell who speaks for a party; a household without anybody who signs in gets the SMS at its own number."""
    people = [person for _row, person in registry.representatives_of(party)]
    to = accounts.recipients([person.pk for person in people])
    channels = (Channel.APP, Channel.SMS) if by_sms else (Channel.APP,)
    messaging.notify(to=to, topic=Topic.MONEY, title=title, text=text, url=_url(purchase), channels=channels)
    if by_sms and party.phone and party.phone not in {one.phone for one in to}:
        with override(settings.LANGUAGE_CODE):
            messaging.send(channel=Channel.SMS, address=party.phone, subject=title, text=text)


def _url(purchase: Purchase) -> str:
    return reverse("sourcing:purchase", args=[purchase.number])
