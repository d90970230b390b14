"""What belongs to somebody with an account who buys for themselves: addresses, and orders to be claimed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from terrace.accounts import queries as accounts
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.market.models import Address, Order
from terrace.market.queries.belongings import held_in


def addresses_of(actor: Actor) -> QuerySet[Address]:
    """Return the addresses that the actor keeps: nobody else sees them."""
    return Address.objects.filter(person_id=actor.person_id) if actor.person_id else Address.objects.none()


def get_address(actor: Actor, pk: int) -> Address:
    """Return an address of the actor's own, or raise `NotFound`."""
    found = addresses_of(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def claimable(actor: Actor) -> QuerySet[Order]:
    """Return the orders of nobody with an account that were placed with the phone that the actor has shown to hold."""
    phone = accounts.proven_phone(actor.person_id) if actor.person_id else ""
    if not phone:
        return Order.objects.none()
    return Order.objects.filter(phone=phone, person=None, buyer=None, emptied_at=None)


def held_about_person(person_id: int) -> Mapping[str, list[Mapping[str, Any]]]:
    """Return the addresses, orders and disputes of somebody with an account, in plain values, oldest first."""
    addresses = Address.objects.filter(person_id=person_id).order_by("pk")
    return {
        "addresses": [
            {"recipient": one.recipient, "phone": one.phone, "region": one.region, "address": one.address}
            for one in addresses
        ],
        **held_in(Order.objects.filter(person_id=person_id)),
    }
