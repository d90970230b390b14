"""Notices: each in the reader's language, read by the reader alone."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext_lazy

from terrace.kernel.errors import NotFound
from terrace.messaging import queries, services
from terrace.messaging.domain import Channel, ForeignAddress, Recipient, Topic
from terrace.messaging.models import Notice, OutgoingMessage
from tests.conftest import Cast, Member


def tell(member: Member, **options: Any) -> Notice:
    given: dict[str, Any] = {"topic": Topic.JOB, "title": "Import done", "text": "412 rows"}
    services.notify(to=[Recipient(member.person.pk, "en")], **(given | options))
    return Notice.objects.filter(person_id=member.person.pk).order_by("-id")[0]


def test_everybody_told_gets_one_notice_however_often_they_are_named(cast: Cast) -> None:
    twice = [Recipient(cast.keeper.person.pk), Recipient(cast.keeper.person.pk), Recipient(cast.station.person.pk)]
    services.notify(to=twice, topic=Topic.ADVICE, title="Sow later")
    assert queries.count_unread(cast.keeper.person.pk) == 1
    assert queries.count_unread(cast.station.person.pk) == 1
    assert not OutgoingMessage.objects.exists()


def test_a_notice_speaks_its_readers_language(cast: Cast) -> None:
    to = [Recipient(cast.keeper.person.pk, "zh-hans"), Recipient(cast.station.person.pk, "en")]
    services.notify(to=to, topic=Topic.ACCOUNT, title=gettext_lazy("Monday"))
    said = dict(Notice.objects.values_list("person_id", "title"))
    assert said == {cast.keeper.person.pk: "星期一", cast.station.person.pk: "Monday"}


@pytest.mark.parametrize("url", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)", "/\\evil"])
def test_a_notice_never_leads_out_of_the_house(cast: Cast, url: str) -> None:
    with pytest.raises(ForeignAddress):
        tell(cast.keeper, url=url)
    assert not Notice.objects.exists()


def test_opening_a_notice_marks_it_read_and_leads_on(cast: Cast) -> None:
    notice = tell(cast.keeper, url="/people/me/")
    answer = cast.keeper.client.get(reverse("messaging:open", args=[notice.pk]))
    assert answer["Location"] == "/people/me/"
    assert queries.count_unread(cast.keeper.person.pk) == 0


def test_a_foreign_address_in_an_old_row_is_not_followed(cast: Cast) -> None:
    notice = tell(cast.keeper)
    Notice.objects.filter(pk=notice.pk).update(url="https://evil.example.org/")
    answer = cast.keeper.client.get(reverse("messaging:open", args=[notice.pk]))
    assert answer["Location"] == reverse("messaging:notices")


def test_nobody_opens_anothers_notice(cast: Cast) -> None:
    notice = tell(cast.keeper)
    assert cast.station.client.get(reverse("messaging:open", args=[notice.pk])).status_code == 404
    assert cast.station.client.post(f"/api/v1/notices/{notice.pk}/read").status_code == 404
    with pytest.raises(NotFound):
        services.mark_read(by=cast.station.actor, notice_id=notice.pk)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_the_first_time_of_reading_stays(cast: Cast) -> None:
    notice = tell(cast.keeper)
    first = services.mark_read(by=cast.keeper.actor, notice_id=notice.pk).read_at
    assert services.mark_read(by=cast.keeper.actor, notice_id=notice.pk).read_at == first


def test_all_are_marked_read_by_one_button_and_only_ones_own(cast: Cast) -> None:
    tell(cast.keeper)
    tell(cast.keeper)
    tell(cast.station)
    assert cast.keeper.client.get(reverse("messaging:read_all")).status_code == 405
    cast.keeper.client.post(reverse("messaging:read_all"))
    assert queries.count_unread(cast.keeper.person.pk) == 0
    assert queries.count_unread(cast.station.person.pk) == 1


def test_the_list_shows_ones_own_and_filters_them(cast: Cast) -> None:
    old = tell(cast.keeper, title="Old news")
    services.mark_read(by=cast.keeper.actor, notice_id=old.pk)
    tell(cast.keeper, title="New advice", topic=Topic.ADVICE)
    tell(cast.station, title="Not for the keeper")

    def titles(**filters: str) -> list[str]:
        page = cast.keeper.client.get(reverse("messaging:notices"), filters)
        return [row.cells[0].value for row in page.context["listing"].rows]

    assert titles() == ["New advice", "Old news"]
    assert titles(unread="on") == ["New advice"]
    assert titles(topic="job") == ["Old news"]


def test_notices_over_rest_are_ones_own(cast: Cast) -> None:
    notice = tell(cast.keeper)
    said = cast.keeper.client.get("/api/v1/notices").json()
    assert [one["id"] for one in said["items"]] == [notice.pk]
    assert cast.keeper.client.post(f"/api/v1/notices/{notice.pk}/read").json()["read_at"]
    assert Client().get("/api/v1/notices").status_code == 401


def test_who_has_no_number_gets_no_sms(cast: Cast) -> None:
    services.notify(
        to=[Recipient(cast.keeper.person.pk, phone="+8613912345678"), Recipient(cast.station.person.pk)],
        topic=Topic.ACCOUNT,
        title="A shop wants your apples",
        channels=[Channel.APP, Channel.SMS, Channel.EMAIL],
    )
    assert [(m.channel, m.address) for m in OutgoingMessage.objects.order_by("id")] == [("sms", "+8613912345678")]


def test_the_database_knows_the_topics(db: None) -> None:
    with pytest.raises(IntegrityError, match="messaging_notice_topic"), transaction.atomic():
        Notice.objects.create(person_id=1, topic="weather", title="Rain")
    assert not Notice.objects.exists()
