"""Who produces, buys and sells, what is personal about them, and what must never be written down. Pure rules."""

from terrace.registry.domain.events import DataRequested, ErasureAsked, PartyErased, PartyMoved, PartyRested
from terrace.registry.domain.imports import SLOW, ImportState
from terrace.registry.domain.names import name_key, search_text, surname
from terrace.registry.domain.parties import ACTS, Kind, Mark, Permission, Sex, State, TraceName
from terrace.registry.domain.phones import masked_phone, phone_tail
from terrace.registry.domain.sealing import Keyring, normal_account

__all__ = [
    "ACTS",
    "SLOW",
    "DataRequested",
    "ErasureAsked",
    "ImportState",
    "Keyring",
    "Kind",
    "Mark",
    "PartyErased",
    "PartyMoved",
    "PartyRested",
    "Permission",
    "Sex",
    "State",
    "TraceName",
    "masked_phone",
    "name_key",
    "normal_account",
    "phone_tail",
    "search_text",
    "surname",
]
