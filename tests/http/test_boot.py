import pytest
from django.test import Client


@pytest.mark.django_db
def test_boots(client: Client):
    assert client.get("/healthz").status_code == 200
