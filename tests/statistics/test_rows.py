"""The rows behind a figure: each leads to its page where the reader may open it, and their sum is the figure."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from terrace.http import written
from terrace.kernel.actors import SYSTEM
from terrace.logistics import services as logistics
from terrace.logistics.domain import Direction
from terrace.logistics.models import Parcel
from terrace.logistics.services import NewParcel
from terrace.market import services as market
from terrace.network.models import ServiceUnit
from terrace.sourcing import services as sourcing
from terrace.sourcing.services import PriceGiven
from terrace.statistics import queries
from terrace.statistics.domain import FigureKind, Period, Span
from terrace.statistics.views import telling
from tests import factories
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import bought
from tests.statistics.shop import open_shop, send, settle

MONTH = Period.of(Span.MONTH, NOW.date())
LINK = re.compile(r'href="(/(?:market|sourcing|ledger|logistics)/[^"?]+[0-9A-Z]{4,}/)"')


@pytest.fixture(autouse=True)
def a_day_of_trade(cast: Cast) -> Iterator[dict[str, str]]:
    """Sell two orders, give some back, buy above the market, announce a parcel; return a page of each kind of thing."""
    factories.VarietyFactory()
    with time_machine.travel(NOW, tick=False):
        offer = open_shop(cast)
        price = PriceGiven("apple", NOW.date(), VILLAGE[:6], fen(430))
        sourcing.set_reference_price(by=SYSTEM, given=price)
        _announce_parcel(cast)
        order, other = settle(send({offer: 2})), send({offer: 1})
        market.refund_order(by=cast.farmer.actor, order=other, version=other.version, amount=fen(1_234))
        parcel = Parcel.objects.get(reference=order.reference)
        yield {
            "order": reverse("market:sale", args=[order.number]),
            "settlement": reverse("market:settlement", args=[order.number]),
            "purchase": reverse("sourcing:purchase", args=[bought(cast).number]),
            "parcel": reverse("logistics:parcel", args=[parcel.number]),
        }


def _announce_parcel(cast: Cast) -> None:
    """Let a carrier announce a parcel for the keeper's village."""
    units = {unit.area_id: unit for unit in ServiceUnit.objects.all()}
    carrier = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]), kind="enterprise")
    logistics.add_carrier(by=cast.centre.actor, unit_id=units[VILLAGE[:6]].pk, party=carrier.number)
    new = NewParcel(
        Direction.DOWN,
        recipient="Zhao Suqin",
        phone="13993901234",
        from_unit_id=units[VILLAGE[:6]].pk,
        to_unit_id=units[VILLAGE].pk,
        carrier_id=carrier.pk,
        weight_grams=2_400,
        waybill="SC100200300",
    )
    logistics.register_parcel(by=cast.clerk.actor, new=new)


def _rows(cast: Cast, kind: str, who: str = "centre", area: str = VILLAGE[:6]) -> str:
    response = getattr(cast, who).client.get(f"/figures/{area}/{kind}/?span=month&on={NOW.date()}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("kind", list(FigureKind))
def test_the_rows_add_up_to_the_figure(cast: Cast, kind: FigureKind) -> None:
    days = MONTH.so_far(NOW.date())
    figure = queries.total(queries.measure(VILLAGE[:6], [days]), days)[kind]
    told = telling.value(kind, figure)

    page = _rows(cast, kind.value)

    assert figure > 0
    number = written.number(told) if isinstance(told, int) else written.money(told)
    assert f'<div class="figure-number"> {number} </div>' in page


@pytest.mark.parametrize(
    ("kind", "leads_to"),
    [
        ("sales", {"order"}),
        ("refunded", set()),
        ("net_sales", {"order"}),
        ("orders", {"order"}),
        ("boxes", {"order"}),
        ("purchases", {"purchase"}),
        ("premium", {"purchase"}),
        ("income", {"purchase", "settlement"}),
        ("parcels_up", {"parcel", "order"}),
    ],
)
def test_each_row_leads_to_its_page(cast: Cast, a_day_of_trade: dict[str, str], kind: str, leads_to: set[str]) -> None:
    links = set(LINK.findall(_rows(cast, kind)))

    assert {a_day_of_trade[name] for name in leads_to} <= links
    assert links
    assert all(cast.centre.client.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize("who", ["keeper", "bureau"])
@pytest.mark.parametrize("kind", ["sales", "orders", "purchases", "parcels_up"])
def test_no_row_leads_where_its_reader_may_not_go(cast: Cast, kind: str, who: str) -> None:
    client = getattr(cast, who).client

    links = set(LINK.findall(_rows(cast, kind, who, VILLAGE)))

    assert all(client.get(link).status_code == 200 for link in links)
