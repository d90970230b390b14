"""What each write of the REST interface is sent with: valid, so that only the caller decides whether it is done."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from terrace.http import workbooks
from terrace.kernel import clock
from terrace.sourcing.services.price_rows import SHEET
from tests.access.carriage import CODE
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
ADDRESS = {
    "recipient": "Lin Yue",
    "phone": "13800138000",
    "region": "Shaanxi, Xi'an",
    "address": "12 Willow Lane",
}


def photo() -> ContentFile[bytes]:
    """Return a small photo."""
    target = BytesIO()
    Image.new("RGB", (20, 10), "red").save(target, "PNG")
    return ContentFile(target.getvalue(), name="apples.png")


def _here() -> dict[str, Any]:
    """Return where a vehicle is now."""
    return {"at": clock.now().isoformat(), "latitude": 33.7, "longitude": 105.7}


def prices(values: Values, day: str) -> ContentFile[bytes]:
    """Return a sheet with one price at the market of the county."""
    row = ["apple", "", day, values["county"], "5.20", ""]
    return ContentFile(workbooks.write(workbooks.Sheet("prices", SHEET, [row])), name="prices.xlsx")


def answer_of_bank(values: Values) -> ContentFile[bytes]:
    """Return what the bank says of a payout."""
    return ContentFile(f"payout,result,on,reason\n{values['payout']},paid,{clock.today()},\n".encode(), name="bank.csv")


def statement_of_bank(values: Values) -> ContentFile[bytes]:
    """Return a statement of the bank on which nobody pays anything."""
    return ContentFile(f"on,amount,reference,text\n{clock.today()},1,B-1,thanks\n".encode(), name="statement.csv")


def body_of(values: Values, act: str) -> tuple[str | bytes, str]:
    """Return the body of the operation that `act` serves as it is sent, and its type: files go as a form does."""
    body = bodies(values)[act]
    if any(isinstance(value, ContentFile) for value in body.values()):
        return encode_multipart(BOUNDARY, body), MULTIPART_CONTENT
    return json.dumps(body), "application/json"


def asked(values: Values) -> dict[str, str | int]:
    """Return what a read has to be told in its address: where, of which days, about what."""
    today = clock.today().isoformat()
    return {
        "area": values["area"],
        "first": today,
        "last": today,
        "about": f"order/{values['order']}",
        "unit": values["tour_unit"],
    }


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
        "register_parcel": {
            "direction": "up",
            "from_unit": values["unit"],
            "recipient": "Chen Min",
            "phone": "13800138000",
            "region": "Shanghai",
            "address": "1 Century Avenue",
            "weight_grams": 900,
        },
        "hand_to_carrier": {"carrier": values["carrier"], "waybill": "SC1"},
        "carrier_says": {"status": "in_transit"},
        "scan": {"code": values["parcel"], "kind": "arrived", "unit": values["unit"]},
        "deposit": {"party": values["shop"], "amount": PRICE, "bank_reference": "a transfer of today"},
        "set_operator": {"party": values["party"]},
        "take_back": {"memo": "Booked twice"},
        "prepare_payouts": {"area": values["county"], "minimum": PRICE, "purpose": "Sales"},
        "cancel_payouts": VERSION,
        "restart_preparation": {},
        "book_results": {"file": answer_of_bank(values)},
        "record_purchase": {
            "producer": values["party"],
            "buyer": values["shop"],
            "unit": values["unit"],
            "product": "apple",
            "gross": {"steps": 5000, "unit": "KGM"},
            "price": PRICE,
            "pay_rule": "at_sale",
            "sure_of_price": True,
        },
        "place_orders": {
            "wanted": [{"offer": values["offer"], "quantity": 1}],
            **ADDRESS,
            "provider": "bank",
            "total": {"minor": 5400, "currency": "CNY"},
        },
        "confirm_payment": {
            "amount": {"minor": 1, "currency": "CNY"},
            "on": today,
            "reference": "B-1",
            "sends_back": True,
        },
        "mark_paid_back": {},
        "take_back_slip": {},
        "keep_my_address": ADDRESS,
        "change_my_address": {**ADDRESS, "recipient": "Lin Xiu"},
        "remove_my_address": {},
        "claim_my_orders": {},
        "change_me": {"name": "Lin Yue", "language": "en"},
        "book_statement": {"file": statement_of_bank(values)},
        **_of_offers(values),
        **_of_sales(values),
        **_of_carriage(values),
        **_of_lots(values),
        "give_mandate": {"buyer": values["shop"], "in_all": PRICE, "ends_on": clock.today().isoformat()},
        "withdraw_mandate": {},
        "void_purchase": {"reason": "Wrong crates"},
        "pay_purchase": {},
        "bear_loss": {},
        "set_photo": {**VERSION, "photo": photo()},
        "remove_photo": VERSION,
        "import_prices": {"file": prices(values, today)},
        "give_advice": {"area": values["area"], "title": "Hold", "text": "Prices rise."},
        "acknowledge_advice": {},
        "set_price": {"product": "apple", "on": today, "area": values["county"], "price": PRICE},
        "withdraw_price": {},
        "add_product": {**PRODUCT, "code": "new-fruit"},
        "change_product": {**PRODUCT, **VERSION},
        "retire_product": VERSION,
        "restore_product": VERSION,
        "add_variety": {"code": "fresh", "names": NAMES},
        "add_pack": {"code": "fresh", "names": NAMES, "content": {"steps": 5000, "unit": "KGM"}},
        **dict.fromkeys(("retire_variety", "restore_variety", "retire_pack", "restore_pack"), VERSION),
        "register_party": {**party, "kind": "household", "is_new": True},
        "change_party": {**party, **VERSION, "is_new": True},
        "let_rest": VERSION,
        "let_return": VERSION,
        "join_cooperative": {"cooperative": values["cooperative"], "joined_on": today},
        "leave_cooperative": {"left_on": today},
        "invite_representative": {"name": "Somebody new", "phone": "13909390077"},
        "remove_representative": {},
        "found_unit": {"names": NAMES, "area": values["village"]},
        "change_unit": {"names": NAMES, **VERSION},
        "place_unit": {**VERSION, "latitude": 34.19, "longitude": 105.17},
        "close_unit": VERSION,
        "read_notice": {},
        "record_cost": {"amount": PRICE, "note": "The yard", "version": 0},
    }


def _of_offers(values: Values) -> dict[str, dict[str, Any]]:
    """Return the bodies of what is done with the world's offers and their reviews."""
    terms = {
        "product": "apple",
        "sold_as": "pack",
        "content": {"steps": 5000, "unit": "KGM"},
        "titles": NAMES,
        "price": {"minor": 4900, "currency": "CNY"},
        "opens_on": clock.today().isoformat(),
        "closes_on": clock.today().isoformat(),
        "sure_of_price": True,
    }
    return {
        "create_offer": {**terms, "seller": values["shop"], "stock": 3},
        "change_offer": {**terms, **VERSION},
        **dict.fromkeys(("put_on_sale", "pause_offer", "end_offer"), VERSION),
        "restock": {"quantity": 1},
        "take_out": {"quantity": 1},
        "add_photo": {"photo": photo()},
        "move_photo": {},
        "answer_review": {"answer": "Thank you"},
        "hide_review": {"reason": "Insulting"},
        "show_review": {},
    }


