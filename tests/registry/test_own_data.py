"""A person's own data: everything handed out, and erased on request while the books stay."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from terrace.accounts import services as accounts
from terrace.accounts.models import Invitation
from terrace.audit.models import Act
from terrace.config.actors import actor_for
from terrace.kernel import events
from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.kernel.errors import Forbidden, Stale
from terrace.messaging.models import OutgoingMessage
from terrace.registry import queries, services
from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased
from terrace.registry.models import BankAccount, Household, HouseholdMember, Membership, Party
from terrace.registry.services import AccountGiven, AlreadyErased, ErasureRefused, MemberGiven
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.factories import AreaFactory, PartyFactory, PersonFactory


@pytest.fixture
def household(cast: Cast) -> Party:
    party = cast.farmer.party
    assert party is not None
    Party.objects.filter(pk=party.pk).update(phone="+8613909390001", email="zhao@example.org", address="Willow Lane 3")
    Household.objects.filter(party=party).update(is_low_income=True)
    HouseholdMember.objects.create(household_id=party.pk, name="Zhao Ping", birth_year=1975)
    services.set_account(
        by=cast.clerk.actor,
        party=party,
        version=party.version,
        given=AccountGiven("Post", "Zhao Suqin", "6222021234567890"),
    )
    return Party.objects.get(pk=party.pk)


@pytest.fixture
def listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the context above a voice for one test."""
    handlers = events.subscribers()
    for event in (DataRequested, ErasureAsked, PartyErased):
        monkeypatch.setitem(events._handlers, event, list(handlers.get(event, ())))


@pytest.mark.parametrize("who", ["farmer", "keeper", "clerk"])
def test_everything_held_is_handed_out_and_that_is_recorded(cast: Cast, household: Party, who: str) -> None:
    found = services.export_data(by=getattr(cast, who).actor, party=household)

    text = json.dumps(found, ensure_ascii=False, default=str)
    for held in ("Zhao Suqin", "+8613909390001", "zhao@example.org", "Willow Lane 3", "Zhao Ping", "1975", "•••• 7890"):
        assert held in text
    marks = {"is_women_led": False, "is_low_income": True, "has_disability": False}
    assert found["household"] == [{**marks, "shown_on_trace": "nothing"}]
    assert "6222021234567890" not in text
    assert Act.objects.get(act="registry.export_data").subject_id == str(household.pk)
    assert {"registry.set_account", "registry.export_data"} <= {act["act"] for act in found["acts"]}


@pytest.mark.parametrize("who", ["farmer", "keeper"])
def test_who_was_invited_to_speak_and_the_tokens_that_do_are_handed_out(cast: Cast, household: Party, who: str) -> None:
    asked = {"name": "Zhao Son", "phone": "13909390002", "email": "son@example.org"}
    issued = services.invite_representative(by=cast.keeper.actor, party=household, **asked)
    token = accounts.issue_token(by=cast.farmer.actor, name="The phone", party_id=household.pk)
    accounts.revoke_token(by=cast.farmer.actor, token_id=token.token.pk)
    elsewhere = PartyFactory(kind="household", area=AreaFactory(code=NEIGHBOUR_VILLAGE))
    accounts.invite_for_party(by=SYSTEM, party_id=elsewhere.pk, area_path=NEIGHBOUR_VILLAGE, name="Somebody else")

    found = services.export_data(by=getattr(cast, who).actor, party=household)

    (invited,), (by_token,) = found["invited to speak for it"], found["tokens that speak for it"]
    assert (invited["name"], invited["phone"], invited["email"]) == ("Zhao Son", "+8613909390002", "son@example.org")
    assert invited["accepted_at"] == ""
    assert (by_token["name"], by_token["begins_with"]) == ("The phone", token.token.hint)
    assert by_token["taken_back_at"]
    assert not any(secret in json.dumps(found, default=str) for secret in (issued.secret, token.secret))


