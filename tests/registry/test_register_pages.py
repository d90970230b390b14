"""Registering, changing and resting a party on pages."""

import pytest
from django.urls import reverse

from terrace.registry.models import (
    Party,
)
from tests.conftest import VILLAGE, Cast
from tests.registry.conftest import browser, text_of, url


def test_a_keeper_registers_a_household_with_name_and_phone_alone(cast: Cast) -> None:
    client = browser(cast.keeper)
    form = text_of(client.get(reverse("registry:party_new")))
    assert f'<option value="{VILLAGE}"' in form

    answer = client.post(reverse("registry:party_new"), {"name": "Ma Lanying", "phone": "13909390002", "area": VILLAGE})

    party = Party.objects.get(name="Ma Lanying")
    assert (answer.status_code, answer["Location"]) == (302, url("party", party))
    assert (party.kind, party.area_id) == ("household", VILLAGE)


def test_a_likely_twin_is_shown_and_registered_once_confirmed(cast: Cast, household: Party) -> None:
    client = browser(cast.keeper)
    entered = {"name": "Zhao Su", "phone": "13909390001", "area": VILLAGE}
    before = Party.objects.count()

    warned = client.post(reverse("registry:party_new"), entered)
    assert warned.status_code == 422
    assert url("party", household) in text_of(warned)
    assert 'type="checkbox" name="is_new"' in text_of(warned)
    assert Party.objects.count() == before

    client.post(reverse("registry:party_new"), {**entered, "is_new": "on"})
    assert Party.objects.count() == before + 1


@pytest.mark.parametrize("who", ["bureau", "farmer", "buyer"])
def test_the_form_is_closed_to_who_keeps_no_register(cast: Cast, who: str) -> None:
    client = browser(getattr(cast, who))
    before = Party.objects.count()

    assert client.get(reverse("registry:party_new")).status_code == 403
    assert client.post(reverse("registry:party_new"), {"name": "x", "area": VILLAGE}).status_code == 403
    assert Party.objects.count() == before


def test_a_kind_that_does_not_exist_is_not_found(cast: Cast) -> None:
    assert browser(cast.keeper).get(reverse("registry:party_new", args=["castle"])).status_code == 404


def test_a_refused_form_comes_back_with_the_reason_at_its_field(cast: Cast) -> None:
    answer = browser(cast.keeper).post(reverse("registry:party_new"), {"name": "Ma", "phone": "12", "area": VILLAGE})

    assert answer.status_code == 422
    assert "not a valid phone number" in text_of(answer)


def test_a_place_is_entered_by_name_when_there_are_too_many_to_choose_from(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terrace.registry.forms.MOST_IN_SELECT", 0)
    client = browser(cast.station)

    client.post(reverse("registry:party_new"), {"name": "Ma Lanying", "area": f"Place {VILLAGE}"})
    refused = client.post(reverse("registry:party_new"), {"name": "Ma Other", "area": "Atlantis"})

    assert Party.objects.get(name="Ma Lanying").area_id == VILLAGE
    assert refused.status_code == 422


def test_a_keeper_changes_a_household_from_the_version_that_was_loaded(cast: Cast, household: Party) -> None:
    client = browser(cast.keeper)
    entered = {"name": "Zhao Su", "phone": "139 0939 0001", "area": VILLAGE, "version": household.version}

    assert client.post(url("party_change", household), entered).status_code == 302
    stale = client.post(url("party_change", household), {**entered, "name": "Zhao Late"})

    household.refresh_from_db()
    assert (household.name, stale.status_code) == ("Zhao Su", 422)
    assert stale.context["form"].errors["name"] == ["Now: Zhao Su"]
    assert 'value="Zhao Late"' in text_of(stale)

    again = {**entered, "name": "Zhao Late", "version": stale.context["form"]["version"].value()}
    assert client.post(url("party_change", household), again).status_code == 302
    household.refresh_from_db()
    assert household.name == "Zhao Late"


def test_who_enters_a_bank_account_too_late_is_told_to_look_and_may_enter_it_all_the_same(
    cast: Cast, household: Party
) -> None:
    client = browser(cast.clerk)
    entered = {"bank": "Rural Bank", "holder": "Zhao", "account_number": "6228480402564890018", "version": 1}
    Party.objects.filter(pk=household.pk).update(version=2)

    stale = client.post(url("bank", household), entered)

    assert stale.status_code == 422
    assert list(stale.context["form"].errors) == ["__all__"]
    assert client.post(url("bank", household), {**entered, "version": 2}).status_code == 302


def test_a_farmer_changes_the_own_phone(cast: Cast, household: Party) -> None:
    client = browser(cast.farmer)
    form = text_of(client.get(url("party_change", household)))
    assert 'name="name"' not in form

    client.post(url("party_change", household), {"phone": "13909390005", "version": household.version, "name": "Rich"})

    household.refresh_from_db()
    assert (household.name, household.phone) == ("Zhao Suqin", "+8613909390005")


@pytest.mark.parametrize(("who", "status"), [("bureau", 403), ("neighbour", 404), ("buyer", 404)])
def test_nobody_else_changes_a_party(cast: Cast, household: Party, who: str, status: int) -> None:
    entered = {"name": "Taken", "area": VILLAGE, "version": household.version}

    assert browser(getattr(cast, who)).post(url("party_change", household), entered).status_code == status

    assert Party.objects.get(pk=household.pk).name == "Zhao Suqin"


def test_a_keeper_lets_a_household_rest_and_take_part_again(cast: Cast, household: Party) -> None:
    client = browser(cast.keeper)

    client.post(url("party_rest", household), {"version": household.version})
    assert not Party.objects.get(pk=household.pk).is_active

    client.post(url("party_rest", household), {"version": household.version + 1})
    assert Party.objects.get(pk=household.pk).is_active
