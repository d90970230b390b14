"""No identity number enters through what people write about themselves and others."""

from collections.abc import Callable
from typing import Any

import pytest

from terrace.accounts import services
from terrace.accounts.models import ApiToken, Invitation, Person
from terrace.audit.models import Act
from terrace.kernel.actors import Actor
from terrace.kernel.identity import IdentityNumber
from terrace.network.models import ServiceUnit
from tests.conftest import VILLAGE, Cast

NUMBER = "621226188501011233"
ACTS: dict[str, Callable[[Actor], Any]] = {
    "own name": lambda by: services.change_profile(by=by, name=f"Li {NUMBER}", language="en"),
    "own e-mail": lambda by: services.change_contact(by=by, phone="", email=f"{NUMBER}@example.org"),
    "name of somebody": lambda by: services.open_account(by=by, name=NUMBER, username="li.qiu", area_path=VILLAGE),
    "user name": lambda by: services.open_account(by=by, name="Li", username=f"l{NUMBER}", area_path=VILLAGE),
    "name of a token": lambda by: services.issue_token(
        by=by, name=f"For {NUMBER}", permissions=["sourcing.view"], area_path=VILLAGE
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_identity_number_is_refused(cast: Cast, act: str) -> None:
    before = list(Person.objects.order_by("pk").values())

    with pytest.raises(IdentityNumber):
        ACTS[act](cast.centre.actor)

    assert list(Person.objects.order_by("pk").values()) == before
    assert not ApiToken.objects.exists()
    assert not Act.objects.exists()


def test_nobody_is_invited_under_an_identity_number(cast: Cast) -> None:
    unit = ServiceUnit.objects.get(area_path=VILLAGE)

    with pytest.raises(IdentityNumber):
        services.invite_to_post(by=cast.centre.actor, unit_id=unit.pk, role="point-keeper", name=f"Li {NUMBER}")

    assert not Invitation.objects.exists()
