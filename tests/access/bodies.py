"""What each write of the REST interface is sent with: valid, so that only the caller decides whether it is done."""

from typing import Any

from terrace.kernel import clock
from tests.access.world import Values

NAMES = {"en": "New", "zh-hans": "新"}
TERMS = {"product": "apple", "variety": "", "quantity": {"steps": 5000, "unit": "KGM"}, "note": ""}
PRODUCT = {
    "names": NAMES,
    "category": "fruit",
    "unit": "KGM",
    "hs_code": "080810",
    "season": {"first": 9, "last": 11},
    "storage": "cold",
    "keeps_days": 90,
}
PRICE = {"minor": 500, "currency": "CNY"}
VERSION = {"version": 1}


def bodies(values: Values) -> dict[str, dict[str, Any]]:
    """Return the body of each operation by the function that serves it, about what `values` name."""
    today = clock.today().isoformat()
    terms = {**TERMS, "opens_on": today, "closes_on": today}
    party = {"name": "Somebody new", "area": values["village"]}
    return {
        "record_supply": {**terms, "party": values["party"]},
        "change_supply": {**terms, **VERSION},
        "withdraw_supply": VERSION,
        "record_demand": {**terms, "party": values["shop"]},
        "change_demand": {**terms, **VERSION},
        "withdraw_demand": VERSION,
        "give_advice": {"area": values["area"], "title": "Hold", "text": "Prices rise."},
        "acknowledge_advice": {},
        "set_price": {"product": "apple", "on": today, "area": values["county"], "price": PRICE},
        "add_product": {**PRODUCT, "code": "new-fruit"},
        "change_product": {**PRODUCT, **VERSION},
        "retire_product": VERSION,
        "restore_product": VERSION,
        "add_variety": {"code": "fresh", "names": NAMES},
        "add_pack": {"code": "fresh", "names": NAMES, "content": {"steps": 5000, "unit": "KGM"}},
        "register_party": {**party, "kind": "household", "is_new": True},
        "change_party": {**party, **VERSION, "is_new": True},
        "found_unit": {"names": NAMES, "area": values["village"]},
        "change_unit": {"names": NAMES, **VERSION},
        "place_unit": {**VERSION, "latitude": 34.19, "longitude": 105.17},
        "close_unit": VERSION,
        "read_notice": {},
    }
