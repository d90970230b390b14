"""Where a point has more producers than a list can hold, they are searched for, with no script and no dead end."""

from typing import Any

import pytest

from terrace.registry.domain import name_key, search_text
from terrace.registry.models import Party
from terrace.sourcing.forms.choosing import PartyChooser
from terrace.sourcing.models import SupplyNotice
from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.sourcing.test_pages import FORM

NEW = "/sourcing/supply/new/apple/"


@pytest.fixture(autouse=True)
def more_than_a_list_holds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a list hold nobody, and three households live in the keeper's village."""
    monkeypatch.setattr("terrace.sourcing.forms.choosing.MOST_IN_SELECT", 0)
    for number, (name, phone) in enumerate([("王秀兰", "01"), ("王秀英", "02"), ("何建国", "03")], start=1):
        factories.HouseholdFactory(
            number=f"P-SEEK{number}",
            name=name,
            name_key=name_key(name),
            search=search_text(f"P-SEEK{number}", name),
            phone=f"+861390939{phone}77",
            area_id=VILLAGE,
        )


def _sent(cast: Cast, party: str) -> Any:
    return cast.keeper.client.post(NEW, {**FORM, "party": party}, headers={"Accept-Language": "en"})


def _offered(answer: Any) -> list[str]:
    return [value for value, _label in answer.context["form"]["party"].field.widget.choices]


@pytest.mark.parametrize("typed", ["王秀兰", " P-SEEK1 ", "p-seek1"])
def test_a_whole_name_or_number_is_enough(cast: Cast, typed: str) -> None:
    assert _sent(cast, typed).status_code == 302
    assert SupplyNotice.objects.get().party == Party.objects.get(number="P-SEEK1")


@pytest.mark.parametrize("typed", ["王", "wang", "wx"])
def test_those_whom_it_fits_are_offered_with_their_place_and_one_of_them_is_taken(cast: Cast, typed: str) -> None:
    answer = _sent(cast, typed)

    assert answer.status_code == 422
    assert set(_offered(answer)) == {"", "P-SEEK1", "P-SEEK2"}
    assert f"王秀英 · Place {VILLAGE} · P-SEEK2" in answer.content.decode()
    assert not SupplyNotice.objects.exists()
    assert _sent(cast, "P-SEEK2").status_code == 302


@pytest.mark.parametrize("typed", ["建国", "90377", "90 377"])
def test_a_single_one_is_chosen_already_but_never_taken_unseen(cast: Cast, typed: str) -> None:
    answer = _sent(cast, typed)
    assert answer.status_code == 422
    assert _offered(answer) == ["P-SEEK3", ""]
    assert not SupplyNotice.objects.exists()


@pytest.mark.parametrize("typed", ["P-NOBODY", "Nobody", "99999", "%"])
def test_who_fits_nobody_is_told_at_the_field_and_keeps_the_rest(cast: Cast, typed: str) -> None:
    answer = _sent(cast, typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["party"]
    assert 'value="800"' in answer.content.decode()
    assert not SupplyNotice.objects.exists()


def test_a_word_that_fits_too_many_asks_for_more_of_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terrace.sourcing.forms.choosing.MOST_FOUND", 1)
    answer = _sent(cast, "王")
    assert answer.context["form"].errors["party"] == ["More than 1 fit this. Type more of it."]


def test_nobody_outside_the_keepers_area_is_found(cast: Cast) -> None:
    area = factories.AreaFactory(code=NEIGHBOUR_VILLAGE)
    search = search_text("P-OTHER", "李明")
    factories.HouseholdFactory(number="P-OTHER", name="李明", name_key="李明", search=search, area=area)
    assert _sent(cast, "P-OTHER").status_code == 422
    assert _sent(cast, "李明").status_code == 422
    assert not SupplyNotice.objects.exists()


def test_whom_a_link_names_is_chosen_by_name_and_may_be_somebody_else(cast: Cast) -> None:
    page = cast.keeper.client.get(f"{NEW}?party=P-SEEK1").content.decode()
    assert '<option value="P-SEEK1" selected>王秀兰' in page
    again = _sent(cast, "")
    assert 'type="text" name="party"' in again.content.decode()


def test_a_party_that_is_gone_when_the_form_is_sent_is_an_error_at_its_field(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: PartyChooser, text: str) -> str:
        return "P-GONE"

    monkeypatch.setattr(PartyChooser, "chosen", gone)
    answer = _sent(cast, "P-SEEK1")
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"party": ["There is no party with this number in your area."]}
    assert not SupplyNotice.objects.exists()
