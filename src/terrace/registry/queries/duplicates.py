"""Who may be registered already. A warning, never a refusal: brothers share a phone, cousins a name."""

from dataclasses import dataclass

from django.db.models import Q

from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _
from terrace.registry.domain import name_key
from terrace.registry.models import Party
from terrace.registry.queries.parties import sees_fully

MOST = 5


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A party that may be the same. `party` is None when the actor does not see it: that it exists is all it learns."""

    reason: Text
    party: Party | None = None


def possible_duplicates(
    actor: Actor, *, name: str, phone: str, area_code: str, leave_out: int | None = None
) -> list[Duplicate]:
    """Return the parties with this phone (E.164) anywhere, or this name in the area `area_code`; at most five.

    `leave_out` is the id of the party that is being changed.
    """
    same_name = Q(area=area_code, name_key=name_key(name))
    condition = Q(phone=phone) | same_name if phone else same_name
    others = Party.objects.filter(condition, erased_at__isnull=True).exclude(pk=leave_out or 0)
    found = others.order_by("pk")[:MOST]
    return [_duplicate(actor, party, phone) for party in found]


def _duplicate(actor: Actor, party: Party, phone: str) -> Duplicate:
    if not sees_fully(actor, party):
        return Duplicate(_("A party outside your area has this phone number."))
    reason = _("has this phone number") if phone and party.phone == phone else _("has this name in the same place")
    return Duplicate(reason, party)