def test_what_is_held_about_a_sign_in_goes_only_to_whose_it_is(cast: Cast, household: Party) -> None:
    other = PersonFactory(username="zhao.son")
    services.add_representative(by=cast.keeper.actor, party=household, person_id=other.pk)

    by_keeper = services.export_data(by=cast.keeper.actor, party=household)
    by_self = services.export_data(by=cast.farmer.actor, party=household)

    sign_ins = set(by_self) - set(by_keeper)
    assert {"sign-in", "devices"} <= sign_ins
    assert [row["username"] for row in by_self["sign-in"]] == [cast.farmer.person.username]
    assert len(by_self["representatives"]) == len(by_keeper["representatives"]) == 2


def test_the_contexts_above_add_what_they_hold(cast: Cast, household: Party, listeners: None) -> None:
    events.subscribe(DataRequested, lambda asked: asked.add("notices", [{"number": "S-1", "of": asked.party_id}]))

    found = services.export_data(by=cast.farmer.actor, party=household)

    assert {"number": "S-1", "of": household.pk} in found["notices"]


@pytest.mark.parametrize("who", ["station", "bureau", "neighbour", "buyer"])
def test_nobody_else_gets_the_data(cast: Cast, household: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        services.export_data(by=getattr(cast, who).actor, party=household)

    assert not Act.objects.filter(act="registry.export_data").exists()


@pytest.mark.parametrize("who", ["centre", "administrator"])
def test_erasing_leaves_the_number_and_the_books(cast: Cast, household: Party, who: str) -> None:
    past = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))
    Membership.objects.create(cooperative=past, member=household, joined_on="2020-01-01", left_on="2021-01-01")

    services.erase_party(by=getattr(cast, who).actor, party=household, version=household.version)

    gone = Party.objects.get(pk=household.pk)
    assert (gone.name, gone.search) == (gone.number, gone.number.lower())
    assert not any([gone.phone, gone.email, gone.address, gone.name_key, gone.is_active])
    assert gone.erased_at is not None
    assert not HouseholdMember.objects.exists()
    assert not BankAccount.objects.exists()
    assert not Household.objects.get(party=gone).is_low_income
    assert queries.parties_of(cast.farmer.person.pk) == frozenset()
    assert Membership.objects.filter(member=gone).count() == 1
    assert Act.objects.get(act="registry.erase_party").label == gone.number


def test_nothing_personal_is_left_in_the_record_of_acts(cast: Cast, household: Party) -> None:
    services.look_at_personal(by=cast.keeper.actor, party=household)
    given = {"name": "Zhao Suqin", "phone": "+8613909390001", "email": "zhao@example.org"}
    services.invite_representative(by=cast.keeper.actor, party=household, **given)
    issued = services.invite_representative(by=cast.keeper.actor, party=household, **given)
    accounts.accept_invitation(
        by=ANONYMOUS, secret=issued.secret, username="zhao.suqin", password="orchard-morning-42", **given
    )
    services.erase_party(by=cast.centre.actor, party=household, version=household.version)

    acts = list(Act.objects.order_by("pk"))
    assert {"registry.party", "accounts.person", "accounts.invitation"} <= {act.subject for act in acts}
    told = " ".join(f"{act.label} {act.details}" for act in acts)
    assert not [word for word in ("Zhao", "zhao", "0001", "7890", "Willow") if word in told]


