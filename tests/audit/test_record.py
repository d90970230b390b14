"""The record of acts: written with the act, never changed, read by those above."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from terrace.accounts import services as accounts
from terrace.accounts.models import Person
from terrace.audit import queries, services
from terrace.audit.domain import label_of
from terrace.audit.forms import ActFilter
from terrace.audit.models import Act
from terrace.config import acts as words
from terrace.kernel.actors import SYSTEM, Actor
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast, Member
from tests.factories import AreaFactory

ENGLISH = {"Accept-Language": "en"}
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


def note(member: Member, area: str = VILLAGE, act: str = "accounts.give_post", now: datetime = NOON) -> Act:
    return services.record(by=member.actor, act=act, subject=member.person, area_path=area, now=now)


@pytest.mark.parametrize("statement", ["UPDATE audit_act SET act = 'forged'", "DELETE FROM audit_act"])
def test_the_database_refuses_to_change_or_delete_a_line(cast: Cast, statement: str) -> None:
    kept = note(cast.keeper)
    with pytest.raises(ProgrammingError, match="audit_act"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Act.objects.get(pk=kept.pk).act == "accounts.give_post"


def test_a_line_vanishes_with_the_act_that_was_undone(cast: Cast) -> None:
    class Undone(Exception):
        """Something went wrong after the act."""

    @transaction.atomic
    def act() -> None:
        note(cast.keeper)
        raise Undone

    with pytest.raises(Undone):
        act()
    assert not Act.objects.exists()


def test_many_lines_are_written_at_once(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    people = [cast.keeper.person, cast.farmer.person, cast.neighbour.person]
    with django_assert_num_queries(3):  # one INSERT, between a savepoint and its release
        services.record_many(
            by=cast.station.actor,
            act="accounts.open_account",
            subjects=[(person, VILLAGE, {"line": line}) for line, person in enumerate(people)],
            now=NOON,
        )
    kept = list(Act.objects.order_by("id").values_list("subject_id", "area_path", "details", "person_id", "at"))
    giver = cast.station.person.pk
    assert kept == [(str(p.pk), VILLAGE, {"line": line}, giver, NOON) for line, p in enumerate(people)]


def test_a_line_outlives_what_it_tells_of(cast: Cast) -> None:
    person = Person.objects.create(username="short.stay", name="Short Stay")
    kept = services.record(by=SYSTEM, act="accounts.open_account", subject=person)
    name = str(person)
    person.delete()
    assert Act.objects.get(pk=kept.pk).label == name


@pytest.mark.parametrize(
    ("reader", "reads"),
    [
        ("station", True),
        ("centre", True),
        ("bureau", True),
        ("administrator", True),
        ("neighbour", False),
        ("stranger", False),
        ("clerk", False),
        ("farmer", False),
    ],
)
def test_acts_are_read_from_above(cast: Cast, reader: str, reads: bool) -> None:
    kept = note(cast.keeper)
    assert queries.visible_to(getattr(cast, reader).actor).filter(pk=kept.pk).exists() is reads


def test_ones_own_acts_are_read_by_oneself(cast: Cast) -> None:
    kept = note(cast.keeper)
    assert list(queries.visible_to(cast.keeper.actor)) == [kept]


def test_the_system_reads_everything_and_nobody_nothing(cast: Cast) -> None:
    note(cast.keeper)
    note(cast.stranger, area="621227")
    assert queries.visible_to(SYSTEM).count() == 2
    assert not queries.visible_to(Actor()).exists()


def test_the_list_filters_by_person_act_place_and_day(cast: Cast) -> None:
    Person.objects.filter(pk=cast.keeper.person.pk).update(name="Zhao Lihua")  # "Person 1" is in "Person 10" too
    cast.keeper.person.refresh_from_db()
    note(cast.keeper)
    note(cast.neighbour, area=NEIGHBOUR_VILLAGE, act="accounts.end_post")
    note(cast.station, area=VILLAGE[:9], now=datetime(2026, 11, 20, 15, 59, tzinfo=UTC))

    def who(**filters: str) -> set[str]:
        page = cast.centre.client.get(reverse("audit:acts"), filters)
        return {row.cells[1].value for row in page.context["listing"].rows}

    keeper, neighbour, station = (m.person.name for m in (cast.keeper, cast.neighbour, cast.station))
    assert who() == {keeper, neighbour, station}
    assert who(person=keeper) == {keeper}
    assert who(person=str(cast.neighbour.person.pk)) == {neighbour}
    assert who(act="accounts.end_post") == {neighbour}
    assert who(area=VILLAGE[:9]) == {keeper, station}
    assert who(day="2026-11-21") == {keeper, neighbour}
    assert who(day="2026-11-20") == {station}


def test_the_place_is_found_by_its_code_where_paths_are_no_codes(cast: Cast) -> None:
    top = AreaFactory(code="62")
    AreaFactory(code="XK7", path="62/q1/XK7/", parent=top, tier="village", level="village", county_code="62")
    note(cast.keeper, area="62/q1/XK7/")
    note(cast.neighbour, area=NEIGHBOUR_VILLAGE)
    kept = Act.objects.all()
    assert [act.person_id for act in ActFilter({"area": "XK7"}).narrow(kept)] == [cast.keeper.person.pk]
    assert not ActFilter({"area": "nowhere"}).narrow(kept).exists()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "not a day"])
def test_an_impossible_day_filters_nothing(cast: Cast, day: str) -> None:
    note(cast.keeper)
    answer = cast.centre.client.get(reverse("audit:acts"), {"day": day})
    assert answer.status_code == 200
    assert len(answer.context["listing"].rows) == 1


def test_the_database_knows_the_ways_of_an_act(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="audit_act_via"), transaction.atomic():
        services.record(by=Actor(via="pigeon"), act="accounts.give_post", subject=cast.keeper.person)
    assert not Act.objects.exists()


def test_the_list_speaks_in_words_and_names_places(cast: Cast) -> None:
    note(cast.keeper)
    text = cast.station.client.get(reverse("audit:acts"), headers=ENGLISH).content.decode()
    assert "gave a post" in text
    assert f"Place {VILLAGE}" in text
    assert "accounts.give_post</td>" not in text


def test_the_list_is_a_spreadsheet_too(cast: Cast) -> None:
    note(cast.keeper)
    answer = cast.station.client.get(reverse("audit:acts"), {"export": "xlsx", "sort": "-at"})
    assert answer["Content-Type"].endswith("sheet")


def test_acts_over_rest_are_read_from_above_and_never_written(cast: Cast) -> None:
    kept = note(cast.keeper)
    said = cast.station.client.get("/api/v1/acts", headers=ENGLISH).json()
    assert [(one["id"], one["title"]) for one in said["items"]] == [(kept.pk, "gave a post")]
    assert cast.stranger.client.get("/api/v1/acts").json()["total"] == 0
    assert cast.station.client.post("/api/v1/acts").status_code == 405
    assert Client().get("/api/v1/acts").status_code == 401


def test_an_act_tells_its_request(cast: Cast) -> None:
    cast.keeper.client.post(
        reverse("accounts:change_profile"),
        {"name": "Li Mei", "language": "en"},
        headers={"X-Request-ID": "request-0042"},
    )
    act = Act.objects.get(act="accounts.change_profile")
    assert (act.request_id, act.via, act.person_id) == ("request-0042", "page", cast.keeper.person.pk)


def test_every_act_that_accounts_records_has_words(cast: Cast) -> None:
    unit_acts = {name for name in words.labels() if name.startswith("accounts.")}
    accounts.remember_language(person_id=cast.keeper.person.pk, language="en")
    assert "accounts.give_post" in unit_acts
    assert label_of("accounts.give_post") != "accounts.give_post"
    assert label_of("no.such_act") == "no.such_act"


def test_the_record_is_sorted_by_time_alone(cast: Cast) -> None:
    first, last = note(cast.keeper), note(cast.keeper, act="accounts.end_post")
    page = cast.station.client.get(reverse("audit:acts"), {"sort": "at"}, headers=ENGLISH)
    listing = page.context["listing"]
    assert [head.name for head in listing.columns if head.sort_url] == ["at"]
    assert [acts.pk for acts in queries.visible_to(cast.station.actor).order_by("id")] == [first.pk, last.pk]


def test_the_record_is_not_counted_to_its_end_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_COUNTED", 60)
    for _number in range(140):
        note(cast.keeper)
    total = queries.visible_to(cast.centre.actor).count()

    with CaptureQueriesContext(connection) as asked:
        first = cast.centre.client.get("/audit/", headers=ENGLISH)
    counts = [one["sql"] for one in asked if "COUNT(*)" in one["sql"] and "audit_act" in one["sql"]]
    last = cast.centre.client.get("/audit/?page=6", headers=ENGLISH)

    assert ["LIMIT 76" in count for count in counts] == [True]
    assert "1–25 of more than 75" in first.content.decode()
    assert 'rel="next"' in first.content.decode()
    assert f"126–{total} of {total}" in last.content.decode()
