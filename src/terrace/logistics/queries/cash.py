"""Cash on delivery: what was taken, what units owe of it and since when, and what came in."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When, Window

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Permission as Ledger
from terrace.logistics.domain.cash import Debt, open_part
from terrace.logistics.models import CashTaken, HandIn
from terrace.network import queries as network


def cash_paths(actor: Actor) -> list[str]:
    """Return the paths below which the actor reads what units owe in cash: where it books money, or sees it."""
    return [*actor.paths(Ledger.DEPOSIT), *actor.paths(Ledger.VIEW)]


def cash_visible_to(actor: Actor) -> QuerySet[CashTaken]:
    """Return what was taken at units where the actor sees money, at its own units, and for its own carriers."""
    own = Q(unit_id__in=actor.units) if actor.holds(Ledger.OUTLET) else Q(pk__in=[])
    return CashTaken.objects.filter(within(cash_paths(actor)) | own | Q(carrier_id__in=actor.own_parties))


def hand_ins_visible_to(actor: Actor) -> QuerySet[HandIn]:
    """Return what came in of units where the actor sees money, and of its own units."""
    own = Q(unit_id__in=actor.units) | Q(centre_id__in=actor.units)
    return HandIn.objects.filter(within(cash_paths(actor)) | (own if actor.holds(Ledger.OUTLET) else Q(pk__in=[])))


def get_hand_in(actor: Actor, number: str) -> HandIn:
    """Return what came in under a number, or raise `NotFound` when the actor does not see it."""
    found = hand_ins_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def debts_visible_to(actor: Actor) -> list[Debt]:
    """Return what units owe in cash where the actor sees money, and its own units; the oldest first."""
    owing = ledger.cash_owed_by_units()
    units = network.units_by_id(owing)
    paths = cash_paths(actor)
    own = actor.units if actor.holds(Ledger.OUTLET) else frozenset()
    seen = [pk for pk, unit in units.items() if pk in own or any(unit.area_path.startswith(path) for path in paths)]
    return _debts(seen)


def debts_of(unit_ids: Collection[int]) -> list[Debt]:
    """Return what some units owe in cash, the oldest first. The caller works there."""
    return _debts(unit_ids)


def cash_between(unit_id: int, first: date, last: date) -> tuple[int, Money, Money]:
    """Return for how many parcels a unit took cash in the days `first` to `last`, how much, and how much it handed in.

    The caller has authorised it.
    """
    begins, ends = clock.begin_of(first), clock.begin_of(last + timedelta(days=1))
    in_time = Q(at__gte=begins, at__lt=ends, currency=current().currency)
    taken = CashTaken.objects.filter(in_time, unit_id=unit_id).aggregate(n=Count("pk"), whole=Sum("amount_minor"))
    handed = HandIn.objects.filter(in_time, unit_id=unit_id).aggregate(whole=Sum("amount_minor"))["whole"]
    currency = current().currency
    return taken["n"], Money(taken["whole"] or 0, currency), Money(handed or 0, currency)


def old_debts(actor: Actor, now: datetime) -> list[Debt]:
    """Return what units below the centres where the actor books money keep for too long.

    What a centre itself has goes to the bank when it goes.
    """
    before = now - timedelta(days=settings.ENV.cash_days)
    debts, below = debts_visible_to(actor), actor.paths(Ledger.DEPOSIT)
    units = network.units_by_id(debt.unit_id for debt in debts)
    return [debt for debt in debts if debt.since <= before and _is_below(units[debt.unit_id].area_path, below)]


def _is_below(path: str, paths: Iterable[str]) -> bool:
    return any(path.startswith(above) and path != above for above in paths)


def _debts(unit_ids: Iterable[int]) -> list[Debt]:
    """Return what of the units' takings is still owed: two statements, however many they are."""
    owed = ledger.cash_owed_by_units(unit_ids)
    came = _came(CashTaken.objects.all(), "unit_id", owed) if owed else {}
    handed = _came(HandIn.objects.filter(unit__isnull=False), "centre_id", owed) if owed else {}
    debts = []
    for unit_id, amount in owed.items():
        last = sorted([*came.get(unit_id, []), *handed.get(unit_id, [])], reverse=True)
        parcels, since = open_part(last, amount.minor)
        if since is not None:
            debts.append(Debt(unit_id, amount, parcels, since))
    return sorted(debts, key=lambda debt: (debt.since, debt.unit_id))


def _came(rows: QuerySet[Any], place: str, owed: Mapping[int, Money]) -> dict[int, list[tuple[datetime, int]]]:
    """Return when how much came to each unit, the youngest of it that make up what it owes, by the unit's id."""
    youngest = Window(Sum("amount_minor"), partition_by=place, order_by=["-at", "-id"])
    debt = Case(*(When(**{place: pk}, then=Value(amount.minor)) for pk, amount in owed.items()))
    near = rows.filter(**{f"{place}__in": list(owed)}).annotate(whole=youngest, debt=debt)
    near = near.filter(whole__lt=F("debt") + F("amount_minor")).order_by(place, "-at", "-id")
    found: dict[int, list[tuple[datetime, int]]] = {}
    for unit_id, at, minor in near.values_list(place, "at", "amount_minor"):
        found.setdefault(unit_id, []).append((at, minor))
    return found
