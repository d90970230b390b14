"""Addresses that somebody with an account keeps, to be chosen at the next checkout."""

from datetime import datetime

from django.db import transaction

from terrace.accounts import services as accounts
from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.words import _
from terrace.market.models import Address
from terrace.market.queries.own import addresses_of, get_address
from terrace.market.services.delivery import Delivery, checked

MOST = 10
KEPT = ("recipient", "phone", "region", "address")


@transaction.atomic
def keep_address(*, by: Actor, given: Delivery, now: datetime | None = None) -> Address:
    """Keep where goods go, for oneself; what is kept already stays as it is.

    Raises `Forbidden` for who is not signed in, `Invalid` at the field that
    cannot be used, or when ten are kept.
    """
    person_id = by.person_id
    if person_id is None:
        raise Forbidden
    accounts.lock_own(by=by)
    delivery = checked(given)
    values = {name: getattr(delivery, name) for name in KEPT}
    found = addresses_of(by).filter(**values).first()
    if found is not None:
        return found
    if addresses_of(by).count() >= MOST:
        raise Invalid(_("At most %(most)d addresses are kept. Remove one first.") % {"most": MOST}, field="address")
    made = Address.objects.create(person_id=person_id, **values)
    audit.record(by=by, act="market.keep_address", subject=made, area_path="", now=now)
    return made


@transaction.atomic
def change_address(*, by: Actor, address: Address, given: Delivery, now: datetime | None = None) -> Address:
    """Change an address that one keeps; orders that went there before keep what stood on them.

    Raises `Forbidden` for somebody else's, `NotFound` for one that was removed
    meanwhile, `Invalid` at the field that cannot be used, or when another one
    kept says the same.
    """
    _refuse_others(by, address)
    accounts.lock_own(by=by)
    delivery = checked(given)
    values = {name: getattr(delivery, name) for name in KEPT}
    changed = get_address(by, address.pk)
    if addresses_of(by).filter(**values).exclude(pk=changed.pk).exists():
        raise Invalid(_("You keep this address already."), field="address")
    for name, value in values.items():
        setattr(changed, name, value)
    changed.save(update_fields=list(KEPT))
    audit.record(by=by, act="market.change_address", subject=changed, area_path="", now=now)
    return changed


@transaction.atomic
def remove_address(*, by: Actor, address: Address, now: datetime | None = None) -> None:
    """Keep an address no longer; raise `Forbidden` for somebody else's. The second time changes nothing."""
    _refuse_others(by, address)
    audit.record(by=by, act="market.remove_address", subject=address, area_path="", now=now)
    addresses_of(by).filter(pk=address.pk).delete()


def _refuse_others(by: Actor, address: Address) -> None:
    if by.person_id is None or address.person_id != by.person_id:
        raise Forbidden