def test_erasing_ends_open_invitations_and_drops_messages(cast: Cast, household: Party) -> None:
    issued = services.invite_representative(
        by=cast.keeper.actor, party=household, name="Zhao Suqin", phone="13909390001", link_base="https://example.org/"
    )

    services.erase_party(by=cast.centre.actor, party=household, version=household.version)

    assert Client().get(reverse("accounts:accept", args=[issued.secret])).status_code == 410
    kept = Invitation.objects.get(pk=issued.invitation.pk)
    assert (kept.phone, "Zhao" in kept.name) == ("", False)
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("who", ["keeper", "clerk", "station", "bureau", "neighbour", "farmer"])
def test_refuses_to_erase_without_permission(cast: Cast, household: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        services.erase_party(by=getattr(cast, who).actor, party=household, version=household.version)

    household.refresh_from_db()
    assert (household.name, household.erased_at) == ("Zhao Suqin", None)
    assert HouseholdMember.objects.exists()


def test_a_clerk_confirms_what_the_household_asked_for(cast: Cast, household: Party) -> None:
    services.ask_erasure(by=cast.farmer.actor, party=household, version=household.version)

    services.erase_party(by=cast.clerk.actor, party=household, version=household.version)

    assert Party.objects.get(pk=household.pk).erased_at is not None
    assert Act.objects.get(act="registry.erase_party").details == {"asked": True}


def test_a_request_taken_back_can_no_longer_be_confirmed(cast: Cast, household: Party) -> None:
    services.ask_erasure(by=cast.farmer.actor, party=household, version=household.version)
    services.withdraw_erasure(by=cast.farmer.actor, party=household, version=household.version)

    with pytest.raises(Forbidden):
        services.erase_party(by=cast.clerk.actor, party=household, version=household.version)

    assert Party.objects.get(pk=household.pk).erased_at is None


def test_a_question_asked_of_an_old_page_is_refused(cast: Cast, household: Party) -> None:
    seen = household.version
    services.ask_erasure(by=cast.farmer.actor, party=household, version=seen)

    with pytest.raises(Stale):
        services.withdraw_erasure(by=cast.farmer.actor, party=Party.objects.get(pk=household.pk), version=seen)

    assert Party.objects.get(pk=household.pk).erasure_asked_at is not None
    assert not Act.objects.filter(act="registry.withdraw_erasure").exists()


@pytest.mark.parametrize("who", ["keeper", "neighbour", "buyer"])
def test_nobody_asks_for_another(cast: Cast, household: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        services.ask_erasure(by=getattr(cast, who).actor, party=household, version=household.version)

    assert Party.objects.get(pk=household.pk).erasure_asked_at is None


def test_refuses_while_it_belongs_to_a_cooperative(cast: Cast, household: Party) -> None:
    cooperative = PartyFactory(kind="cooperative", name="Willow", area=AreaFactory(code=VILLAGE))
    services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    with pytest.raises(ErasureRefused) as refused:
        services.erase_party(by=cast.centre.actor, party=household, version=household.version)

    assert "Willow" in str(refused.value)
    assert Party.objects.get(pk=household.pk).name == "Zhao Suqin"


def test_refuses_while_a_context_above_objects(cast: Cast, household: Party, listeners: None) -> None:
    events.subscribe(ErasureAsked, lambda asked: asked.object_to("An open notice stands against it."))

    with pytest.raises(ErasureRefused) as refused:
        services.ask_erasure(by=cast.farmer.actor, party=household, version=household.version)

    assert "open notice" in str(refused.value)
    assert Party.objects.get(pk=household.pk).erasure_asked_at is None


def test_refuses_to_erase_a_firm(cast: Cast) -> None:
    shop = cast.buyer.party
    assert shop is not None

    with pytest.raises(ErasureRefused):
        services.erase_party(by=cast.centre.actor, party=shop, version=shop.version)

    assert Party.objects.get(pk=shop.pk).name == "Cloud Ridge Shop"


def test_refuses_to_erase_from_an_old_version(cast: Cast, household: Party) -> None:
    services.deactivate_party(by=cast.keeper.actor, party=Party.objects.get(pk=household.pk), version=household.version)

    with pytest.raises(Stale):
        services.erase_party(by=cast.centre.actor, party=household, version=household.version)

    assert HouseholdMember.objects.exists()
    assert BankAccount.objects.exists()


def test_an_erased_party_cannot_be_changed_or_brought_back(cast: Cast, household: Party) -> None:
    gone = services.erase_party(by=cast.centre.actor, party=household, version=household.version)
    version = gone.version

    for act in (
        lambda: services.reactivate_party(by=cast.keeper.actor, party=gone, version=version),
        lambda: services.set_marks(by=cast.keeper.actor, party=gone, version=version, marks=[]),
        lambda: services.add_representative(by=cast.keeper.actor, party=gone, person_id=cast.farmer.person.pk),
        lambda: services.erase_party(by=cast.centre.actor, party=gone, version=version),
    ):
        with pytest.raises(AlreadyErased):
            act()

    assert Party.objects.get(pk=gone.pk).version == version


def test_the_contexts_above_hear_of_it(cast: Cast, household: Party, listeners: None) -> None:
    heard: list[int] = []
    events.subscribe(PartyErased, lambda news: heard.append(news.party_id))

    services.erase_party(by=cast.centre.actor, party=household, version=household.version)

    assert heard == [household.pk]


def test_nothing_is_given_to_a_party_erased_since_it_was_loaded(cast: Cast, household: Party) -> None:
    cooperative = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))
    person = PersonFactory()
    loaded = Party.objects.get(pk=household.pk)
    services.erase_party(by=cast.centre.actor, party=household, version=household.version)
    before = Act.objects.count()

    for give in (
        lambda: services.set_account(
            by=cast.clerk.actor, party=loaded, version=loaded.version, given=AccountGiven("Post", "Zhao", "12345678")
        ),
        lambda: services.add_member(by=cast.keeper.actor, party=loaded, given=MemberGiven("Zhao An")),
        lambda: services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=loaded),
        lambda: services.add_representative(by=cast.keeper.actor, party=loaded, person_id=person.pk),
        lambda: services.invite_representative(by=cast.keeper.actor, party=loaded, name="Zhao Jun"),
    ):
        with pytest.raises(AlreadyErased):
            give()

    assert not BankAccount.objects.filter(party=loaded).exists()
    assert not HouseholdMember.objects.filter(household=loaded.pk).exists()
    assert Act.objects.count() == before


