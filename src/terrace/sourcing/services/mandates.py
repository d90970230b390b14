"""Mandates: for how much points may buy on a firm's account, given and withdrawn by the firm itself."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.catalog import queries as catalog
from terrace.http import written
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.days import refuse_far_day
from terrace.kernel.deployment import current, require_own_currency
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.registry import services as parties
from terrace.registry.models import Party
from terrace.sourcing import queries
from terrace.sourcing.models import Mandate, Purchase


class NoMandate(DomainError):
    """The firm buys by mandates, and none that is in force is for this unit and these goods."""

    code = "no_mandate"
    message = _("The buyer has given this unit no mandate for these goods. Ask the buyer for one, or choose another.")
    field = "buyer"


class OverMandate(DomainError):
    """The purchase is above what the firm lets the unit buy for."""

    code = "over_mandate"
    field = "buyer"

    def __init__(self, left: Money) -> None:
        told = _("By the buyer's mandate only %(left)s can be bought now. Ask the buyer for more, or buy less.")
        super().__init__(told % {"left": written.money(left)}, left_minor=left.minor)


class AlreadyWithdrawn(DomainError):
    """The mandate was withdrawn before."""

    code = "already_withdrawn"
    message = _("This mandate is withdrawn already.")


@dataclass(frozen=True, slots=True)
class MandateGiven:
    """What a firm lets points buy: the unit's number, "" for every point of its county, the product's code, "" for all.

    `a_day` and `in_all` are limits, one of them at least; `ends_on` is its last day.
    """

    buyer: str
    ends_on: date
    unit: str = ""
    product: str = ""
    a_day: Money | None = None
    in_all: Money | None = None


@transaction.atomic
def give_mandate(*, by: Actor, given: MandateGiven, now: datetime | None = None) -> Mandate:
    """Let a point, or every point of the county, buy on the firm's account; from its first one on, only by mandates.

    Raises `NotFound` for a firm that does not buy, a unit of another county or an unknown product, `Forbidden` unless
    the actor speaks for the firm, `Invalid` at the limit or day that breaks a rule.
    """
    moment = now or clock.now()
    buyer = _buyer(by, given.buyer)
    _check(given, clock.today(moment))
    place = network.place(buyer.area_id)
    unit = _unit(given.unit, place.county_code) if given.unit else None
    made = Mandate.objects.create(
        number=ids.reference("M"),
        buyer=buyer,
        unit=unit,
        product=catalog.get_product(given.product) if given.product else None,
        day_minor=given.a_day.minor if given.a_day else None,
        whole_minor=given.in_all.minor if given.in_all else None,
        currency=current().currency,
        ends_on=given.ends_on,
        area_id=place.code,
        area_path=place.path,
        unit_path=unit.area_path if unit else "",
        county_code=place.county_code,
    )
    _record(by, "sourcing.give_mandate", made, moment)
    return made


@transaction.atomic
def withdraw_mandate(*, by: Actor, mandate: Mandate, now: datetime | None = None) -> Mandate:
    """Let nobody buy by a mandate any more; what was bought stays. Raises `Forbidden`, `AlreadyWithdrawn`."""
    _require(by, mandate.buyer_id)
    locked = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if locked.withdrawn_at is not None:
        raise AlreadyWithdrawn
    locked.withdrawn_at = now or clock.now()
    locked.save(update_fields=["withdrawn_at"])
    _record(by, "sourcing.withdraw_mandate", locked, locked.withdrawn_at)
    return locked


def by_mandate(purchase: Purchase, unit: ServiceUnit, today: date) -> Mandate | None:
    """Return the mandate that a purchase is made by, None for a firm that has never given one.

    The firm's mandates for it are locked, so two keepers never both spend what is left. Raises `NoMandate`,
    `OverMandate` with the most that one of them still allows.
    """
    if not queries.gives_mandates(purchase.buyer_id):
        return None
    fitting = queries.mandates_fitting(purchase.buyer_id, unit, purchase.product_id, today)
    held = Mandate.objects.select_for_update().filter(pk__in=[one.pk for one in fitting], withdrawn_at=None)
    standing = {one.pk for one in held.order_by("pk")}
    fitting = [one for one in fitting if one.pk in standing]
    if not fitting:
        raise NoMandate
    left = queries.left_of(fitting, today)
    fits = next((one for one in fitting if purchase.amount <= left[one.pk]), None)
    if fits is None:
        raise OverMandate(max(left.values()))
    return fits


def _buyer(by: Actor, number: str) -> Party:
    found = registry.find_party(by, number)
    if found is None or not registry.buying_in(network.place(found.area_id).county_code).filter(pk=found.pk).exists():
        raise NotFound(_("No cooperative or enterprise with this number buys here."), field="buyer")
    _require(by, found.pk)
    if not parties.lock_active(found):
        raise Invalid(_("This producer or buyer is resting. Let it take part again first."), field="buyer")
    return found


def _require(by: Actor, buyer_id: int) -> None:
    """A mandate is about the firm's own money: who speaks for it gives and withdraws it, nobody else."""
    if not by.is_system and not by.speaks_for(buyer_id):
        raise Forbidden


def _unit(number: str, county_code: str) -> ServiceUnit:
    found = network.units_by_number([number]).get(number)
    if found is None or network.place(found.area_id).county_code != county_code or not found.is_open:
        raise NotFound(_("There is no open unit with this number in your county."), field="unit")
    return found


def _check(given: MandateGiven, today: date) -> None:
    if given.a_day is None and given.in_all is None:
        raise Invalid(_("Enter the most for a day, or the most in all."), field="a_day")
    for field, limit in (("a_day", given.a_day), ("in_all", given.in_all)):
        if limit is not None and limit.minor <= 0:
            raise Invalid(_("Enter an amount above zero."), field=field)
        if limit is not None:
            require_own_currency(limit)
    if given.ends_on < today:
        raise Invalid(_("This day is over."), field="ends_on")
    refuse_far_day(given.ends_on, field="ends_on")


def _record(by: Actor, act: str, mandate: Mandate, now: datetime) -> None:
    details = {
        "a_day": str(mandate.a_day or ""),
        "in_all": str(mandate.in_all or ""),
        "until": mandate.ends_on.isoformat(),
    }
    audit.record(by=by, act=act, subject=mandate, area_path=mandate.area_path, details=details, now=now)
