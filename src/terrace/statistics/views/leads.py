"""Where rows of statistics lead: to the pages of what they are about, those that the reader may open.

Each function asks once for all numbers, because a list asks for all its rows.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.ledger import queries as ledger
from terrace.logistics import queries as logistics
from terrace.market import queries as market
from terrace.sourcing import queries as sourcing


def of_orders(actor: Actor, numbers: Collection[str]) -> dict[str, str]:
    """Return the pages of orders, as who sold them or looks after them sees them."""
    return _pages("market:sale", market.sales_visible_to(actor), numbers)


def of_purchases(actor: Actor, numbers: Collection[str]) -> dict[str, str]:
    """Return the pages of purchases."""
    return _pages("sourcing:purchase", sourcing.purchases_visible_to(actor), numbers)


def of_parcels(actor: Actor, numbers: Collection[str]) -> dict[str, str]:
    """Return the pages of parcels."""
    return _pages("logistics:parcel", logistics.parcels_visible_to(actor), numbers)


def of_transfers(actor: Actor, account_id: int, numbers: Iterable[str]) -> dict[str, str]:
    """Return the pages of transfers that moved an account, none for who does not see the account."""
    if not ledger.accounts_visible_to(actor).filter(pk=account_id).exists():
        return {}
    return {number: reverse("ledger:transfer", args=[number]) for number in numbers}


def _pages(route: str, seen: QuerySet[Any], numbers: Collection[str]) -> dict[str, str]:
    found = seen.filter(number__in=numbers).values_list("number", flat=True)
    return {number: reverse(route, args=[number]) for number in found}
