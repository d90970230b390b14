"""Acts on lots: the only writers of their history."""

from terrace.traceability.domain import Grade, LossReason, NewLot
from terrace.traceability.services.judging import (
    AlreadyRecalled,
    InspectionGiven,
    NotRecalled,
    end_recall,
    grade,
    inspect,
    recall,
)
from terrace.traceability.services.lots import create_lot, merge_lots, split_lot
from terrace.traceability.services.masses import lose, note, pack, record_step, unpack
from terrace.traceability.services.setting_aside import release, set_aside, set_aside_again
from terrace.traceability.services.standing import may, require
from terrace.traceability.services.taking_back import LotTouched, take_back_lot
from terrace.traceability.services.telling import sections_of
from terrace.traceability.services.writing import NotEnough, Recalled, SetAside, UnderWay
from terrace.traceability.services.writing import lock as hold

__all__ = [
    "AlreadyRecalled",
    "Grade",
    "InspectionGiven",
    "LossReason",
    "LotTouched",
    "NewLot",
    "NotEnough",
    "NotRecalled",
    "Recalled",
    "SetAside",
    "UnderWay",
    "create_lot",
    "end_recall",
    "grade",
    "hold",
    "inspect",
    "lose",
    "may",
    "merge_lots",
    "note",
    "pack",
    "recall",
    "record_step",
    "release",
    "require",
    "sections_of",
    "set_aside",
    "set_aside_again",
    "split_lot",
    "take_back_lot",
    "unpack",
]
