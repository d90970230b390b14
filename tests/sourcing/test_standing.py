"""Where a notice stands: past its last day it has expired for everybody, whether or not the job has written so."""

from datetime import timedelta
from typing import Any

import pytest

from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import DomainError, NotFound
from terrace.sourcing import queries, services, tasks
from terrace.sourcing.domain import Status, standing
from terrace.sourcing.models import DemandNotice, NoticeRow, SupplyNotice
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import TODAY, terms

BOTH = ("supply", "demand")


@pytest.fixture
def passed(cast: Cast, time_machine: Any) -> dict[str, NoticeRow]:
    """Record apples on both sides, and let the day after their last one come without the job having run."""
    notices = {
        "supply": services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms()),
        "demand": services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms()),
    }
    time_machine.move_to("2026-10-02T02:00:00Z", tick=False)
    return notices


@pytest.mark.parametrize(
    ("kept", "days", "stands"),
    [
        (Status.OPEN, 0, Status.OPEN),
        (Status.OPEN, -1, Status.EXPIRED),
        (Status.WITHDRAWN, -1, Status.WITHDRAWN),
        (Status.EXPIRED, 1, Status.EXPIRED),
    ],
)
def test_an_open_notice_stands_until_its_last_day(kept: Status, days: int, stands: Status) -> None:
    assert standing(kept, TODAY + timedelta(days=days), TODAY) is stands


@pytest.mark.parametrize("side", BOTH)
def test_a_passed_notice_reads_expired_on_the_page_in_lists_and_by_rest(
    cast: Cast, passed: dict[str, NoticeRow], side: str
) -> None:
    number, client = passed[side].number, cast.centre.client
    page = client.get(f"/sourcing/{side}/{number}/")
    assert (page.context["status_label"], page.context["tone"]) == (Status.EXPIRED.label, "warn")
    assert (page.context["primary"], page.context["actions"]) == (None, [])
    told = client.get(f"/api/v1/{side}-notices/{number}").json()
    assert told["status"] == "expired"
    for status, found in (("open", 0), ("expired", 1), ("withdrawn", 0)):
        assert client.get(f"/sourcing/{side}/", {"status": status}).context["listing"].page.total == found
        assert client.get(f"/api/v1/{side}-notices", {"status": status}).json()["total"] == found


def test_a_passed_notice_is_no_longer_shown_to_the_other_side(cast: Cast, passed: dict[str, NoticeRow]) -> None:
    supply, demand = passed["supply"], passed["demand"]
    for member in (cast.buyer, cast.stranger):
        with pytest.raises(NotFound):
            queries.get_supply(member.actor, supply.number)
    for member in (cast.farmer, cast.keeper):
        with pytest.raises(NotFound):
            queries.get_demand(member.actor, demand.number)
    assert queries.get_supply(cast.farmer.actor, supply.number) == supply
    assert queries.get_demand(cast.buyer.actor, demand.number) == demand


def test_what_is_asked_of_another_day_is_seen_as_of_that_day(cast: Cast, passed: dict[str, NoticeRow]) -> None:
    assert queries.supply_visible_to(cast.buyer.actor, TODAY).get() == passed["supply"]
    assert queries.demand_visible_to(cast.keeper.actor, TODAY).get() == passed["demand"]
    rows = SupplyNotice.objects.all()
    assert queries.narrowed(rows, ANONYMOUS, status="open", today=TODAY).get() == passed["supply"]


def test_a_passed_notice_is_neither_matched_nor_counted(cast: Cast, passed: dict[str, NoticeRow]) -> None:
    today, centre = clock.today(), cast.centre.actor
    supply, demand = SupplyNotice.objects.get(), DemandNotice.objects.get()
    assert queries.matches_of_supply(centre, supply, TODAY)
    assert queries.matches_of_demand(centre, demand, TODAY)
    assert queries.matches_under(centre, VILLAGE[:6], TODAY)

    assert queries.matches_of_supply(centre, supply, today) == []
    assert queries.matches_of_demand(centre, demand, today) == []
    assert queries.matches_under(centre, VILLAGE[:6], today) == []
    assert queries.count_supply_open(VILLAGE[:6], today) == queries.count_demand_open(VILLAGE[:6], today) == 0
    assert queries.balance(VILLAGE[:6], queries.coming_weeks(today), today) == []


