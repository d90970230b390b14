"""Every address x every role x (own, the neighbour's, nobody): the committed table, and what the program really does.

`matrix.txt` is made by this test with `TERRACE_WRITE_MATRIX=1` and read by people: a line is an address, a column a
role. `+` opens the village's own and the neighbour's in another county, `o` only the own, `.` neither, `x` only the
neighbour's. The last column is the visitor who has not signed in. A new address without a line fails.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from terrace.config.api import api
from tests.access.bodies import bodies
from tests.access.world import ROLES, Values, World, at_home, make
from tests.conftest import Cast

TABLE = Path(__file__).with_name("matrix.txt")
COLUMNS = (*ROLES, "anonymous")
LIBRARY = ("account/", "api/v1/")
"""allauth's pages speak of the visitor alone; the REST operations come from their own description."""
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
VALUE_OF = {
    "network/areas": {"code": "area"},
    "network/units": {"number": "unit"},
    "registry/imports": {"number": "run"},
    "registry/": {"number": "party"},
    "sourcing/supply": {"number": "supply"},
    "sourcing/demand": {"number": "demand"},
    "sourcing/advice": {"number": "advice"},
    "api/v1/supply-notices": {"number": "supply"},
    "api/v1/demand-notices": {"number": "demand"},
    "api/v1/advice": {"number": "advice"},
    "api/v1/areas": {"code": "area"},
    "api/v1/units": {"number": "unit"},
    "api/v1/parties": {"number": "party"},
}
"""Which value of the world a placeholder means, by the beginning of the address; the first that fits."""
SHARED: Values = {"product": "apple", "code": "apple", "variety": "fuji", "pack": "box-5kg", "kind": "household"}


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield every address of the program that is ours."""
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, address)
        elif isinstance(entry, URLPattern) and not address.startswith(LIBRARY):
            yield address


def operations() -> dict[str, tuple[str, str]]:
    """Return method and act of each REST operation by its address, a write's with its method behind."""
    found = {}
    for address, methods in api.get_openapi_schema()["paths"].items():
        place = re.sub(r"\{(\w+)\}", r"<str:\1>", address.lstrip("/"))
        for method, operation in methods.items():
            act = operation["operationId"].rpartition("_rest_")[2]
            found[place if method == "get" else f"{place}#{method}"] = (method, act)
    return found


OPERATIONS = operations()
ADDRESSES = sorted({*addresses(get_resolver()), *OPERATIONS})


def filled(address: str, values: Values) -> str:
    """Return the address with its placeholders filled."""
    meant = next((names for start, names in VALUE_OF.items() if address.startswith(start)), {})

    def value(found: re.Match[str]) -> str:
        name = meant.get(found[1], found[1])
        return str(values.get(name, SHARED.get(name)))

    return "/" + PLACEHOLDER.sub(value, address)


def opens(client: Client, address: str, values: Values) -> bool:
    """Say whether the address answers this visitor about `values`; nothing that it does is kept."""
    method, act = OPERATIONS.get(address, ("get", ""))
    url = filled(address.partition("#")[0], values)
    with transaction.atomic():
        if method == "get":
            answer = client.get(url)
            if answer.status_code == 405:
                answer = client.post(url)
        else:
            body = json.dumps(bodies(values)[act])
            answer = client.generic(method.upper(), url, body, content_type="application/json")
            assert answer.status_code != 422, f"{method} {url}: {answer.content.decode()}"
        transaction.set_rollback(True)
    return not _is_refusal(answer)


def _is_refusal(answer: HttpResponse) -> bool:
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/")
    return to_sign_in or answer.status_code in (401, 403, 404)


def line(address: str, world: World, clients: dict[str, Client]) -> str:
    """Return the address's line of the table."""
    signs = []
    has_owner = "#" in address or filled(address, world.own) != filled(address, world.other)
    for role, client in clients.items():
        own = opens(client, address, at_home(world.own, role))
        other = opens(client, address, at_home(world.other, role)) if has_owner else own
        signs.append({(True, True): "+", (True, False): "o", (False, True): "x", (False, False): "."}[own, other])
    cells = (f"{sign:^{len(name)}}" for sign, name in zip(signs, COLUMNS, strict=True))
    return f"/{address:<70} {' '.join(cells)}".rstrip()


def committed() -> dict[str, str]:
    """Return the lines of the committed table by address."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:] if TABLE.exists() else []
    return {found.split()[0]: found for found in lines}


def write(lines: list[str]) -> None:
    """Put the lines into the table, and take out what is no longer an address."""
    known = {f"/{address}" for address in ADDRESSES}
    kept = committed() | {found.split()[0]: found for found in lines}
    head = f"{'address':<71} {' '.join(COLUMNS)}"
    rows = [kept[address] for address in sorted(kept) if address in known]
    TABLE.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


ROOMS = sorted({address.rpartition("/")[0].split("/")[0] for address in ADDRESSES})


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_every_address_opens_to_whom_the_table_says(cast: Cast, room: str) -> None:
    world = make(cast)
    clients = {role: getattr(cast, role).client for role in ROLES} | {"anonymous": Client()}
    here = [address for address in ADDRESSES if address.rpartition("/")[0].split("/")[0] == room]
    found = [line(address, world, clients) for address in here]
    if os.environ.get("TERRACE_WRITE_MATRIX"):
        write(found)
    table = committed()
    assert found == [table.get(f"/{address}", f"/{address} is not in the table") for address in here]


def test_the_table_has_no_line_for_what_is_gone() -> None:
    assert set(committed()) == {f"/{address}" for address in ADDRESSES}
