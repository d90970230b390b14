"""Every address x every role x (own, the neighbour's, nobody): the committed table, and what the program really does.

`matrix.txt` is made by this test with `TERRACE_WRITE_MATRIX=1` and read by people: a line is an address, a column a
role. `+` opens the village's own and the neighbour's in another county, `o` only the own, `.` neither, `x` only the
neighbour's. A page that is about neither opens as a list does: `+` with rows of both sides in it, `o` or `x` with
those of one, `-` with none. A second sign tells of the form on the page, where it may be sent by others than those to
whom the page opens. The last column is the visitor who has not signed in. A new address without a line fails.
"""

import os
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.bodies import body_of
from tests.access.world import ROLES, Values, World, at_home, traces
from tests.described import description

TABLE = Path(__file__).with_name("matrix.txt")
COLUMNS = (*ROLES, "anonymous")
ELSEWHERE = ("api/v1/", "account/^")
"""The REST operations come from their own description; allauth's secret links are followed by tests of their own."""
WITHOUT_FORM: set[str] = set()
"""Addresses found to take no form."""
SIGNS = {(True, True): "+", (True, False): "o", (False, True): "x", (False, False): "."}
STOP_WAYS = ("arrive", "leave", "take-all", "drop-all")
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
DRIVEN = tuple(
    f"api/v1/logistics/tours/<str:number>/{act}"
    for act in (
        "start",
        "take-all",
        "finish",
        "problem",
        "relieve",
        "replan",
        "replan/carry-out",
        *(f"stops/<str:stop_id>/{way}" for way in STOP_WAYS),
    )
)
VALUE_OF = {
    "network/areas": {"code": "area"},
    "network/units": {"number": "unit"},
    "registry/imports": {"number": "run"},
    "registry/": {"number": "party"},
    "sourcing/supply": {"number": "supply"},
    "sourcing/demand": {"number": "demand"},
    "sourcing/advice": {"number": "advice"},
    "logistics/parcels/<str:number>/photos": {"number": "photo_parcel"},
    "logistics/parcels": {"number": "parcel"},
    "logistics/consignments": {"number": "consignment"},
    "logistics/cash/units": {"number": "cash_unit"},
    "logistics/cash/receipts": {"number": "cash_receipt"},
    "api/v1/logistics/drops": {"stop_id": "driven_stop"},
    "logistics/desk/drops": {"stop_id": "driven_stop"},
    "logistics/tours/<str:number>/driven": {"number": "driven_tour"},
    "logistics/tours/<str:number>/relieve": {"number": "driven_tour"},
    "logistics/tours/<str:number>/replan": {"number": "driven_tour"},
    "logistics/tours": {"number": "tour"},
    "logistics/drive": {"number": "tour"},
    "logistics/plans": {"number": "plan"},
    "logistics/planning": {"number": "unit"},
    "logistics/vehicles": {"number": "vehicle"},
    "logistics/carriers": {"number": "carrier_number"},
    "ledger/accounts/<str:number>/operator": {"number": "unit_account"},
    "ledger/accounts": {"number": "account"},
    "ledger/transfers": {"number": "transfer"},
    "ledger/payouts": {"number": "payout_run"},
    "api/v1/logistics/parcels/<str:number>/hand-over": {"number": "shelved_parcel"},
    "api/v1/logistics/parcels/<str:number>/refuse": {"number": "shelved_parcel"},
    "api/v1/logistics/parcels/<str:number>/new-code": {"number": "shelved_parcel"},
    "api/v1/logistics/parcels/<str:number>/keep-longer": {"number": "shelved_parcel"},
    "api/v1/logistics/parcels/<str:number>/send-back": {"number": "shelved_parcel"},
    "api/v1/logistics/parcels": {"number": "sent_parcel"},
    "api/v1/logistics/consignments/<str:number>/receive": {"number": "counted_goods"},
    "api/v1/logistics/consignments": {"number": "consignment"},
    **{address: {"number": "driven_tour", "stop_id": "driven_stop"} for address in DRIVEN},
    "api/v1/logistics/tours": {"number": "tour"},
    "api/v1/logistics/plans": {"number": "plan"},
    "api/v1/logistics/vehicles": {"number": "vehicle"},
    "api/v1/logistics/carriers": {"number": "carrier_number"},
    "api/v1/ledger/accounts/<str:number>/operator": {"number": "unit_account"},
    "api/v1/ledger/accounts": {"number": "account"},
    "api/v1/ledger/transfers": {"number": "transfer"},
    "api/v1/ledger/payout-runs": {"number": "payout_run"},
    "sourcing/mandates": {"number": "mandate"},
    "api/v1/mandates": {"number": "mandate"},
    "sourcing/purchases/<str:number>/losses": {"number": "lossy_purchase"},
    "sourcing/purchases": {"number": "purchase", "producer": "party"},
    "market/goods": {"number": "offer"},
    "market/offers": {"number": "offer"},
    "market/basket": {"number": "offer"},
    "market/orders/<str:number>/<str:signs>/dispute/return": {"number": "returning_order", "signs": "returning_signs"},
    "market/orders/<str:number>/<str:signs>/dispute/<": {"number": "sent_order", "signs": "sent_signs"},
    "market/orders": {"number": "order", "signs": "order_signs"},
    "market/sell/orders/<str:number>/parcels": {"number": "sent_order", "parcel": "sent_parcel"},
    "market/sell/orders": {"number": "order"},
    "market/settlements": {"number": "settled"},
    "market/disputes": {"number": "dispute"},
    "market/agreements": {"number": "agreement"},
    "market/sandbox": {"reference": "charge"},
    "market/payments/back": {},
    "market/payments/notices/": {},
    "market/payments": {"number": "payment", "signs": "payment_signs"},
    "lots": {"number": "lot"},
    "figures/households": {"number": "party"},
    "figures/outlets": {"number": "unit", "kind": "cost"},
    "api/v1/figures/households": {"number": "party"},
    "api/v1/figures/outlets": {"number": "unit", "kind": "cost"},
    "01/": {"number": "lot"},
    "api/v1/lots": {"number": "lot"},
    "api/v1/supply-notices": {"number": "supply"},
    "api/v1/demand-notices": {"number": "demand"},
    "api/v1/advice": {"number": "advice"},
    "api/v1/purchases/<str:number>/losses": {"number": "lossy_purchase"},
    "api/v1/purchases": {"number": "purchase"},
    "api/v1/market/goods": {"number": "offer"},
    "api/v1/market/offers": {"number": "offer"},
    "api/v1/market/my-orders/<str:number>/dispute": {"number": "sent_order"},
    "api/v1/market/payments": {"number": "open_payment"},
    "api/v1/market/my-orders": {"number": "settled"},
    "api/v1/market/sales": {"number": "order"},
    "api/v1/market/settlements": {"number": "settled"},
    "api/v1/market/disputes": {"number": "dispute"},
    "api/v1/market/agreements": {"number": "agreement"},
    "api/v1/areas": {"code": "area"},
    "api/v1/units": {"number": "unit"},
    "api/v1/parties": {"number": "party"},
}
"""Which value of the world a placeholder means, by the beginning of the address; the first that fits."""
SHARED: Values = {
    "product": "apple",
    "code": "apple",
    "variety": "fuji",
    "pack": "box-5kg",
    "kind": "household",
    "pk": 0,
    "figure": "sales",
    "month": "2026-01",
    "cost": "rent",
    "provider": "sandbox",
    "act": "withdraw",
    "direction": "up",
    "job": 0,
    "place": 0,
}


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield every address of the program that is ours."""
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, address)
        elif isinstance(entry, URLPattern) and not address.startswith(ELSEWHERE):
            yield address


def operations() -> dict[str, tuple[str, str]]:
    """Return method and act of each REST operation by its address, a write's with its method behind."""
    found = {}
    for address, methods in description()["paths"].items():
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


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether an address opens, whether it takes a form (None where there is none), and what it shows."""

    opens: bool
    takes: bool | None = None
    shows: str = ""


def ask(client: Client, address: str, values: Values) -> Answer:
    """Return how the address answers this visitor about `values`; nothing that it does is kept."""
    method, act = OPERATIONS.get(address, ("", ""))
    url = filled(address.partition("#")[0], values)
    if method in ("", "get"):
        found = _undone(client, "get", url)
        takes = None if method else _takes(client, address, url)
        if found.status_code == 405:
            return Answer(opens=bool(takes))
        shows = "" if found.streaming or _is_refusal(found) else found.content.decode(errors="replace")
        return Answer(not _is_refusal(found), takes, shows)
    data, content_type = body_of(values, act)
    answer = _undone(client, method, url, data=data, content_type=content_type)
    told = answer.content.decode(errors="replace")
    row_by_row = answer.status_code == 422 and '"rows_refused"' in told  # a sheet of prices of another place
    assert row_by_row or answer.status_code != 422, f"{method} {url}: {told}"
    return Answer(not (row_by_row or _is_refusal(answer)))


def _takes(client: Client, address: str, url: str) -> bool | None:
    """Say whether an empty form may be sent there, None where no form is: asked once, for it is so for everybody."""
    if address in WITHOUT_FORM:
        return None
    answer = _undone(client, "post", url)
    if answer.status_code == 405:
        WITHOUT_FORM.add(address)
        return None
    return not _is_refusal(answer)


def _undone(client: Client, method: str, url: str, **options: Any) -> Any:
    """Send a request and undo what it did, in the database and to the visitor's sign-in.

    By the header a refusal is told in a few words: half of all answers are refusals, and to draw them as pages takes
    longer than to refuse. What opens is drawn as ever.
    """
    cookies = copy(client.cookies)
    with transaction.atomic():
        answer = client.generic(method.upper(), url, headers={"accept": "application/json"}, **options)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def _is_refusal(answer: HttpResponse) -> bool:
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/")
    return to_sign_in or answer.status_code in (401, 403, 404)


def line(address: str, world: World, clients: dict[str, Client]) -> str:
    """Return the address's line of the table."""
    has_owner = "#" in address or filled(address, world.own) != filled(address, world.other)
    sign = _sign_of_owned if has_owner else _sign_of_shared
    cells = (f"{sign(client, address, world, role):^{len(role)}}" for role, client in clients.items())
    return f"/{address:<70} {' '.join(cells)}".rstrip()


