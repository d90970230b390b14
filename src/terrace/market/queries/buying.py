"""What buyers see: their payments and orders, by link, by number and phone, or as who speaks for a buyer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.money import Money
from terrace.kernel.phones import read_phone
from terrace.kernel.readings import narrow
from terrace.market.domain import Answer, PaymentStatus, Permission, Provider, RepaymentStatus
from terrace.market.models import Order, OrderLine, Payment, PaymentNotice, Repayment


@dataclass(frozen=True, slots=True)
class Bought:
    """An order with its lines."""

    order: Order
    lines: Sequence[OrderLine]


def orders_bought_by(actor: Actor) -> QuerySet[Order]:
    """Return the orders of the buyers that the actor speaks for, and those that it bought for itself."""
    own = Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    return Order.objects.filter(Q(buyer_id__in=actor.own_parties) | own)


def get_payment(number: str) -> Payment:
    """Return a payment by its number, or raise `NotFound`. The caller has checked the link's signature."""
    found = Payment.objects.filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def get_order(number: str) -> Order:
    """Return an order by its number, or raise `NotFound`. The caller has checked the link's signature."""
    found = Order.objects.select_related("payment").filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def find_order(number: str, phone: str) -> Order | None:
    """Return the order that was placed with this number and phone, however they are typed, else None.

    Whether the number or the phone is wrong is not told apart. The caller limits the tries.
    """
    try:
        plain = read_phone(phone, current().region)
    except Invalid:
        return None
    orders = Order.objects.filter(number=narrow(number).strip().upper(), phone=plain)
    return orders.first() if plain else None


def bought(orders: Sequence[Order]) -> list[Bought]:
    """Return the orders with their lines, in two statements."""
    lines: dict[int, list[OrderLine]] = {}
    for line in (
        OrderLine.objects.filter(order__in=[order.pk for order in orders]).select_related("offer").order_by("pk")
    ):
        lines.setdefault(line.order_id, []).append(line)
    return [Bought(order, lines.get(order.pk, [])) for order in orders]


def last_try(payment: Payment) -> PaymentNotice | None:
    """Return what the provider said of the try that the buyer was last sent to, where that brought nothing.

    None while it has said nothing of it: news of an earlier try says nothing of this one.
    """
    in_vain = payment.notices.filter(answer__in=[Answer.NOT_PAID, Answer.OTHER_AMOUNT])
    of_this = in_vain.filter(body__reference=payment.charge_reference) if payment.charge_reference else in_vain.none()
    return of_this.order_by("-last_at", "-pk").first()


def going_back(payment: Payment) -> Money:
    """Return what goes back, or has gone back, of all that came for a payment."""
    amounts = payment.repayments.order_by("pk").values_list("amount_minor", flat=True)
    return Money(sum(amounts), payment.currency)


def orders_of(payment: Payment) -> list[Order]:
    """Return the orders of a payment, in the order in which they were written."""
    return list(payment.orders.order_by("pk"))


def payments_visible_to(actor: Actor) -> QuerySet[Payment]:
    """Return the payments of orders of the areas where the actor looks after payments."""
    here = Order.objects.filter(within(actor.paths(Permission.PAYMENTS)))
    return Payment.objects.filter(pk__in=here.values("payment_id"))


def transfers_visible_to(actor: Actor) -> QuerySet[Payment]:
    """Return all bank transfers that the actor may see: for one that is paid a second may come."""
    return payments_visible_to(actor).filter(provider=Provider.BANK)


def transfers_waited_for(actor: Actor) -> QuerySet[Payment]:
    """Return the bank transfers that the actor can confirm: still waited for, or ended and perhaps late."""
    open_ones = Q(status=PaymentStatus.WAITING) | Q(status=PaymentStatus.EXPIRED) | Q(status=PaymentStatus.CANCELLED)
    return transfers_visible_to(actor).filter(open_ones)


def get_transfer(actor: Actor, number: str) -> Payment:
    """Return a bank transfer that the actor may see, or raise `NotFound`."""
    found = transfers_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def repayments_to_make(actor: Actor) -> QuerySet[Repayment]:
    """Return what somebody has to transfer back at the bank."""
    here = payments_visible_to(actor).filter(provider=Provider.BANK)
    return Repayment.objects.filter(payment__in=here.values("pk"), status=RepaymentStatus.WAITING)


def get_repayment(actor: Actor, pk: int) -> Repayment:
    """Return a repayment that somebody makes at the bank and the actor may see, or raise `NotFound`."""
    here = payments_visible_to(actor).filter(provider=Provider.BANK).values("pk")
    found = Repayment.objects.select_related("payment").filter(pk=pk, payment__in=here).first()
    if found is None:
        raise NotFound
    return found


def notices_to_look_into(actor: Actor) -> QuerySet[PaymentNotice]:
    """Return the providers' notices of another amount than was to be paid that nobody has looked into yet."""
    here = payments_visible_to(actor).values("pk")
    odd = PaymentNotice.objects.filter(payment__in=here, answer=Answer.OTHER_AMOUNT, settled_at=None)
    return odd.exclude(provider=Provider.BANK)


def get_notice(actor: Actor, pk: int) -> PaymentNotice:
    """Return a notice of a payment that the actor may see, or raise `NotFound`."""
    here = payments_visible_to(actor).values("pk")
    found = PaymentNotice.objects.select_related("payment").filter(pk=pk, payment__in=here).first()
    if found is None:
        raise NotFound
    return found


def payments_by_id(ids: Iterable[int]) -> dict[int, Payment]:
    """Return payments by id. The caller has authorised the look."""
    return Payment.objects.in_bulk(list(ids))


def orders_by_payment(payments: Sequence[Payment]) -> Mapping[int, list[Order]]:
    """Return the orders of each payment by its id, in one statement."""
    found: dict[int, list[Order]] = {payment.pk: [] for payment in payments}
    for order in Order.objects.filter(payment__in=found).order_by("pk"):
        found[order.payment_id].append(order)
    return found


def count_transfers(actor: Actor) -> int:
    """Return how many bank transfers are waited for, for the clerk's list of what to do."""
    return transfers_waited_for(actor).filter(status=PaymentStatus.WAITING).count()