@pytest.mark.parametrize("side", BOTH)
def test_a_passed_notice_is_neither_changed_nor_withdrawn(cast: Cast, passed: dict[str, NoticeRow], side: str) -> None:
    notice: Any = passed[side]
    change, withdraw = {
        "supply": (services.change_supply, services.withdraw_supply),
        "demand": (services.change_demand, services.withdraw_demand),
    }[side]
    longer = terms(closes_on=TODAY + timedelta(days=60))
    for act in (
        lambda: change(by=cast.centre.actor, notice=notice, version=1, terms=longer),
        lambda: withdraw(by=cast.centre.actor, notice=notice, version=1),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "already_ended"
    kept = type(notice).objects.get()
    assert (kept.version, kept.closes_on) == (1, terms().closes_on)


def test_who_has_only_passed_notices_may_be_erased(cast: Cast, passed: dict[str, NoticeRow]) -> None:
    for notice in passed.values():
        assert queries.has_open_notices(notice.party_id, TODAY)
        assert not queries.has_open_notices(notice.party_id, clock.today())
        (told,) = queries.held_about(notice.party_id, "supply") or queries.held_about(notice.party_id, "demand")
        assert told["status"] == "expired"


def test_the_job_writes_down_what_has_expired_on_both_sides(cast: Cast, passed: dict[str, NoticeRow]) -> None:
    assert tasks.expire_notices.func(0) == 2
    assert tasks.expire_notices.func(0) == 0
    for model in (SupplyNotice, DemandNotice):
        kept = model.objects.get()
        assert (kept.status, kept.version) == (Status.EXPIRED, 2)


def test_the_job_runs_each_hour_so_that_it_follows_midnight_in_every_time_zone() -> None:
    (cron,) = {
        task.cron for task in tasks.app.periodic_registry.periodic_tasks.values() if task.task is tasks.expire_notices
    }
    minute, *others = cron.split()
    assert minute.isdecimal()
    assert others == ["*"] * 4


WINDOWS = {
    "running, ends last": (0, 9),
    "running, ends first": (-3, 2),
    "in a week": (7, 8),
    "next year": (365, 366),
    "ended yesterday": (-5, -1),
    "ended long ago": (-40, -30),
}


@pytest.mark.parametrize("side", BOTH)
def test_lists_begin_with_what_is_open_and_nearest(cast: Cast, side: str) -> None:
    record, model, party = {
        "supply": (services.record_supply, SupplyNotice, cast.farmer.party),
        "demand": (services.record_demand, DemandNotice, cast.buyer.party),
    }[side]
    for name, (first, last) in sorted(WINDOWS.items()):
        notice = record(by=cast.centre.actor, party=party.number, terms=terms(note=name))
        days = {"opens_on": TODAY + timedelta(days=first), "closes_on": TODAY + timedelta(days=last)}
        model.objects.filter(pk=notice.pk).update(**days)
    withdrawn = record(by=cast.centre.actor, party=party.number, terms=terms(opens_on=TODAY, note="withdrawn"))
    model.objects.filter(pk=withdrawn.pk).update(status=Status.WITHDRAWN)
    order = [
        "running, ends first",
        "running, ends last",
        "in a week",
        "next year",
        "withdrawn",
        "ended yesterday",
        "ended long ago",
    ]

    listed = cast.centre.client.get(f"/api/v1/{side}-notices").json()["items"]
    rows = cast.centre.client.get(f"/sourcing/{side}/").context["listing"].rows

    assert [item["note"] for item in listed] == order
    notes = {notice.number: notice.note for notice in model.objects.all()}
    assert [notes[row.url.rstrip("/").rpartition("/")[2]] for row in rows] == order


def test_a_list_sorted_by_state_goes_by_what_it_shows(cast: Cast, passed: dict[str, NoticeRow]) -> None:
    later = terms(opens_on=clock.today(), closes_on=clock.today())
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=later)
    for sort, order in (("status", ["expired", "open"]), ("-status", ["open", "expired"])):
        rows = cast.keeper.client.get("/sourcing/supply/", {"sort": sort}).context["listing"].rows
        assert [str(row.cells[-1].value) for row in rows] == order
