"""One line per request, with an id and without anything about a person."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from terrace.config import logs
from terrace.config.environment import Environment
from tests.conftest import Cast

Lines = Callable[[], list[logging.LogRecord]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    caplog.set_level(logging.DEBUG, logger="terrace.access")
    return lambda: [record for record in caplog.records if record.name == "terrace.access"]


def fields(record: logging.LogRecord) -> dict[str, Any]:
    return dict(vars(record)["fields"])


def answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(logs.request_id.get())


def test_gives_each_request_an_id_and_tells_it(rf: RequestFactory) -> None:
    first, second = (logs.RequestId(answer)(rf.get("/")) for _ in range(2))

    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    assert logs.request_id.get() == "-"


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("proxy-0123.abcd", True), ("short", False), ("a" * 65, False), ("two\nlines-long", False), ("", False)],
)
def test_keeps_the_id_of_the_proxy_only_when_it_is_harmless(rf: RequestFactory, given: str, is_kept: bool) -> None:
    told = logs.RequestId(answer)(rf.get("/", headers={"X-Request-ID": given})).headers["X-Request-ID"]

    assert (told == given) is is_kept
    assert logs.ACCEPTABLE.fullmatch(told)


@pytest.mark.django_db
def test_logs_the_pattern_and_the_number_of_the_person_and_nothing_else(cast: Cast, lines: Lines) -> None:
    cast.keeper.client.get("/people/", {"q": "13812345678"})

    (record,) = lines()
    found = fields(record)
    assert found.pop("ms") >= 0
    assert (found.pop("method"), found.pop("actor")) == ("GET", cast.keeper.person.pk)
    assert set(found) == {"route", "status"}
    assert "13812345678" not in record.getMessage()


def test_a_page_that_does_not_exist_is_not_quoted(client: Client, lines: Lines) -> None:
    client.get("/invitation-secret-7f3a/")

    (record,) = lines()
    assert record.getMessage() == "GET (no such page) 404"


@pytest.mark.django_db  # closing an answer looks after the connection of an earlier test
@pytest.mark.parametrize("path", ["/healthz", "/static/brand/favicon.svg"])
def test_health_checks_and_static_files_are_quiet(client: Client, lines: Lines, path: str) -> None:
    client.get(path).close()

    assert [line.levelname for line in lines()] == ["DEBUG"]


def test_djangos_own_lines_name_the_route_instead_of_the_path(rf: RequestFactory) -> None:
    request = rf.get("/invitation-secret-7f3a/")
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal: %s", (request.path,), None)
    record.request = request

    logs.RouteInsteadOfPath().filter(record)

    assert record.getMessage() == "Internal: (no such page)"


def test_json_lines_can_be_read_by_a_program() -> None:
    record = logging.LogRecord("terrace.access", logging.INFO, "", 0, "GET 陇南", None, None)
    record.fields = {"status": 200}

    line = logs.JsonFormatter().format(record)

    found = json.loads(line)
    assert "\n" not in line
    assert (found["message"], found["status"], found["request_id"]) == ("GET 陇南", 200, "-")


@pytest.mark.parametrize(("name", "formatter"), [("json", logs.JsonFormatter), ("text", logs.TextFormatter)])
def test_the_setting_chooses_how_lines_are_written(name: str, formatter: type[logging.Formatter]) -> None:
    environment = Environment.read({"TERRACE_MODE": "test", "TERRACE_LOG_FORMAT": name})

    assert logs.logging_settings(environment)["formatters"]["line"]["()"] is formatter