def _sign_of_owned(client: Client, address: str, world: World, role: str) -> str:
    own, other = (ask(client, address, at_home(side, role)) for side in (world.own, world.other))
    looked = SIGNS[own.opens, other.opens]
    takes = [one.opens if one.takes is None else one.takes for one in (own, other)]
    sent = SIGNS[takes[0], takes[1]]
    return looked if looked == sent else looked + sent


def _sign_of_shared(client: Client, address: str, world: World, role: str) -> str:
    answer = ask(client, address, at_home(world.own, role))
    seen = [bool(traces(side).search(answer.shows)) for side in (world.own, world.other)]
    looked = ("-" if not any(seen) else SIGNS[seen[0], seen[1]]) if answer.opens else "."
    differs = answer.takes is not None and answer.takes != answer.opens
    return looked + ("+" if answer.takes else ".") if differs else looked


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


def room_of(address: str) -> str:
    """Return what an address is about: its first word, for the REST interface the first one after the version."""
    where = address.rpartition("/")[0].split("/")
    return "/".join(where[:3]) if where[0] == "api" else where[0]


ROOMS = sorted({room_of(address) for address in ADDRESSES})


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_every_address_opens_to_whom_the_table_says(world: World, room: str) -> None:
    clients = {role: getattr(world.cast, role).client for role in ROLES} | {"anonymous": Client()}
    here = [address for address in ADDRESSES if room_of(address) == room]
    found = [line(address, world, clients) for address in here]
    if os.environ.get("TERRACE_WRITE_MATRIX"):
        write(found)
    table = committed()
    assert found == [table.get(f"/{address}", f"/{address} is not in the table") for address in here]


NEVER_OPEN = (
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/download/",
    "/registry/imports/<str:number>/to-correct.xlsx",
)
"""What nobody of this world can open: nobody has a second factor, and no import was refused."""


def test_every_line_opens_to_somebody() -> None:
    """A line of dots would stay as it is whoever was let in."""
    closed = [address for address, found in committed().items() if not set(found.split()[1:]) - {"."}]
    assert closed == list(NEVER_OPEN)


def test_the_table_has_no_line_for_what_is_gone() -> None:
    assert set(committed()) == {f"/{address}" for address in ADDRESSES}
