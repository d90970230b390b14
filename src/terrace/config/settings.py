"""The settings of every Terrace process, read once from the environment."""

import os
from pathlib import Path

from terrace.config.connections import database_settings, mail_settings
from terrace.config.environment import Environment
from terrace.config.logs import logging_settings
from terrace.kernel import deployment, tiers
from terrace.kernel.languages import name_of_language

ENV = Environment.read(os.environ)
PACKAGE = Path(__file__).resolve().parent.parent
DEBUG = False
TESTING = ENV.mode == "test"
PRODUCTION = ENV.mode == "production"

deployment.use(
    deployment.Deployment(
        plan=tiers.read_plan(ENV.tiers),
        code_system=deployment.CodeSystem(ENV.area_code_system),
        root_area=ENV.root_area,
        currency=ENV.currency,
        region=ENV.region,
        languages=ENV.languages,
        time_zone=ENV.time_zone,
    )
)

SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENV.origins)
ROOT_URLCONF = "terrace.config.urls"
WSGI_APPLICATION = "terrace.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "terrace.config",
    "terrace.web",
    "terrace.statistics",
    "terrace.market",
    "terrace.sourcing",
    "terrace.logistics",
    "terrace.traceability",
    "terrace.ledger",
    "terrace.catalog",
    "terrace.registry",
    "terrace.accounts",
    "terrace.network",
    "terrace.messaging",
    "terrace.audit",
    "terrace.http",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets' templates, which FORM_RENDERER looks for among ours
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_vite",
    "template_partials",
    "pgtrigger",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "terrace.config.logs.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "terrace.config.middleware.DevicesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "terrace.config.middleware.ActorMiddleware",
    "terrace.config.middleware.AnswerMiddleware",
    "terrace.config.middleware.SecondFactorMiddleware",
    "terrace.config.middleware.RefusalMiddleware",
    "terrace.http.idempotency.IdempotencyMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "terrace.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "terrace.web.templatetags.choices",
                "terrace.web.templatetags.shell",
                "terrace.web.templatetags.tables",
                "terrace.web.templatetags.terrace",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database_settings(ENV)}
CACHES = {
    # A table, for what all web processes must count together: allauth's limits on signing in, and one-time codes
    # that were used. allauth asks the default cache alone, so our own pages ask "process", which costs no query.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "http_sharedentry",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{'MD5' if TESTING else 'Argon2'}PasswordHasher"
]  # tests hash hundreds
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:home"
ACCOUNT_ADAPTER = "terrace.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone", "email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "email", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
# Beside the lock on the person's own row: one address may guess 30 times a minute over all names, and each name or code
# is tried 20 times in five minutes, which the lock ends sooner.
# Whoever looks for an order by number and phone: so often from one address, and so often for one order.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/m/ip,20/5m/key",
    "find_order": "30/10m/ip,8/30m/key",
    "join": "10/h/ip,4/h/key",
    "send_order_link": "10/h/ip,3/h/key",
    "find_parcel": "30/10m/ip,8/30m/key",
    "find_for_code": "60/h/key",
}
ACCOUNT_FORMS = {
    "login": "terrace.accounts.forms.sign_in.SignInForm",
    "reset_password": "terrace.accounts.forms.sign_in.forgotten",
    "reset_password_from_key": "terrace.accounts.forms.sign_in.new_password_by_link",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Terrace] "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's address gets no mail because somebody typed it
# The demo's sign-ins are known to everybody: a second factor that one visitor sets up would lock out all others.
SECOND_FACTOR_REQUIRED = not ENV.demo
MFA_FORMS = {
    "authenticate": "terrace.accounts.forms.sign_in.CodeForm",
    "reauthenticate": "terrace.accounts.forms.sign_in.AgainCodeForm",
}
MFA_ADAPTER = "terrace.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # many people here sign in by phone and have no mail to verify
MFA_TOTP_ISSUER = "Terrace"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = True

CSRF_FAILURE_VIEW = "terrace.http.refusals.outdated"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENV.behind_proxy else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.behind_proxy else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Those that pages are written in; names in the data may be in others of `TERRACE_LANGUAGES` too.
LANGUAGES = [(code, name_of_language(code)) for code in ("en", "zh-hans") if code in ENV.languages]
LANGUAGE_CODE = ENV.language
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = ENV.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = ENV.data_dir / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TESTING
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# In tests every browser of Django's has middleware of its own: it looks for a file when one is asked for, not for all.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING
MEDIA_ROOT = ENV.data_dir / "media"
DJANGO_VITE = {
    "default": {"manifest_path": PACKAGE / "web" / "static" / "dist" / "manifest.json", "static_url_prefix": "dist"}
}

globals().update(mail_settings(ENV))
PROCRASTINATE_ON_APP_READY = None
LOGGING = logging_settings(ENV)
LOGGING_CONFIG = "logging.config.dictConfig"

SILENCED_SYSTEM_CHECKS: list[str] = []