def test_a_resting_household_still_reads_and_takes_away_its_own_data(cast: Cast, household: Party) -> None:
    services.deactivate_party(by=cast.keeper.actor, party=household, version=household.version)

    for route in ("party", "personal", "data"):
        url = reverse(f"registry:{route}", args=[household.number])
        answer = cast.farmer.client.get(url) if route == "party" else cast.farmer.client.post(url)
        assert answer.status_code == 200, route
    own = cast.farmer.client.get(reverse("registry:own"))
    assert own.headers["Location"] == reverse("registry:party", args=[household.number])
    acts = Act.objects.filter(subject_id=str(household.pk), person_id=cast.farmer.person.pk)
    assert set(acts.values_list("act", flat=True)) == {"registry.look_at_personal", "registry.export_data"}


def test_a_resting_household_can_have_its_own_data_erased(cast: Cast, household: Party) -> None:
    services.deactivate_party(by=cast.keeper.actor, party=household, version=household.version)
    url = reverse("registry:erasure", args=[household.number])

    assert cast.farmer.client.get(url).status_code == 200
    cast.farmer.client.post(url, {"version": Party.objects.get(pk=household.pk).version})

    asked = Party.objects.get(pk=household.pk)
    assert asked.erasure_asked_at
    erased = services.erase_party(by=cast.keeper.actor, party=asked, version=asked.version)
    assert erased.erased_at


def test_a_resting_household_acts_for_itself_no_more(cast: Cast, household: Party) -> None:
    services.deactivate_party(by=cast.keeper.actor, party=household, version=household.version)
    resting = Party.objects.get(pk=household.pk)
    actor = actor_for(cast.farmer.person)

    with pytest.raises(Forbidden):
        services.change_party(
            by=actor, party=resting, version=resting.version, profile=services.Profile(resting.name, VILLAGE)
        )
    change = cast.farmer.client.get(reverse("registry:party_change", args=[household.number]))

    assert not actor.parties
    assert change.status_code == 403
    assert Party.objects.get(pk=household.pk).version == resting.version
