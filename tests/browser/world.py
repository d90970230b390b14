"""Fills the browser tests' own database: the demo's acts and cast on a few villages, with everybody signed in already.

Runs in a process of its own before a worker's server starts; prints what the tests have to know as JSON.
"""

import json
import sys
from types import MappingProxyType
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.test import Client

from terrace.accounts import services
from terrace.accounts.models import Person
from terrace.config import demo
from terrace.config.actors import actor_for
from terrace.config.demo.scales import SMALL, Extent
from terrace.network.models import ServiceUnit
from tests.conftest import VILLAGE
from tests.factories import PostFactory
from tests.one_time_codes import SECOND_FACTOR

FEW = demo.Scale("browser", MappingProxyType({"621226": Extent(2, 2), "621227": Extent(1, 1)}), (3, 4), 1.0)
SECOND_OFFICER = "officer"
"""A bureau officer whom only the test of the second factor signs in: a one-time code counts once."""


def fill(*, pictured: str) -> None:
    """Fill the database and print its world: with the small demo in the language `pictured`, or with less."""
    call_command("migrate", verbosity=0)
    demo.build(scale=SMALL if pictured else FEW, seed=1, language=pictured)
    people = {member.sign_in: Person.objects.get(username=member.sign_in) for member in demo.cast()}
    officer = PostFactory(unit=_unit(VILLAGE[:4]), role="bureau-officer", person__username=SECOND_OFFICER).person
    for person in (officer, *(people[name] for name in ("centre", "clerk", "bureau", "admin", "stranger"))):
        TOTP.activate(person, SECOND_FACTOR)
    world = {
        "sessions": {name: _session(person) for name, person in people.items()},
        "names": {name: person.name for name, person in people.items()},
        "phones": {name: person.phone for name, person in people.items()},
        "password": demo.cast()[0].password,
        "invitation": _invitation(people["station"]),
    }
    json.dump(world, sys.stdout)


def _unit(area: str) -> ServiceUnit:
    return ServiceUnit.objects.get(area=area)


def _session(person: Person) -> str:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


def _invitation(officer: Person) -> Any:
    by = actor_for(officer)
    return services.invite_to_post(by=by, unit_id=_unit(VILLAGE).pk, role="point-keeper", name="He Jun").secret
