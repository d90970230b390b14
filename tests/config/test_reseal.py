"""The key that seals bank accounts and second factors can be changed, and nobody has to set anything up again."""

from collections.abc import Sequence
from io import StringIO
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from terrace.accounts import services as accounts
from terrace.audit import queries as audit
from terrace.audit.models import Act
from terrace.registry import services as registry
from terrace.registry.models import BankAccount
from terrace.registry.services import AccountGiven
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.one_time_codes import SECOND_FACTOR, code

pytestmark = pytest.mark.usefixtures("fresh_codes")

OLD, NEW, LOST = b"o" * 32, b"n" * 32, b"l" * 32
NUMBER = "6222021234567890123"


def use_keys(settings: Settings, keys: Sequence[bytes]) -> None:
    settings.ENV = SimpleNamespace(field_key=tuple(keys))


def opens_for(login: str, code: str) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": login, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code})
    return client.get(reverse("accounts:profile")).status_code == 200


@pytest.fixture
def sealed_by_old(settings: Settings, cast: Cast) -> list[str]:
    """Seal a bank account, one-time codes and recovery codes by the old key; return the recovery codes."""
    use_keys(settings, [OLD])
    party = cast.farmer.party
    assert party is not None
    given = AccountGiven("Rural Credit", "Zhao Suqin", NUMBER)
    registry.set_account(by=cast.clerk.actor, party=party, version=party.version, given=given)
    factor = Authenticator.objects.get(user=cast.clerk.person, type="totp")
    factor.data = {"secret": accounts.seal(SECOND_FACTOR)}
    factor.save()
    Authenticator.objects.exclude(pk=factor.pk).delete()
    return RecoveryCodes.activate(cast.clerk.person).get_unused_codes()


def test_after_a_change_of_the_key_everything_opens_without_the_old_one(
    settings: Settings, cast: Cast, sealed_by_old: list[str]
) -> None:
    use_keys(settings, [NEW, OLD])
    said = StringIO()

    call_command("reseal", stdout=said)

    use_keys(settings, [NEW])
    assert said.getvalue() == (
        "1 bank accounts sealed by the newest key.\n2 second factors sealed by the newest key.\n"
    )
    assert cast.farmer.party is not None
    assert registry.look_at_account(by=cast.clerk.actor, party=cast.farmer.party) == NUMBER
    assert opens_for(cast.clerk.person.username, code())
    assert opens_for(cast.clerk.person.username, sealed_by_old[3])


def test_codes_brought_from_another_system_are_sealed_anew_one_by_one(settings: Settings, cast: Cast) -> None:
    use_keys(settings, [OLD])
    Authenticator.objects.all().delete()
    brought = [accounts.seal("11112222"), accounts.seal("33334444")]
    person = cast.keeper.person
    Authenticator.objects.create(user=person, type="recovery_codes", data={"migrated_codes": brought})
    use_keys(settings, [NEW, OLD])

    assert sum(accounts.reseal_factors()) == 1

    use_keys(settings, [NEW])
    assert Authenticator.objects.get().wrap().get_unused_codes() == ["11112222", "33334444"]


def test_sealing_anew_a_second_time_changes_nothing(settings: Settings, sealed_by_old: list[str]) -> None:
    use_keys(settings, [NEW, OLD])
    call_command("reseal", stdout=StringIO())
    before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))

    assert accounts.count_factors_to_reseal() == 0
    assert sum(accounts.reseal_factors()) == 0

    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == before


def test_sealing_factors_anew_is_on_the_record_with_how_many_and_only_when_there_were_any(
    settings: Settings, cast: Cast, sealed_by_old: list[str]
) -> None:
    use_keys(settings, [NEW, OLD])

    call_command("reseal", stdout=StringIO())
    call_command("reseal", stdout=StringIO())

    act = Act.objects.get(act="accounts.reseal_factors")
    assert (act.via, act.details) == ("system", {"count": 2})
    assert act in audit.visible_to(cast.administrator.actor)


def test_a_passkey_and_which_codes_were_used_stay_as_they_are(
    settings: Settings, cast: Cast, sealed_by_old: list[str]
) -> None:
    passkey = Authenticator.objects.create(user=cast.clerk.person, type="webauthn", data={"credential": {"id": "x"}})
    recovery = Authenticator.objects.get(type="recovery_codes")
    assert recovery.wrap().validate_code(sealed_by_old[0])
    use_keys(settings, [NEW, OLD])

    call_command("reseal", stdout=StringIO())

    passkey.refresh_from_db()
    recovery.refresh_from_db()
    assert passkey.data == {"credential": {"id": "x"}}
    assert recovery.wrap().get_unused_codes() == sealed_by_old[1:]


def test_a_key_that_was_taken_away_too_soon_is_asked_back_and_nothing_is_written(
    settings: Settings, sealed_by_old: list[str]
) -> None:
    BankAccount.objects.all().delete()
    before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    use_keys(settings, [NEW, LOST])

    with pytest.raises(CommandError, match=r"0 of 2 second factors.*Put the key that sealed it back"):
        call_command("reseal", stdout=StringIO())

    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == before
