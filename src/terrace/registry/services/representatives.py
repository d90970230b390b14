"""Who signs in and speaks for a party."""

from datetime import datetime

from django.db import transaction

from terrace.accounts import services as accounts
from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.registry.domain import Permission
from terrace.registry.models import Party, Representative
from terrace.registry.services.parties import lock_alive


@transaction.atomic
def add_representative(*, by: Actor, party: Party, person_id: int, now: datetime | None = None) -> Representative:
    """Let a person speak for a party; adding somebody twice changes nothing. Raises `Forbidden`, `AlreadyErased`."""
    by.require(Permission.MANAGE, party.area_path)
    lock_alive(party)
    representative, is_new = Representative.objects.get_or_create(party=party, person_id=person_id)
    if is_new:
        _record(by, "registry.add_representative", representative, now)
    return representative


@transaction.atomic
def invite_representative(
    *,
    by: Actor,
    party: Party,
    name: str,
    phone: str = "",
    email: str = "",
    link_base: str = "",
    now: datetime | None = None,
) -> accounts.Issued:
    """Invite somebody to speak for a party by a link that is shown once, and sent to the phone or e-mail address.

    Who takes it up becomes a representative. Raises `Forbidden`, `AlreadyErased`,
    and `Invalid` for what is no phone number.
    """
    by.require(Permission.MANAGE, party.area_path)
    lock_alive(party)
    return accounts.invite_for_party(
        by=by,
        party_id=party.pk,
        area_path=party.area_path,
        name=name,
        phone=phone,
        email=email,
        link_base=link_base,
        now=now,
    )


@transaction.atomic
def remove_representative(*, by: Actor, representative: Representative, now: datetime | None = None) -> None:
    """Let a person no longer speak for a party, by who keeps the register there or by the party's own people."""
    party = representative.party
    by.require(Permission.MANAGE, party.area_path, or_party=party.pk)
    _record(by, "registry.remove_representative", representative, now)
    representative.delete()


def _record(by: Actor, act: str, representative: Representative, now: datetime | None) -> None:
    party = representative.party
    details = {"person": representative.person_id}
    audit.record(by=by, act=act, subject=party, area_path=party.area_path, details=details, now=now)
