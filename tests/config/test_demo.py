"""The small demo, looked at: everybody of the cast finds work there, and it keeps the rules of the house."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image
from pytest_django import Settings

from terrace.accounts.domain import roles
from terrace.accounts.models import Person, Post
from terrace.audit.models import Act
from terrace.catalog.models import Product
from terrace.config import demo
from terrace.config.actors import actor_for
from terrace.config.demo.cast import COUNTY, NEIGHBOUR_TOWNSHIP, OTHER_COUNTY, VILLAGE
from terrace.config.demo.moments import moment
from terrace.config.demo.supply import MOST_PHOTOS
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.deployment import current
from terrace.messaging import queries as messaging
from terrace.messaging.domain import Topic
from terrace.network.models import ServiceUnit
from terrace.registry.domain import Kind
from terrace.registry.models import Household, Party
from terrace.sourcing import queries as sourcing
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import AdviceReceipt, DemandNotice, Purchase, ReferencePrice, SupplyNotice
from tests.config.conftest import DAY, check_seasons

pytestmark = pytest.mark.slow


def _actor(sign_in: str) -> Actor:
    return actor_for(Person.objects.get(username=sign_in))


def test_a_second_time_it_says_that_it_is_there_and_adds_nothing(small: demo.Loaded) -> None:
    told, before = StringIO(), Act.objects.count()
    call_command("demo", stdout=told)
    assert "there already (scale small, seed 1, 2026-11-21, en)" in " ".join(told.getvalue().split())
    assert Act.objects.count() == before
    assert demo.found() == small


def test_production_is_refused_where_a_demo_is_too(small: demo.Loaded, settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo")


def test_small_has_all_tiers_and_about_what_it_promises(small: demo.Loaded) -> None:
    units = Counter(ServiceUnit.objects.filter(closed_on=None).values_list("tier", flat=True))
    kinds = Counter(Party.objects.values_list("kind", flat=True))
    assert units == {"prefecture": 1, "county": 2, "township": 5, "village": 20}
    assert 180 <= kinds[Kind.HOUSEHOLD] <= 230
    assert kinds[Kind.COOPERATIVE] + kinds[Kind.ENTERPRISE] + kinds[Kind.WORKSHOP] >= 10
    assert 250 <= SupplyNotice.objects.count() + DemandNotice.objects.count() <= 380


def test_everybody_of_the_cast_signs_in_as_what_they_are(small: demo.Loaded) -> None:
    for member in demo.cast():
        person = Person.objects.get(username=member.sign_in)
        assert person.check_password(member.password)
        assert person.name == member.name.written_in("en")
        held = [(post.role, post.area_path) for post in Post.objects.filter(person=person)]
        assert held == ([(member.post, member.area)] if member.post else [])
        assert [Party.objects.get(pk=party).kind for party in _actor(member.sign_in).parties] == (
            [member.party] if member.party else []
        )


def test_nobody_else_has_a_password(small: demo.Loaded) -> None:
    able = {person.username for person in Person.objects.all() if person.has_usable_password()}
    assert able == {member.sign_in for member in demo.cast()}


def test_everybody_of_the_cast_finds_a_first_page(small: demo.Loaded, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    for member in demo.cast():
        client = Client()
        person = Person.objects.get(username=member.sign_in)
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = client.get("/")
        assert page.status_code == 200
        has_notices = any(len(card.lines) > 2 for card in page.context["notices"])
        assert has_notices or member.post in ("packer", "driver"), member.sign_in
        assert page.context["todo"], member.sign_in


def test_the_keepers_village_is_busy(small: demo.Loaded) -> None:
    next_week = DAY + timedelta(days=7)
    assert Party.objects.filter(area=VILLAGE, kind=Kind.HOUSEHOLD).count() == 20
    this_week = SupplyNotice.objects.filter(area=VILLAGE, status="open", opens_on__lte=next_week, closes_on__gte=DAY)
    assert this_week.count() >= 10
    farmer = SupplyNotice.objects.filter(party__in=_actor("farmer").parties, status="open")
    assert farmer.count() >= 2


def test_advice_waits_for_the_keeper_and_the_station_and_others_have_answered(small: demo.Loaded) -> None:
    assert sourcing.count_unacknowledged(_actor("keeper")) >= 2
    assert sourcing.count_unacknowledged(_actor("station")) >= 2
    waiting = AdviceReceipt.objects.filter(acknowledged_at=None).count()
    assert 0.1 < waiting / AdviceReceipt.objects.count() < 0.7


def test_who_took_note_has_read_what_came_until_then(small: demo.Loaded) -> None:
    for sign_in in ("keeper", "station"):
        actor = _actor(sign_in)
        unread = messaging.visible_to(actor).filter(read_at=None)
        assert 1 < unread.filter(topic=Topic.ADVICE).count() <= sourcing.count_unacknowledged(actor)
        old = unread.filter(created_at__lt=moment(DAY - timedelta(days=2), 19))
        assert not old.exclude(topic=Topic.ADVICE).exists()


def test_the_shop_and_the_leader_find_matches_in_the_keepers_village(small: demo.Loaded) -> None:
    for sign_in in ("shop", "leader"):
        actor = _actor(sign_in)
        notices = DemandNotice.objects.filter(party__in=actor.parties, status="open").order_by("id")
        found = [match for one in notices for match in sourcing.matches_of_demand(actor, one, DAY)]
        assert VILLAGE in {match.supply.area_id for match in found}


def test_the_county_has_gaps_and_surpluses(small: demo.Loaded) -> None:
    for county in (COUNTY, OTHER_COUNTY):
        cells = sourcing.totals(sourcing.balance(county, sourcing.coming_weeks(DAY), DAY)).values()
        assert {cell.gap.steps > 0 for cell in cells} == {True, False}


def test_every_notice_lies_where_its_party_lives_and_says_what_it_may(small: demo.Loaded) -> None:
    parties = Party.objects.in_bulk()
    for model, admits in ((SupplyNotice, "produces"), (DemandNotice, "trades")):
        for notice in model.objects.order_by("id"):
            party = parties[notice.party_id]
            assert (notice.area_id, notice.area_path) == (party.area_id, party.area_path)
            assert notice.county_code == party.county_code
            assert getattr(Kind(party.kind), admits)
            assert (notice.status == "expired") <= (notice.closes_on < DAY)
            assert (notice.status == "open") <= (notice.closes_on >= DAY)


def test_notices_have_been_changed_withdrawn_and_have_expired(small: demo.Loaded) -> None:
    for model in (SupplyNotice, DemandNotice):
        assert {status for (status,) in model.objects.values_list("status").distinct().order_by("status")} == {
            "open",
            "withdrawn",
            "expired",
        }
    assert Act.objects.filter(act="sourcing.change_supply").count() > 5


def test_what_is_for_sale_is_in_season_or_keeps(small: demo.Loaded) -> None:
    check_seasons()


def test_every_post_is_at_its_unit_and_one_that_the_unit_has(small: demo.Loaded) -> None:
    units = ServiceUnit.objects.in_bulk()
    for post, unit in [(post, units[post.unit_id]) for post in Post.objects.order_by("id")]:
        assert post.area_path == unit.area_path
        assert current().plan.get(unit.tier).workspace in roles()[post.role].workspaces
    assert {post.unit_id for post in Post.objects.all()} == set(units)


def test_every_household_lives_where_a_keeper_is(small: demo.Loaded) -> None:
    kept = set(Post.objects.filter(role="point-keeper").values_list("area_path", flat=True))
    households = Party.objects.filter(kind=Kind.HOUSEHOLD)
    assert set(households.values_list("area_path", flat=True)) == kept
    assert Household.objects.filter(members__isnull=True).count() == 0


def test_units_tell_their_visitors_everything_in_both_languages(small: demo.Loaded) -> None:
    for unit in ServiceUnit.objects.order_by("id"):
        assert set(unit.names) == {"en", "zh-hans"}
        assert all((unit.services, unit.hours, unit.phone, unit.address))
        assert unit.founded_on < DAY - timedelta(days=730)


def test_every_phone_number_is_an_invented_one(small: demo.Loaded) -> None:
    numbers = [
        *ServiceUnit.objects.values_list("phone", flat=True),
        *Party.objects.values_list("phone", flat=True),
        *Person.objects.exclude(phone=None).values_list("phone", flat=True),
    ]
    assert len(numbers) == len(set(numbers))
    assert all(number.startswith(("+8619900", "+86939555")) for number in numbers)


def test_two_years_of_prices_are_quoted_weekly_and_fall_with_the_harvest(small: demo.Loaded) -> None:
    apples = ReferencePrice.objects.filter(area=COUNTY, product=Product.objects.get(code="apple").pk).order_by("on")
    assert ReferencePrice.objects.values("product", "area").distinct().count() == 24
    assert {day.weekday() for day in apples.values_list("on", flat=True)} == {0}
    assert apples.count() == 105
    by_month = {month: [p.price_minor for p in apples if p.on.month == month] for month in (4, 10)}
    assert max(by_month[10]) < min(by_month[4])


def test_acts_follow_one_another_and_none_is_later_than_the_day(small: demo.Loaded) -> None:
    moments = list(Act.objects.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] < moment(DAY, 0.1)


def test_the_system_itself_laid_only_the_first_stone(small: demo.Loaded) -> None:
    by_system = Act.objects.filter(via=SYSTEM.via).values_list("act", flat=True)
    expected = {
        "network.found_unit": 1,
        "accounts.open_account": 1,
        "accounts.give_post": 1,
    }
    counted = Counter(by_system)
    assert {act: counted[act] for act in expected} == expected
    assert {act for act in counted if act.startswith(("registry", "sourcing"))} <= {
        "sourcing.expire_supply",
        "sourcing.expire_demand",
        "sourcing.note_loss",  # what rots of goods that are paid at their sale goes off what is owed by itself
        "sourcing.pay_purchase",  # what waits for its grading or its sale is paid by that, without anybody's hand
    }
    paid = {int(act.subject_id) for act in Act.objects.filter(via=SYSTEM.via, act="sourcing.pay_purchase")}
    assert not Purchase.objects.filter(pk__in=paid, pay_rule=PayRule.NOW).exists()


def test_some_offers_of_the_county_have_a_photo_that_was_drawn(small: demo.Loaded) -> None:
    with_photo = SupplyNotice.objects.exclude(photo="").order_by("id")
    assert 5 <= with_photo.count() <= MOST_PHOTOS + 2
    assert {notice.county_code for notice in with_photo} == {COUNTY}
    assert with_photo.filter(party__in=_actor("farmer").parties, status="open").count() == 2
    with with_photo[0].photo.open() as file, Image.open(file) as photo:
        assert (photo.format, photo.size) == ("JPEG", (1200, 900))


def test_the_farmer_and_the_shop_have_notices_in_every_state(small: demo.Loaded) -> None:
    for model, sign_in in ((SupplyNotice, "farmer"), (DemandNotice, "shop")):
        own = model.objects.filter(party__in=_actor(sign_in).parties).order_by("id")
        assert {notice.status for notice in own} == {"open", "withdrawn", "expired"}


def test_a_point_was_closed_and_its_keepers_post_with_it(small: demo.Loaded) -> None:
    closed = ServiceUnit.objects.exclude(closed_on=None).get()
    assert closed.tier == "village"
    assert closed.closed_on - Post.objects.get(unit=closed).ends_on == timedelta(days=1)
    assert set(Act.objects.filter(subject_id=str(closed.pk), subject="network.serviceunit").values_list("act")) == {
        ("network.found_unit",),
        ("network.close_unit",),
    }


def test_a_clerk_has_left_and_somebody_stands_in_for_an_officer_on_leave(small: demo.Loaded) -> None:
    left = Post.objects.get(role="centre-clerk", area_path=COUNTY, ends_on__lt=DAY)
    assert left.starts_on < left.ends_on
    acting = Post.objects.exclude(acting_for=None).get()
    assert acting.starts_on < DAY < acting.ends_on
    assert acting.acting_for == Post.objects.get(role="station-officer", area_path=NEIGHBOUR_TOWNSHIP, acting_for=None)


def test_the_keeper_next_door_never_took_note_of_what_came_weeks_ago(small: demo.Loaded) -> None:
    forgotten = AdviceReceipt.objects.filter(unit__in=_actor("neighbour").units, acknowledged_at=None)
    assert forgotten.filter(advice__created_at__lt=moment(DAY - timedelta(days=14), 0)).exists()
