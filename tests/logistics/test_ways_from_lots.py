"""A lot's page leads to what it travelled with and what it was packed into, for who may see that."""

from terrace.kernel.actors import SYSTEM
from terrace.logistics import services
from terrace.logistics.models import Consignment, Parcel
from terrace.traceability import services as tracing
from tests.conftest import Cast, Member
from tests.logistics.conftest import Places, later
from tests.logistics.test_consignments import goods, kg, lot, ride  # noqa: F401 - fixtures


def _page(member: Member, number: str) -> str:
    answer = member.client.get(f"/lots/{number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_lot_leads_to_its_consignment_and_its_parcel(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
    up: Parcel,
) -> None:
    part = goods.lines.get().lot
    assert "Travelled with" not in _page(cast.keeper, part.number)
    ride(cast, places, goods)
    goods.refresh_from_db()
    services.receive_consignment(by=cast.packer.actor, consignment=goods, arrived={}, now=later(70))
    tracing.pack(by=SYSTEM, lot_id=part.pk, quantity=kg(5), reference=f"parcel/{up.number}", now=later(80))
    links = [f'href="/logistics/consignments/{goods.number}/"', f'href="/logistics/parcels/{up.number}/"']
    page = _page(cast.centre, part.number)
    assert [link in page for link in links] == [True, True]
    page = _page(cast.farmer, part.number)
    assert "Travelled with" in page
    assert goods.number in page
    assert up.number in page
    assert [link in page for link in links] == [False, False]
