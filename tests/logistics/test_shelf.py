"""The shelf at the desk: where a parcel lies, since when, and how it is found."""

import pytest

from terrace.kernel.errors import Forbidden, Invalid
from terrace.logistics import services
from terrace.logistics.domain import Effect, ScanKind
from terrace.logistics.models import Parcel
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_parcels import code_of

DESK = "/logistics/desk/"


@pytest.fixture
def shelved(cast: Cast, places: Places, down: Parcel) -> Parcel:
    """Return a parcel that was laid into a compartment of the keeper's shelf at noon."""
    arrived = {"code": down.number, "kind": ScanKind.ARRIVED, "unit": places.point}
    services.scan(by=cast.keeper.actor, shelf=" B 3 ", now=NOON, **arrived)
    down.refresh_from_db()
    return down


def test_the_compartment_stays_until_the_parcel_goes_and_another_scan_moves_it(
    cast: Cast, places: Places, shelved: Parcel
) -> None:
    assert shelved.shelf == "B 3"
    arrived = {"code": shelved.number, "kind": ScanKind.ARRIVED, "unit": places.point}
    row, effect = services.scan(by=cast.keeper.actor, shelf="A1", now=later(5), **arrived)
    assert (row.shelf, effect) == ("A1", Effect.REPEAT)
    services.scan(by=cast.keeper.actor, now=later(6), **arrived)
    shelved.refresh_from_db()
    assert shelved.shelf == "A1", "a scan that names none leaves it where it lies"
    services.hand_over(by=cast.keeper.actor, parcel=shelved, code=code_of(), now=later(7))
    shelved.refresh_from_db()
    assert shelved.shelf == ""


@pytest.mark.parametrize("shelf", ["a compartment without end", "11010519491231002X"])
def test_a_compartment_is_a_short_name_and_nobodys_identity(
    cast: Cast, places: Places, shelved: Parcel, shelf: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.scan(by=cast.keeper.actor, code=shelved.number, kind=ScanKind.ARRIVED, unit=places.point, shelf=shelf)
    assert refused.value.field == "shelf"
    shelved.refresh_from_db()
    assert shelved.shelf == "B 3"


@pytest.mark.parametrize(
    ("wanted", "is_there"),
    [("1234", True), ("suqin", True), ("b 3", True), ("300", True), ("9999", False), ("Li", False)],
)
def test_the_desk_finds_by_phone_name_compartment_and_waybill(
    cast: Cast, shelved: Parcel, wanted: str, is_there: bool
) -> None:
    sent = cast.keeper.client.post(f"{DESK}find/", {"q": wanted}, follow=True)
    assert (f"/logistics/parcels/{shelved.number}/hand-over/" in sent.content.decode()) is is_there


def test_a_code_leads_straight_to_handing_over_and_stands_in_no_address(cast: Cast, shelved: Parcel) -> None:
    sent = cast.keeper.client.post(f"{DESK}find/", {"q": code_of()})
    assert sent["Location"] == f"/logistics/parcels/{shelved.number}/hand-over/"
    shelved.refresh_from_db()
    assert shelved.code_tries == 0
    assert f"/logistics/parcels/{shelved.number}/" not in cast.neighbour.client.get(DESK).content.decode()


def test_a_counter_cannot_try_codes_without_end(cast: Cast, shelved: Parcel) -> None:
    answers = [cast.keeper.client.post(f"{DESK}find/", {"q": f"{n:06d}"}).status_code for n in range(61)]
    assert (answers[0], answers[-1]) == (302, 429)


def test_codes_of_another_shelf_are_not_looked_for(cast: Cast, places: Places, shelved: Parcel) -> None:
    with pytest.raises(Forbidden):
        services.find_for_code(by=cast.neighbour.actor, unit=places.point, code=code_of())
    services.renew_code(by=cast.keeper.actor, parcel=shelved)
    assert services.find_for_code(by=cast.keeper.actor, unit=places.point, code=code_of()) == shelved


def test_the_desk_tells_how_many_days_each_lies_the_oldest_first(cast: Cast, shelved: Parcel) -> None:
    page = cast.keeper.client.get(DESK).content.decode()
    assert "B 3" in page
    assert "days" in page
