"""What the tests of the registry share: they read English; a household with personal data and an account."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from terrace.registry import services
from terrace.registry.models import Household, HouseholdMember, Party
from terrace.registry.services import AccountGiven
from tests.conftest import Cast, Member

NUMBER = "6222021234567890"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def household(cast: Cast) -> Party:
    party = cast.farmer.party
    assert party is not None
    Party.objects.filter(pk=party.pk).update(phone="+8613909390001", address="Willow Lane 3")
    Household.objects.filter(party=party).update(is_low_income=True)
    HouseholdMember.objects.create(household_id=party.pk, name="Zhao Ping", sex="f", birth_year=1975)
    services.set_account(
        by=cast.clerk.actor, party=party, version=party.version, given=AccountGiven("Post", "Zhao Suqin", NUMBER)
    )
    return Party.objects.get(pk=party.pk)


def browser(member: Member) -> Client:
    """Return the member's browser, set to English."""
    client = member.client
    client.cookies["language"] = "en"
    return client


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def url(name: str, party: Party, *more: Any) -> str:
    return reverse(f"registry:{name}", args=[party.number, *more])
