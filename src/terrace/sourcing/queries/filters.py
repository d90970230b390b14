"""What narrows a list of notices, prices or purchases, on the page and through the REST interface alike."""

from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet

from terrace.catalog import queries as catalog
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.days import refuse_far_day
from terrace.kernel.db import within
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.sourcing.domain import PaidState, Permission, Status
from terrace.sourcing.models import NoticeRow, Purchase, ReferencePrice
from terrace.sourcing.queries.notices import standing_at
from terrace.sourcing.queries.purchases import in_state

N = TypeVar("N", bound=NoticeRow)
A_DAY = timedelta(days=1)


def narrowed(
    rows: QuerySet[N],
    actor: Actor,
    *,
    text: str = "",
    own: bool = False,
    product: str = "",
    status: str = "",
    area: str = "",
    first: date | None = None,
    last: date | None = None,
    today: date | None = None,
) -> QuerySet[N]:
    """Return the notices of a product, in a state, of an area, whose window touches the days `first` to `last`.

    `text` is a notice's number, or how `registry.search` finds whose it is, as far as `actor` may know that;
    `own` keeps those of the actor's own parties. The state is that of `today`, or of now.
    Raises `NotFound` for an unknown product or area.
    """
    if text.strip():
        rows = rows.filter(Q(number=text.strip().upper()) | Q(party__in=_whose(actor, text)))
    if own:
        rows = rows.filter(party__in=actor.parties)
    if product:
        rows = rows.filter(product=catalog.get_product(product))
    if status:
        rows = rows.filter(standing_at(Status(status), today or clock.today()))
    if area:
        rows = rows.filter(within([network.get_area(area).path]))
    if first:
        rows = rows.filter(closes_on__gte=first)
    return rows.filter(opens_on__lte=last) if last else rows


def _whose(actor: Actor, text: str) -> QuerySet[Party]:
    """Return whose notices `text` names: a household is found by its name only by who reads that name on a notice."""
    return registry.search(actor, registry.known_by_name(actor, actor.paths(Permission.VIEW)), text)


def prices_narrowed(
    rows: QuerySet[ReferencePrice], *, product: str = "", first: date | None = None, last: date | None = None
) -> QuerySet[ReferencePrice]:
    """Return the prices of a product, of the days `first` to `last`. Raises `NotFound` for an unknown product."""
    if product:
        rows = rows.filter(product=catalog.get_product(product))
    if first:
        rows = rows.filter(on__gte=first)
    return rows.filter(on__lte=last) if last else rows


def purchases_narrowed(
    rows: QuerySet[Purchase],
    actor: Actor,
    *,
    text: str = "",
    product: str = "",
    state: str = "",
    area: str = "",
    unit: str = "",
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[Purchase]:
    """Return the purchases of a product, in a `PaidState`, of an area or unit, on the days `first` to `last`.

    `text` is a purchase's number, or how `registry.search` finds its producer or
    buyer, as far as `actor` may know that. Raises `NotFound` for an unknown product, area or unit, `FarDay`.
    """
    if text.strip():
        whose = _whose(actor, text)
        rows = rows.filter(Q(number=text.strip().upper()) | Q(producer__in=whose) | Q(buyer__in=whose))
    if product:
        rows = rows.filter(product=catalog.get_product(product).pk)
    if state:
        rows = rows.filter(in_state(PaidState(state)))
    if area:
        rows = rows.filter(within([network.get_area(area).path]))
    if unit:
        rows = rows.filter(unit=network.get_unit(actor, unit).pk)
    return _bought_on(rows, first, last)


def _bought_on(rows: QuerySet[Purchase], first: date | None, last: date | None) -> QuerySet[Purchase]:
    refuse_far_day(first, field="first")
    refuse_far_day(last, field="last")
    if first:
        rows = rows.filter(purchased_at__gte=clock.begin_of(first))
    return rows.filter(purchased_at__lt=clock.begin_of(last + A_DAY)) if last else rows
