"""Acts: the only writers."""

from terrace.logistics.services.agreements import (
    AgreementGiven,
    Overlapping,
    ZoneGiven,
    agree,
    end_agreement,
)
from terrace.logistics.services.announcing import Checked, announce_many
from terrace.logistics.services.approving import Approved, NotPossible, OnlyTried, approve_plan
from terrace.logistics.services.calling_back import NotCalledBack, call_back, send_home
from terrace.logistics.services.carrying import SAYS, carrier_says, hand_to_carrier
from terrace.logistics.services.cash import bank_cash, hand_in_cash
from terrace.logistics.services.collecting import name_collector
from terrace.logistics.services.conditions import ConditionGiven, ConditionOver, add_condition, end_condition
from terrace.logistics.services.confirming import DropConfirmed, OwnDrop, confirm_drop
from terrace.logistics.services.consignments import (
    MOST_LOTS,
    NotToCount,
    NotWaiting,
    Short,
    cancel_consignment,
    create_consignment,
    receive_consignment,
)
from terrace.logistics.services.costing import reckon_costs
from terrace.logistics.services.days import NoRounds, NothingToPlan, NoVehicle
from terrace.logistics.services.driving import (
    NotUnderWay,
    OtherTour,
    arrive,
    cancel_tour,
    drop_all,
    finish_tour,
    leave,
    report_problem,
    require_drives,
    start_tour,
    take_all,
)
from terrace.logistics.services.emptying import empty_parcels
from terrace.logistics.services.equipping import (
    ApproachGiven,
    equip_vehicle,
    set_approach,
    set_planning_rules,
)
from terrace.logistics.services.fees import post_fees
from terrace.logistics.services.finding import find_for_code
from terrace.logistics.services.fleet import (
    KnownCarrier,
    KnownPlate,
    VehicleGiven,
    add_carrier,
    add_vehicle,
    change_carrier,
    change_vehicle,
    lay_up_carrier,
    set_shelf_days,
)
from terrace.logistics.services.handing import CodeLocked, WrongCode, hand_over, refuse, renew_code
from terrace.logistics.services.inserting import insert_pick_up
from terrace.logistics.services.learning import DrivenLeg, learn_from_legs, learn_from_positions
from terrace.logistics.services.loading import assign, unassign
from terrace.logistics.services.months import charge_months
from terrace.logistics.services.networks import NETWORK_HEADS, drop_network, take_network
from terrace.logistics.services.news import note_told, secret_of, send_again, send_news, set_webhook
from terrace.logistics.services.numbering import number_units
from terrace.logistics.services.overdue import (
    MOST_AT_ONCE,
    NotOverdue,
    keep_longer,
    remind_recipients,
    send_back,
)
from terrace.logistics.services.parcel_files import (
    FileClosed,
    drop_file,
    forget_files,
    hand_in,
    look_at,
    map_columns,
    take_file,
)
from terrace.logistics.services.parcels import KnownWaybill, NewParcel, register_parcel
from terrace.logistics.services.placing import drop_unplaced, place_parcel
from terrace.logistics.services.plan_edits import keep_route, move_visit, split_route
from terrace.logistics.services.plans import (
    SEARCH_JOB,
    PlanClosed,
    PlanGiven,
    StillSearching,
    begin_plan,
    drop_plan,
    run_search,
    search_again,
)
from terrace.logistics.services.position_files import POSITION_HEADS, position_rows, take_position_rows
from terrace.logistics.services.positions import (
    Taken,
    ToldPosition,
    forget_driver,
    forget_positions,
    take_positions,
    tell_positions,
)
from terrace.logistics.services.readiness import set_window
from terrace.logistics.services.relieving import relieve
from terrace.logistics.services.replanning import Changed, NotTaken, Replanned, StopThen, carry_out, replan
from terrace.logistics.services.roads import places_of, roads_between
from terrace.logistics.services.scanning import scan
from terrace.logistics.services.steps import lock_parcels
from terrace.logistics.services.tariffs import KnownTariff, TariffGiven, set_tariff
from terrace.logistics.services.telling import tell_given_back
from terrace.logistics.services.told import NotYours, StopGone, ToldAct, tell_act
from terrace.logistics.services.tours import (
    Overloaded,
    TourEnded,
    TourGiven,
    add_stop,
    change_tour,
    move_stop,
    plan_tour,
    remove_stop,
    time_stop,
)
from terrace.logistics.services.withdrawing import HasLeft, withdraw_parcel

