"""Settings that do not go together, or that nobody may run in production."""

from typing import TYPE_CHECKING

from terrace.config.own_keys import TEST_FIELD_KEY, TEST_SECRET_KEY
from terrace.config.setting_readers import NEEDED_FIELD_KEYS, BadSetting, field_keys
from terrace.kernel.tiers import read_plan

if TYPE_CHECKING:
    from terrace.config.environment import Environment

SECRET_KEY_CHARACTERS = 50
NEEDED_SECRET = "a random text of at least 50 characters; `terrace new-keys` prints one"  # noqa: S105 - advice


def checked(environment: "Environment") -> "Environment":
    """Return the settings; raise `BadSetting` where one does not go with another, or not with production."""
    if environment.language not in environment.languages:
        raise BadSetting(
            "TERRACE_LANGUAGE",
            repr(environment.language),
            f"one of the languages of TERRACE_LANGUAGES ({', '.join(environment.languages)})",
            environment.languages[0],
        )
    if environment.area_code_system == "prefix" and not read_plan(environment.tiers).has_codes_of_fixed_length:
        raise BadSetting(
            "TERRACE_AREA_CODE_SYSTEM",
            "'prefix'",
            "a TERRACE_TIERS that names the digits of their codes, more in each tier, or X1 would begin X12 beside it",
            "opaque",
        )
    if environment.remind_days > environment.shelf_days:
        raise BadSetting(
            "TERRACE_REMIND_DAYS",
            repr(environment.remind_days),
            "at most as many days as TERRACE_SHELF_DAYS, or nobody is reminded before a parcel goes back",
            str(environment.shelf_days),
        )
    if environment.mode == "production":
        _check_production(environment)
    return environment


def _check_production(environment: "Environment") -> None:
    if len(environment.secret_key) < SECRET_KEY_CHARACTERS or len(set(environment.secret_key)) < 10:
        raise BadSetting("TERRACE_SECRET_KEY", "missing or weak", NEEDED_SECRET, "(the output of: terrace new-keys)")
    if environment.secret_key == TEST_SECRET_KEY:
        raise BadSetting("TERRACE_SECRET_KEY", "the tests' key", NEEDED_SECRET, "(the output of: terrace new-keys)")
    if not environment.field_key or environment.field_key == field_keys(TEST_FIELD_KEY):
        raise BadSetting("TERRACE_FIELD_KEY", "missing", NEEDED_FIELD_KEYS, "(the output of: terrace new-keys)")
    if "*" in environment.allowed_hosts:
        raise BadSetting(
            "TERRACE_ALLOWED_HOSTS", "'*'", "the names of this site, not every name", "terrace.example.org"
        )
    if environment.demo:
        raise BadSetting("TERRACE_DEMO", "on", "to be off in production, where everybody would know the sign-ins", "no")
    if "sandbox" in environment.payments:
        raise BadSetting("TERRACE_PAYMENTS", "'sandbox'", "a way that moves money: a sandbox gives goods away", "bank")
