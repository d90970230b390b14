"""Bank accounts: sealed at rest, masked on pages, seen in full only by a recorded act."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden, Invalid, NotFound, Unsealable
from terrace.registry import queries, services
from terrace.registry.models import BankAccount, Party
from terrace.registry.services import AccountGiven
from tests.conftest import Cast

NUMBER = "6222021234567890123"
GIVEN = AccountGiven("Rural Credit", "Zhao Suqin", "6222 0212 3456 7890 123")
OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture
def household(cast: Cast) -> Party:
    assert cast.farmer.party is not None
    return cast.farmer.party


def use_keys(settings: Settings, keys: Sequence[bytes]) -> None:
    settings.ENV = replace(settings.ENV, field_key=tuple(keys))


def test_a_clerk_enters_an_account_and_only_its_tail_stands_in_the_database(cast: Cast, household: Party) -> None:
    account = services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)

    account.refresh_from_db()
    assert (account.bank, account.holder, account.last4) == ("Rural Credit", "Zhao Suqin", "0123")
    assert NUMBER.encode() not in bytes(account.sealed_number)
    assert NUMBER not in str(account)
    assert "0123" not in str(Act.objects.get(act="registry.set_account").details)


def test_the_full_number_is_seen_by_an_act_that_is_recorded(cast: Cast, household: Party) -> None:
    services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)

    assert services.look_at_account(by=cast.clerk.actor, party=household) == NUMBER

    look = Act.objects.get(act="registry.look_at_account")
    assert (look.person_id, look.subject_id) == (cast.clerk.person.pk, str(household.pk))


def test_many_numbers_are_seen_by_one_look_that_is_recorded(cast: Cast, household: Party) -> None:
    account = services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)
    look = {"account_ids": [account.pk, account.pk + 1], "about": household, "area_path": household.area_path}

    seen = services.look_at_accounts(by=cast.clerk.actor, **look)

    assert seen == {account.pk: AccountGiven("Rural Credit", "Zhao Suqin", NUMBER)}
    assert Act.objects.get(act="registry.look_at_accounts").details == {"count": 1}
    for who in (cast.keeper, cast.centre, cast.bureau, cast.farmer, cast.stranger):
        with pytest.raises(Forbidden):
            services.look_at_accounts(by=who.actor, **look)
    assert queries.open_accounts([household.pk]) == {household.pk: account}


def test_numbers_of_other_places_are_left_out_of_a_look(cast: Cast, household: Party) -> None:
    account = services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)
    Party.objects.filter(pk=household.pk).update(area_path="621227100200")

    look = {"account_ids": [account.pk], "about": household, "area_path": "621226"}
    assert services.look_at_accounts(by=cast.clerk.actor, **look) == {}


@pytest.mark.parametrize("who", ["keeper", "station", "centre", "bureau", "administrator", "neighbour", "farmer"])
def test_nobody_else_enters_sees_or_closes_an_account(cast: Cast, household: Party, who: str) -> None:
    services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)
    by = getattr(cast, who).actor

    for act in (
        lambda: services.set_account(by=by, party=household, version=household.version, given=GIVEN),
        lambda: services.look_at_account(by=by, party=household),
        lambda: services.close_account(by=by, party=household, version=household.version),
    ):
        with pytest.raises(Forbidden):
            act()

    assert BankAccount.objects.filter(closed_at__isnull=True).count() == 1
    assert Act.objects.count() == 1


def test_a_new_account_closes_the_old_one_and_keeps_it(cast: Cast, household: Party) -> None:
    first = services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)

    second = services.set_account(
        by=cast.clerk.actor, party=household, version=household.version, given=AccountGiven("Post", "Zhao", "12345678")
    )

    first.refresh_from_db()
    assert first.closed_at is not None
    assert queries.find_account(household) == second


def test_a_closed_account_is_gone_from_the_page_but_kept(cast: Cast, household: Party) -> None:
    services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)

    services.close_account(by=cast.clerk.actor, party=household, version=household.version)

    assert queries.find_account(household) is None
    assert BankAccount.objects.count() == 1
    for act in (
        lambda: services.look_at_account(by=cast.clerk.actor, party=household),
        lambda: services.close_account(by=cast.clerk.actor, party=household, version=household.version),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (AccountGiven("", "Zhao", NUMBER), "bank"),
        (AccountGiven("Post", " ", NUMBER), "holder"),
        (AccountGiven("Post", "Zhao", "12"), "account_number"),
        (AccountGiven("Post", "Zhao 621226188501011233", NUMBER), "holder"),
    ],
)
def test_refuses_an_account_that_breaks_a_rule(cast: Cast, household: Party, given: AccountGiven, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=given)

    assert refused.value.field == field
    assert not BankAccount.objects.exists()


def test_without_its_key_an_account_stays_shut(cast: Cast, household: Party, settings: Settings) -> None:
    use_keys(settings, [OLD])
    services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)

    use_keys(settings, [NEW])
    with pytest.raises(Unsealable):
        services.look_at_account(by=cast.clerk.actor, party=household)


def test_resealing_moves_every_account_to_the_newest_key(cast: Cast, household: Party, settings: Settings) -> None:
    use_keys(settings, [OLD])
    before = bytes(
        services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN).sealed_number
    )
    use_keys(settings, [NEW, OLD])

    assert list(services.reseal_accounts()) == [1]

    use_keys(settings, [NEW])
    assert bytes(BankAccount.objects.get().sealed_number) != before
    assert services.look_at_account(by=cast.clerk.actor, party=household) == NUMBER
    assert services.count_to_reseal() == 0


def test_resealing_a_second_time_does_nothing(cast: Cast, household: Party) -> None:
    services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)
    before = bytes(BankAccount.objects.get().sealed_number)

    assert list(services.reseal_accounts()) == []

    assert bytes(BankAccount.objects.get().sealed_number) == before


def test_resealing_says_what_to_do_when_a_key_is_missing(cast: Cast, household: Party, settings: Settings) -> None:
    use_keys(settings, [OLD])
    services.set_account(by=cast.clerk.actor, party=household, version=household.version, given=GIVEN)
    before = BankAccount.objects.values_list("sealed_number", "key_id").get()
    use_keys(settings, [NEW])

    with pytest.raises(CommandError, match="Put the key that sealed it back"):
        call_command("reseal")

    assert BankAccount.objects.values_list("sealed_number", "key_id").get() == before
