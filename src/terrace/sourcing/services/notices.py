"""Recording, changing and ending notices. Supply and demand are mirrors, and share all but a `Side`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet

from terrace.audit import services as audit
from terrace.catalog import queries as catalog
from terrace.kernel import clock, events, ids
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.deployment import current, require_own_currency
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Text, _
from terrace.registry import queries as registry
from terrace.registry import services as parties
from terrace.registry.domain import Kind
from terrace.sourcing import queries
from terrace.sourcing.domain import (
    FARTHEST_OPENING_DAYS,
    LONGEST_WINDOW_DAYS,
    DemandRecorded,
    Permission,
    Status,
    SupplyRecorded,
    Window,
)
from terrace.sourcing.models import DemandNotice, NoticeRow, SupplyNotice
from terrace.sourcing.services.likely import ask_about_price, ask_about_quantity

N = TypeVar("N", bound=NoticeRow)
TERMS = (
    "product_id",
    "variety_id",
    "quantity_steps",
    "unit",
    "opens_on",
    "closes_on",
    "price_minor",
    "currency",
    "note",
)


class AlreadyEnded(DomainError):
    """The notice was withdrawn or has expired, so it can no longer be changed."""

    code = "already_ended"
    message = _("This notice has ended. Record a new one.")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a notice says: product, quantity, window, and the price of one unit of trade (None for none).

    `sure` is no part of it: who gives the terms was asked whether the quantity is right, and said yes. So for
    `sure_of_price`.
    """

    product: str
    quantity: Quantity
    opens_on: date
    closes_on: date
    variety: str = ""
    price: Money | None = None
    note: str = ""
    sure: bool = False
    sure_of_price: bool = False


@dataclass(frozen=True, slots=True)
class Side(Generic[N]):
    """What tells supply from demand."""

    model: type[N]
    word: str
    prefix: str
    permission: Permission
    recorded: Callable[[int], events.Event]
    admits: Callable[[Kind], bool]
    refusal: Text


SUPPLY = Side(
    SupplyNotice,
    "supply",
    "S",
    Permission.RECORD_SUPPLY,
    SupplyRecorded,
    lambda kind: kind.produces,
    _("Only producers have supply."),
)
DEMAND = Side(
    DemandNotice,
    "demand",
    "D",
    Permission.RECORD_DEMAND,
    DemandRecorded,
    lambda kind: kind.trades,
    _("Only shops, cooperatives and other buyers record demand."),
)


def record_supply(
    *, by: Actor, party: str, terms: Terms, photo: File[bytes] | None = None, now: datetime | None = None
) -> SupplyNotice:
    """Record what the producer with the number `party` will have for sale, by its keeper or by itself.

    Raises `Forbidden` outside the actor's area, `NotFound` for a party that the
    actor does not see, `Invalid` at the field that breaks a rule.
    """
    return _record(SUPPLY, by, party, terms, now, photo=photo or "")


def record_demand(*, by: Actor, party: str, terms: Terms, now: datetime | None = None) -> DemandNotice:
    """Record what the shop, group-buy leader or buyer with the number `party` wants. Raises as `record_supply`."""
    return _record(DEMAND, by, party, terms, now)


def change_supply(
    *,
    by: Actor,
    notice: SupplyNotice,
    version: int,
    terms: Terms,
    photo: File[bytes] | None = None,
    drop_photo: bool = False,
    now: datetime | None = None,
) -> SupplyNotice:
    """Change an open notice that was loaded at `version`; a new photo replaces the old one, `drop_photo` takes it away.

    Raises `Stale` when somebody changed it meanwhile, `AlreadyEnded`, and what
    `record_supply` raises.
    """
    return _change(SUPPLY, by, notice, version, terms, now, partial(_exchange_photo, photo=photo, drop=drop_photo))


def change_demand(
    *, by: Actor, notice: DemandNotice, version: int, terms: Terms, now: datetime | None = None
) -> DemandNotice:
    """Change an open notice that was loaded at `version`. Raises as `change_supply`."""
    return _change(DEMAND, by, notice, version, terms, now)


def withdraw_supply(*, by: Actor, notice: SupplyNotice, version: int, now: datetime | None = None) -> SupplyNotice:
    """End an open notice because the goods are sold or lost. Raises `Forbidden`, `Stale`, `AlreadyEnded`."""
    return _withdraw(SUPPLY, by, notice, version, now)


