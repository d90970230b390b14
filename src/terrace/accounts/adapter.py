"""How allauth signs people in by Terrace's rules."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from terrace.accounts import queries, services
from terrace.accounts.domain import BadPhone, normal_phone
from terrace.accounts.forms.sign_in import PhoneField
from terrace.accounts.models import Person
from terrace.kernel import clock
from terrace.kernel.words import _

WRONG = _(
    "The name or the password is wrong. After several wrong tries signing in pauses for a quarter of an hour; "
    "below is what else you can do."
)
"""One answer for a wrong name, a wrong password and a locked sign-in: whoever guesses learns nothing."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by invitation; people sign in by user name, phone or e-mail, and wrong tries are counted."""

    error_messages = DefaultAccountAdapter.error_messages | dict.fromkeys(
        ("email_password_mismatch", "phone_password_mismatch", "username_password_mismatch", "invalid_login"), WRONG
    )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: a person comes in by an invitation's link."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Return who the credentials belong to, or None; the password is looked at only with a try to spare.

        A hash is computed in every case, so that the time taken does not tell
        whether somebody is known, or locked.
        """
        self.pre_authenticate(request, **credentials)
        now, password = clock.now(), credentials.get("password") or ""
        person = queries.find_by_login(_login_of(credentials))
        may_try = person is not None and services.begin_try(person_id=person.pk, now=now)
        is_right = (person or Person()).check_password(password)
        if person is None or not may_try:
            return None
        if not is_right:
            services.count_failure(person_id=person.pk, now=now)
            return None
        services.give_try_back(person_id=person.pk)
        self._rollback_login_failed_rl_usage()
        return person

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Record the sign-in, forget wrong tries, and speak the person's language from here on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        services.note_sign_in(person=user)
        if user.language:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, user.language, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax"
            )
        else:
            services.remember_language(person_id=user.pk, language=translation.get_language() or "")
        return response

    def set_password(self, user: Person, password: str) -> None:
        """Set a password that allauth's pages have asked for."""
        services.change_password(person=user, password=password)

    def phone_form_field(self, **options: Any) -> PhoneField:
        """Return the field for a phone number in any form that people write."""
        return PhoneField(**options)

    def get_phone(self, user: Person) -> tuple[str, bool] | None:
        """Return the person's number, which nobody has verified: it is changed on our page, by `change_contact`."""
        return (user.phone, False) if user.phone else None

    def get_user_by_phone(self, phone: str) -> Person | None:
        """Return who signs in by the number."""
        try:
            number = normal_phone(phone)
        except BadPhone:
            return None
        return Person.objects.filter(phone=number).first() if number else None


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """One-time codes and passkeys; their secrets are encrypted by the key that lies outside the database."""

    def encrypt(self, text: str) -> str:
        """Return `text` sealed by the newest key."""
        return services.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return what `encrypt` sealed, by this key or an older one."""
        return services.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to take away the last second factor of somebody whose post asks for one."""
        person_id = authenticator.user_id
        factors = Authenticator.objects.filter(user_id=person_id, type__in=queries.FACTORS)
        if factors.exclude(pk=authenticator.pk).exists():
            return True
        return not queries.needs_second_factor(queries.posts_on(person_id, clock.today()))


def _login_of(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or credentials.get("email") or credentials.get("phone") or "")
