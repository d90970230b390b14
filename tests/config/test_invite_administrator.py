"""The first person of an installation, invited by a command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from terrace.accounts.models import Invitation, Post
from terrace.audit.models import Act
from terrace.network.models import ServiceUnit
from tests.conftest import Cast
from tests.factories import AreaFactory, UnitFactory

CHOSEN = "cloudy-harvest-9"


def _invite(**options: str) -> str:
    link = StringIO()
    call_command("invite_administrator", "Gao Lan", stdout=link, stderr=StringIO(), **options)
    return link.getvalue().strip()


@pytest.mark.django_db
def test_founds_the_unit_at_the_top_and_its_link_makes_an_administrator() -> None:
    AreaFactory(code="6212")
    path = "/" + _invite().split("/", 3)[3]
    person = {"name": "Gao Lan", "username": "gaolan", "password": CHOSEN, "again": CHOSEN}
    answer = Client().post(f"{path}/", person)
    post = Post.objects.get()
    assert answer.status_code == 302
    assert (post.person.username, post.role, post.area_path) == ("gaolan", "bureau-administrator", "6212")
    assert Act.objects.filter(via="system").values_list("act", flat=True).order_by("id")[0] == "network.found_unit"


@pytest.mark.django_db
def test_takes_the_unit_that_is_there() -> None:
    unit = UnitFactory(area=AreaFactory(code="6212"))
    _invite()
    assert Invitation.objects.get().unit_id == unit.pk
    assert ServiceUnit.objects.count() == 1


@pytest.mark.django_db
def test_asks_for_areas_first() -> None:
    with pytest.raises(CommandError, match="import-areas"):
        _invite()
    assert not Invitation.objects.exists()


def test_refuses_a_phone_that_is_none_and_changes_nothing(cast: Cast) -> None:
    before = ServiceUnit.objects.count(), Act.objects.count()
    with pytest.raises(CommandError):
        _invite(phone="12")
    assert (ServiceUnit.objects.count(), Act.objects.count()) == before
    assert not Invitation.objects.exists()
