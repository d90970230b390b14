"""Agreements with carriers: which are seen, and by which one a carrier's parcel goes on a day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.logistics.domain import Permission
from terrace.logistics.domain.agreements import Round, zone_at
from terrace.logistics.models import Agreement, Carrier, CutOff, Zone, ZoneArea


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement with all that it says: zones by the paths of their areas, the one for the rest, the rounds."""

    agreement: Agreement
    named: dict[str, Zone]
    rest: Zone | None
    rounds: tuple[Round, ...]

    def zone_at(self, path: str) -> Zone | None:
        """Return the zone of a place, None where the carrier does not serve it."""
        return zone_at(self.named, self.rest, path)


def agreements_visible_to(actor: Actor) -> QuerySet[Agreement]:
    """Return the agreements of centres below the actor's posts, and those of its own parties."""
    own = Q(carrier__party_id__in=actor.own_parties)
    return Agreement.objects.filter(within(actor.paths(Permission.VIEW)) | own).select_related("carrier")


def get_agreement(actor: Actor, carrier: Carrier, agreement_id: int) -> Agreement:
    """Return an agreement of the carrier, or raise `NotFound` when the actor does not see it."""
    found = agreements_visible_to(actor).filter(carrier=carrier, pk=agreement_id).first()
    if found is None:
        raise NotFound
    return found


def latest_agreement(carrier_ids: Iterable[int], on: date) -> Agreement | None:
    """Return the agreement that began last, on the day `on` at the latest: it may have ended since."""
    begun = Agreement.objects.filter(carrier__in=list(carrier_ids), starts_on__lte=on)
    return begun.order_by("-area_path", "-starts_on", "-id").first()


def terms_of(agreement: Agreement) -> Terms:
    """Return an agreement with all that it says. The caller has authorised the look."""
    return terms_of_all([agreement])[0]


def terms_of_all(agreements: Sequence[Agreement]) -> list[Terms]:
    """Return agreements with all that they say, in three look-ups. The caller has authorised the look."""
    zones: dict[int, dict[int, Zone]] = defaultdict(dict)
    named: dict[int, dict[str, Zone]] = defaultdict(dict)
    rounds: dict[int, list[Round]] = defaultdict(list)
    for zone in Zone.objects.filter(agreement__in=agreements).order_by("id"):
        zones[zone.agreement_id][zone.pk] = zone
    for area in ZoneArea.objects.filter(agreement__in=agreements).order_by("id"):
        named[area.agreement_id][area.area_path] = zones[area.agreement_id][area.zone_id]
    for row in CutOff.objects.filter(agreement__in=agreements).order_by("by"):
        rounds[row.agreement_id].append(Round(row.by, row.ready_at))
    return [
        Terms(
            one,
            named[one.pk],
            next((zone for zone in zones[one.pk].values() if zone.is_rest), None),
            tuple(rounds[one.pk]),
        )
        for one in agreements
    ]


def zone_of(agreement_id: int, path: str) -> Zone | None:
    """Return the zone of an agreement that a place lies in, None where the carrier does not serve it."""
    above = [path[:length] for length in range(1, len(path) + 1)]
    named = ZoneArea.objects.filter(agreement_id=agreement_id, area_path__in=above).select_related("zone")
    if nearest := named.order_by("-area_path").first():
        return nearest.zone
    return Zone.objects.filter(agreement_id=agreement_id, is_rest=True).first()


def areas_of(agreements: Iterable[Agreement]) -> dict[int, list[str]]:
    """Return the codes of the areas that the zones of the agreements name, by the ids of the zones."""
    codes: dict[int, list[str]] = defaultdict(list)
    rows = ZoneArea.objects.filter(agreement__in=list(agreements)).order_by("id")
    for zone_id, code in rows.values_list("zone_id", "area_id"):
        codes[zone_id].append(code)
    return codes
