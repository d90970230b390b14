"""The description of the interface: the same for everybody, made once."""

from django.test import Client

from terrace.config.api import api


def test_the_description_is_made_once_and_everybody_is_answered_with_it(client: Client) -> None:
    first = client.get("/api/v1/openapi.json").json()
    assert api.get_openapi_schema() is api.get_openapi_schema()
    assert client.get("/api/v1/openapi.json", headers={"accept-language": "zh-hans"}).json() == first
