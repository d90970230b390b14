"""Recording, changing and ending supply."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from terrace.audit.models import Act
from terrace.catalog.models import Product
from terrace.kernel import events
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.registry import services as registry
from terrace.sourcing import queries, services
from terrace.sourcing.domain import DemandRecorded, Status, SupplyRecorded
from terrace.sourcing.models import DemandNotice, SupplyNotice
from terrace.sourcing.views.cards import cards
from tests.conftest import Cast
from tests.sourcing.conftest import NOW, terms


def _recorded(cast: Cast) -> SupplyNotice:
    return services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)


def test_the_keeper_records_supply_for_a_household(cast: Cast) -> None:
    notice = _recorded(cast)
    assert notice.quantity == Quantity(800_000, Unit.KILOGRAM)
    assert notice.price == Money(520, "CNY")
    assert (notice.area_path, notice.county_code) == (cast.farmer.party.area_path, cast.farmer.party.county_code)
    act = Act.objects.get(act="sourcing.record_supply")
    assert (act.subject_id, act.person_id, act.area_path) == (str(notice.pk), cast.keeper.person.pk, notice.area_path)


def test_the_farmer_records_supply_alone(cast: Cast) -> None:
    notice = services.record_supply(by=cast.farmer.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)
    assert notice.party_id == cast.farmer.party.pk


def test_every_tier_above_sees_it_and_neighbours_do_not(cast: Cast) -> None:
    notice = _recorded(cast)
    for member in (cast.farmer, cast.keeper, cast.station, cast.centre, cast.clerk, cast.bureau, cast.administrator):
        assert queries.get_supply(member.actor, notice.number) == notice
    with pytest.raises(NotFound):
        queries.get_supply(cast.neighbour.actor, notice.number)


def test_who_records_demand_sees_open_supply_of_other_areas_but_no_households_name(cast: Cast) -> None:
    notice = _recorded(cast)
    assert queries.get_supply(cast.stranger.actor, notice.number) == notice
    assert cards(cast.stranger.actor, [notice])[0].who not in ("", "Zhao Suqin")
    services.withdraw_supply(by=cast.keeper.actor, notice=notice, version=1)
    with pytest.raises(NotFound):
        queries.get_supply(cast.stranger.actor, notice.number)


def test_a_shop_sees_open_supply_but_not_what_has_ended(cast: Cast) -> None:
    notice = _recorded(cast)
    assert queries.get_supply(cast.buyer.actor, notice.number) == notice
    services.withdraw_supply(by=cast.keeper.actor, notice=notice, version=notice.version)
    with pytest.raises(NotFound):
        queries.get_supply(cast.buyer.actor, notice.number)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": Quantity(0, Unit.KILOGRAM)}, "quantity"),
        ({"quantity": Quantity(5, Unit.PIECE)}, "quantity"),
        ({"price": Money(0, "CNY")}, "price"),
        ({"price": Money(520, "USD")}, "price"),
        ({"variety": "gala"}, "variety"),
        ({"closes_on": date(2026, 9, 24)}, "closes_on"),
        ({"opens_on": date(2026, 9, 1), "closes_on": date(2026, 9, 2)}, "closes_on"),
        ({"closes_on": date(2027, 9, 26)}, "closes_on"),
        ({"note": "Ask for 621226188501011233"}, "note"),
        ({"opens_on": date(2028, 9, 21), "closes_on": date(2028, 9, 22)}, "opens_on"),
        ({"opens_on": date(9999, 12, 1), "closes_on": date(9999, 12, 31)}, "opens_on"),
    ],
)
def test_refuses_terms_that_break_a_rule_and_records_nothing(
    cast: Cast, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(**changes), now=NOW)
    assert refused.value.field == field
    assert not SupplyNotice.objects.exists()
    assert not Act.objects.filter(act__startswith="sourcing").exists()


def test_a_window_may_begin_in_two_years_at_the_latest(cast: Cast) -> None:
    latest = terms(opens_on=date(2028, 9, 20), closes_on=date(2028, 9, 30))
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=latest, now=NOW)
    assert SupplyNotice.objects.get().opens_on == date(2028, 9, 20)


@pytest.mark.parametrize("side", ["supply", "demand"])
def test_a_party_that_rests_records_nothing(cast: Cast, side: str) -> None:
    for party in (cast.farmer.party, cast.buyer.party):
        registry.deactivate_party(by=cast.centre.actor, party=party, version=1)
    record, party = {
        "supply": (services.record_supply, cast.farmer.party),
        "demand": (services.record_demand, cast.buyer.party),
    }[side]
    with pytest.raises(Invalid) as refused:
        record(by=cast.centre.actor, party=party.number, terms=terms())
    assert refused.value.field == "party"
    assert not SupplyNotice.objects.exists()
    assert not DemandNotice.objects.exists()

    registry.reactivate_party(by=cast.centre.actor, party=party, version=2)
    assert record(by=cast.centre.actor, party=party.number, terms=terms()).party_id == party.pk


def test_a_product_that_is_no_longer_traded_is_neither_recorded_nor_kept_by_a_change(cast: Cast) -> None:
    notice = _recorded(cast)
    Product.objects.update(is_active=False)
    for act in (
        lambda: _recorded(cast),
        lambda: services.change_supply(by=cast.keeper.actor, notice=notice, version=1, terms=terms(note="more")),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert refused.value.field == "product"
    kept = SupplyNotice.objects.get()
    assert (kept.note, kept.version) == ("", 1)


def test_what_is_recorded_is_told_to_the_contexts_above_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[events.Event] = []
    monkeypatch.setattr(events, "_handlers", defaultdict(list))
    for event in (SupplyRecorded, DemandRecorded):
        events.subscribe(event, heard.append)
    supply = _recorded(cast)
    demand = services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms())
    assert heard == [SupplyRecorded(supply.pk), DemandRecorded(demand.pk)]
    services.change_supply(by=cast.keeper.actor, notice=supply, version=1, terms=terms())
    assert len(heard) == 2


def test_refuses_an_unknown_product(cast: Cast) -> None:
    with pytest.raises(NotFound):
        services.record_supply(
            by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(product="moon"), now=NOW
        )
    assert not SupplyNotice.objects.exists()


def test_refuses_who_may_not_record_here(cast: Cast) -> None:
    for member in (cast.neighbour, cast.stranger, cast.buyer, cast.bureau):
        with pytest.raises((NotFound, Forbidden)):
            services.record_supply(by=member.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)
    assert not SupplyNotice.objects.exists()


def test_a_change_counts_once_and_a_stale_one_is_refused(cast: Cast) -> None:
    notice = _recorded(cast)
    more = terms(quantity=Quantity(900_000, Unit.KILOGRAM))
    services.change_supply(by=cast.farmer.actor, notice=notice, version=1, terms=more, now=NOW)
    other = queries.get_supply(cast.keeper.actor, notice.number)
    with pytest.raises(Stale):
        services.change_supply(by=cast.keeper.actor, notice=other, version=1, terms=terms(), now=NOW)
    assert SupplyNotice.objects.get().quantity_steps == 900_000
    assert Act.objects.filter(act="sourcing.change_supply").count() == 1


def test_an_ended_notice_is_neither_changed_nor_withdrawn(cast: Cast) -> None:
    notice = _recorded(cast)
    services.withdraw_supply(by=cast.keeper.actor, notice=notice, version=1)
    for act in (
        lambda: services.change_supply(by=cast.keeper.actor, notice=notice, version=2, terms=terms(note="x"), now=NOW),
        lambda: services.withdraw_supply(by=cast.keeper.actor, notice=notice, version=2),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "already_ended"
    kept = SupplyNotice.objects.get()
    assert (kept.note, kept.status, kept.version) == ("", Status.WITHDRAWN, 2)


def test_notices_expire_the_day_after_their_window_once(cast: Cast) -> None:
    notice = _recorded(cast)
    last_day = NOW + (notice.closes_on - NOW.date())
    assert services.expire_notices(now=last_day) == 0
    assert services.expire_notices(now=last_day + timedelta(days=1)) == 1
    assert services.expire_notices(now=last_day + timedelta(days=1)) == 0
    assert SupplyNotice.objects.get().status == Status.EXPIRED


def test_the_database_itself_refuses_a_notice_of_nothing(cast: Cast) -> None:
    notice = _recorded(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupplyNotice.objects.filter(pk=notice.pk).update(quantity_steps=0)


def test_the_record_of_acts_keeps_no_note(cast: Cast) -> None:
    noted = terms(note="Ask for Suqin, 13912345678")
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=noted, now=NOW)
    services.change_supply(by=cast.keeper.actor, notice=notice, version=1, terms=noted, now=NOW)
    assert not Act.objects.filter(details__icontains="Suqin").exists()
