"""Cash on delivery: taken at the counter, owed by the point, handed in at the centre, paid in at the bank."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.ledger import services as books
from terrace.logistics import queries, services
from terrace.logistics.domain import Direction, ParcelStatus, ScanKind, TariffKind
from terrace.logistics.domain.cash import CashWay, Unpaid, open_part
from terrace.logistics.models import CashTaken, HandIn, Parcel
from terrace.logistics.services import NewParcel
from terrace.web import workspaces
from tests.amounts import fen
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_checks import found, plant
from tests.logistics.test_fees import agree
from tests.logistics.test_parcels import code_of
from tests.paper import pieces_of
from tests.planted import plants
from tests.unchanged import nothing_changes

HANDED_OVER = "a parcel with cash on delivery was handed over for its money, and no other was"
BOOKED = "the money taken for a parcel went from the unit's cash to the carrier"
OWED = "a unit owes the cash that it took and has not handed in"


@pytest.fixture
def new(places: Places) -> NewParcel:
    """Return a parcel for which 120 yuan are to be collected."""
    return NewParcel(
        Direction.DOWN,
        recipient="Zhao Suqin",
        phone="13993901234",
        from_unit_id=places.centre.pk,
        to_unit_id=places.point.pk,
        carrier_id=places.courier.pk,
        weight_grams=2_400,
        cod=fen(120_00),
    )


@pytest.fixture
def asked(cast: Cast, places: Places, new: NewParcel) -> Parcel:
    """Return such a parcel that waits at the point since noon."""
    made = services.register_parcel(by=cast.clerk.actor, new=new, now=NOON)
    services.scan(by=cast.keeper.actor, code=made.number, kind=ScanKind.ARRIVED, unit=places.point, now=NOON)
    made.refresh_from_db()
    return made


@pytest.fixture
def taken(cast: Cast, asked: Parcel) -> Parcel:
    """Return such a parcel that was handed over and paid for."""
    return services.hand_over(by=cast.keeper.actor, parcel=asked, code=code_of(), paid=CashWay.NOTES, now=later(5))


def balance(party_id: int) -> Money:
    """Return what lies on a party's account."""
    return ledger.balance_of(books.account_of_party(party_id).pk)


def owed(unit_id: int) -> int:
    """Return what a unit owes in cash."""
    amount = ledger.cash_owed_by_units([unit_id]).get(unit_id)
    return amount.minor if amount else 0


def test_it_is_handed_over_only_when_somebody_says_how_it_was_paid(cast: Cast, places: Places, asked: Parcel) -> None:
    with nothing_changes("logistics", "ledger"), pytest.raises(Unpaid):
        services.hand_over(by=cast.keeper.actor, parcel=asked, code=code_of(), now=later(5))
    services.hand_over(by=cast.keeper.actor, parcel=asked, code=code_of(), paid=CashWay.QR, now=later(6))
    asked.refresh_from_db()
    assert asked.status == ParcelStatus.DELIVERED
    assert (CashTaken.objects.get().way, owed(places.point.pk)) == (CashWay.QR, 120_00)
    assert balance(places.courier.pk) == fen(120_00)
    assert found() == {}


def test_the_carriers_fees_are_paid_out_of_what_was_collected(cast: Cast, places: Places, asked: Parcel) -> None:
    agree(cast, TariffKind.OUTLET, 50, 0)
    services.hand_over(by=cast.keeper.actor, parcel=asked, code=code_of(), paid=CashWay.NOTES, now=later(6))
    assert balance(places.courier.pk) == fen(119_50)
    assert not queries.owed_fees([places.courier.pk]).exists()
    assert found() == {}


def test_a_second_hand_over_and_a_refused_parcel_collect_nothing(
    cast: Cast, places: Places, taken: Parcel, new: NewParcel
) -> None:
    services.hand_over(by=cast.keeper.actor, parcel=taken, code="1", paid=CashWay.NOTES, now=later(7))
    second = services.register_parcel(by=cast.clerk.actor, new=new, now=NOON)
    services.scan(by=cast.keeper.actor, code=second.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(1))
    services.refuse(by=cast.keeper.actor, parcel=second, now=later(2))
    assert owed(places.point.pk) == 120_00
    assert found() == {}


def test_cash_comes_in_at_the_centre_and_goes_to_the_bank(cast: Cast, places: Places, taken: Parcel) -> None:
    clerk = cast.clerk.actor
    for amount in (fen(100_00), fen(20_00)):
        services.hand_in_cash(by=clerk, unit=places.point, centre=places.centre, amount=amount, now=later(60))
    assert (owed(places.point.pk), owed(places.centre.pk)) == (0, 120_00)
    assert found() == {}
    services.bank_cash(by=clerk, centre=places.centre, amount=fen(120_00), bank_reference="B 77", now=later(90))
    assert owed(places.centre.pk) == 0
    assert found() == {}


def test_nobody_hands_in_more_than_is_owed_elsewhere_or_without_the_right(
    cast: Cast, places: Places, taken: Parcel
) -> None:
    way = {"unit": places.point, "centre": places.centre, "amount": fen(120_00)}
    with nothing_changes("logistics", "ledger"):
        for amount in (fen(120_01), fen(0), fen(-1), Money(5, "USD")):
            with pytest.raises(Invalid) as refused:
                services.hand_in_cash(by=cast.clerk.actor, **way | {"amount": amount})
            assert refused.value.field == "amount"
        for other in ({"unit": places.centre}, {"unit": places.station, "centre": places.point}):
            with pytest.raises((Invalid, Forbidden)):
                services.hand_in_cash(by=cast.clerk.actor, **way | other)
        for actor in (cast.keeper.actor, cast.packer.actor, cast.stranger.actor):
            with pytest.raises(Forbidden):
                services.hand_in_cash(by=actor, **way)
        with pytest.raises(Invalid):
            services.bank_cash(by=cast.clerk.actor, centre=places.centre, amount=fen(1), bank_reference="B 1")


