"""Agreements: how the money of an area's orders is shared from a day on."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.days import refuse_far_day
from terrace.kernel.deployment import require_own_currency
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.market.domain import MOST_CONFIRM_DAYS, MOST_PERMILLE, Permission
from terrace.market.models import Agreement
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.models import Party


class OneADay(DomainError):
    """An agreement for the same seller and area begins on that day already."""

    code = "one_a_day"
    message = _("An agreement begins here on that day already.")
    field = "starts_on"


class InForce(DomainError):
    """The agreement has begun: orders are placed under it, so it stays. A new one replaces it."""

    code = "in_force"
    message = _("This agreement has begun. Make a new one that begins later.")


@dataclass(frozen=True, slots=True)
class AgreementGiven:
    """What an agreement says; `seller` is the number of a party, "" for the standard of the area."""

    area: str
    starts_on: date
    platform_permille: int
    packing: Money
    confirm_days: int
    seller: str = ""
    note: str = ""


@transaction.atomic
def make_agreement(*, by: Actor, given: AgreementGiven, now: datetime | None = None) -> Agreement:
    """Set how the money of orders is shared from a day on, today or later.

    Orders keep the agreement that they were placed under. Raises `Forbidden`
    outside the actor's area, `NotFound` for an unknown seller, `OneADay`,
    `Invalid` at the field that breaks a rule.
    """
    area = network.get_area(given.area)
    by.require(Permission.AGREEMENTS, area.path)
    seller = _seller(by, given, area.path)
    _check(given, clock.today(now))
    agreement = Agreement(
        number=ids.reference("E"),
        seller_id=seller.pk if seller else None,
        area=area,
        area_path=area.path,
        starts_on=given.starts_on,
        platform_permille=given.platform_permille,
        packing_minor=given.packing.minor,
        currency=given.packing.currency,
        confirm_days=given.confirm_days,
        note=given.note.strip(),
    )
    try:
        with transaction.atomic():
            agreement.save(force_insert=True)
    except IntegrityError as clash:
        raise OneADay from clash
    details = {
        "seller": given.seller,
        "starts_on": given.starts_on.isoformat(),
        "platform_permille": given.platform_permille,
        "packing": str(given.packing),
        "confirm_days": given.confirm_days,
    }
    audit.record(by=by, act="market.make_agreement", subject=agreement, area_path=area.path, details=details, now=now)
    return agreement


@transaction.atomic
def withdraw_agreement(*, by: Actor, agreement: Agreement, now: datetime | None = None) -> None:
    """Take back an agreement that has not begun yet. Raises `Forbidden`, `InForce`."""
    by.require(Permission.AGREEMENTS, agreement.area_path)
    found = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if found.starts_on <= clock.today(now):
        raise InForce
    audit.record(by=by, act="market.withdraw_agreement", subject=found, area_path=found.area_path, now=now)
    found.delete()


def _seller(by: Actor, given: AgreementGiven, path: str) -> Party | None:
    if not given.seller:
        return None
    seller = registry.find_party(by, given.seller)
    if seller is None:
        raise NotFound(_("There is no party with this number in your area."), field="seller")
    if not seller.area_path.startswith(path):
        raise Invalid(_("This seller is not at home in the area of the agreement."), field="seller")
    return seller


def _check(given: AgreementGiven, today: date) -> None:
    refuse_far_day(given.starts_on, field="starts_on")
    if given.starts_on < today:
        raise Invalid(_("An agreement begins today or later."), field="starts_on")
    if not 0 <= given.platform_permille <= MOST_PERMILLE:
        told = _("The platform takes between 0 and %(most)d thousandths.") % {"most": MOST_PERMILLE}
        raise Invalid(told, field="platform_permille")
    if given.packing.minor < 0:
        raise Invalid(_("Enter an amount, or zero."), field="packing")
    require_own_currency(given.packing, field="packing")
    if not 1 <= given.confirm_days <= MOST_CONFIRM_DAYS:
        told = _("An order counts as confirmed after 1 to %(most)d days.") % {"most": MOST_CONFIRM_DAYS}
        raise Invalid(told, field="confirm_days")
    refuse_identity_number(given.note, field="note")
