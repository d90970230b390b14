"""Tariffs, and what carriers owe the fleet and the outlets for what came down."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from terrace.kernel.errors import Forbidden, Invalid
from terrace.ledger import queries as books
from terrace.ledger import services as ledger
from terrace.ledger.domain import Reason
from terrace.logistics import queries, services
from terrace.logistics.domain import Rate, ScanKind, TariffKind
from terrace.logistics.models import Parcel, ParcelFee, Tariff
from terrace.logistics.services import TariffGiven
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_parcels import code_of


def agree(cast: Cast, kind: TariffKind, per_parcel: int, per_kg: int, **other: Any) -> Tariff:
    """Set a tariff for the county."""
    given = TariffGiven(kind, VILLAGE[:6], NOON.date(), fen(per_parcel), fen(per_kg))
    return services.set_tariff(by=cast.centre.actor, given=replace(given, **other), now=NOON)


def deliver(cast: Cast, places: Places, down: Parcel) -> None:
    """Scan the parcel in and hand it over."""
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    services.hand_over(by=cast.keeper.actor, parcel=down, code=code_of(), now=later(10))


def fill(cast: Cast, places: Places, amount: int) -> None:
    """Put money on the carrier's account."""
    ledger.deposit(by=cast.clerk.actor, party=places.courier, amount=fen(amount), bank_reference="SC-1", now=NOON)


def test_the_carrier_pays_fleet_and_outlet_when_a_parcel_is_handed_over(
    cast: Cast, places: Places, down: Parcel
) -> None:
    agree(cast, TariffKind.FLEET, 60, 30, first_grams=1000)
    agree(cast, TariffKind.OUTLET, 50, 0)
    fill(cast, places, 1000)
    deliver(cast, places, down)
    fleet = fen(60) + fen(30).per(1400, 1000)
    assert {fee.kind: fee.amount for fee in ParcelFee.objects.all()} == {"fleet": fleet, "outlet": fen(50)}
    assert books.balance_of(ledger.account_of_unit(places.point.pk).pk) == fen(50)
    assert books.balance_of(ledger.account_of_unit(places.centre.pk).pk) == fleet
    assert books.balance_of(ledger.account_of_party(places.courier.pk).pk) == fen(1000 - 50) - fleet
    [transfer] = books.transfers_about(f"parcel/{down.number}")
    assert transfer.reason == Reason.FEE
    assert not ParcelFee.objects.filter(paid_at__isnull=True).exists()


def test_a_hand_over_does_not_wait_for_money_and_the_fee_is_paid_when_it_is_there(
    cast: Cast, places: Places, down: Parcel
) -> None:
    agree(cast, TariffKind.OUTLET, 50, 0)
    deliver(cast, places, down)
    assert ParcelFee.objects.get().paid_at is None
    assert services.post_fees(now=later(20)) == 0
    fill(cast, places, 50)
    assert services.post_fees(now=later(30)) == 1
    assert services.post_fees(now=later(40)) == 0
    assert ParcelFee.objects.get().paid_at == later(30)
    assert books.balance_of(ledger.account_of_unit(places.point.pk).pk) == fen(50)


def test_the_carriers_own_tariff_goes_before_the_one_for_all_and_the_nearer_place_before_the_wider(
    cast: Cast, places: Places
) -> None:
    wide = agree(cast, TariffKind.OUTLET, 50, 0)
    near = agree(cast, TariffKind.OUTLET, 70, 0, area=VILLAGE[:9])
    own = agree(cast, TariffKind.OUTLET, 40, 0, party_id=places.courier.pk)
    day = NOON.date()
    assert queries.tariff_in_force(TariffKind.OUTLET, VILLAGE, day) == near
    assert queries.tariff_in_force(TariffKind.OUTLET, VILLAGE[:6], day) == wide
    assert queries.tariff_in_force(TariffKind.OUTLET, VILLAGE, day, places.courier.pk) == own
    assert queries.tariff_in_force(TariffKind.OUTLET, VILLAGE, day - timedelta(days=1)) is None
    assert queries.tariff_in_force(TariffKind.FLEET, VILLAGE, day) is None


def test_a_new_tariff_holds_from_its_day_on(cast: Cast) -> None:
    old = agree(cast, TariffKind.FLEET, 60, 0)
    new = agree(cast, TariffKind.FLEET, 65, 0, starts_on=NOON.date() + timedelta(days=10))
    assert queries.tariff_in_force(TariffKind.FLEET, VILLAGE, NOON.date() + timedelta(days=9)) == old
    assert queries.tariff_in_force(TariffKind.FLEET, VILLAGE, NOON.date() + timedelta(days=10)) == new


def test_a_tariff_never_begins_in_the_past_nor_twice_on_a_day(cast: Cast) -> None:
    agree(cast, TariffKind.FLEET, 60, 0)
    with pytest.raises(services.KnownTariff):
        agree(cast, TariffKind.FLEET, 70, 0)
    with pytest.raises(Invalid, match="today at the earliest"):
        agree(cast, TariffKind.FLEET, 70, 0, starts_on=NOON.date() - timedelta(days=1))
    assert Tariff.objects.count() == 1


def test_a_clerk_sets_no_tariff(cast: Cast) -> None:
    given = TariffGiven(TariffKind.FLEET, VILLAGE[:6], NOON.date(), fen(60), fen(0))
    with pytest.raises(Forbidden):
        services.set_tariff(by=cast.clerk.actor, given=given, now=NOON)
    assert not Tariff.objects.exists()


@pytest.mark.parametrize(
    ("parcels", "grams", "fee"),
    [(1, 800, 60), (1, 1000, 60), (1, 1001, 60), (1, 1017, 61), (2, 3000, 150), (0, 500, 15), (3, 1000, 180)],
)
def test_a_rate_counts_each_parcels_first_grams_once_and_rounds_once(parcels: int, grams: int, fee: int) -> None:
    assert Rate(fen(60), fen(30), 1000).fee(parcels, grams) == fen(fee)


@examples(st.integers(0, 500), st.integers(0, 10**7), st.integers(0, 5000), st.integers(0, 5000))
def test_more_parcels_or_kilograms_never_cost_less_without_included_grams(
    parcels: int, grams: int, each: int, kilogram: int
) -> None:
    rate = Rate(fen(each), fen(kilogram))
    assert rate.fee(parcels, grams) <= rate.fee(parcels + 1, grams + 1)
