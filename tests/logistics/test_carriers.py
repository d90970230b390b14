"""Where a carrier may announce and take parcels: its own, where it shares the network, and nowhere else."""

from collections.abc import Mapping

import pytest

from terrace.kernel.errors import Forbidden, Invalid
from terrace.logistics import services
from terrace.logistics.domain import Direction
from terrace.logistics.models import Carrier, Parcel, Scan
from terrace.logistics.services import NewParcel
from terrace.network.models import ServiceUnit
from tests import factories
from tests.conftest import Cast, Member
from tests.logistics.conftest import Places

API = "/api/v1/logistics"
ELSEWHERE = "621225"
JSON = "application/json"


@pytest.fixture
def courier(places: Places) -> Member:
    """Return somebody who speaks for the courier company."""
    return Member(factories.RepresentativeFactory(party=places.courier).person, places.courier)


@pytest.fixture
def away(cast: Cast) -> ServiceUnit:
    """Return the centre of the other county, whose network the courier company does not share."""
    return factories.UnitFactory(area=factories.AreaFactory(code=ELSEWHERE))


def up_from(unit: ServiceUnit, carrier_id: int | None) -> NewParcel:
    """Return a parcel that goes up from the unit by the carrier."""
    return NewParcel(Direction.UP, "Chen Min", "13800138000", unit.pk, 900, carrier_id=carrier_id)


def announced(origin: ServiceUnit, **other: object) -> Mapping[str, object]:
    """Return what a carrier sends to announce a parcel that goes up."""
    return {"direction": "up", "from_unit": origin.number, "recipient": "Chen Min", "weight_grams": 900, **other}


def test_a_carrier_announces_parcels_up_where_it_shares_the_network_and_nowhere_else(
    places: Places, courier: Member, away: ServiceUnit
) -> None:
    for unit in (places.centre, places.point):
        services.register_parcel(by=courier.actor, new=up_from(unit, places.courier.pk))
    with pytest.raises(Invalid) as refused:
        services.register_parcel(by=courier.actor, new=up_from(away, places.courier.pk))
    assert refused.value.field == "carrier"
    assert set(Parcel.objects.values_list("from_unit", flat=True)) == {places.centre.pk, places.point.pk}


def test_a_carrier_that_has_left_a_centre_announces_nothing_there_any_more(places: Places, courier: Member) -> None:
    Carrier.objects.filter(party=places.courier).update(is_active=False)
    with pytest.raises(Invalid):
        services.register_parcel(by=courier.actor, new=up_from(places.centre, places.courier.pk))
    assert not Parcel.objects.exists()


def test_a_carrier_announces_no_parcels_of_another(places: Places, courier: Member) -> None:
    other = factories.PartyFactory(area=places.courier.area, kind="enterprise")
    Carrier.objects.create(
        number="Y-TEST0002",
        party=other,
        unit=places.centre,
        area_path=places.centre.area_path,
        county_code=other.county_code,
    )
    for carrier_id in (other.pk, None):
        with pytest.raises(Forbidden):
            services.register_parcel(by=courier.actor, new=up_from(places.centre, carrier_id))
    assert not Parcel.objects.exists()


def test_by_rest_a_carrier_is_refused_elsewhere_and_with_the_name_of_another(
    places: Places, courier: Member, away: ServiceUnit
) -> None:
    own = {"carrier": places.courier.number}
    elsewhere = courier.client.post(f"{API}/parcels", announced(away, **own), content_type=JSON)
    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["field"]) == (422, "carrier")
    other = factories.PartyFactory(area=places.courier.area, kind="enterprise")
    named = courier.client.post(f"{API}/parcels", announced(places.centre, carrier=other.number), content_type=JSON)
    assert named.status_code == 404
    nobody = courier.client.post(f"{API}/parcels", announced(places.centre), content_type=JSON)
    assert nobody.status_code == 403
    assert not Parcel.objects.exists()
    here = courier.client.post(f"{API}/parcels", announced(places.centre, **own), content_type=JSON)
    assert here.status_code == 201


@pytest.mark.parametrize("way", ["up", "down"])
def test_the_page_offers_a_carrier_its_own_centres_and_takes_no_others(
    places: Places, courier: Member, away: ServiceUnit, way: str
) -> None:
    shown = courier.client.get(f"/logistics/parcels/new/{way}/").text
    assert places.centre.number in shown
    assert away.number not in shown
    sent = {
        "from_unit": away.number,
        "to_unit": places.point.number,
        "carrier": str(places.courier.pk),
        "recipient": "Chen Min",
        "phone": "13800138000",
        "weight": "0.9",
    }
    assert courier.client.post(f"/logistics/parcels/new/{way}/", sent).status_code == 422
    assert not Parcel.objects.exists()
    assert (
        courier.client.post(f"/logistics/parcels/new/{way}/", {**sent, "from_unit": places.centre.number}).status_code
        == 302
    )
    assert Parcel.objects.get().from_unit_id == places.centre.pk


def test_down_a_parcel_goes_only_to_a_unit_of_that_centres_own_area(
    places: Places, courier: Member, away: ServiceUnit
) -> None:
    new = NewParcel(
        Direction.DOWN,
        "Li Hua",
        "13993901235",
        places.centre.pk,
        900,
        to_unit_id=away.pk,
        carrier_id=places.courier.pk,
    )
    with pytest.raises(Invalid) as refused:
        services.register_parcel(by=courier.actor, new=new)
    assert refused.value.field == "to_unit"
    assert not Parcel.objects.exists()


def test_a_parcel_is_handed_to_a_carrier_that_takes_parcels_there(
    cast: Cast, places: Places, up: Parcel, courier: Member
) -> None:
    stranger = factories.PartyFactory(area=places.courier.area, kind="enterprise")
    with pytest.raises(Invalid) as refused:
        services.hand_to_carrier(by=cast.packer.actor, parcel=up, waybill="SC9", carrier_id=stranger.pk)
    assert refused.value.field == "carrier"
    with pytest.raises(Forbidden):
        services.hand_to_carrier(by=courier.actor, parcel=up, waybill="SC9", carrier_id=stranger.pk)
    up.refresh_from_db()
    assert (up.carrier_id, up.waybill, Scan.objects.filter(parcel=up).count()) == (places.courier.pk, "", 1)
