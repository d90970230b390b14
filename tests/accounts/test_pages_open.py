"""Every page about people opens for whom it is meant."""

import pytest

from tests.conftest import Cast

FOR_EVERYBODY = ["/people/me/", "/people/me/change/", "/people/second-factor/", "/notices/", "/audit/"]
FOR_MANAGERS = ["/people/", "/people/roles/", "/people/invite/", "/people/invitations/"]


@pytest.mark.parametrize("address", FOR_EVERYBODY)
@pytest.mark.parametrize("member", ["farmer", "keeper", "centre", "administrator"])
def test_ones_own_pages_open_for_everybody(cast: Cast, member: str, address: str) -> None:
    assert getattr(cast, member).client.get(address).status_code == 200


@pytest.mark.parametrize("address", FOR_MANAGERS)
@pytest.mark.parametrize("member", ["station", "centre", "administrator"])
def test_pages_about_people_open_for_who_manages_them(cast: Cast, member: str, address: str) -> None:
    assert getattr(cast, member).client.get(address).status_code == 200


@pytest.mark.parametrize("address", [*FOR_MANAGERS, "/people/tokens/"])
def test_pages_about_people_stay_shut_for_a_keeper(cast: Cast, address: str) -> None:
    assert cast.keeper.client.get(address).status_code == 403


@pytest.mark.parametrize("address", ["/people/tokens/"])
@pytest.mark.parametrize("member", ["farmer", "centre", "administrator"])
def test_tokens_open_for_parties_and_for_who_may_issue_them(cast: Cast, member: str, address: str) -> None:
    assert getattr(cast, member).client.get(address).status_code == 200
