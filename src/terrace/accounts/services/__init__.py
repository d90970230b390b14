"""What people do about people: sign in, invite, appoint, let back in, change their own, issue tokens."""

from terrace.accounts.services.factors import count_factors_to_reseal, reseal_factors, seal, unseal
from terrace.accounts.services.invitations import (
    Issued,
    accept_invitation,
    come_back_in,
    invite_for_party,
    invite_to_post,
    let_back_in,
    revoke_invitation,
)
from terrace.accounts.services.joining import find_contact_link, join, normal_contact, prove_phone, send_contact_link
from terrace.accounts.services.own_data import StillHeld, close_account, erase_person, export_account, lock_own
from terrace.accounts.services.people import (
    change_contact,
    change_profile,
    forget_party,
    forget_person,
    open_account,
    remember_language,
)
from terrace.accounts.services.posts import act_for, end_post, end_posts_at, give_post
from terrace.accounts.services.sign_in import (
    begin_try,
    change_password,
    clear_tries,
    count_failure,
    give_try_back,
    note_second_factor,
    note_sign_in,
)
from terrace.accounts.services.tokens import IssuedToken, issue_token, note_use, revoke_token, take_back_own_tokens

__all__ = [
    "Issued",
    "IssuedToken",
    "StillHeld",
    "accept_invitation",
    "act_for",
    "begin_try",
    "change_contact",
    "change_password",
    "change_profile",
    "clear_tries",
    "close_account",
    "come_back_in",
    "count_factors_to_reseal",
    "count_failure",
    "end_post",
    "end_posts_at",
    "erase_person",
    "export_account",
    "find_contact_link",
    "forget_party",
    "forget_person",
    "give_post",
    "give_try_back",
    "invite_for_party",
    "invite_to_post",
    "issue_token",
    "join",
    "let_back_in",
    "lock_own",
    "normal_contact",
    "note_second_factor",
    "note_sign_in",
    "note_use",
    "open_account",
    "prove_phone",
    "remember_language",
    "reseal_factors",
    "revoke_invitation",
    "revoke_token",
    "seal",
    "send_contact_link",
    "take_back_own_tokens",
    "unseal",
]
