"""Lots through the REST interface: the same reads, acts and refusals as on the pages."""

from typing import Any

import pytest

from terrace.registry import services as registry
from terrace.traceability import services
from terrace.traceability.models import Inspection, Lot
from tests.conftest import Cast
from tests.traceability.conftest import NOW, kilos, taken_in

KG = {"unit": "KGM"}


def _call(cast: Cast, who: str, url: str, body: Any = None) -> tuple[int, Any]:
    client = getattr(cast, who).client
    url = f"/api/v1/lots{url}"
    answer = client.get(url) if body is None else client.post(url, body, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_lot_is_read_with_its_journey_origins_uses_and_tests(cast: Cast) -> None:
    lot = taken_in(cast)
    part = services.split_lot(by=cast.keeper.actor, lot=lot, parts=[kilos(100)], now=NOW)[0]
    services.pack(by=cast.packer.actor, lot_id=part.pk, quantity=kilos(5), reference="parcel/W-1", now=NOW)
    status, told = _call(cast, "keeper", f"/{part.number}")
    assert (status, told["left"], told["product"]) == (200, {"steps": 95_000, **KG}, "apple")
    assert told["link"] == f"/01/{lot.gtin}/10/{part.number}"
    _status, journey = _call(cast, "keeper", f"/{part.number}/journey")
    assert [step["kind"] for step in journey] == ["harvested", "taken_in", "split", "split", "packed"]
    assert _call(cast, "keeper", f"/{part.number}/origins")[1] == [
        {"lot": lot.number, "quantity": {"steps": 100_000, **KG}}
    ]
    assert [use["reference"] for use in _call(cast, "keeper", f"/{part.number}/uses")[1]] == ["parcel/W-1"]
    assert _call(cast, "keeper", f"/{part.number}/tests") == (200, [])


def test_the_list_holds_what_the_caller_sees(cast: Cast) -> None:
    lot = taken_in(cast)
    for who, found in (("keeper", [lot.number]), ("farmer", [lot.number]), ("neighbour", []), ("stranger", [])):
        assert [row["number"] for row in _call(cast, who, "?sort=-left&standing=stock")[1]["items"]] == found
    assert _call(cast, "keeper", "?standing=empty")[1]["total"] == 0
    assert _call(cast, "keeper", "?sort=weight")[0] == 422
    for below in ("", "/journey", "/origins", "/uses", "/tests"):
        assert _call(cast, "stranger", f"/{lot.number}{below}")[0] == 404


def test_staff_act_on_lots_by_a_program(cast: Cast) -> None:
    lot = taken_in(cast)
    url = f"/{lot.number}"
    status, parts = _call(cast, "keeper", f"{url}/split", {"parts": [{"steps": 1000, **KG}, {"steps": 2000, **KG}]})
    assert (status, [part["left"]["steps"] for part in parts]) == (201, [1000, 2000])
    status, made = _call(cast, "keeper", "/merge", {"lots": [part["number"] for part in parts]})
    assert (status, made["left"]["steps"]) == (201, 3000)
    status, told = _call(cast, "keeper", f"{url}/losses", {"quantity": {"steps": 500, **KG}, "reason": "pests"})
    assert (status, told["left"]["steps"]) == (200, 796_500)
    status, steps = _call(cast, "keeper", f"{url}/steps", {"kind": "cooled"})
    assert (status, steps[-1]["kind"]) == (201, "cooled")
    assert _call(cast, "packer", f"{url}/grade", {"grade": "extra"})[1]["grade"] == "extra"
    test = {
        "results": [{"measure": "sugar", "value": "13.5", "limit": "12"}],
        "tested_by": "x",
        "tested_on": "2026-09-19",
    }
    assert _call(cast, "packer", f"{url}/tests", test)[1]["results"][0]["passed"] is True
    recalled = _call(cast, "packer", f"{url}/recall", {"reason": "Residue"})[1]
    assert {row["number"] for row in recalled} == {lot.number, made["number"], *(part["number"] for part in parts)}
    assert _call(cast, "packer", f"{url}/recall/end", {})[1]["recalled_at"] is None


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/split", {"parts": [{"steps": 900_000, "unit": "KGM"}]}, 409, "not_enough_of_lot"),
        ("/split", {"parts": [{"steps": 3, "unit": "C62"}]}, 422, "invalid"),
        ("/losses", {"quantity": {"steps": 1, "unit": "KGM"}, "reason": "other"}, 422, "invalid"),
        ("/recall", {"reason": "x"}, 403, "forbidden"),
        ("/recall/end", {}, 403, "forbidden"),
        ("/grade", {"grade": "first"}, 403, "forbidden"),
    ],
)
def test_refusals_change_nothing(cast: Cast, path: str, body: dict[str, Any], status: int, code: str) -> None:
    lot = taken_in(cast)
    answer = _call(cast, "keeper", f"/{lot.number}{path}", body)
    assert (answer[0], answer[1]["code"]) == (status, code)
    assert list(Lot.objects.values_list("steps", "grade", "recall_reason")) == [(800_000, "", "")]
    assert Inspection.objects.count() == 0


def test_a_household_is_handed_its_lots(cast: Cast) -> None:
    lot = taken_in(cast)
    assert cast.farmer.party
    held = registry.export_data(by=cast.farmer.actor, party=cast.farmer.party)["lots"]
    assert [(row["lot"], row["as"]) for row in held] == [(lot.number, "producer")]
    assert cast.buyer.party
    held = registry.export_data(by=cast.buyer.actor, party=cast.buyer.party)["lots"]
    assert [(row["lot"], row["as"]) for row in held] == [(lot.number, "owner")]
