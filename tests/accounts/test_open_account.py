"""Accounts that are opened for people at set-up, without an invitation."""

from datetime import UTC, datetime

import pytest

from terrace.accounts import services
from terrace.accounts.models import Person
from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden, Invalid
from tests.conftest import VILLAGE, Cast

NOW = datetime(2026, 9, 20, 2, tzinfo=UTC)


def test_an_account_is_opened_with_a_password_and_on_record(cast: Cast) -> None:
    opened = services.open_account(
        by=cast.station.actor,
        name="Li Qiu",
        username="li.qiu",
        area_path=VILLAGE,
        password="terraced-fields-9",
        now=NOW,
    )
    assert Person.objects.get(username="li.qiu").check_password("terraced-fields-9")
    act = Act.objects.get(act="accounts.open_account")
    assert (act.subject_id, act.person_id, act.area_path, act.at) == (
        str(opened.pk),
        cast.station.person.pk,
        VILLAGE,
        NOW,
    )


def test_without_a_password_nobody_signs_in_until_let_back_in(cast: Cast) -> None:
    opened = services.open_account(by=cast.station.actor, name="Li Qiu", username="li.qiu", area_path=VILLAGE)
    assert not opened.has_usable_password()
    way = services.let_back_in(by=cast.station.actor, person_id=opened.pk)
    services.come_back_in(secret=way.secret, password="terraced-fields-9")
    assert Person.objects.get(pk=opened.pk).check_password("terraced-fields-9")


def test_a_weak_password_opens_nothing(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        services.open_account(
            by=cast.station.actor, name="Li Qiu", username="li.qiu", area_path=VILLAGE, password="apples"
        )
    assert refused.value.field == "password"
    assert not Person.objects.filter(username="li.qiu").exists()


def test_nobody_opens_an_account_outside_their_area(cast: Cast) -> None:
    for member in (cast.keeper, cast.stranger, cast.farmer):
        with pytest.raises(Forbidden):
            services.open_account(by=member.actor, name="Li Qiu", username="li.qiu", area_path=VILLAGE)
    assert not Person.objects.filter(username="li.qiu").exists()
