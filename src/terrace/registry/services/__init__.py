"""Acts of the registry."""

from terrace.registry.services.bank import (
    AccountGiven,
    close_account,
    count_to_reseal,
    look_at_account,
    reseal_accounts,
    set_account,
)
from terrace.registry.services.exports import record_export, record_listing
from terrace.registry.services.households import (
    MemberGiven,
    Personal,
    add_member,
    change_member,
    look_at_personal,
    look_for_mark,
    remove_member,
    set_marks,
)
from terrace.registry.services.import_rows import SHEET
from terrace.registry.services.imports import (
    IMPORT_JOB,
    forget_imports,
    restart_import,
    rows_to_correct,
    run_import,
    start_import,
)
from terrace.registry.services.memberships import AlreadyMember, join_cooperative, leave_cooperative
from terrace.registry.services.own_data import (
    WORDS,
    ErasureRefused,
    against_erasure,
    ask_erasure,
    erase_party,
    export_data,
    withdraw_erasure,
)
from terrace.registry.services.parties import (
    AlreadyErased,
    KeptByOffice,
    LooksRegistered,
    Profile,
    change_party,
    deactivate_party,
    lock_active,
    reactivate_party,
    register_party,
)
from terrace.registry.services.representatives import (
    add_representative,
    invite_representative,
    remove_representative,
)

__all__ = [
    "IMPORT_JOB",
    "SHEET",
    "WORDS",
    "AccountGiven",
    "AlreadyErased",
    "AlreadyMember",
    "ErasureRefused",
    "KeptByOffice",
    "LooksRegistered",
    "MemberGiven",
    "Personal",
    "Profile",
    "add_member",
    "add_representative",
    "against_erasure",
    "ask_erasure",
    "change_member",
    "change_party",
    "close_account",
    "count_to_reseal",
    "deactivate_party",
    "erase_party",
    "export_data",
    "forget_imports",
    "invite_representative",
    "join_cooperative",
    "leave_cooperative",
    "lock_active",
    "look_at_account",
    "look_at_personal",
    "look_for_mark",
    "reactivate_party",
    "record_export",
    "record_listing",
    "register_party",
    "remove_member",
    "remove_representative",
    "reseal_accounts",
    "restart_import",
    "rows_to_correct",
    "run_import",
    "set_account",
    "set_marks",
    "start_import",
    "withdraw_erasure",
]
