"""The rules about people that need no database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from terrace.accounts.domain import (
    BadPhone,
    State,
    holds_on,
    is_locked,
    normal_phone,
    normal_username,
    permission_groups,
    roles,
    state_of,
)
from terrace.accounts.domain import Permission as Accounts
from terrace.config.roles import EVERYTHING
from terrace.kernel.deployment import Deployment, using
from terrace.kernel.errors import Invalid
from terrace.kernel.tiers import Workspace
from terrace.ledger.domain import Permission as Ledger
from terrace.market.domain import Permission as Market
from terrace.registry.domain import Permission as Registry

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["13912345678", "139 1234 5678", "+86 139-1234-5678", "008613912345678"])
def test_a_phone_is_read_in_any_form_of_the_country(text: str) -> None:
    assert normal_phone(text) == "+8613912345678"


def test_a_foreign_phone_is_read_with_its_country_code() -> None:
    assert normal_phone("+254 712 345678") == "+254712345678"


def test_the_rules_of_another_country_read_its_own_numbers() -> None:
    with using(Deployment(region="KE")):
        assert normal_phone("0712 345678") == "+254712345678"


@pytest.mark.parametrize("text", ["12", "keeper", "+86 1", "139123456789012345"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(BadPhone):
        normal_phone(text)


def test_no_phone_is_none() -> None:
    assert normal_phone("  ") is None


def test_a_user_name_is_kept_in_small_letters() -> None:
    assert normal_username(" Li.Mei-2 ") == "li.mei-2"


@pytest.mark.parametrize("text", ["13912345678", "a@b.cn", "ab", "1abc", "王秀兰", "has space", "x" * 41])
def test_a_user_name_is_never_taken_for_a_phone_or_an_address(text: str) -> None:
    with pytest.raises(Invalid):
        normal_username(text)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (date(2026, 1, 1), None, True),
        (date(2026, 11, 21), date(2026, 11, 21), True),
        (date(2026, 11, 22), None, False),
        (date(2026, 1, 1), date(2026, 11, 20), False),
    ],
)
def test_a_post_is_held_from_its_first_to_its_last_day(starts_on: date, ends_on: date | None, holds: bool) -> None:
    assert holds_on(starts_on, ends_on, date(2026, 11, 21)) is holds


def test_a_lock_runs_out() -> None:
    until = NOW + timedelta(minutes=1)
    assert is_locked(until, NOW)
    assert not is_locked(until, until)
    assert not is_locked(None, NOW)


@pytest.mark.parametrize(
    ("is_active", "locked", "has_post", "state"),
    [
        (True, False, True, State.POSTED),
        (True, False, False, State.NO_POST),
        (True, True, True, State.LOCKED),
        (False, True, True, State.CLOSED),
    ],
)
def test_a_state_says_what_matters_most(is_active: bool, locked: bool, has_post: bool, state: State) -> None:
    until = NOW + timedelta(minutes=1) if locked else None
    assert state_of(is_active, until, has_post, NOW) is state


@pytest.mark.parametrize(
    ("giver", "role"),
    [
        ("bureau-administrator", "bureau-administrator"),
        ("bureau-administrator", "bureau-officer"),
        ("bureau-administrator", "centre-manager"),
        ("centre-manager", "centre-clerk"),
        ("centre-manager", "station-officer"),
        ("station-officer", "point-keeper"),
    ],
)
def test_every_tier_can_appoint_the_one_below(giver: str, role: str) -> None:
    assert roles()[role].permissions <= roles()[giver].appoints


@pytest.mark.parametrize(
    ("giver", "role"),
    [
        ("station-officer", "centre-clerk"),
        ("centre-manager", "bureau-administrator"),
        ("point-keeper", "station-officer"),
    ],
)
def test_nobody_can_appoint_above_themselves(giver: str, role: str) -> None:
    assert not roles()[role].permissions <= roles()[giver].appoints


def test_desks_of_bureau_and_centre_need_a_second_factor_and_villages_packers_and_drivers_do_not() -> None:
    needing = {role.code for role in roles().values() if role.needs_second_factor}
    upper = {role.code for role in roles().values() if {Workspace.BUREAU, Workspace.CENTRE} & set(role.workspaces)}
    assert needing == upper - {"packer", "driver"}


@pytest.mark.parametrize("role", ["packer", "driver"])
def test_who_needs_no_second_factor_at_a_centre_sees_no_private_data_and_no_money(role: str) -> None:
    kept_from = {*Registry, *Ledger, Market.PAYMENTS, Accounts.MANAGE}
    assert not roles()[role].permissions & kept_from


def test_the_page_of_roles_shows_every_permission() -> None:
    assert {member for _title, kind in permission_groups() for member in kind} == EVERYTHING
