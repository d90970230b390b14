"""The settings of one installation, read from its environment and typed.

Each field of `Environment` is one variable. Reading either gives a whole,
checked `Environment` or raises `BadSetting` with advice a person can follow;
nothing later in the program looks at `os.environ` for a setting.
"""

import dataclasses
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from terrace.config import setting_readers as readers
from terrace.config.own_keys import made_field_key, made_secret_key
from terrace.config.setting_checks import checked
from terrace.config.setting_readers import BadSetting as BadSetting

Mode = Literal["development", "production", "test"]
LogFormat = Literal["json", "text"]


def about(
    default: str,
    doc: str,
    example: str,
    read: Callable[[str], Any] = readers.text,
    *,
    name: str = "",
    secret: bool = False,
) -> dict[str, Any]:
    """Describe one setting: its default and example as they would be written, its reader, one line about it."""
    return {"default": default, "doc": doc, "example": example, "read": read, "name": name, "secret": secret}


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Every setting of Terrace. docs/operations.md describes the same list; a test compares the two."""

    mode: Mode = field(
        metadata=about(
            "development",
            "What this installation is for; production refuses weak keys and demo sign-ins.",
            "production",
            readers.one_of("development", "production", "test"),
        )
    )
    data_dir: Path = field(
        metadata=about(
            "var",
            "Folder for the embedded database, uploads and outgoing files.",
            "/var/lib/terrace",
            readers.path,
            name="DATA_DIR",
        )
    )
    secret_key: str = field(
        metadata=about(
            "",
            "Signs sessions and links; in development one is made and kept in the data folder.",
            "(the output of: terrace new-keys)",
            secret=True,
        )
    )
    field_key: tuple[bytes, ...] = field(
        metadata=about(
            "",
            "Encrypts bank accounts and second factors; several separated by commas for rotation, newest first.",
            "(the output of: terrace new-keys)",
            readers.field_keys,
            secret=True,
        )
    )
    database_url: str = field(
        metadata=about(
            "",
            "PostgreSQL 15 or newer; nothing means the embedded server in the data folder.",
            "postgresql://terrace:password@db.example.org:5432/terrace",
            readers.database_url,
            name="DATABASE_URL",
            secret=True,
        )
    )
    database_pool: int = field(
        metadata=about("8", "Database connections that one process may hold open.", "8", readers.whole(1, 200))
    )
    host: str = field(metadata=about("127.0.0.1", "Address that the web server listens on.", "192.0.2.10"))
    port: int = field(
        metadata=about("8000", "Port that the web server listens on.", "8000", readers.whole(1, 65535), name="PORT")
    )
    allowed_hosts: tuple[str, ...] = field(
        metadata=about(
            "localhost,127.0.0.1,[::1]",
            "Names under which browsers may ask for this site.",
            "terrace.example.org",
            readers.words,
        )
    )
    origins: tuple[str, ...] = field(
        metadata=about(
            "",
            "Further origins that may send forms, where a proxy changes the name or port.",
            "https://terrace.example.org",
            readers.origins,
        )
    )
    behind_proxy: bool = field(
        metadata=about(
            "no", "A reverse proxy ends TLS and sets X-Forwarded-For and X-Forwarded-Proto.", "yes", readers.flag
        )
    )
    languages: tuple[str, ...] = field(
        metadata=about("en,zh-hans", "Languages of the interface, in order.", "en,zh-hans", readers.languages)
    )
    language: str = field(
        metadata=about(
            "zh-hans",
            "Language of a visitor who has not chosen.",
            "zh-hans",
            readers.matching(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", "one language code"),
        )
    )
    time_zone: str = field(
        metadata=about("Asia/Shanghai", "Time zone of dates and days.", "Asia/Shanghai", readers.time_zone)
    )
    currency: str = field(
        metadata=about(
            "CNY",
            "Currency of prices (ISO 4217).",
            "CNY",
            readers.matching(r"[A-Z]{3}", "three capital letters of ISO 4217"),
        )
    )
    region: str = field(
        metadata=about(
            "CN",
            "Country whose phone rules apply (ISO 3166).",
            "CN",
            readers.matching(r"[A-Z]{2}", "two capital letters of ISO 3166"),
        )
    )
    tiers: str = field(
        metadata=about(
            "china",
            "Plan of tiers, their names and order: china, or a JSON file with another.",
            "china",
            readers.tier_plan,
        )
    )
    area_code_system: str = field(
        metadata=about(
            "prefix",
            "How area codes nest; prefix: a child's code begins with its parent's; opaque: it says nothing of it.",
            "prefix",
            readers.one_of("prefix", "opaque"),
        )
    )
    root_area: str = field(
        metadata=about(
            "6212",
            "Code of the area that this installation serves.",
            "6212",
            readers.matching(r"[^\s/\\]{1,32}", "an area code: at most 32 characters, no slashes and no spaces"),
        )
    )
    web_processes: int = field(metadata=about("2", "Web server processes.", "4", readers.whole(1, 128)))
    worker_concurrency: int = field(
        metadata=about("4", "Jobs that one worker process does at once.", "4", readers.whole(1, 128))
    )
    email_url: str = field(
        metadata=about(
            "",
            "Mail server; nothing means that mails are written as files into the data folder.",
            "smtp://user:password@mail.example.org:587?from=terrace@example.org",
            readers.matching(r"|smtps?://.+", "an address that begins with smtp:// or smtps://, or nothing"),
            secret=True,
        )
    )
    sms_url: str = field(
        metadata=about(
            "",
            "SMS gateway; nothing means that messages are written as files into the data folder.",
            "https://sms.example.org/send?key=secret",
            readers.matching(r"|https?://.+", "an address that begins with https://, or nothing"),
            secret=True,
        )
    )
    site_url: str = field(
        metadata=about(
            "",
            "Address under which people reach this site, for links in messages; nothing means this computer and PORT.",
            "https://terrace.example.org",
            readers.matching(r"|https?://[^/\s]+", "an address such as https://terrace.example.org, without a path"),
        )
    )
    payments: tuple[str, ...] = field(
        metadata=about(
            "",
            "Ways to pay (sandbox, bank); nothing means bank in production, elsewhere both. The sandbox is a trial.",
            "bank",
            readers.some_of("sandbox", "bank"),
        )
    )
    payment_secret: str = field(
        metadata=about(
            "",
            "Shared with the payment provider, signs its notices; for the sandbox nothing means one is derived.",
            "(as the provider gave it)",
            secret=True,
        )
    )
    bank_details: str = field(
        metadata=about(
            "",
            "Account that buyers transfer to, as pages show it; nothing means that no bank transfer is offered.",
            "Longnan Service Centre, Bank of the Hills, 6222 0000 0000 0000",
        )
    )
    keep_recipients_days: int = field(
        metadata=about(
            "180",
            "Days after the end of an order or a parcel until its recipient's name, phone and address are emptied.",
            "90",
            readers.whole(15, 3650),
        )
    )
    remind_days: int = field(
        metadata=about("3", "Days on a shelf until its recipient is reminded.", "2", readers.whole(1, 60))
    )
    shelf_days: int = field(
        metadata=about("7", "Days on a shelf until a parcel may go back.", "10", readers.whole(1, 60))
    )
    cash_days: int = field(
        metadata=about("7", "Days that a point may keep the cash of parcels.", "3", readers.whole(1, 60))
    )
    position_days: int = field(
        metadata=about("30", "Days until positions of vehicles are deleted.", "14", readers.whole(1, 365))
    )
    news_inside: bool = field(
        metadata=about(
            "no",
            "News of parcels may be posted inside the own network, and by http: for a trial, or a server in the house.",
            "yes",
            readers.flag,
        )
    )
    map_link: str = field(
        metadata=about(
            "geo:{latitude},{longitude}?q={latitude},{longitude}",
            "Address that leads a driver to a stop; `geo:` opens the phone's own map.",
            "https://uri.amap.com/navigation?to={longitude},{latitude}&mode=car&coordinate=wgs84",
            readers.matching(r"(?=.*\{latitude\})(?=.*\{longitude\})(geo|https):\S+", readers.A_MAP_LINK),
        )
    )
    company_prefix: str = field(
        metadata=about(
            "0400000",
            "Company prefix of GS1 that numbers of crates and pallets begin with; 04 counts in this house alone.",
            "6901234",
            readers.matching(r"[0-9]{7,10}", "7 to 10 digits"),
        )
    )
    osrm_url: str = field(
        metadata=about(
            "",
            "OSRM server that tells distances by road; nothing means the uploaded road network, or great circles.",
            "http://osrm.example.org:5000",
            readers.matching(r"|https?://.+", "an address that begins with http:// or https://, or nothing"),
            secret=True,
        )
    )
    roads_days: int = field(
        metadata=about("30", "Days that distances between units are used again.", "7", readers.whole(1, 366))
    )
    photo_max_bytes: int = field(
        metadata=about(
            "8388608", "Largest photo that may be uploaded, in bytes.", "8388608", readers.whole(10_000, 100_000_000)
        )
    )
    demo: bool = field(
        metadata=about("no", "Known sign-ins of the demo may be shown; refused in production.", "yes", readers.flag)
    )
    release: str = field(metadata=about("", "Name of the running release, shown by /healthz and in logs.", "2026.11.1"))
    log_format: LogFormat = field(
        metadata=about("text", "How logs are written.", "json", readers.one_of("json", "text"))
    )
    log_level: str = field(
        metadata=about(
            "INFO",
            "Least severe log lines that are written.",
            "WARNING",
            readers.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        )
    )

    @classmethod
    def read(cls, mapping: Mapping[str, str]) -> "Environment":
        """Return the settings in `mapping`, or raise `BadSetting`.

        In development, keys that are missing are made once and kept in the data folder.
        """
        found = {one.name: _read_field(one, mapping) for one in dataclasses.fields(cls)}
        environment = cls(**found)
        if environment.mode == "production":
            _refuse_unknown(mapping)
        return checked(_with_address(_with_keys(environment)))


def variable(one: "dataclasses.Field[Any]") -> str:
    """Return the name of the environment variable of a field."""
    return cast(str, one.metadata["name"]) or f"TERRACE_{one.name.upper()}"


def variables() -> list[str]:
    """Return the names of all settings in the order of their declaration."""
    return [variable(one) for one in dataclasses.fields(Environment)]


def _read_field(one: "dataclasses.Field[Any]", mapping: Mapping[str, str]) -> Any:
    raw = mapping.get(variable(one), "").strip() or one.metadata["default"]
    try:
        return one.metadata["read"](raw)
    except readers.Unreadable as reason:
        got = "set to something else (not shown, it may be secret)" if one.metadata["secret"] else repr(raw)
        raise BadSetting(variable(one), got, str(reason), one.metadata["example"]) from None


def _refuse_unknown(mapping: Mapping[str, str]) -> None:
    """Refuse a misspelt name: in production, a setting that is silently ignored is worse than a stop."""
    for name in mapping:
        if name.startswith("TERRACE_") and name not in variables():
            near = difflib.get_close_matches(name, variables(), n=1) or variables()[:1]
            raise BadSetting(name, "not a setting", f"another name; perhaps {near[0]} was meant", "(remove it)")


def _with_keys(environment: Environment) -> Environment:
    if environment.mode == "production":
        return environment
    return dataclasses.replace(
        environment,
        secret_key=environment.secret_key or made_secret_key(environment.mode, environment.data_dir),
        field_key=environment.field_key or readers.field_keys(made_field_key(environment.mode, environment.data_dir)),
    )


def _with_address(environment: Environment) -> Environment:
    """Say where a trial on one's own computer is reached: links in messages lead to the port that it listens on."""
    return dataclasses.replace(environment, site_url=environment.site_url or f"http://127.0.0.1:{environment.port}")