def withdraw_demand(*, by: Actor, notice: DemandNotice, version: int, now: datetime | None = None) -> DemandNotice:
    """End an open notice because nothing is wanted any more. Raises as `withdraw_supply`."""
    return _withdraw(DEMAND, by, notice, version, now)


def expire_notices(*, now: datetime | None = None) -> int:
    """End every open notice whose window has passed; return how many. Run each hour, safe to repeat.

    Only the books wait for it: a notice past its last day has expired for everybody at once (`domain.standing`).
    """
    today = _today(now)
    return _expire(SUPPLY, today) + _expire(DEMAND, today)


@transaction.atomic
def withdraw_of_resting(*, by: Actor, party_id: int, now: datetime | None = None) -> int:
    """End the open notices of a party that rests; return how many. They stay ended when it takes part again."""
    today = _today(now)
    return _end_of_resting(SUPPLY, by, party_id, today) + _end_of_resting(DEMAND, by, party_id, today)


@transaction.atomic
def forget_party(*, by: Actor, party_id: int) -> int:
    """Empty the notes and delete the photos of a party that was erased; return how many notices had any.

    Quantities, days and prices stay: they are in the sums of the past.
    """
    supply = SupplyNotice.objects.filter(party_id=party_id).exclude(photo="", note="")
    demand = DemandNotice.objects.filter(party_id=party_id).exclude(note="")
    offered = list(supply.select_for_update().order_by("id"))
    wanted = list(demand.select_for_update().order_by("id"))
    for notice in offered:
        if notice.photo:
            transaction.on_commit(partial(notice.photo.storage.delete, str(notice.photo.name)))
    emptied: list[NoticeRow] = [*offered, *wanted]
    nothing: dict[str, Any] = {}
    subjects = [(notice, notice.area_path, nothing) for notice in emptied]
    audit.record_many(by=by, act="sourcing.forget_party", subjects=subjects)
    return supply.update(photo="", note="") + demand.update(note="")


@transaction.atomic
def _record(side: Side[N], by: Actor, party_number: str, terms: Terms, now: datetime | None, **extra: Any) -> N:
    party = registry.find_party(by, party_number)
    if party is None:
        raise NotFound(_("There is no party with this number in your area."), field="party")
    by.require(side.permission, party.area_path, or_party=party.pk)
    if not side.admits(Kind(party.kind)):
        raise Invalid(side.refusal, field="party")
    if not parties.lock_active(party):
        raise Invalid(_("This producer or buyer is resting. Let it take part again first."), field="party")
    notice = side.model(
        number=ids.reference(side.prefix),
        party_id=party.pk,
        area_id=party.area_id,
        area_path=party.area_path,
        county_code=party.county_code,
        **_columns(terms, _today(now), party.area_path),
        **extra,
    )
    notice.save(force_insert=True)
    audit.record(
        by=by, act=f"sourcing.record_{side.word}", subject=notice, area_path=notice.area_path, details=told(notice)
    )
    events.publish(side.recorded(notice.pk))
    return notice


@transaction.atomic
def _change(
    side: Side[N],
    by: Actor,
    notice: N,
    version: int,
    terms: Terms,
    now: datetime | None,
    exchange: Callable[[N], list[str]] = lambda notice: [],
) -> N:
    """Change the terms, and what `exchange` changes beside them: it returns the names of those columns."""
    _may_change(side, by, notice, _today(now))
    before = told(notice)
    for name, value in _columns(_asked_before(terms, notice), _today(now), notice.area_path).items():
        setattr(notice, name, value)
    notice.save_version(version, [*TERMS, *exchange(notice)])
    details = {"before": before, "after": told(notice)}
    audit.record(by=by, act=f"sourcing.change_{side.word}", subject=notice, area_path=notice.area_path, details=details)
    return notice


@transaction.atomic
def _withdraw(side: Side[N], by: Actor, notice: N, version: int, now: datetime | None) -> N:
    _may_change(side, by, notice, _today(now))
    notice.status = Status.WITHDRAWN
    notice.save_version(version, ["status"])
    audit.record(by=by, act=f"sourcing.withdraw_{side.word}", subject=notice, area_path=notice.area_path)
    return notice


@transaction.atomic
def _expire(side: Side[N], today: date) -> int:
    passed = side.model._default_manager.filter(status=Status.OPEN, closes_on__lt=today)
    return _end(passed.select_for_update(skip_locked=True), Status.EXPIRED, SYSTEM, f"sourcing.expire_{side.word}")


