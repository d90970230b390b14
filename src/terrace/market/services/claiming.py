"""Orders bought without an account, put among those of who shows to hold the phone that they were bought with."""

from datetime import datetime

from django.db import transaction

from terrace.accounts import services as accounts
from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.market.models import Order
from terrace.market.queries.own import claimable


@transaction.atomic
def claim_orders(*, by: Actor, now: datetime | None = None) -> list[Order]:
    """Put the orders that were placed with one's own phone among one's own, and return them; again, it finds none.

    Only with a phone that the person has shown to hold: its link was sent there
    with each of these orders, so nothing is opened that was not open to it before.
    Raises `Forbidden` for who is not signed in.
    """
    accounts.lock_own(by=by)
    orders = list(claimable(by).select_for_update(no_key=True).order_by("pk"))
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(person_id=by.person_id)
    audit.record_many(
        by=by,
        act="market.claim_order",
        subjects=[(order, order.area_path, {}) for order in orders],
        now=now or clock.now(),
    )
    return orders
