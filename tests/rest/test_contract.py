"""The REST interface keeps its own word: no answer outside its schema, no 5xx, whatever is sent."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from terrace.accounts import services as accounts
from terrace.config.wsgi import application
from tests.conftest import VILLAGE, Cast

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
GENERATED = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the test's own connection between requests, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def token_of(cast: Cast) -> dict[str, str]:
    """Return the header of a token with all that the county's centre manager may do."""
    actor = cast.centre.actor
    named = sorted(name for name in actor.grants if not name.startswith("accounts."))
    issued = accounts.issue_token(by=actor, name="Another system", permissions=named, area_path=VILLAGE[:6])
    return {"Authorization": f"Bearer {issued.secret}", "Accept-Encoding": "identity"}


@pytest.mark.slow
@pytest.mark.django_db
@schema.parametrize()
@GENERATED
def test_every_answer_to_a_token_is_one_that_the_schema_promises(case: schemathesis.Case, cast: Cast) -> None:
    case.call_and_validate(headers=token_of(cast), checks=CHECKS)


@pytest.mark.django_db
@schema.parametrize()
@settings(GENERATED, max_examples=2)
def test_nobody_gets_in_without_a_token(case: schemathesis.Case) -> None:
    answer = case.call_and_validate(checks=CHECKS)
    assert answer.status_code in (401, 422)


def test_the_committed_description_fits_the_code(db: None) -> None:
    call_command("openapi", "--check")