__all__ = [
    "MOST_AT_ONCE",
    "MOST_LOTS",
    "NETWORK_HEADS",
    "POSITION_HEADS",
    "SAYS",
    "SEARCH_JOB",
    "AgreementGiven",
    "ApproachGiven",
    "Approved",
    "Changed",
    "Checked",
    "CodeLocked",
    "ConditionGiven",
    "ConditionOver",
    "DrivenLeg",
    "DropConfirmed",
    "FileClosed",
    "HasLeft",
    "KnownCarrier",
    "KnownPlate",
    "KnownTariff",
    "KnownWaybill",
    "NewParcel",
    "NoRounds",
    "NoVehicle",
    "NotCalledBack",
    "NotOverdue",
    "NotPossible",
    "NotTaken",
    "NotToCount",
    "NotUnderWay",
    "NotWaiting",
    "NotYours",
    "NothingToPlan",
    "OnlyTried",
    "OtherTour",
    "Overlapping",
    "Overloaded",
    "OwnDrop",
    "PlanClosed",
    "PlanGiven",
    "Replanned",
    "Short",
    "StillSearching",
    "StopGone",
    "StopThen",
    "Taken",
    "TariffGiven",
    "ToldAct",
    "ToldPosition",
    "TourEnded",
    "TourGiven",
    "VehicleGiven",
    "WrongCode",
    "ZoneGiven",
    "add_carrier",
    "add_condition",
    "add_stop",
    "add_vehicle",
    "agree",
    "announce_many",
    "approve_plan",
    "arrive",
    "assign",
    "bank_cash",
    "begin_plan",
    "call_back",
    "cancel_consignment",
    "cancel_tour",
    "carrier_says",
    "carry_out",
    "change_carrier",
    "change_tour",
    "change_vehicle",
    "charge_months",
    "confirm_drop",
    "create_consignment",
    "drop_all",
    "drop_file",
    "drop_network",
    "drop_plan",
    "drop_unplaced",
    "empty_parcels",
    "end_agreement",
    "end_condition",
    "equip_vehicle",
    "find_for_code",
    "finish_tour",
    "forget_driver",
    "forget_files",
    "forget_positions",
    "hand_in",
    "hand_in_cash",
    "hand_over",
    "hand_to_carrier",
    "insert_pick_up",
    "keep_longer",
    "keep_route",
    "lay_up_carrier",
    "learn_from_legs",
    "learn_from_positions",
    "leave",
    "lock_parcels",
    "look_at",
    "map_columns",
    "move_stop",
    "move_visit",
    "name_collector",
    "note_told",
    "number_units",
    "place_parcel",
    "places_of",
    "plan_tour",
    "position_rows",
    "post_fees",
    "receive_consignment",
    "reckon_costs",
    "refuse",
    "register_parcel",
    "relieve",
    "remind_recipients",
    "remove_stop",
    "renew_code",
    "replan",
    "report_problem",
    "require_drives",
    "roads_between",
    "run_search",
    "scan",
    "search_again",
    "secret_of",
    "send_again",
    "send_back",
    "send_home",
    "send_news",
    "set_approach",
    "set_planning_rules",
    "set_shelf_days",
    "set_tariff",
    "set_webhook",
    "set_window",
    "split_route",
    "start_tour",
    "take_all",
    "take_file",
    "take_network",
    "take_position_rows",
    "take_positions",
    "tell_act",
    "tell_given_back",
    "tell_positions",
    "time_stop",
    "unassign",
    "withdraw_parcel",
]
