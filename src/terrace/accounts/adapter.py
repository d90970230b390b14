"""How allauth signs people in by Terrace's rules."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by invitation only."""

    def is_open_for_signup(self, request: object) -> bool:
        """Say no: a person comes in by an invitation's link."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time codes and passkeys."""
