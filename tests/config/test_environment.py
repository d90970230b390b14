"""Settings are typed, refused with advice, and documented."""

import ast
import base64
import dataclasses
import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from terrace.config.connections import database_settings, mail_settings
from terrace.config.environment import (
    BadSetting,
    Environment,
    variable,
    variables,
)
from terrace.config.own_keys import new_field_key, new_secret_key
from terrace.messaging.domain import Channel
from terrace.messaging.gateways import FileGateway, gateway_for

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
SOURCE = Path(__file__).resolve().parents[2] / "src" / "terrace"
FIELDS = dataclasses.fields(Environment)
HOLDERS = {"ENV", "environment"}
"""What the one `Environment` is called where it is read."""


def read(tmp_path: Path, **values: str) -> Environment:
    return Environment.read({"TERRACE_MODE": "test", "DATA_DIR": str(tmp_path), **values})


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    return {
        "TERRACE_MODE": "production",
        "DATA_DIR": str(tmp_path),
        "TERRACE_SECRET_KEY": new_secret_key(),
        "TERRACE_FIELD_KEY": new_field_key(),
        "TERRACE_ALLOWED_HOSTS": "terrace.example.org",
    }


def test_every_setting_has_a_default(tmp_path: Path) -> None:
    environment = read(tmp_path)

    assert (environment.port, environment.currency, environment.languages) == (8000, "CNY", ("en", "zh-hans"))


@pytest.mark.parametrize("one", [one for one in FIELDS if not one.metadata["example"].startswith("(")], ids=variable)
def test_takes_the_example_that_it_gives(one: "dataclasses.Field[Any]", tmp_path: Path) -> None:
    given = {"TERRACE_MODE": "test", "DATA_DIR": str(tmp_path), variable(one): one.metadata["example"]}
    if one.name == "mode":
        given |= {"TERRACE_SECRET_KEY": new_secret_key(), "TERRACE_FIELD_KEY": new_field_key()}

    assert getattr(Environment.read(given), one.name) == one.metadata["read"](one.metadata["example"])


