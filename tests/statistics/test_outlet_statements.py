"""The statement of an outlet's month, and what would help one in loss."""

from collections.abc import Iterator
from io import BytesIO

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from terrace.kernel.money import Money
from terrace.logistics import services as logistics
from terrace.logistics.domain import Direction, ScanKind, TariffKind
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.models import Parcel
from terrace.logistics.services import NewParcel
from terrace.network.models import ServiceUnit
from terrace.statistics import queries
from terrace.statistics.domain import CostKind
from terrace.statistics.domain.helping import (
    HelpKind,
    Neighbour,
    dearest_cost,
    lacking_services,
    nearest,
    parcels_a_day,
)
from tests.amounts import fen
from tests.conftest import NEIGHBOUR_VILLAGE, Cast
from tests.logistics.conftest import NOON, Places, later, places  # noqa: F401 - fixtures
from tests.logistics.test_fees import agree
from tests.logistics.test_parcels import code_of
from tests.paper import pieces_of
from tests.statistics.test_outlets import TODAY, _spend

OUTLETS = "/figures/outlets/"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_parcels() -> Iterator[None]:
    with time_machine.travel(later(600), tick=False):
        yield


@pytest.fixture
def handed(cast: Cast, places: Places) -> Parcel:  # noqa: F811
    """Return a parcel of 3.4 kg with cash on delivery, handed over at the point for 50 fen and 20 a kilogram."""
    agree(cast, TariffKind.OUTLET, 50, 20)
    new = NewParcel(
        Direction.DOWN,
        "Zhao Suqin",
        "13993901234",
        places.centre.pk,
        3_400,
        to_unit_id=places.point.pk,
        carrier_id=places.courier.pk,
        cod=fen(120_00),
    )
    made = logistics.register_parcel(by=cast.clerk.actor, new=new, now=NOON)
    logistics.scan(by=cast.keeper.actor, code=made.number, kind=ScanKind.ARRIVED, unit=places.point, now=NOON)
    return logistics.hand_over(by=cast.keeper.actor, parcel=made, code=code_of(), paid=CashWay.NOTES, now=later(5))


def test_a_statement_adds_up_to_what_is_left(
    cast: Cast,
    places: Places,  # noqa: F811
    handed: Parcel,
) -> None:
    _spend(cast, places.point, 30)
    said = queries.outlet_statement(places.point, TODAY)
    [(carrier, fees)] = said.fees
    assert (carrier, fees.parcels, fees.grams) == ("Swift Crane Express", 1, 3_400)
    assert (fees.by_parcel, fees.amount) == (fen(50), said.result.earned)
    assert fees.by_weight == said.result.earned - fen(50)
    assert said.others == {}
    assert said.result.profit == said.from_parcels - fen(30)
    assert (said.cash_parcels, said.cash_taken, said.cash_owed) == (1, fen(120_00), fen(120_00))


def test_the_statement_stands_on_page_paper_and_sheet_for_who_may_read_it(
    cast: Cast,
    places: Places,  # noqa: F811
    handed: Parcel,
) -> None:
    address = f"{OUTLETS}{places.point.number}/"
    page = cast.keeper.client.get(address).content.decode()
    assert "Swift Crane Express" in page
    assert "120.00" in page
    paper = f"{address}2026-11/statement.pdf"
    said = " ".join(pieces_of(cast.keeper.client.get(paper).content))
    assert "Swift Crane Express" in said
    assert "3.4" in said
    sheet = BytesIO(cast.keeper.client.get(f"{address}2026-11/statement.xlsx").content)
    assert CalamineWorkbook.from_object(sheet).get_sheet_by_index(1).to_python()[1][:3] == [
        "Swift Crane Express",
        1,
        3.4,
    ]
    assert cast.neighbour.client.get(paper).status_code == 404
    assert cast.keeper.client.get(f"{address}2026-12/statement.pdf").status_code == 404


@pytest.mark.parametrize(
    ("loss", "parcels", "fees", "days", "more"),
    [
        (3000, 10, 500, 30, 2),
        (3001, 10, 500, 30, 3),
        (1, 1, 50, 31, 1),
        (100, 0, 0, 30, None),
        (0, 5, 250, 30, None),
    ],
)
def test_more_parcels_a_day_are_rounded_up(loss: int, parcels: int, fees: int, days: int, more: int | None) -> None:
    assert parcels_a_day(Money(loss, "CNY"), parcels, Money(fees, "CNY"), days) == more


def test_only_a_near_outlet_shares_a_keeper() -> None:
    assert nearest([Neighbour(1, 20.0), Neighbour(2, 9.5), Neighbour(3, 9.5)]) == Neighbour(2, 9.5)
    assert nearest([Neighbour(1, 15.1)]) is None


def test_a_service_that_half_of_the_others_offer_is_lacking() -> None:
    others = [["send", "live"], ["send"], ["send", "cold"], ["cold"]]
    assert lacking_services(["buy"], others) == ["send", "cold"]
    assert lacking_services(["send", "cold"], others) == []


def test_the_cost_farthest_above_the_middle_is_named() -> None:
    own, others = {"rent": 900, "phone": 300, "power": 10}, {"rent": [500, 600, 700], "phone": [50], "power": [20, 30]}
    assert dearest_cost(own, others) == ("rent", 600)
    assert dearest_cost({"rent": 100}, others) is None


def test_an_outlet_in_loss_reads_what_would_help_and_the_centre_too(
    cast: Cast,
    places: Places,  # noqa: F811
    handed: Parcel,
) -> None:
    neighbour = ServiceUnit.objects.get(area=NEIGHBOUR_VILLAGE)
    for unit, point in ((places.point, (33.01, 105.31)), (neighbour, (33.05, 105.31))):
        ServiceUnit.objects.filter(pk=unit.pk).update(latitude=point[0], longitude=point[1])
    places.point.refresh_from_db()
    _spend(cast, places.point, 40_00, CostKind.WAGES)
    earned = queries.outlet_statement(places.point, TODAY).from_parcels.minor
    helps = {one.kind: one for one in queries.helps_for(places.point, TODAY)}
    assert helps[HelpKind.PARCELS].parcels == -(-(40_00 - earned) // (earned * 30))
    assert (helps[HelpKind.SHARING].unit, helps[HelpKind.SHARING].amount) == (neighbour, fen(20_00))
    assert helps[HelpKind.SHARING].km == 4.4
    page = cast.clerk.client.get(f"{OUTLETS}{places.point.number}/").content.decode()
    assert "What would help" in page
    assert "4.4 km" in page
    ranked = {one.unit.pk: one.more_parcels for one in queries.ranking(places.centre.area_path, TODAY)}
    assert ranked[places.point.pk] == helps[HelpKind.PARCELS].parcels
    assert ranked[neighbour.pk] is None
    assert queries.helps_for(neighbour, TODAY) == []
