"""Tries to sign in are counted over all web processes together, at no cost to the pages that everybody opens."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account import app_settings
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.urls import reverse

from terrace.http.models import SharedEntry
from terrace.http.tasks import forget_shared_entries
from terrace.kernel import clock
from tests.conftest import Cast
from tests.one_time_codes import code

ANOTHER_PROCESS = """
import json, sys
import django
django.setup()
from django.test import Client
from django.urls import reverse
def status(number):
    given = {"login": f"nobody{number}", "password": "wrong"}
    return Client(headers={"host": "localhost"}).post(reverse("account_login"), given).status_code
print(json.dumps([status(number) for number in range(int(sys.argv[1]))]))
"""
A_CODE = """
import json, sys
import django, time_machine
django.setup()
from allauth.mfa.models import Authenticator
with time_machine.travel(int(sys.argv[3]), tick=False):
    print(json.dumps(Authenticator.objects.get(pk=int(sys.argv[1])).wrap().validate_code(sys.argv[2])))
"""


def in_another_process(program: str, *arguments: object) -> Any:
    """Run a program as another web process would: same database, memory of its own."""
    url = "postgresql:///{NAME}?user={USER}&password={PASSWORD}&host={HOST}&port={PORT}"
    environment = os.environ | {"DATABASE_URL": url.format(**connection.settings_dict)}
    given = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(given, env=environment, capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


def status_of_a_try(login: str) -> int:
    return Client().post(reverse("account_login"), {"login": login, "password": "wrong"}).status_code


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_address_that_guessed_in_one_process_is_refused_by_another() -> None:
    allowed = int(str(app_settings.RATE_LIMITS["login"]).partition("/")[0])
    assert in_another_process(ANOTHER_PROCESS, allowed - 1) == [200] * (allowed - 1)

    assert status_of_a_try("somebody") == 200
    assert status_of_a_try("somebody.else") == 429


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_code_that_was_used_in_one_process_opens_nothing_in_another(cast: Cast, time_machine: Any) -> None:
    moment = int(time.time())  # the same for both: a code is good for half a minute, and a process is slow to start
    time_machine.move_to(moment, tick=False)
    factor = Authenticator.objects.get(user=cast.centre.person, type="totp")
    used = code()

    assert in_another_process(A_CODE, factor.pk, used, moment) is True

    assert factor.wrap().validate_code(used) is False


def test_a_page_asks_the_shared_cache_nothing(cast: Cast, django_assert_max_num_queries: Callable[..., Any]) -> None:
    client = cast.keeper.client
    client.get(reverse("accounts:profile"))
    with django_assert_max_num_queries(20) as asked:
        client.get(reverse("accounts:profile"))
    assert not [query for query in asked.captured_queries if SharedEntry._meta.db_table in query["sql"]]


def test_the_shared_cache_is_the_table_that_the_migration_made(db: None) -> None:
    cache.set("tries", [1.5], 60)

    assert SharedEntry.objects.filter(cache_key__endswith="tries").exists()
    assert settings.CACHES["default"]["LOCATION"] == SharedEntry._meta.db_table
    assert caches["process"].get("tries") is None


def test_entries_that_are_over_are_swept_out_and_others_stay(db: None) -> None:
    now = clock.now()
    for key, expires in (("over", now - timedelta(seconds=1)), ("running", now + timedelta(minutes=1))):
        SharedEntry.objects.create(cache_key=key, value="", expires=expires)

    assert forget_shared_entries(0) == 1

    assert list(SharedEntry.objects.values_list("cache_key", flat=True)) == ["running"]