def test_a_reference_of_the_bank_is_booked_once(cast: Cast, places: Places, taken: Parcel) -> None:
    services.hand_in_cash(by=cast.clerk.actor, unit=places.point, centre=places.centre, amount=fen(120_00))
    services.bank_cash(by=cast.clerk.actor, centre=places.centre, amount=fen(50_00), bank_reference="B 77")
    with nothing_changes("logistics", "ledger"), pytest.raises(books.AlreadyBooked):
        services.bank_cash(by=cast.clerk.actor, centre=places.centre, amount=fen(50_00), bank_reference="b  77")


@pytest.mark.parametrize(
    "other",
    [
        {"direction": Direction.UP, "to_unit_id": None},
        {"carrier_id": None},
        {"cod": fen(-1)},
        {"cod": fen(50_000_01)},
        {"cod": Money(100, "USD")},
    ],
    ids=["up", "without a carrier", "below nothing", "too much", "foreign"],
)
def test_only_a_carriers_parcel_down_asks_for_money(cast: Cast, new: NewParcel, other: dict[str, object]) -> None:
    with nothing_changes("logistics"), pytest.raises(Invalid) as refused:
        services.register_parcel(by=cast.clerk.actor, new=replace(new, **other), now=NOON)
    assert refused.value.field == "cod"


def test_what_is_kept_too_long_is_told_to_the_centre_and_what_is_owed_to_the_keeper(
    cast: Cast, places: Places, taken: Parcel
) -> None:
    def told(who: str) -> list[int]:
        todo = workspaces.of(getattr(cast, who).actor)["todo"]
        return [one.count for one in todo if one.url == "/logistics/cash/"]

    assert [debt.parcels for debt in queries.debts_of([places.point.pk])] == [1]
    assert queries.old_debts(cast.clerk.actor, later(5) + timedelta(days=6)) == []
    assert len(queries.old_debts(cast.clerk.actor, later(5) + timedelta(days=7))) == 1
    assert queries.old_debts(cast.stranger.actor, later(5) + timedelta(days=7)) == []
    assert (told("neighbour"), told("stranger")) == ([], [])


def test_the_pages_take_the_cash_in_and_print_a_receipt(cast: Cast, places: Places, taken: Parcel) -> None:
    clerk, url = cast.clerk.client, f"/logistics/cash/units/{places.point.number}/"
    assert "120.00" in clerk.get("/logistics/cash/").content.decode()
    assert clerk.get(url).status_code == 200
    assert cast.keeper.client.get(url).status_code == 403
    assert clerk.post(url, {"amount": "500"}).status_code == 422
    assert clerk.post(url, {"amount": "120"}).status_code == 302
    made = HandIn.objects.get()
    paper = clerk.get(f"/logistics/cash/receipts/{made.number}.pdf")
    said = pieces_of(paper.content)
    assert made.number in said
    assert any("120.00" in piece for piece in said)
    assert cast.neighbour.client.get(f"/logistics/cash/receipts/{made.number}.pdf").status_code == 404
    centre = f"/logistics/cash/units/{made.centre.number}/"
    assert clerk.post(centre, {"amount": "120", "bank_reference": "B 9"}).status_code == 302
    assert found() == {}


def test_the_keeper_is_asked_how_it_was_paid(cast: Cast, asked: Parcel) -> None:
    url = f"/logistics/parcels/{asked.number}/hand-over/"
    assert "120.00" in cast.keeper.client.get(url).content.decode()
    assert cast.keeper.client.post(url, {"code": code_of()}).status_code == 422
    assert cast.keeper.client.post(url, {"code": code_of(), "paid": "notes"}).status_code == 302
    assert CashTaken.objects.get().parcel == asked


def test_a_program_announces_and_hands_over_what_is_paid_for(cast: Cast, places: Places, asked: Parcel) -> None:
    url = f"/api/v1/logistics/parcels/{asked.number}"
    assert cast.keeper.client.get(url).json()["cod"] == {"minor": 120_00, "currency": "CNY"}
    body = {"code": code_of()}
    refused = cast.keeper.client.post(f"{url}/hand-over", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "unpaid")
    done = cast.keeper.client.post(f"{url}/hand-over", body | {"paid": "qr"}, content_type="application/json")
    assert done.json()["status"] == "delivered"


@given(st.lists(st.integers(1, 500), max_size=12), st.integers(0, 3000))
def test_the_oldest_is_paid_first(amounts: list[int], paid: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    taken = [(start + timedelta(days=day), minor) for day, minor in enumerate(amounts)]
    left, still = min(paid, sum(amounts)), []
    owed_now = sum(amounts) - left
    for at, minor in taken:
        if left >= minor:
            left -= minor
        else:
            left = 0
            still.append(at)
    assert open_part(reversed(taken), owed_now) == (len(still), still[0] if still else None)


@plants(HANDED_OVER)
def test_verify_names_a_parcel_that_was_handed_over_for_other_money(taken: Parcel) -> None:
    plant("update logistics_parcel set cod_minor = 1 where id = %s", taken.pk)
    assert found() == {HANDED_OVER: [taken.number]}


@plants(BOOKED, OWED)
def test_verify_names_money_that_never_moved(places: Places, taken: Parcel) -> None:
    plant("update logistics_cashtaken set amount_minor = 1")
    assert found() == {HANDED_OVER: [taken.number], BOOKED: [taken.number], OWED: [places.point.number]}
