"""Agreements with carriers: which days, which places, which price, and when what is handed over rides."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from terrace.kernel import clock
from terrace.kernel.errors import Forbidden, Invalid, NotFound, Stale
from terrace.ledger import queries as books
from terrace.ledger import services as ledger
from terrace.logistics import queries, services
from terrace.logistics.domain import Direction, Rate, ScanKind, TariffKind
from terrace.logistics.domain.agreements import Ride, Round, months_of, parts_of, ride_of, top_up, zone_at
from terrace.logistics.models import Agreement, Parcel, ParcelFee
from terrace.logistics.services import NewParcel
from tests import factories
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast, Member
from tests.logistics.agreed import FAR, NEAR, TODAY, TOWN, carrier_of, make
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_fees import agree as set_tariff
from tests.logistics.test_fees import deliver, fill

JSON = "application/json"
DAY = timedelta(days=1)


def announce(cast: Cast, places: Places, now: datetime = NOON, **other: object) -> Parcel:
    """Announce a parcel of the courier company for the keeper's point."""
    new = NewParcel(
        Direction.DOWN,
        "Zhao Suqin",
        "13993901234",
        places.centre.pk,
        2_400,
        to_unit_id=places.point.pk,
        carrier_id=places.courier.pk,
    )
    return services.register_parcel(by=cast.clerk.actor, new=replace(new, **other), now=now)


