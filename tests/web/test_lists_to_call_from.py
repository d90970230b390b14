"""A number in a list is called by a tap; one that the reader does not see in full is no link."""

from typing import Any

import pytest

from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from terrace.sourcing import services
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW, terms

PHONE = "+8613909390001"


@pytest.fixture
def phones(cast: Cast) -> None:
    """Let everybody have a telephone."""
    ServiceUnit.objects.update(phone=PHONE)
    Party.objects.update(phone=PHONE)


def _page(cast: Cast, who: str, path: str) -> str:
    return str(getattr(cast, who).client.get(path).content.decode())


@pytest.mark.parametrize(("who", "path"), [("keeper", "/registry/"), ("centre", "/network/units/")])
def test_a_list_can_be_called_from(cast: Cast, phones: None, who: str, path: str) -> None:
    assert f'href="tel:{PHONE}">139 0939 0001</a>' in _page(cast, who, path)


def test_the_list_of_calls_can_be_called_from(cast: Cast, phones: None, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    factories.VarietyFactory()
    assert cast.farmer.party
    assert cast.buyer.party
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms())
    assert _page(cast, "centre", "/sourcing/calls/").count(f'href="tel:{PHONE}"') == 1


def test_who_has_not_taken_note_of_advice_can_be_called(cast: Cast, phones: None) -> None:
    advice = services.give_advice(by=cast.centre.actor, area=VILLAGE[:6], title="Frost", text="Cover the trees.")
    assert f'href="tel:{PHONE}"' in _page(cast, "centre", f"/sourcing/advice/{advice.number}/")


def test_a_masked_number_is_no_link(cast: Cast, phones: None) -> None:
    page = _page(cast, "bureau", "/registry/?kind=household")
    assert "0001" in page
    assert "tel:" not in page