def _settings_read() -> set[str]:
    """Return the settings that a line of the program reads, apart from the room that declares them."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).rpartition(".")[2] in HOLDERS:
                found.add(node.attr)
    return found


def test_every_setting_is_read_somewhere() -> None:
    assert {one.name for one in FIELDS} - _settings_read() == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TERRACE_MODE", "staging"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("TERRACE_DATABASE_POOL", "-1"),
        ("TERRACE_BEHIND_PROXY", "perhaps"),
        ("TERRACE_LANGUAGES", "English"),
        ("TERRACE_LANGUAGES", ","),
        ("TERRACE_LANGUAGE", "fr"),
        ("TERRACE_ORIGINS", "terrace.example.org"),
        ("TERRACE_ORIGINS", "https://terrace.example.org/path"),
        ("TERRACE_TIME_ZONE", "Asia/Longnan"),
        ("TERRACE_TIME_ZONE", "../etc/passwd"),
        ("TERRACE_CURRENCY", "yuan"),
        ("TERRACE_REGION", "China"),
        ("TERRACE_TIERS", "china.json"),
        ("TERRACE_AREA_CODE_SYSTEM", "guessed"),
        ("TERRACE_ROOT_AREA", "KE/30"),
        ("TERRACE_FIELD_KEY", "short"),
        ("TERRACE_FIELD_KEY", base64.b64encode(b"sixteen bytes ok").decode()),
        ("DATABASE_URL", "mysql://db.example.org/terrace"),
        ("DATABASE_URL", "postgresql://db.example.org"),
        ("DATABASE_URL", "postgresql://db.example.org/terrace?colour=red"),
        ("TERRACE_LOG_LEVEL", "loud"),
        ("TERRACE_PAYMENTS", "sandbox,shells"),
        ("TERRACE_SITE_URL", "terrace.example.org"),
        ("TERRACE_KEEP_RECIPIENTS_DAYS", "1"),
        ("TERRACE_EMAIL_URL", "mail.example.org"),
    ],
)
def test_refuses_what_it_cannot_use_and_says_what_it_needs(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, **{name: value})

    assert refused.value.name == name
    assert re.fullmatch(rf"{name} is .+\. It needs .+\. For example: {name}=.*", str(refused.value))


def test_links_of_a_trial_lead_to_the_port_that_it_listens_on(tmp_path: Path) -> None:
    assert read(tmp_path).site_url == "http://127.0.0.1:8000"
    assert read(tmp_path, PORT="8207").site_url == "http://127.0.0.1:8207"
    assert read(tmp_path, PORT="8207", TERRACE_SITE_URL="https://a.example.org").site_url == "https://a.example.org"


def test_takes_the_settings_of_another_country(tmp_path: Path) -> None:
    plan = str(Path(__file__).resolve().parents[1] / "network" / "upland.json")
    country = {"TERRACE_TIERS": plan, "TERRACE_AREA_CODE_SYSTEM": "opaque", "TERRACE_ROOT_AREA": "KE-30"}

    environment = read(tmp_path, **country)

    assert (environment.tiers, environment.area_code_system, environment.root_area) == (plan, "opaque", "KE-30")


@pytest.mark.parametrize("digits", [(0, 0, 0), (2, 4, 0), (2, 4, 4)])
def test_nested_codes_need_a_length_for_each_tier(digits: tuple[int, ...], tmp_path: Path) -> None:
    plan = json.loads((Path(__file__).resolve().parents[1] / "network" / "upland.json").read_text(encoding="utf-8"))
    for tier, length in zip(plan["tiers"], digits, strict=True):
        tier["digits"] = length
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")

    with pytest.raises(BadSetting, match="digits of their codes"):
        read(tmp_path, TERRACE_TIERS=str(tmp_path / "plan.json"))


@pytest.mark.parametrize("name", ["DATABASE_URL", "TERRACE_FIELD_KEY", "TERRACE_EMAIL_URL", "TERRACE_SMS_URL"])
def test_never_repeats_a_secret_in_its_advice(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, **{name: "sesame-open-up"})

    assert "sesame" not in str(refused.value)


def test_development_makes_keys_once_and_keeps_them_to_itself(tmp_path: Path) -> None:
    given = {"DATA_DIR": str(tmp_path)}

    first, second = Environment.read(given), Environment.read(given)

    assert (first.secret_key, first.field_key) == (second.secret_key, second.field_key)
    modes = {stat.S_IMODE(kept.stat().st_mode) for kept in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Environment.read({"DATA_DIR": str(tmp_path)}).secret_key, range(8)))

    assert len(keys) == 1
    assert sorted(kept.name for kept in (tmp_path / "keys").iterdir()) == ["field_key", "secret_key"]


def test_production_takes_the_keys_that_new_keys_makes(production: dict[str, str]) -> None:
    environment = Environment.read(production)

    assert [len(key) for key in environment.field_key] == [32]
    assert not (environment.data_dir / "keys").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TERRACE_SECRET_KEY", ""),
        ("TERRACE_SECRET_KEY", "too-short"),
        ("TERRACE_SECRET_KEY", "a" * 80),
        ("TERRACE_SECRET_KEY", "only-for-tests-" + "0123456789abcdef" * 3),
        ("TERRACE_FIELD_KEY", ""),
        ("TERRACE_FIELD_KEY", base64.b64encode(b"only-for-tests-only-for-tests-00").decode()),
        ("TERRACE_ALLOWED_HOSTS", "*"),
        ("TERRACE_DEMO", "yes"),
        ("TERRACE_PAYMENTS", "bank,sandbox"),
        ("TERRACE_CURENCY", "CNY"),
    ],
)
def test_production_refuses_what_would_not_be_safe(name: str, value: str, production: dict[str, str]) -> None:
    with pytest.raises(BadSetting) as refused:
        Environment.read({**production, name: value})

    assert refused.value.name == name


def test_a_misspelt_setting_is_answered_with_the_name_that_was_meant(production: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="TERRACE_CURRENCY"):
        Environment.read({**production, "TERRACE_CURENCY": "USD"})


def test_keys_can_be_rotated_newest_first(production: dict[str, str]) -> None:
    old, new = production["TERRACE_FIELD_KEY"], new_field_key()

    environment = Environment.read({**production, "TERRACE_FIELD_KEY": f"{new},{old}"})

    assert environment.field_key == (base64.urlsafe_b64decode(new), base64.urlsafe_b64decode(old))


def test_a_database_url_becomes_djangos_settings(tmp_path: Path) -> None:
    url = "postgresql://clerk:p%40ss@db.example.org:5433/county?sslmode=require"

    found = database_settings(read(tmp_path, DATABASE_URL=url))

    named = {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert named == {"NAME": "county", "USER": "clerk", "PASSWORD": "p@ss", "HOST": "db.example.org", "PORT": "5433"}
    assert found["OPTIONS"]["sslmode"] == "require"


def test_without_a_database_url_the_embedded_server_is_named_and_not_started(tmp_path: Path) -> None:
    found = database_settings(read(tmp_path))

    assert found["NAME"] == "terrace"
    assert not (tmp_path / "postgres").exists()


def test_production_holds_a_pool_of_connections(production: dict[str, str]) -> None:
    found = database_settings(Environment.read({**production, "TERRACE_DATABASE_POOL": "3"}))

    assert found["OPTIONS"]["pool"]["max_size"] == 3


def test_without_a_mail_server_mails_become_files(tmp_path: Path) -> None:
    found = mail_settings(read(tmp_path))

    assert found == {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": tmp_path / "mail",
    }


@pytest.mark.parametrize(
    ("url", "port", "starts_tls", "is_tls"),
    [
        ("smtp://clerk:p%40ss@mail.example.org", 587, True, False),
        ("smtp://mail.example.org:25?tls=none", 25, False, False),
        ("smtps://clerk:p%40ss@mail.example.org", 465, False, True),
    ],
)
def test_a_mail_server_is_spoken_to_under_tls_unless_told_otherwise(
    url: str, port: int, starts_tls: bool, is_tls: bool, tmp_path: Path
) -> None:
    found = mail_settings(read(tmp_path, TERRACE_EMAIL_URL=url))

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (starts_tls, is_tls)
    assert found["EMAIL_HOST_PASSWORD"] == ("p@ss" if "clerk" in url else "")


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", OPERATIONS.read_text(), flags=re.MULTILINE)

    expected = [(variable(one), f"`{one.metadata['default']}`" if one.metadata["default"] else "") for one in FIELDS]
    assert documented == expected


def test_the_documented_environment_of_a_server_names_only_settings() -> None:
    lines = (OPERATIONS.parents[1] / "deploy" / "terrace.env").read_text().splitlines()

    assert {line.split("=")[0] for line in lines if line and not line.startswith("#")} <= set(variables())


def test_the_folders_of_unsent_messages_are_documented(tmp_path: Path, settings: Settings) -> None:
    settings.ENV = read(tmp_path)
    out = [gateway_for(channel) for channel in (Channel.SMS, Channel.EMAIL)]
    folders = {gateway.folder.name for gateway in out if isinstance(gateway, FileGateway)}
    folders.add(mail_settings(settings.ENV)["EMAIL_FILE_PATH"].name)

    table = OPERATIONS.read_text(encoding="utf-8").partition("The data folder:")[2].partition("## ")[0]
    named = {name for line in table.splitlines() if "as files" in line for name in re.findall(r"`(\w+)/`", line)}

    assert named == folders