def send_home(cast: Cast, places: Places, parcel: Parcel) -> None:
    """Let the recipient refuse the parcel, and the carrier get it back at the centre."""
    keeper, clerk = cast.keeper.actor, cast.clerk.actor
    services.scan(by=keeper, code=parcel.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    services.refuse(by=keeper, parcel=parcel, now=later(10))
    services.scan(by=clerk, code=parcel.number, kind=ScanKind.RETURNED, unit=places.centre, now=later(60))


def fees() -> dict[str, int]:
    """Return what is owed and paid, by kind."""
    return {fee.kind: fee.amount_minor for fee in ParcelFee.objects.order_by("id")}


def test_a_parcel_is_paid_by_its_zone_and_the_outlet_gets_what_its_tariff_says(cast: Cast, places: Places) -> None:
    make(cast, places)
    set_tariff(cast, TariffKind.OUTLET, 50, 0)
    set_tariff(cast, TariffKind.FLEET, 999, 0)
    fill(cast, places, 1000)
    deliver(cast, places, announce(cast, places))
    price = fen(180) + fen(40).per(1400, 1000)
    assert fees() == {"outlet": 50, "fleet": price.minor - 50}
    assert books.balance_of(ledger.account_of_party(places.courier.pk).pk) == fen(1000) - price


def test_what_an_outlet_earns_is_never_more_than_the_zones_price(cast: Cast, places: Places) -> None:
    make(cast, places)
    set_tariff(cast, TariffKind.OUTLET, 500, 0)
    deliver(cast, places, announce(cast, places, weight_grams=900))
    assert fees() == {"outlet": 180}


def test_what_was_announced_before_an_agreement_is_paid_by_the_tariff_of_then(
    cast: Cast, places: Places, down: Parcel
) -> None:
    set_tariff(cast, TariffKind.OUTLET, 50, 0)
    make(cast, places)
    deliver(cast, places, down)
    assert fees() == {"outlet": 50}
    assert ParcelFee.objects.get().zone is None


def test_a_parcel_that_comes_back_costs_the_zones_price_of_a_return(cast: Cast, places: Places) -> None:
    make(cast, places)
    send_home(cast, places, announce(cast, places))
    assert fees() == {"return": (fen(90) + fen(20).per(1400, 1000)).minor}


def test_a_parcel_that_comes_back_costs_what_the_tariff_of_returns_says_where_nothing_was_agreed(
    cast: Cast, places: Places, down: Parcel
) -> None:
    set_tariff(cast, TariffKind.RETURN, 70, 0)
    fill(cast, places, 100)
    send_home(cast, places, down)
    assert fees() == {"return": 70}
    assert books.balance_of(ledger.account_of_unit(places.centre.pk).pk) == fen(70)


def test_a_parcel_that_never_left_the_centre_costs_nothing_when_it_is_given_back(
    cast: Cast, places: Places, down: Parcel
) -> None:
    set_tariff(cast, TariffKind.RETURN, 70, 0)
    by = cast.clerk.actor
    services.scan(by=by, code=down.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(9))
    services.scan(by=by, code=down.number, kind=ScanKind.RETURNED, unit=places.centre, now=later(60))
    assert fees() == {}


def test_a_place_outside_all_zones_is_refused_with_the_reason(cast: Cast, places: Places) -> None:
    elsewhere = replace(NEAR, areas=(VILLAGE,))
    make(cast, places, zones=(elsewhere,))
    with pytest.raises(Invalid, match="does not cover this place") as refused:
        announce(cast, places, to_unit_id=places.station.pk)
    assert refused.value.field == "to_unit"
    assert not Parcel.objects.exists()
    assert announce(cast, places).agreement is not None


def test_a_parcel_is_refused_from_the_day_after_the_agreement_ended(cast: Cast, places: Places) -> None:
    make(cast, places, ends_on=TODAY + DAY)
    announce(cast, places, now=NOON + DAY)
    with pytest.raises(Invalid, match=r"ended on .*Nov"):
        announce(cast, places, now=NOON + 2 * DAY)
    assert Parcel.objects.count() == 1


def test_until_an_agreement_begins_its_carrier_goes_by_the_tariffs(cast: Cast, places: Places) -> None:
    make(cast, places, starts_on=TODAY + DAY)
    assert announce(cast, places).agreement is None


def test_what_comes_after_the_last_round_is_due_the_next_day(cast: Cast, places: Places) -> None:
    make(cast, places)
    noon = announce(cast, places)  # 12:00 at the centre
    late = announce(cast, places, now=NOON + timedelta(hours=2))
    assert (noon.due_on, noon.ready_at) == (TODAY, time(14))
    assert (late.due_on, late.ready_at) == (TODAY + DAY, time(9))


def test_two_agreements_with_a_carrier_never_overlap(cast: Cast, places: Places) -> None:
    make(cast, places, ends_on=TODAY + 9 * DAY)
    with pytest.raises(services.Overlapping):
        make(cast, places, starts_on=TODAY + 9 * DAY)
    make(cast, places, starts_on=TODAY + 10 * DAY)
    assert Agreement.objects.count() == 2


@pytest.mark.parametrize(
    ("other", "field", "told"),
    [
        ({"starts_on": TODAY - DAY}, "starts_on", "today at the earliest"),
        ({"ends_on": TODAY - DAY}, "ends_on", "ends before it begins"),
        ({"minimum": fen(-1)}, "minimum", "nothing or more"),
        ({"zones": ()}, "zones", "has a zone"),
        ({"zones": (FAR, replace(FAR, name="Other"))}, "zones", "Only one zone"),
        ({"zones": (NEAR, replace(NEAR, name="Other"))}, "zones", "stands in two zones"),
        ({"zones": (NEAR, replace(FAR, name="near"))}, "zones", "name of its own"),
        ({"zones": (replace(NEAR, areas=(VILLAGE[:4],)),)}, "zones", "outside the centre"),
        ({"zones": (replace(NEAR, per_kg=fen(-1)),)}, "zones", "nothing or more"),
        ({"rounds": (Round(time(9), time(8)),)}, "rounds", "cannot be ready before"),
        ({"rounds": (Round(time(9), time(10)), Round(time(9), time(11)))}, "rounds", "same time"),
    ],
)
def test_what_cannot_be_agreed_is_refused_and_nothing_is_written(
    cast: Cast, places: Places, other: dict[str, object], field: str, told: str
) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        make(cast, places, **other)
    assert refused.value.field == field
    assert not Agreement.objects.exists()


def test_an_unknown_area_is_named_as_such(cast: Cast, places: Places) -> None:
    with pytest.raises(NotFound):
        make(cast, places, zones=(replace(NEAR, areas=("999999",)),))


def test_a_clerk_makes_no_agreement_and_ends_none(cast: Cast, places: Places) -> None:
    made = make(cast, places)
    with pytest.raises(Forbidden):
        services.end_agreement(by=cast.clerk.actor, agreement=made, version=1, ends_on=TODAY, now=NOON)
    given = services.AgreementGiven(TODAY + 400 * DAY, (FAR,))
    with pytest.raises(Forbidden):
        services.agree(by=cast.clerk.actor, carrier=carrier_of(places), given=given, now=NOON)
    assert Agreement.objects.get().ends_on is None


def test_an_agreement_ends_today_at_the_earliest_and_from_the_version_that_was_read(cast: Cast, places: Places) -> None:
    made, by = make(cast, places), cast.centre.actor
    with pytest.raises(Invalid, match="today at the earliest"):
        services.end_agreement(by=by, agreement=made, version=1, ends_on=TODAY, now=NOON + DAY)
    services.end_agreement(by=by, agreement=made, version=1, ends_on=TODAY + DAY, now=NOON)
    with pytest.raises(Stale):
        services.end_agreement(by=by, agreement=made, version=1, ends_on=TODAY, now=NOON)
    assert Agreement.objects.get().ends_on == TODAY + DAY


def test_an_agreement_that_has_not_begun_may_be_undone(cast: Cast, places: Places) -> None:
    made = make(cast, places, starts_on=TODAY + 5 * DAY)
    services.end_agreement(by=cast.centre.actor, agreement=made, version=1, ends_on=TODAY + 4 * DAY, now=NOON)
    assert not Agreement.objects.exists()


def test_the_audit_finds_fees_that_do_not_add_up_to_the_zones_price(cast: Cast, places: Places) -> None:
    make(cast, places)
    set_tariff(cast, TariffKind.OUTLET, 50, 0)
    fill(cast, places, 1000)
    parcel = announce(cast, places)
    deliver(cast, places, parcel)
    [check] = [one for one in queries.CHECKS if one.name.startswith("a fee is what")]
    assert list(check.find()) == []
    ParcelFee.objects.filter(kind="fleet").delete()
    assert list(check.find()) == [parcel.number]


def test_the_nearest_area_that_a_zone_names_decides() -> None:
    named = {TOWN: "town", VILLAGE: "village"}
    assert zone_at(named, "rest", VILLAGE) == "village"
    assert zone_at(named, "rest", TOWN + "299") == "town"
    assert zone_at(named, "rest", VILLAGE[:6]) == "rest"
    assert zone_at(named, None, VILLAGE[:6]) is None


@examples(st.lists(st.times(), min_size=1, max_size=5, unique=True), st.datetimes(max_value=NOON.replace(tzinfo=None)))
def test_a_ride_is_the_first_round_whose_end_has_not_passed(ends: list[time], announced: datetime) -> None:
    ride = ride_of([Round(end, end) for end in ends], announced)
    hour = announced.time()
    later_today = sorted(end for end in ends if end >= hour)
    expected = Ride(announced.date(), later_today[0]) if later_today else Ride(announced.date() + DAY, min(ends))
    assert ride == expected


@examples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**5), st.integers(0, 10**6))
def test_the_parts_of_a_zones_price_add_up_and_a_minimum_never_makes_a_month_cheaper(
    each: int, kilogram: int, grams: int, other: int
) -> None:
    price = Rate(fen(each), fen(kilogram), 1000).fee(1, grams)
    fleet, outlet = parts_of(price, fen(other))
    assert fleet + outlet == price
    assert min(fleet.minor, outlet.minor) >= 0
    assert price + top_up(fen(other), price) == max(price, fen(other))