def _of_lots(values: Values) -> dict[str, dict[str, Any]]:
    """Return the bodies of what is done with the world's lots, of what their labels say, and of who is named there."""
    some = {"steps": 1000, "unit": "KGM"}
    sweet = {"measure": "sugar", "value": "13.5", "limit": "12"}
    return {
        "merge_lots": {"lots": [values["lot"], values["lot_beside"]]},
        "split_lot": {"parts": [some]},
        "record_loss": {"quantity": some, "reason": "rotten"},
        "record_step": {"kind": "cooled"},
        "record_test": {"results": [sweet], "tested_by": "Laboratory", "tested_on": clock.today().isoformat()},
        "grade_lot": {"grade": "first"},
        "recall_lot": {"reason": "Too much residue"},
        "end_recall": {},
        "number_pack": {**VERSION, "gtin": "96385074"},
        "set_trace_name": {**VERSION, "shown": "surname"},
    }


def _of_carriage(values: Values) -> dict[str, dict[str, Any]]:
    """Return the bodies of what is done with the world's parcels, goods, tours and fleet."""
    goods = [{"lot": values["lot"], "quantity": {"steps": 2_000, "unit": "KGM"}}]
    tour = {"vehicle": values["vehicle"], "driver": values["driver_id"]}
    when = {"on": clock.today().isoformat(), "starts_at": "08:00:00"}
    seen = {"version": 3}
    vehicle = {"plate": "甘K 99999", "capacity_grams": 900_000}
    ways = ("start_tour", "take_all_in_yard", "arrive_at_stop", "drop_all", "take_all", "leave_stop", "finish_tour")
    return {
        **{way: {} for way in (*ways, "renew_code", "cancel_consignment")},
        "hand_over": {"code": CODE},
        "hand_over_with_photo": {"photo": photo()},
        "hand_over_with_signature": {"signature": photo()},
        "refuse_parcel": {"note": "not ordered"},
        "set_window": {},
        "add_condition": {
            "centre": values["tour_unit"],
            "from_on": clock.today().isoformat(),
            "reason": "Landslide",
            "unit": values["unit"],
            "radius_m": 500,
        },
        "end_condition": VERSION,
        "keep_longer": {"days": 3},
        "send_back": {"note": "nobody came"},
        "send_home": {},
        "take_in_return": {"number": values["returning"], "unit": values["unit"], "weight_grams": 900},
        "create_consignment": {"from_unit": values["unit"], "to_unit": values["tour_unit"], "lots": goods},
        "receive_consignment": {"arrived": [], "note": "all there"},
        "plan_tour": {"unit": values["tour_unit"], **tour, **when},
        "change_tour": {**seen, **tour, **when},
        "cancel_tour": seen,
        "add_stop": {**seen, "unit": values["stop_unit"], "planned_at": "09:30:00"},
        "move_stop": {**seen, "places": 1},
        "time_stop": {**seen, "planned_at": "09:30:00"},
        "remove_stop": seen,
        "assign": {**seen, "codes": [values["parcel"]]},
        "unassign": seen,
        "insert_pick_up": {**seen, "unit": values["unit"], "codes": [values["parcel_up"]]},
        "relieve": {"version": 2, **tour},
        "replan": {"goes_on_itself": True},
        "carry_out": {"token": "of what nobody was shown"},
        "report_problem": {"text": "A tyre is flat"},
        "tell_acts": {
            "acts": [
                {
                    "key": "told-for-the-matrix",
                    "tour": values["tour"],
                    "kind": "problem",
                    "at": clock.now().isoformat(),
                    "text": "A tyre is flat",
                }
            ]
        },
        "confirm_drop": {"note": "all there"},
        "tell_positions": {"positions": [{"tour": values["driven_tour"], **_here()}]},
        "take_positions": {"positions": [_here()]},
        "begin_plan": {
            "unit": values["tour_unit"],
            "on": (clock.today() + timedelta(days=2)).isoformat(),
            "seconds": 5,
        },
        "search_again": {"version": 2, "seconds": 5},
        "drop_plan": {"version": 2},
        "approve_plan": {"version": 2, "drivers": [tour]},
        "add_vehicle": {"unit": values["tour_unit"], **vehicle},
        "change_vehicle": {**VERSION, **vehicle, "capacity_grams": 800_000},  # as much as its tours count on
        "add_carrier": {"unit": values["tour_unit"], "party": values["shop"]},
        "change_carrier": {**VERSION, "is_active": False},
        "agree": {
            "starts_on": clock.today().isoformat(),
            "ends_on": (clock.today() + timedelta(days=20)).isoformat(),
            "zones": [{"name": "All areas", "per_parcel": PRICE, "per_kg": PRICE}],
        },
        "set_webhook": {"url": "https://example.org/hook"},
        "announce_parcels": {
            "parcels": [{"waybill": "B1", "recipient": "Zhao", "phone": "13993901234", "weight_grams": 900}]
        },
        "end_agreement": {**VERSION, "ends_on": (clock.today() + timedelta(days=300)).isoformat()},
        "set_tariff": {
            "kind": "fleet",
            "area": values["county"],
            "starts_on": clock.today().isoformat(),
            "per_parcel": PRICE,
            "per_kg": PRICE,
        },
    }


