"""Advice from a unit down to the stations and points below it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from terrace.accounts import queries as accounts
from terrace.audit import services as audit
from terrace.catalog import queries as catalog
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import _
from terrace.messaging import services as messaging
from terrace.messaging.domain import Topic
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.sourcing.domain import Permission
from terrace.sourcing.models import Advice, AdviceReceipt

ADVISED = (Workspace.STATION, Workspace.POINT)
MOST_UNASKED = 20
"""To so many units advice goes at once; a village's or a township's. Beyond, the sender is asked."""


class ToMany(Invalid):
    """The advice would go to many units, and cannot be called back: it is sent for who says `sure`."""

    code = "to_many"


@transaction.atomic
def give_advice(
    *,
    by: Actor,
    area: str,
    title: str,
    text: str,
    product: str = "",
    sure: bool = False,
    now: datetime | None = None,
) -> Advice:
    """Send advice to every station and point in the area with the code `area`; each must acknowledge it.

    It is given in the name of the actor's unit that is nearest above the area. Raises
    `Forbidden` outside the actor's area, `Invalid` when no unit would receive it,
    `ToMany` for more than `MOST_UNASKED` units who is not `sure`,
    `IdentityNumber` at the text that holds one.
    """
    path = network.get_area(area).path
    by.require(Permission.ADVISE, path)
    if by.person_id is None:
        raise Forbidden
    refuse_identity_number(title, field="title")
    refuse_identity_number(text, field="text")
    moment = now or clock.now()
    sender = _unit_over(path, by, by.person_id, clock.today(moment))
    receivers = _receivers(path, sender, sure)
    advice = Advice.objects.create(
        number=ids.reference("A"),
        unit=sender,
        area_path=path,
        product_id=catalog.get_product(product).pk if product else None,
        title=title,
        text=text,
        issued_by_id=by.person_id,
    )
    _deliver(advice, receivers, moment)
    audit.record(by=by, act="sourcing.give_advice", subject=advice, area_path=path, details={"units": len(receivers)})
    return advice


@transaction.atomic
def acknowledge_advice(*, by: Actor, advice: str, now: datetime | None = None) -> list[AdviceReceipt]:
    """Take note of the advice with the number `advice` for every unit that the actor is posted to.

    The actor's notice that told of it is read with it. Doing it again changes nothing. Raises `NotFound` when it
    did not go to any of the actor's units, `Forbidden` without the permission there.
    """
    receipts = list(
        AdviceReceipt.objects.select_for_update().filter(advice__number=advice, unit__in=by.units).order_by("id")
    )
    if not receipts:
        raise NotFound
    for receipt in receipts:
        by.require(Permission.ACKNOWLEDGE, receipt.area_path)
    fresh = [receipt for receipt in receipts if receipt.acknowledged_at is None]
    for receipt in fresh:
        receipt.acknowledged_at = now or clock.now()
        receipt.acknowledged_by_id = by.person_id
        receipt.save(update_fields=["acknowledged_at", "acknowledged_by"])
        audit.record(by=by, act="sourcing.acknowledge_advice", subject=receipt.advice, area_path=receipt.area_path)
    messaging.mark_read_about(by=by, url=reverse("sourcing:advice_detail", args=[advice]), now=now)
    return receipts


def _unit_over(path: str, by: Actor, person_id: int, today: date) -> ServiceUnit:
    """Return the unit whose post lets the actor advise at `path`, the nearest above it of several."""
    allowing = by.units & accounts.units_allowing(person_id, Permission.ADVISE, today)
    over = [unit for unit in network.units_by_id(allowing).values() if path.startswith(unit.area_path)]
    if not over:
        raise Forbidden
    return min(over, key=lambda unit: (-len(unit.area_path), unit.pk))


def _receivers(path: str, sender: ServiceUnit, sure: bool) -> list[ServiceUnit]:
    """Return the units that the advice goes to; raise where there is none, or `ToMany` to ask who is not `sure`."""
    receivers = [unit for unit in network.units_under(path, ADVISED) if unit.pk != sender.pk]
    if not receivers:
        raise Invalid(_("There is no station or point in this area."), field="area")
    if len(receivers) > MOST_UNASKED and not sure:
        told = _("This goes to %(number)s stations and points and cannot be called back. Send it to all of them?")
        raise ToMany(told % {"number": len(receivers)}, field="area")
    return receivers


def _deliver(advice: Advice, units: Sequence[ServiceUnit], now: datetime) -> None:
    AdviceReceipt.objects.bulk_create(
        [AdviceReceipt(advice=advice, unit=unit, area_path=unit.area_path) for unit in units], batch_size=2000
    )
    people = accounts.recipients_at([unit.pk for unit in units], clock.today(now))
    url = reverse("sourcing:advice_detail", args=[advice.number])
    messaging.notify(to=people, topic=Topic.ADVICE, title=advice.title, text=advice.text, url=url)