@pytest.mark.parametrize(
    ("starts", "ends", "until", "months"),
    [
        (date(2026, 9, 1), None, date(2026, 11, 20), [9, 10]),
        (date(2026, 9, 2), None, date(2026, 11, 1), [10]),
        (date(2026, 9, 1), date(2026, 10, 30), date(2026, 12, 1), [9]),
        (date(2026, 11, 1), None, date(2026, 11, 30), []),
    ],
)
def test_a_minimum_is_owed_for_whole_months_that_are_over(
    starts: date, ends: date | None, until: date, months: list[int]
) -> None:
    assert [month.month for month in months_of(starts, ends, until)] == months


def test_carriers_see_their_own_agreements_and_nobody_elses(cast: Cast, places: Places) -> None:
    made = make(cast, places)
    own = Member(factories.RepresentativeFactory(party=places.courier).person, places.courier).actor
    other = factories.PartyFactory(area=places.courier.area, kind="enterprise")
    stranger = Member(factories.RepresentativeFactory(party=other).person, other).actor
    assert queries.get_agreement(own, carrier_of(places), made.pk) == made
    assert not queries.agreements_visible_to(stranger).exists()


def test_the_page_makes_an_agreement_and_shows_it_to_the_carrier(cast: Cast, places: Places) -> None:
    number = carrier_of(places).number
    page = f"/logistics/carriers/{number}/"
    sent = {
        "starts_on": clock.today().isoformat(),
        "by_1": "08:00",
        "ready_1": "09:00",
        "name_1": "Far",
        "parcel_1": "2.60",
    }
    near = {"name_2": "Near", "areas_2": [TOWN], "parcel_2": "1.80", "kg_2": "0.40", "first_2": "1", "return_2": "0.90"}
    answer = cast.centre.client.post(f"{page}agreements/new/", {**sent, **near})
    made = Agreement.objects.get()
    assert answer.headers["Location"] == f"{page}agreements/{made.pk}/"
    own = Member(factories.RepresentativeFactory(party=places.courier).person, places.courier).client
    shown = own.get(f"{page}agreements/{made.pk}/").content.decode()
    assert "08:00, rides from 09:00" in shown
    assert "¥1.80" in shown
    assert f"agreements/{made.pk}/" in own.get(f"{page}about/").content.decode()
    again = cast.centre.client.post(f"{page}agreements/new/", sent)
    assert (again.status_code, Agreement.objects.count()) == (422, 1)
    half = cast.centre.client.post(f"{page}agreements/new/", {**sent, "name_2": "Near"})
    assert "Enter a price" in half.content.decode()
    ended = cast.centre.client.post(f"{page}agreements/{made.pk}/end/", {"version": 1, "ends_on": clock.today()})
    assert ended.status_code == 302
    assert Agreement.objects.get().ends_on == clock.today()


def test_programs_make_and_end_agreements_and_read_them(cast: Cast, places: Places) -> None:
    own = Member(factories.RepresentativeFactory(party=places.courier).person, places.courier).client
    address = f"/api/v1/logistics/carriers/{carrier_of(places).number}/agreements"
    price = {"minor": 180, "currency": "CNY"}
    zone = {"name": "Near", "areas": [TOWN], "per_parcel": price, "per_kg": price}
    given = {"starts_on": clock.today().isoformat(), "zones": [zone], "rounds": [{"by": "08:00", "ready_at": "09:00"}]}
    assert own.post(address, given, content_type=JSON).status_code == 403
    made = cast.centre.client.post(address, given, content_type=JSON)
    assert made.status_code == 201, made.content
    [read] = own.get(address).json()
    assert read["zones"][0]["areas"] == [TOWN]
    assert read == made.json()
    last = {"version": 1, "ends_on": clock.today().isoformat()}
    assert (
        cast.centre.client.put(f"{address}/{read['id']}", last, content_type=JSON).json()["ends_on"] == last["ends_on"]
    )
    assert cast.neighbour.client.get(address).status_code == 404
