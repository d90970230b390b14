"""What Django needs to know of the database and the mail server, from the environment."""

import urllib.parse
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from terrace.config import embedded
from terrace.config.environment import Environment


def database_settings(environment: Environment) -> dict[str, Any]:
    """Return Django's settings of the database; starts nothing.

    The embedded server has a fixed address in its data folder, so that a process started
    beside a running one finds it.
    """
    url = environment.database_url or embedded.address(environment.data_dir)
    parts = dict(conninfo_to_dict(url))
    named = {key: str(parts.pop(name, None) or "") for key, name in DJANGO_NAMES.items()}
    options: dict[str, Any] = {"connect_timeout": 10, **parts}
    if environment.mode != "test":
        # Tests create and drop whole databases, which idle pooled connections would forbid.
        options["pool"] = {"min_size": 0, "max_size": environment.database_pool, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        # A pooled connection is tried before it is used: no page fails because the database was restarted.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        **named,
    }


DJANGO_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def mail_settings(environment: Environment) -> dict[str, Any]:
    """Return Django's settings of mail: the server of TERRACE_EMAIL_URL, or files in the data folder."""
    if not environment.email_url:
        folder = environment.data_dir / "mail"
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
    url = urllib.parse.urlsplit(environment.email_url)
    options = dict(urllib.parse.parse_qsl(url.query))
    is_tls = url.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or (465 if is_tls else 587),
        "EMAIL_HOST_USER": urllib.parse.unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": urllib.parse.unquote(url.password or ""),
        "EMAIL_USE_SSL": is_tls,
        "EMAIL_USE_TLS": not is_tls and options.get("tls") != "none",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": options.get("from") or f"terrace@{environment.allowed_hosts[0]}",
    }
