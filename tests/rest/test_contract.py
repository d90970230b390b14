"""The REST interface keeps its own word: no answer outside its schema, no 5xx, whatever is sent."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.files.base import File
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import Client as Browser
from werkzeug.test import TestResponse

from terrace.accounts import services as accounts
from terrace.config.wsgi import application
from tests.access.bodies import asked, bodies, body_of
from tests.access.test_matrix import OPERATIONS, filled
from tests.access.world import Values, World, at_home
from tests.conftest import VILLAGE, Cast, Member

ADDRESS = "/api/v1/openapi.json"
schema = schemathesis.openapi.from_wsgi(ADDRESS, application)
reads = schema.include(method="GET")
writes = schemathesis.openapi.from_wsgi(ADDRESS, application).exclude(method="GET")
reads.config.phases.coverage.unexpected_methods = set()
"""What an address says to methods that it does not know is one thing, tried once elsewhere."""
writes.config.phases.coverage.enabled = False
"""Every field of a write is given wrong values below, by who may do it; here that would only be refused."""
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
GENERATED = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
DONE = (200, 201, 204, 409)
"""What somebody is answered who may do it; the last when the row has had another version since it was made."""
FROM = {"REMOTE_ADDR": "127.0.0.1"}
WRONG = (None, "x" * 300, "\0", -1, 10**18, [], {"minor": "x"}, "0001-01-01")
"""What is put in the place of each value of a valid request."""


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the test's own connection between requests, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def token_of(member: Member, area: str) -> dict[str, str]:
    """Return the header of a token with all that somebody may hand on."""
    actor = member.actor
    named = sorted(name for name in actor.grants if not name.startswith("accounts."))
    issued = accounts.issue_token(by=actor, name="Another system", permissions=named, area_path=area)
    return {"Authorization": f"Bearer {issued.secret}", "Accept-Encoding": "identity"}


@pytest.fixture
def headers(cast: Cast) -> dict[str, str]:
    """Return the header of an administrator's token."""
    return token_of(cast.administrator, VILLAGE[:4])


@pytest.mark.slow
@pytest.mark.django_db
@reads.parametrize()
@GENERATED
def test_every_list_and_row_is_told_as_the_schema_promises(case: schemathesis.Case, headers: dict[str, str]) -> None:
    case.call_and_validate(headers=headers, checks=CHECKS)


@pytest.mark.slow
@pytest.mark.django_db
@writes.parametrize()
@GENERATED
def test_every_write_is_answered_as_the_schema_promises(case: schemathesis.Case, headers: dict[str, str]) -> None:
    case.call_and_validate(headers=headers, checks=CHECKS)


@pytest.mark.django_db
@pytest.mark.parametrize("address", sorted(OPERATIONS))
def test_nobody_gets_in_without_a_token(address: str) -> None:
    method, _act = OPERATIONS[address]
    place = re.sub(r"<[^>]+>", "1", address.partition("#")[0])
    answer: Any = Client().generic(method.upper(), f"/{place}", "{}", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


@dataclass(frozen=True)
class Sender:
    """Somebody with a session, who sends to the interface what the schema then judges."""

    session: str
    values: Values

    def send(self, operation: Any, **changes: Any) -> TestResponse:
        """Send a request that is valid but for `changes`, undo what it did, and hold its answer to the schema."""
        method, act = OPERATIONS[address_of(operation)]
        data, kind = body_of(self.values, act) if method != "get" else ("", "application/json")
        if changes:
            data = json.dumps({**json.loads(data), **changes})
        url = filled(address_of(operation).partition("#")[0], self.values)
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={'a' * 32}", "X-CSRFToken": "a" * 32}
        with transaction.atomic():
            answer = Browser(application, use_cookies=False).open(
                url,
                query_string={name: asked(self.values)[name] for name in needed_by(operation)},
                method=method.upper(),
                data=data,
                content_type=kind,
                headers=headers,
                environ_base=FROM,
            )
            transaction.set_rollback(True)
        operation.Case().validate_response(answer, checks=CHECKS)
        return answer


def address_of(operation: Any) -> str:
    """Return the operation's line in the table of who opens what."""
    place = re.sub(r"\{(\w+)\}", r"<str:\1>", operation.path.lstrip("/"))
    return place if operation.method == "get" else f"{place}#{operation.method}"


def needed_by(operation: Any) -> list[str]:
    """Return the names of what an operation has to be told in the query of its address."""
    said = operation.definition.raw.get("parameters", [])
    return [one["name"] for one in said if one["in"] == "query" and one.get("required")]


def fields_of(operation: Any) -> set[str]:
    """Return the names of what the operation's body holds."""
    sent = operation.definition.raw["requestBody"]["content"]["application/json"]["schema"]
    described: dict[str, Any] = schema.raw_schema["components"]["schemas"][sent["$ref"].rpartition("/")[2]]
    return set(described["properties"])


def named_in(answer: TestResponse) -> set[str]:
    """Return the fields at which a request was refused, each as it is named in the body."""
    told = answer.json if isinstance(answer.json, dict) else {}
    return {error["field"].partition(".")[0] for error in told.get("errors", [])}


def room_of(address: str) -> str:
    """Return what an operation is about: the first word of its address after the version."""
    return re.split("[/#]", address)[2]


ROOMS = sorted({room_of(address) for address in OPERATIONS})


@pytest.fixture
def senders(world: World) -> list[Sender]:
    """Return the side of the village, whose things are there, from the highest to the producer and the shop."""
    cast, own = world.cast, world.own
    posts = (cast.administrator, cast.centre, cast.clerk, cast.packer, cast.driver, cast.keeper)
    people = (*posts, cast.farmer, cast.buyer)
    return [Sender(member.client.cookies["sessionid"].value, at_home(own, "")) for member in people]


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_every_operation_can_succeed_and_no_wrong_value_breaks_it(senders: list[Sender], room: str) -> None:
    for operation in (found.ok() for found in schema.get_all_operations()):
        if room_of(address_of(operation)) != room:
            continue
        able = next((sender for sender in senders if sender.send(operation).status_code in DONE), None)
        assert able, f"nobody can do {operation.label}"
        act = OPERATIONS[address_of(operation)][1]
        fields = bodies(able.values).get(act, {}) if "requestBody" in operation.definition.raw else {}
        # A file goes as a form does, and its field is held by tests of its own.
        if any(isinstance(value, File) for value in fields.values()):
            continue
        for name in fields:
            for wrong in WRONG:
                assert named_in(able.send(operation, **{name: wrong})) <= fields_of(operation)


def test_the_committed_description_fits_the_code(db: None) -> None:
    call_command("openapi", "--check")