def _end_of_resting(side: Side[N], by: Actor, party_id: int, today: date) -> int:
    still_open = side.model._default_manager.filter(queries.open_on(today), party_id=party_id)
    locked = still_open.select_for_update().order_by("id")
    return _end(locked, Status.WITHDRAWN, by, f"sourcing.rest_{side.word}")


def _end(locked: QuerySet[N], status: Status, by: Actor, act: str) -> int:
    """End each of the notices, put that on the record, and return how many they were."""
    notices = list(locked)
    for notice in notices:
        notice.status = status
        notice.save_version(notice.version, ["status"])
        audit.record(by=by, act=act, subject=notice, area_path=notice.area_path)
    return len(notices)


def _exchange_photo(notice: SupplyNotice, *, photo: File[bytes] | None, drop: bool) -> list[str]:
    """Write the new photo, or take the old one away; its file goes when the change is certain."""
    old = notice.photo.name
    if photo:
        notice.photo.save(photo.name or notice.number, photo, save=False)
    elif drop and old:
        notice.photo = ""
    else:
        return []
    if old:
        transaction.on_commit(partial(notice.photo.storage.delete, old))
    return ["photo"]


def _may_change(side: Side[N], by: Actor, notice: N, today: date) -> None:
    by.require(side.permission, notice.area_path, or_party=notice.party_id)
    if notice.standing_on(today) is not Status.OPEN:
        raise AlreadyEnded


def _asked_before(terms: Terms, notice: NoticeRow) -> Terms:
    """Return the terms without a question about what the notice says already."""
    return replace(
        terms,
        sure=terms.sure or terms.quantity == notice.quantity,
        sure_of_price=terms.sure_of_price or terms.price == notice.price,
    )


def _columns(terms: Terms, today: date, path: str) -> dict[str, Any]:
    product = catalog.get_product(terms.product)
    if not product.is_active:
        raise Invalid(_("This product is no longer traded."), field="product")
    variety = next((v for v in catalog.varieties_of(product.pk) if v.code == terms.variety), None)
    if terms.variety and variety is None:
        raise Invalid(_("This product has no such variety."), field="variety")
    if terms.quantity.unit != product.unit:
        raise Invalid(_("This product is traded in another unit."), field="quantity")
    _check(terms, today)
    if terms.price and not terms.sure_of_price:
        ask_about_price(terms.price, queries.latest_price(product.pk, path, variety.pk if variety else None))
    return {
        "product_id": product.pk,
        "variety_id": variety.pk if variety else None,
        "quantity_steps": terms.quantity.steps,
        "unit": str(terms.quantity.unit),
        "opens_on": terms.opens_on,
        "closes_on": terms.closes_on,
        "price_minor": terms.price and terms.price.minor,
        "currency": terms.price.currency if terms.price else current().currency,
        "note": terms.note,
    }


def _check(terms: Terms, today: date) -> None:
    refuse_identity_number(terms.note, field="note")
    if terms.quantity.steps <= 0:
        raise Invalid(_("Enter a quantity above zero."), field="quantity")
    if not terms.sure:
        ask_about_quantity(terms.quantity)
    if terms.price is not None and terms.price.minor <= 0:
        raise Invalid(_("Enter a price above zero, or leave it empty."), field="price")
    if terms.price is not None:
        require_own_currency(terms.price)
    if terms.closes_on < terms.opens_on:
        raise Invalid(_("The last day cannot be before the first."), field="closes_on")
    if terms.closes_on < today:
        raise Invalid(_("The last day has already passed."), field="closes_on")
    if terms.opens_on > today + timedelta(days=FARTHEST_OPENING_DAYS):
        raise Invalid(_("A window can begin at most two years from now."), field="opens_on")
    if Window(terms.opens_on, terms.closes_on).days > LONGEST_WINDOW_DAYS:
        raise Invalid(_("A window can be at most a year long."), field="closes_on")


def told(notice: NoticeRow) -> dict[str, Any]:
    """Return a notice's terms as the record of acts keeps them."""
    terms = {name: getattr(notice, name) for name in TERMS if name != "note"}  # a note may name people
    if isinstance(notice, SupplyNotice):
        terms["photo"] = notice.photo.name or ""  # the name of its file, which says nothing but that it is another
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in terms.items()}


def _today(now: datetime | None) -> date:
    return clock.today(now)
