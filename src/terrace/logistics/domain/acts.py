"""What a post may allow about logistics, and what the record of acts calls what people did here."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _


class Permission(Choice):
    """What a post may allow about logistics."""

    VIEW = "logistics.view", _("See parcels, consignments and tours of the area")
    DISPATCH = "logistics.dispatch", _("Plan tours and keep vehicles and carriers")
    DRIVE = "logistics.drive", _("Drive tours")
    HANDLE = "logistics.handle", _("Take in and hand over parcels and consignments")
    TRACK = "logistics.track", _("Tell where vehicles are")
    TARIFFS = "logistics.tariffs", _("Set tariffs of carriers, fleet and outlets")


ACTS: Mapping[str, Text] = {
    "logistics.register_parcel": _("registered a parcel"),
    "logistics.withdraw_parcel": _("took back a parcel that was unpacked"),
    "logistics.hand_to_carrier": _("handed a parcel to its carrier"),
    "logistics.correct_waybill": _("corrected the waybill of a parcel"),
    "logistics.hear_carrier": _("noted what the carrier says of a parcel"),
    "logistics.scan_parcel": _("scanned a parcel"),
    "logistics.hand_over": _("handed a parcel over"),
    "logistics.send_back": _("gave up waiting for who does not fetch a parcel"),
    "logistics.keep_longer": _("kept a parcel longer for its recipient"),
    "logistics.remind_recipients": _("reminded a recipient of a parcel"),
    "logistics.call_back": _("called a parcel back to its sender"),
    "logistics.send_home": _("sent a parcel that was called back home"),
    "logistics.set_shelf_days": _("set how long a carrier's parcels wait on the shelf"),
    "logistics.wrong_code": _("a wrong pick-up code was given"),
    "logistics.renew_code": _("sent a new pick-up code"),
    "logistics.name_collector": _("let somebody else collect a parcel"),
    "logistics.empty_parcels": _("removed what was personal from parcels"),
    "logistics.take_cash": _("took the money for a parcel"),
    "logistics.hand_in_cash": _("received the cash of a unit"),
    "logistics.bank_cash": _("paid cash in at the bank"),
    "logistics.create_consignment": _("made up a consignment"),
    "logistics.set_window": _("said when a consignment can be fetched"),
    "logistics.number_units": _("numbered crates or pallets of a consignment"),
    "logistics.cancel_consignment": _("cancelled a consignment"),
    "logistics.scan_consignment": _("scanned a consignment"),
    "logistics.receive_consignment": _("counted a consignment that arrived"),
    "logistics.plan_tour": _("planned a tour"),
    "logistics.change_tour": _("changed a tour"),
    "logistics.cancel_tour": _("cancelled a tour"),
    "logistics.relieve": _("let another vehicle go on with a tour"),
    "logistics.start_tour": _("started a tour"),
    "logistics.arrive_at_stop": _("arrived at a stop"),
    "logistics.leave_stop": _("left a stop"),
    "logistics.finish_tour": _("finished a tour"),
    "logistics.confirm_drop": _("confirmed what a tour brought"),
    "logistics.report_problem": _("told of a problem on the way"),
    "logistics.add_vehicle": _("added a vehicle"),
    "logistics.change_vehicle": _("changed a vehicle"),
    "logistics.reckon_tour": _("reckoned what a tour cost"),
    "logistics.equip_vehicle": _("said what a vehicle is to plans"),
    "logistics.set_planning_rules": _("said how the centre reckons its days"),
    "logistics.set_approach": _("said how vehicles come to a unit"),
    "logistics.begin_plan": _("had a day planned"),
    "logistics.find_plan": _("found a plan of a day"),
    "logistics.change_plan": _("changed a plan of a day"),
    "logistics.drop_plan": _("dropped a plan of a day"),
    "logistics.approve_plan": _("approved a plan of a day"),
    "logistics.take_positions": _("took in where vehicles were"),
    "logistics.forget_positions": _("deleted where a driver was"),
    "logistics.learn_detours": _("learned from drives how roads are"),
    "logistics.take_network": _("took in a road network"),
    "logistics.drop_network": _("took a road network out of use"),
    "logistics.add_condition": _("recorded that a road is closed or slow"),
    "logistics.end_condition": _("recorded that a road is as usual again"),
    "logistics.add_carrier": _("took a carrier into the network"),
    "logistics.change_carrier": _("changed how things stand with a carrier"),
    "logistics.take_file": _("took in a carrier's file of parcels"),
    "logistics.map_columns": _("said how a carrier's files are read"),
    "logistics.hand_in": _("handed over the parcels of a file"),
    "logistics.drop_file": _("threw away a carrier's file"),
    "logistics.drop_unplaced": _("gave up a parcel whose village nobody knew"),
    "logistics.set_webhook": _("said where a carrier's news is posted"),
    "logistics.send_again": _("had a carrier's news sent again"),
    "logistics.post_minimum": _("had the minimum of a month paid"),
    "logistics.agree": _("made an agreement with a carrier"),
    "logistics.end_agreement": _("ended an agreement with a carrier"),
    "logistics.set_tariff": _("set a tariff"),
    "logistics.post_fees": _("had a carrier's owed fees paid"),
}
"""What the record of acts calls this context's acts."""
