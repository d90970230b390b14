"""Posts are given, ended and stood in for, by who may, and by nobody else."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection

from terrace.accounts import queries, services
from terrace.accounts.domain import AlreadyPosted, LastAdministrator, NotYourself, RoleAboveYours, UnknownRole
from terrace.accounts.models import Invitation, Post
from terrace.audit.models import Act
from terrace.kernel import clock, events
from terrace.kernel.actors import SYSTEM
from terrace.kernel.days import FarDay
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.messaging.models import Notice
from terrace.network.domain import UnitClosed
from terrace.network.models import ServiceUnit
from terrace.sourcing.domain import Permission as Sourcing
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast, Member
from tests.factories import AreaFactory, PersonFactory, PostFactory, UnitFactory

A_DAY = timedelta(days=1)


def unit_at(path: str) -> ServiceUnit:
    return ServiceUnit.objects.filter(area_path=path).order_by("id")[0]


def post_of(member: Member) -> Post:
    return Post.objects.get(person=member.person)


def test_a_station_gives_a_village_post_and_the_person_may_act_at_once(cast: Cast) -> None:
    newcomer = PersonFactory()
    post = services.give_post(
        by=cast.station.actor, person_id=newcomer.pk, unit_id=unit_at(VILLAGE).pk, role="point-keeper"
    )
    assert Member(newcomer).actor.may(Sourcing.RECORD_SUPPLY, VILLAGE)
    act = Act.objects.get(act="accounts.give_post")
    assert (act.subject_id, act.area_path, act.details["person"]) == (str(post.pk), VILLAGE, newcomer.pk)
    assert Notice.objects.get(person_id=newcomer.pk).url == "/"


@pytest.mark.parametrize(
    ("giver", "role", "place", "refusal"),
    [
        ("keeper", "point-keeper", VILLAGE, Forbidden),
        ("farmer", "point-keeper", VILLAGE, Forbidden),
        ("stranger", "point-keeper", VILLAGE, Forbidden),
        ("bureau", "point-keeper", VILLAGE, Forbidden),
        ("station", "point-keeper", NEIGHBOUR_VILLAGE, Forbidden),
        ("station", "station-officer", VILLAGE[:6], Forbidden),
        ("centre", "bureau-administrator", VILLAGE[:4], Forbidden),
        ("station", "station-officer", VILLAGE, UnknownRole),
        ("station", "king", VILLAGE, UnknownRole),
    ],
)
def test_a_post_outside_ones_area_or_above_it_is_refused(
    cast: Cast, giver: str, role: str, place: str, refusal: type[DomainError]
) -> None:
    newcomer, before = PersonFactory(), Post.objects.count()
    with pytest.raises(refusal):
        services.give_post(by=getattr(cast, giver).actor, person_id=newcomer.pk, unit_id=unit_at(place).pk, role=role)
    assert Post.objects.count() == before
    assert not Act.objects.filter(act="accounts.give_post").exists()


def test_nobody_gives_more_than_they_hold_or_hand_on(cast: Cast) -> None:
    clerk = Post.objects.get(person=cast.clerk.person)
    helper = PersonFactory()
    Post.objects.create(
        person=helper, unit=clerk.unit, area_path=clerk.area_path, role="station-officer", starts_on=date(2020, 1, 1)
    )
    with pytest.raises(RoleAboveYours):
        services.give_post(
            by=Member(helper).actor, person_id=PersonFactory().pk, unit_id=clerk.unit_id, role="centre-clerk"
        )
    assert Post.objects.filter(role="centre-clerk").count() == 1


def test_nobody_appoints_themselves(cast: Cast) -> None:
    with pytest.raises(NotYourself):
        services.give_post(
            by=cast.centre.actor,
            person_id=cast.centre.person.pk,
            unit_id=unit_at(VILLAGE[:6]).pk,
            role="centre-clerk",
        )
    assert Post.objects.filter(person=cast.centre.person).count() == 1


def test_the_same_post_is_not_given_twice(cast: Cast) -> None:
    with pytest.raises(AlreadyPosted):
        services.give_post(
            by=cast.station.actor, person_id=cast.keeper.person.pk, unit_id=unit_at(VILLAGE).pk, role="point-keeper"
        )
    assert Post.objects.filter(person=cast.keeper.person).count() == 1


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"starts_on": date(1, 1, 1)}, "starts_on"),
        ({"starts_on": date(1899, 12, 31)}, "starts_on"),
        ({"starts_on": date(3000, 1, 1)}, "starts_on"),
        ({"ends_on": date.max}, "ends_on"),
    ],
)
def test_a_post_begins_and_ends_on_no_day_centuries_off(cast: Cast, days: dict[str, date], field: str) -> None:
    newcomer = PersonFactory(area_path=VILLAGE)
    with pytest.raises(FarDay) as refused:
        services.give_post(
            by=cast.station.actor, person_id=newcomer.pk, unit_id=unit_at(VILLAGE).pk, role="point-keeper", **days
        )
    assert refused.value.field == field
    assert not Post.objects.filter(person=newcomer).exists()


@pytest.mark.parametrize("last", [date.min, date.max])
def test_a_post_is_not_ended_on_a_day_centuries_off(cast: Cast, last: date) -> None:
    post = post_of(cast.keeper)
    with pytest.raises(Invalid) as refused:
        services.end_post(by=cast.station.actor, post_id=post.pk, ends_on=last)
    post.refresh_from_db()
    assert (refused.value.field, post.ends_on) == ("ends_on", None)


def test_a_closed_unit_takes_no_more_posts(cast: Cast) -> None:
    closed = UnitFactory(area=AreaFactory(code="621226101201"), closed_on=date(2026, 1, 1))
    with pytest.raises(UnknownRole):
        services.give_post(by=cast.station.actor, person_id=PersonFactory().pk, unit_id=closed.pk, role="point-keeper")
    assert not Post.objects.filter(unit=closed).exists()


@pytest.mark.parametrize("starts_on", [date(2025, 1, 1), date(2026, 1, 1), None])
def test_a_closed_unit_takes_no_post_that_began_before_it_closed(cast: Cast, starts_on: date | None) -> None:
    closed = UnitFactory(area=AreaFactory(code="621226101201"), closed_on=date(2026, 1, 1))
    with pytest.raises(UnknownRole):
        services.give_post(
            by=cast.station.actor,
            person_id=PersonFactory().pk,
            unit_id=closed.pk,
            role="point-keeper",
            starts_on=starts_on,
        )
    assert not Post.objects.filter(unit=closed).exists()


def test_nobody_is_invited_to_a_closed_unit(cast: Cast) -> None:
    closed = UnitFactory(area=AreaFactory(code="621226101201"), closed_on=date(2026, 1, 1))
    with pytest.raises(UnknownRole):
        services.invite_to_post(by=cast.station.actor, unit_id=closed.pk, role="point-keeper", name="He Jun")
    assert not Invitation.objects.exists()


def test_a_post_ended_now_allows_nothing_from_now_on(cast: Cast) -> None:
    services.end_post(by=cast.station.actor, post_id=post_of(cast.keeper).pk)
    assert not cast.keeper.actor.grants
    assert Act.objects.filter(act="accounts.end_post", person_id=cast.station.person.pk).exists()


def test_a_post_can_end_on_the_day_it_began(cast: Cast) -> None:
    post = services.give_post(
        by=cast.station.actor, person_id=PersonFactory().pk, unit_id=unit_at(VILLAGE).pk, role="point-keeper"
    )
    assert services.end_post(by=cast.station.actor, post_id=post.pk).ends_on == clock.today() - A_DAY


def test_a_post_ends_by_itself_after_its_last_day(cast: Cast) -> None:
    last = clock.today() + A_DAY
    services.end_post(by=cast.station.actor, post_id=post_of(cast.keeper).pk, ends_on=last)
    assert cast.keeper.actor.may(Sourcing.VIEW, VILLAGE)
    with time_machine.travel(f"{last + A_DAY}T12:00:00+08:00", tick=False):
        assert not cast.keeper.actor.grants


@pytest.mark.parametrize("member", ["keeper", "farmer", "neighbour", "stranger", "clerk"])
def test_who_does_not_manage_a_place_ends_no_post_there(cast: Cast, member: str) -> None:
    post = post_of(cast.keeper)
    with pytest.raises((Forbidden, NotFound)):
        services.end_post(by=getattr(cast, member).actor, post_id=post.pk)
    post.refresh_from_db()
    assert post.ends_on is None


def test_the_last_administrator_stays(cast: Cast) -> None:
    post = post_of(cast.administrator)
    with pytest.raises(LastAdministrator):
        services.end_post(by=SYSTEM, post_id=post.pk)
    with pytest.raises(LastAdministrator):
        services.end_post(by=cast.administrator.actor, post_id=post.pk, ends_on=clock.today() + A_DAY)
    post.refresh_from_db()
    assert post.ends_on is None


def test_an_administrator_may_go_when_another_stays(cast: Cast) -> None:
    successor = PersonFactory()
    services.give_post(
        by=cast.administrator.actor,
        person_id=successor.pk,
        unit_id=unit_at(VILLAGE[:4]).pk,
        role="bureau-administrator",
    )
    services.end_post(by=Member(successor).actor, post_id=post_of(cast.administrator).pk)
    assert not cast.administrator.actor.grants


def test_an_administrator_who_leaves_soon_is_no_successor(cast: Cast) -> None:
    services.give_post(
        by=cast.administrator.actor,
        person_id=PersonFactory().pk,
        unit_id=unit_at(VILLAGE[:4]).pk,
        role="bureau-administrator",
        ends_on=clock.today() + A_DAY,
    )
    with pytest.raises(LastAdministrator):
        services.end_post(by=SYSTEM, post_id=post_of(cast.administrator).pk)
    assert post_of(cast.administrator).ends_on is None
    assert cast.administrator.actor.grants


def test_a_stand_in_holds_the_role_for_its_days_and_no_longer(cast: Cast) -> None:
    today, stand_in = clock.today(), PersonFactory()
    acting = services.act_for(
        by=cast.station.actor,
        post_id=post_of(cast.keeper).pk,
        person_id=stand_in.pk,
        starts_on=today + A_DAY,
        ends_on=today + 2 * A_DAY,
    )
    assert acting.acting_for == post_of(cast.keeper)
    may = []
    for offset in range(4):
        with time_machine.travel(f"{today + offset * A_DAY}T12:00:00+08:00", tick=False):
            may.append(Member(stand_in).actor.may(Sourcing.RECORD_SUPPLY, VILLAGE))
    assert may == [False, True, True, False]
    assert cast.keeper.actor.may(Sourcing.RECORD_SUPPLY, VILLAGE)


def test_a_stand_in_stops_with_the_post_it_stands_in_for(cast: Cast) -> None:
    today, stand_in = clock.today(), PersonFactory()
    services.act_for(
        by=cast.station.actor,
        post_id=post_of(cast.keeper).pk,
        person_id=stand_in.pk,
        starts_on=today,
        ends_on=today + 9 * A_DAY,
    )
    acting = Post.objects.get(person=stand_in)
    services.end_post(by=cast.station.actor, post_id=post_of(cast.keeper).pk)
    assert not Member(stand_in).actor.grants
    act = Act.objects.get(act="accounts.end_post", subject_id=str(acting.pk))
    assert act.person_id == cast.station.person.pk


def test_who_stands_in_is_told(cast: Cast) -> None:
    today, stand_in = clock.today(), PersonFactory(language="en")
    services.act_for(
        by=cast.station.actor, post_id=post_of(cast.keeper).pk, person_id=stand_in.pk, starts_on=today, ends_on=today
    )
    notice = Notice.objects.get(person_id=stand_in.pk)
    assert (notice.title, notice.url) == ("You stand in for somebody on leave", "/")
    assert unit_at(VILLAGE).names["en"] in notice.text


@pytest.mark.parametrize(("first", "last"), [(2, 1), (0, 40)])
def test_standing_in_outside_the_posts_days_is_refused(cast: Cast, first: int, last: int) -> None:
    today, post = clock.today(), post_of(cast.keeper)
    services.end_post(by=cast.station.actor, post_id=post.pk, ends_on=today + 30 * A_DAY)
    with pytest.raises(Invalid):
        services.act_for(
            by=cast.station.actor,
            post_id=post.pk,
            person_id=PersonFactory().pk,
            starts_on=today + first * A_DAY,
            ends_on=today + last * A_DAY,
        )
    assert not Post.objects.filter(acting_for=post).exists()


def test_nobody_stands_in_for_themselves_or_lets_themselves_stand_in(cast: Cast) -> None:
    today, post = clock.today(), post_of(cast.keeper)
    for person in (cast.keeper.person, cast.station.person):
        with pytest.raises(NotYourself):
            services.act_for(
                by=cast.station.actor, post_id=post.pk, person_id=person.pk, starts_on=today, ends_on=today
            )
    assert not Post.objects.filter(acting_for=post).exists()


def test_recipients_at_a_unit_are_who_is_posted_there_that_day(cast: Cast) -> None:
    units = [unit_at(VILLAGE).pk, unit_at(VILLAGE[:9]).pk]
    reached = {one.person_id for one in queries.recipients_at(units, clock.today())}
    assert reached == {cast.keeper.person.pk, cast.station.person.pk}
    services.end_post(by=cast.station.actor, post_id=post_of(cast.keeper).pk)
    reached = {one.person_id for one in queries.recipients_at(units, clock.today())}
    assert reached == {cast.station.person.pk}


def test_when_a_unit_closes_its_posts_end_and_its_invitations_die(cast: Cast) -> None:
    unit = unit_at(VILLAGE)
    services.invite_to_post(by=cast.station.actor, unit_id=unit.pk, role="point-keeper", name="He Jun")
    events.publish(UnitClosed(unit.pk, unit.area_path, clock.today()))
    assert post_of(cast.keeper).ends_on == clock.today() - A_DAY
    assert not cast.keeper.actor.grants
    link = Invitation.objects.get()
    assert link.revoked_at is not None
    assert Act.objects.get(act="accounts.revoke_invitation").subject_id == str(link.pk)


def test_closing_the_last_administrators_unit_is_refused(cast: Cast) -> None:
    post = post_of(cast.administrator)
    with pytest.raises(LastAdministrator):
        events.publish(UnitClosed(post.unit_id, post.area_path, clock.today()))
    post.refresh_from_db()
    assert post.ends_on is None


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_end_each_other_at_the_same_moment() -> None:
    unit = UnitFactory(area=AreaFactory(code=VILLAGE[:4]))
    posts = [PostFactory(unit=unit, role="bureau-administrator") for _number in range(2)]
    both_ready = threading.Barrier(2)

    def end(pair: tuple[Post, Post]) -> bool:
        mine, other = pair
        try:
            actor = Member(mine.person).actor
            both_ready.wait(timeout=10)
            services.end_post(by=actor, post_id=other.pk)
        except (LastAdministrator, RoleAboveYours):  # the second when the other was quicker by a whole act
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(end, [(posts[0], posts[1]), (posts[1], posts[0])]))
    assert sorted(ended) == [False, True]
    assert Post.objects.filter(ends_on__isnull=True).count() == 1