def _of_sales(values: Values) -> dict[str, dict[str, Any]]:
    """Return the bodies of what is done with the world's orders, disputes and agreements."""
    contents = [{"line": values["line_id"], "steps": 10_000, "lot": values["lot_at_centre"]}]
    words = {"words_to_buyer": "Half of it", "words_to_seller": "The photo shows it"}
    return {
        "pack_sale": {
            "version": 2,
            "unit": values["centre_unit"],
            "parcels": [{"weight_grams": 10_500, "contents": contents}],
        },
        "unpack_sale": VERSION,
        "ship_sale": {**VERSION, "waybills": {}},
        "put_away_goods": {"state": "sound", "version": 2},
        "cancel_sale": {"version": 2},
        "refund_sale": {"version": 2, "amount": {"minor": 100, "currency": "CNY"}},
        "answer_dispute": {**VERSION, "offered": PRICE, "words": "We are sorry"},
        "decide_dispute": {"version": 2, "amount": PRICE, **words},
        "pass_on_dispute": {},
        "agree_to_more": {"version": 2, "offered": PRICE, "words": "We are sorry"},
        "grant_agreed": {"version": 2},
        "take_back_goods": {"state": "sound"},
        "withdraw_agreement": {},
        "confirm_my_order": {},
        "cancel_my_order": {"version": 2},
        "open_my_dispute": {"kind": "spoilt", "text": "Two are rotten", "wanted": PRICE},
        "accept_my_offer": {},
        "pass_on_my_dispute": {},
        "withdraw_my_dispute": {},
        "send_my_goods_back": {"waybill": "SF-1"},
        "review_my_goods": {"offer": values["offer"], "rating": 5},
        "make_agreement": {
            "area": values["county"],
            "starts_on": clock.today().isoformat(),
            "platform_permille": 20,
            "packing": PRICE,
            "confirm_days": 7,
        },
    }
