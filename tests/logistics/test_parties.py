"""What becomes of parties and of recipients: erasure, resting carriers, data that are emptied."""

from datetime import timedelta

from django.core.files.base import ContentFile

from terrace.kernel import events
from terrace.logistics import queries, services
from terrace.logistics.domain import ParcelStatus, ScanKind, TariffKind
from terrace.logistics.models import Carrier, Parcel, ScanPhoto
from terrace.registry.domain import DataRequested, ErasureAsked, PartyRested
from tests.conftest import Cast
from tests.logistics.conftest import Places, later
from tests.logistics.test_fees import agree, deliver


def objections(party_id: int) -> list[str]:
    """Return what stands against erasing the party."""
    told: list[str] = []
    events.publish(ErasureAsked(party_id, lambda reason: told.append(str(reason))))
    return [reason for reason in told if "parcels" in reason.lower()]


def test_a_carrier_with_open_parcels_or_owed_fees_cannot_be_erased(cast: Cast, places: Places, down: Parcel) -> None:
    agree(cast, TariffKind.OUTLET, 50, 0)
    assert len(objections(places.courier.pk)) == 1
    deliver(cast, places, down)
    assert objections(places.courier.pk) == ["It owes fees for parcels. Have them paid first."]


def test_a_carrier_that_rests_hands_over_nothing_more(places: Places) -> None:
    events.publish(PartyRested(places.courier.pk))
    assert not Carrier.objects.get().is_active


def test_a_party_is_handed_its_parcels_without_their_recipients(places: Places, down: Parcel) -> None:
    given: dict[str, list[dict[str, object]]] = {}
    events.publish(DataRequested(places.courier.pk, lambda name, rows: given.update({name: list(rows)})))
    assert [row["number"] for row in given["parcels"]] == [down.number]
    assert "Zhao" not in str(given["parcels"])


def test_a_recipient_is_emptied_when_nobody_needs_it_any_more(
    cast: Cast, places: Places, down: Parcel, up: Parcel, django_capture_on_commit_callbacks: object
) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    photo = ContentFile(b"jpeg", name="proof.jpg")
    services.hand_over(by=cast.keeper.actor, parcel=down, photo=photo, now=later(10))
    assert ScanPhoto.objects.count() == 1
    assert services.empty_parcels(now=later(10) + timedelta(days=180)) == 0
    assert services.empty_parcels(now=later(11) + timedelta(days=180)) == 1
    assert services.empty_parcels(now=later(11) + timedelta(days=180)) == 0
    down.refresh_from_db()
    up.refresh_from_db()
    assert (down.recipient, down.phone, down.status) == ("", "", ParcelStatus.DELIVERED)
    assert not ScanPhoto.objects.exists()
    assert up.recipient == "Chen Min"
    assert queries.find_parcel_for(down.number, "1234") is None
