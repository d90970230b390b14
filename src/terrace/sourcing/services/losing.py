"""Goods that are lost before they are sold: less is owed for them, unless the buyer bears the loss."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import DomainError, Forbidden
from terrace.kernel.words import _
from terrace.sourcing.domain import PayRule, worth_of_lost
from terrace.sourcing.models import Purchase, PurchaseLoss, PurchasePayment, key_for_gone
from terrace.sourcing.queries.debts import unpromised
from terrace.sourcing.services import bought
from terrace.sourcing.services.paying import move_money
from terrace.traceability import queries as lots
from terrace.traceability.queries import Loss


class LossBorne(DomainError):
    """The buyer bears the loss already."""

    code = "loss_borne"
    message = _("The buyer bears this loss already. It is paid.")


@transaction.atomic
def note_loss(*, event_id: int) -> list[PurchaseLoss]:
    """Let what is owed go down by what was lost of goods that are paid when they are sold: until then they are
    their producer's. Return the losses that producers bear by it. The act that lost the goods has authorised it.
    """
    loss = lots.loss_of(event_id)
    waiting = Purchase.objects.filter(lot__in=list(loss.origins), pay_rule=PayRule.AT_SALE, voided_at=None)
    noted_ones = [_bear(purchase, loss) for purchase in waiting.select_for_update().order_by("pk") if purchase.owed]
    found = [noted for noted in noted_ones if noted.own_steps < noted.steps]
    for noted in found:
        bought.tell_of_loss(noted)
    return found


@transaction.atomic
def note_back(*, steps: Mapping[int, int], reference: str, sold: Collection[int]) -> None:
    """Note that so many steps of purchases, by their ids, are in their lots again out of the order of `reference`.

    Where they were paid for in it they are the buyer's own: what is lost of them is no loss of their producer's.
    `sold` are the purchases that the order was settled with: they are paid for, or the rest is owed. The act that
    put them back has authorised it.
    """
    for purchase in Purchase.objects.select_for_update().filter(pk__in=list(steps)).order_by("pk"):
        made_good = PurchasePayment.objects.filter(key=key_for_gone(reference, purchase.pk))
        if purchase.pk in sold or made_good.exists():
            purchase.back_steps += steps[purchase.pk]
            purchase.save(update_fields=["back_steps"])


@transaction.atomic
def bear_loss(*, by: Actor, loss: PurchaseLoss, now: datetime | None = None) -> Purchase:
    """Let the buyer bear a loss that its side has to answer for: it pays what the goods would have brought.

    Only the buyer says so: it is its money. Raises `Forbidden`, `LossBorne`, `BuyerCannotPay`.
    """
    if not by.is_system and not by.speaks_for(loss.purchase.buyer_id):
        raise Forbidden
    moment = now or clock.now()
    purchase = Purchase.objects.select_for_update().get(pk=loss.purchase_id)
    held = PurchaseLoss.objects.select_for_update().get(pk=loss.pk)
    if held.borne_at is not None:
        raise LossBorne
    held.borne_at = moment
    held.save(update_fields=["borne_at"])
    purchase.lost_minor -= held.amount_minor
    purchase.save(update_fields=["lost_minor"])
    if held.amount_minor:
        move_money(by, purchase, held.amount, f"{purchase.reference}/loss/{held.pk}", moment)
        bought.tell_of_payment(purchase)
    _record(by, "bear_loss", purchase, held, moment)
    return purchase


def _bear(purchase: Purchase, loss: Loss) -> PurchaseLoss:
    """Write a loss off what is owed for a locked purchase; return it. What came back and was paid for goes first."""
    steps = loss.origins[purchase.lot_id]
    sums = purchase.losses.aggregate(steps=Sum("steps", default=0), own=Sum("own_steps", default=0))
    own = min(steps, purchase.back_steps - sums["own"])
    worth = worth_of_lost(purchase.amount, sums["steps"] - sums["own"], steps - own, purchase.net_steps)
    amount = min(worth, unpromised(purchase))
    noted = PurchaseLoss.objects.create(
        purchase=purchase,
        event_id=loss.event_id,
        steps=steps,
        own_steps=own,
        amount_minor=amount.minor,
        reason=loss.reason.value,
        lost_at=loss.at,
    )
    purchase.lost_minor += amount.minor
    purchase.save(update_fields=["lost_minor"])
    _record(SYSTEM, "note_loss", purchase, noted, loss.at)
    return noted


def _record(by: Actor, act: str, purchase: Purchase, loss: PurchaseLoss, now: datetime) -> None:
    details = {"quantity": str(loss.quantity), "amount": str(loss.amount), "reason": loss.reason}
    audit.record(by=by, act=f"sourcing.{act}", subject=purchase, area_path=purchase.area_path, details=details, now=now)
