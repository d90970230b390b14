"""Setting tariffs: always a new one, from a day on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import require_own_currency
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.logistics.domain import Permission, TariffKind
from terrace.logistics.models import Carrier, Tariff
from terrace.network import queries as network

FARTHEST = timedelta(days=731)


class KnownTariff(DomainError):
    """A tariff begins there on that day already."""

    code = "known_tariff"
    message = _("A tariff of this kind begins here on that day already. Choose another day.")


@dataclass(frozen=True, slots=True)
class TariffGiven:
    """A tariff for the area with the code `area`; `party_id` is the carrier that it was agreed with, None for all."""

    kind: TariffKind
    area: str
    starts_on: date
    per_parcel: Money
    per_kg: Money
    first_grams: int = 0
    party_id: int | None = None


@transaction.atomic
def set_tariff(*, by: Actor, given: TariffGiven, now: datetime | None = None) -> Tariff:
    """Let a tariff begin, today at the earliest; it holds until the next one of its kind begins there.

    Raises `Forbidden`, `NotFound` for an unknown area, `Invalid` at the field, `KnownTariff`.
    """
    area = network.get_area(given.area)
    by.require(Permission.TARIFFS, area.path)
    _check(given, area.path, clock.today(now))
    tariff = Tariff(
        kind=given.kind,
        party_id=given.party_id,
        area=area,
        area_path=area.path,
        starts_on=given.starts_on,
        per_parcel_minor=given.per_parcel.minor,
        per_kg_minor=given.per_kg.minor,
        first_grams=given.first_grams,
        currency=given.per_parcel.currency,
    )
    try:
        with transaction.atomic():
            tariff.save(force_insert=True)
    except IntegrityError as clash:
        raise KnownTariff(field="starts_on") from clash
    details = {
        "kind": str(given.kind),
        "starts_on": given.starts_on.isoformat(),
        "per_parcel": str(given.per_parcel),
        "per_kg": str(given.per_kg),
        "first_grams": given.first_grams,
    }
    audit.record(by=by, act="logistics.set_tariff", subject=tariff, area_path=area.path, details=details)
    return tariff


def _check(given: TariffGiven, path: str, today: date) -> None:
    for field, amount in (("per_parcel", given.per_parcel), ("per_kg", given.per_kg)):
        require_own_currency(amount, field=field)
        if amount.minor < 0:
            raise Invalid(_("A price is nothing or more."), field=field)
    if given.first_grams < 0:
        raise Invalid(_("Enter nothing or more."), field="first_grams")
    if given.starts_on < today:
        raise Invalid(
            _("A tariff begins today at the earliest: what was earned before stays as it was."), field="starts_on"
        )
    if given.starts_on > today + FARTHEST:
        raise Invalid(_("A tariff begins at most two years from now."), field="starts_on")
    if given.party_id is not None and not _shares(given.party_id, path):
        raise Invalid(_("This carrier does not share the network there."), field="party")


def _shares(party_id: int, path: str) -> bool:
    """Say whether the carrier shares the network of a centre whose area holds the place, or lies in it."""
    homes = Carrier.objects.filter(party_id=party_id).order_by("id").values_list("area_path", flat=True)
    return any(path.startswith(home) or home.startswith(path) for home in homes)
