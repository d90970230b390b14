"""Files of parties, row by row: every bad row told, all or none, corrected and sent again."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from terrace.audit.models import Act
from terrace.http import workbooks
from terrace.kernel.actors import Actor
from terrace.registry import queries, services
from terrace.registry.domain import ImportState, Permission
from terrace.registry.models import Household, Membership, Party
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.factories import AreaFactory, HouseholdFactory, PartyFactory
from tests.registry.sheets import GOOD, reasons, send


def _member_of_its_cooperative(sender: Actor, other: Party) -> Actor:
    cooperative = PartyFactory(area=AreaFactory(code=VILLAGE))
    Membership.objects.create(cooperative=cooperative, member=other, joined_on=date(2020, 1, 1))
    return replace(sender, parties=frozenset({cooperative.pk}))


def _seen_from_above(sender: Actor, _other: Party) -> Actor:
    return replace(sender, grants={**sender.grants, Permission.VIEW.value: (VILLAGE[:4],)})


SEEING = {
    "a member of the sender's cooperative": _member_of_its_cooperative,
    "seen by a post higher up": _seen_from_above,
}


def test_takes_every_row_of_a_good_file(cast: Cast) -> None:
    shop = {"name": "Hill Shop", "kind": "Enterprise", "area": VILLAGE, "email": "shop@example.org"}

    run = send(cast.keeper.actor, {**GOOD, "is_low_income": "yes"}, shop)

    assert (run.state, run.created_count, run.total) == (ImportState.DONE, 2, 2)
    household = Party.objects.get(name="Ma Lanying")
    assert (household.phone, household.area_path) == ("+8613909390001", VILLAGE)
    assert Household.objects.get(party=household).is_low_income
    acts = Act.objects.filter(act="registry.register_party")
    assert acts.count() == 2
    assert all(act.details["import"] == run.number for act in acts.order_by("pk"))
    assert run.content is None


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"name": ""}, "Name"),
        ({"name": "Ma 621226188501011233"}, "Name"),
        ({"kind": ""}, "Kind"),
        ({"kind": "hamlet"}, "Kind"),
        ({"area": ""}, "Place"),
        ({"area": "999999999999"}, "Place"),
        ({"area": NEIGHBOUR_VILLAGE}, "Place"),
        ({"area": VILLAGE[:9]}, "Place"),
        ({"phone": "12"}, "Phone"),
        ({"email": "nobody"}, "E-mail"),
        ({"address": "x" * 201}, "Address"),
        ({"is_low_income": "maybe"}, "Low income"),
        ({"kind": "enterprise", "is_low_income": "yes"}, "Low income"),
        ({"number": "P-NOBODY00"}, "Number"),
    ],
)
def test_tells_sheet_row_column_and_reason_of_a_bad_row_and_takes_nothing(
    cast: Cast, change: dict[str, str], column: str
) -> None:
    AreaFactory(code=NEIGHBOUR_VILLAGE)
    before = Party.objects.count()

    run = send(cast.keeper.actor, {**GOOD, "name": "Good One", "phone": ""}, {**GOOD, **change})

    assert run.state == ImportState.REFUSED
    assert reasons(run) == [(3, column)]
    assert run.problems[0]["sheet"] == "Parties"
    assert run.problems[0]["reason"]
    assert Party.objects.count() == before
    assert not Act.objects.filter(act="registry.register_party").exists()


def test_a_file_that_was_refused_is_on_record_with_its_numbers_alone(cast: Cast) -> None:
    run = send(cast.keeper.actor, GOOD, {**GOOD, "name": "", "phone": "12"})

    act = Act.objects.get()
    assert (act.act, act.person_id, act.subject_id) == (
        "registry.refuse_import",
        cast.keeper.person.pk,
        str(run.pk),
    )
    assert act.details == {"rows": 2, "bad_rows": 1}


def test_tells_everything_that_is_wrong_with_a_row_at_once(cast: Cast) -> None:
    run = send(cast.keeper.actor, {"name": "", "kind": "hamlet", "area": "nowhere", "phone": "12", "email": "x"})

    assert sorted(column for _row, column in reasons(run)) == ["E-mail", "Kind", "Name", "Phone", "Place"]


def test_takes_the_good_rows_when_asked_to(cast: Cast) -> None:
    run = send(cast.keeper.actor, GOOD, {**GOOD, "name": "", "phone": ""}, takes_good_rows=True)

    assert (run.state, run.created_count, run.bad_count) == (ImportState.DONE, 1, 1)
    assert Party.objects.filter(name="Ma Lanying").exists()
    assert reasons(run) == [(3, "Name")]


def test_the_workbook_to_correct_holds_the_bad_rows_and_is_accepted_once_corrected(cast: Cast) -> None:
    run = send(cast.keeper.actor, GOOD, {**GOOD, "name": "Li Guifang", "phone": "12"}, takes_good_rows=True)
    rows, problems = services.rows_to_correct(run)
    written = workbooks.write(workbooks.problem_sheet(rows, services.SHEET, problems))

    [bad] = workbooks.read(BytesIO(written), services.SHEET)
    assert (bad.values["name"], bad.values["phone"]) == ("Li Guifang", "12")
    again = send(cast.keeper.actor, {**bad.values, "phone": "13909390002"})

    assert (again.state, again.created_count) == (ImportState.DONE, 1)
    assert Party.objects.get(name="Li Guifang").phone == "+8613909390002"


def test_a_row_that_looks_registered_says_which_and_is_taken_when_confirmed(cast: Cast) -> None:
    known = PartyFactory(phone="+8613909390001", area=AreaFactory(code=VILLAGE))

    run = send(cast.keeper.actor, GOOD)
    assert reasons(run) == [(2, "Register all the same")]
    assert known.number in run.problems[0]["reason"]

    again = send(cast.keeper.actor, {**GOOD, "is_new": "yes"})
    assert again.created_count == 1


def test_two_rows_alike_in_one_file_are_told(cast: Cast) -> None:
    run = send(cast.keeper.actor, GOOD, {**GOOD, "name": "ma lanying", "phone": ""})

    assert reasons(run) == [(3, "Register all the same")]
    assert "2" in run.problems[0]["reason"]


def test_a_phone_known_outside_the_area_is_told_without_whose_it_is(cast: Cast) -> None:
    hidden = PartyFactory(phone="+8613909390001", area=AreaFactory(code=NEIGHBOUR_VILLAGE))

    run = send(cast.keeper.actor, GOOD)

    assert hidden.number not in run.problems[0]["reason"]
    assert run.state == ImportState.REFUSED


def test_changes_a_known_party_by_its_number_and_leaves_what_is_empty(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    Party.objects.filter(pk=party.pk).update(address="Willow Lane 3")

    run = send(cast.keeper.actor, {"number": party.number.lower(), "phone": "13909390009", "has_disability": "是"})

    assert (run.changed_count, run.created_count) == (1, 0)
    party.refresh_from_db()
    assert (party.name, party.phone, party.address) == ("Zhao Suqin", "+8613909390009", "Willow Lane 3")
    assert Household.objects.get(party=party).has_disability


def test_the_kind_of_a_known_party_cannot_change(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None

    run = send(cast.keeper.actor, {"number": party.number, "kind": "enterprise"})

    assert reasons(run) == [(2, "Kind")]


def test_a_number_twice_in_a_file_is_told(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None

    run = send(cast.keeper.actor, {"number": party.number}, {"number": party.number})

    assert reasons(run) == [(3, "Number")]


def test_somebody_elses_party_is_as_unknown_as_none(cast: Cast) -> None:
    other = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE))

    run = send(cast.keeper.actor, {"number": other.number, "name": "Taken Over"})

    assert reasons(run) == [(2, "Number")]
    other.refresh_from_db()
    assert other.name != "Taken Over"


@pytest.mark.parametrize("reason", ["a member of the sender's cooperative", "seen by a post higher up"])
def test_who_is_seen_but_lives_where_the_sender_keeps_no_register_is_left_as_they_are(cast: Cast, reason: str) -> None:
    other = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE), phone="+8613909390099", address="Old Lane")
    actor = SEEING[reason](cast.keeper.actor, other)
    assert other in queries.visible_to(actor)

    run = send(actor, {"number": other.number, "phone": "13909390055", "address": "New Lane"}, takes_good_rows=True)

    assert (run.changed_count, reasons(run)) == (0, [(2, "Number")])
    other.refresh_from_db()
    assert (other.phone, other.address, other.version) == ("+8613909390099", "Old Lane", 1)
    assert not Act.objects.filter(act="registry.change_party").exists()


def test_the_senders_own_party_elsewhere_is_reached_anew_but_keeps_its_place(cast: Cast) -> None:
    own = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE), phone="+8613909390099")
    actor = replace(cast.keeper.actor, parties=frozenset({own.pk}))

    moved = send(actor, {"number": own.number, "area": VILLAGE})
    reached = send(actor, {"number": own.number, "phone": "13909390055"})

    assert (reasons(moved), reached.changed_count) == ([(2, "Place")], 1)
    own.refresh_from_db()
    assert (own.area_id, own.phone) == (NEIGHBOUR_VILLAGE, "+8613909390055")


def test_marks_need_the_permission_to_see_them(cast: Cast) -> None:
    run = send(cast.station.actor, {**GOOD, "is_low_income": "yes"})

    assert reasons(run) == [(2, "Low income")]
    assert not Party.objects.filter(name="Ma Lanying").exists()


def test_a_place_is_named_by_its_only_name_in_the_area(cast: Cast) -> None:
    area = AreaFactory(code=VILLAGE)
    area.names, area.search = {"en": "Willow Village", "zh-hans": "柳树村"}, "willow village 柳树村 liushucun lsc"
    area.save()

    run = send(cast.station.actor, {**GOOD, "area": "柳树村"})

    assert run.created_count == 1
    assert Party.objects.get(name="Ma Lanying").area_id == VILLAGE


def test_a_name_of_several_places_asks_for_the_code(cast: Cast) -> None:
    for code in (VILLAGE, "621226101201"):
        area = AreaFactory(code=code)
        area.names, area.search = {"en": "Willow"}, "willow"
        area.save()

    run = send(cast.station.actor, {**GOOD, "area": "Willow"})

    assert reasons(run) == [(2, "Place")]
