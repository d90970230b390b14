"""What every test may use: the fixed cast, as people, as actors and as browsers."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pgtrigger
import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils.translation import override
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from terrace.accounts.domain import roles
from terrace.accounts.models import Person
from terrace.config.actors import actor_for
from terrace.kernel.actors import Actor
from terrace.registry.models import Party
from tests import factories, rows, template
from tests.one_time_codes import GOOD_FOR, SECOND_FACTOR

pytest_plugins = ["tests.guards", "tests.access.world"]

# Nothing is timed in the tests: on a busy machine the same example is now quick, now slow.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

VILLAGE = "621226101200"
"""Where the cast lives and works; its station, centre and bureau lie above it."""
NEIGHBOUR_VILLAGE = "621226102200"
OTHER_COUNTY_VILLAGE = "621227100200"

OTHER_SESSIONS = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores: the one that drives the browser mostly waits for it."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, each kind in its random order: first the browser, then what is marked slow.

    Workers begin with a stretch of tests each and then take over each other's last ones. So one of them alone makes
    the installation that the browser visits, and nobody waits at the end for a long test that was begun late.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Return 0 for the browser, 1 for what is slow, 2 for all else, and tests that commit stay at the end."""
    if item.get_closest_marker("browser"):
        return 0
    return 1 if item.get_closest_marker("slow") and not _commits(item) else 2


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction"))


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast."""

    person: Person
    party: Party | None = None

    @property
    def actor(self) -> Actor:
        """The person as an actor, as of now."""
        return actor_for(self.person)

    @property
    def client(self) -> Client:
        """A browser in which the person has signed in."""
        client = Client()
        client.force_login(self.person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of every story: a village's farmer and keeper, those above, and neighbours who see nothing."""

    farmer: Member
    keeper: Member
    station: Member
    centre: Member
    clerk: Member
    packer: Member
    driver: Member
    bureau: Member
    administrator: Member
    buyer: Member
    neighbour: Member
    stranger: Member


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin in English: Django leaves the last reader's language in the thread when a request has been answered."""
    with override("en"):
        yield


def _post(role: str, area: str) -> Member:
    unit = factories.UnitFactory(area=factories.AreaFactory(code=area))
    person = factories.PostFactory(unit=unit, role=role).person
    if roles()[role].needs_second_factor:
        TOTP.activate(person, SECOND_FACTOR)
    return Member(person)


def _party(factory: type[factories.PartyFactory], area: str, **values: object) -> Member:
    party = factory(area=factories.AreaFactory(code=area), **values)
    return Member(factories.RepresentativeFactory(party=party).person, party)


def _make() -> Cast:
    return Cast(
        farmer=_party(factories.HouseholdFactory, VILLAGE, name="Zhao Suqin"),
        keeper=_post("point-keeper", VILLAGE),
        station=_post("station-officer", VILLAGE[:9]),
        centre=_post("centre-manager", VILLAGE[:6]),
        clerk=_post("centre-clerk", VILLAGE[:6]),
        packer=_post("packer", VILLAGE[:6]),
        driver=_post("driver", VILLAGE[:6]),
        bureau=_post("bureau-officer", VILLAGE[:4]),
        administrator=_post("bureau-administrator", VILLAGE[:4]),
        buyer=_party(factories.PartyFactory, VILLAGE[:6], kind="enterprise", name="Cloud Ridge Shop"),
        neighbour=_post("point-keeper", NEIGHBOUR_VILLAGE),
        stranger=_post("centre-manager", OTHER_COUNTY_VILLAGE[:6]),
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the databases of several workers be copies of one."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        connection.settings_dict["TEST"]["TEMPLATE"] = template.migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """End the sessions that are left when all tests are done: one would keep the database from being dropped.

    The one that does so as well: where a browser was driven, Django may look for its connections in another context.
    """
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(OTHER_SESSIONS)
        connection.close()


@pytest.fixture(scope="session")
def kept_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> rows.Kept[Cast]:
    """Make the cast once for each worker: most tests begin with it, and making it takes longer than their own acts.

    They have all been here since their units were founded, whatever day a test lives in.
    """
    with django_db_blocker.unblock(), time_machine.travel(factories.FOUNDED, tick=False):
        return rows.keep(_make)


@pytest.fixture(autouse=True, scope="session")
def _tables_may_be_emptied() -> Iterator[None]:
    """Let Django empty the tables after a test that committed, which the triggers refuse to everybody else."""
    empty = vars(TransactionTestCase)["_fixture_teardown"]

    def _as_the_owner(case: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _as_the_owner)
        yield


@pytest.fixture(autouse=True)
def _no_jobs_are_left(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Forget the jobs of a test that committed: Django then empties its own tables, not the queue's."""
    yield
    if _commits(request.node):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("truncate procrastinate_jobs cascade")


@pytest.fixture
def fresh_codes() -> Iterator[None]:
    """Begin just when the one-time codes change: none is made in one half minute and tried in the next."""
    with time_machine.travel(time.time() // GOOD_FOR * GOOD_FOR):
        yield


@pytest.fixture
def cast(db: None, kept_cast: rows.Kept[Cast]) -> Cast:
    """Return the cast, posted and registered."""
    return kept_cast.put_back()
