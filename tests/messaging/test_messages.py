"""Messages leave the house once, by the gateway that is configured, and failures are counted."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from terrace.messaging import services
from terrace.messaging.domain import KEPT_FOR, MOST_TRIES, Channel, Topic, wait_after
from terrace.messaging.gateways import EmailGateway, FileGateway, Gateway, NotDelivered, SmsGateway, gateway_for
from terrace.messaging.models import OutgoingMessage
from terrace.messaging.tasks import drop_old_messages, send_messages

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


class Recorder:
    """A gateway that keeps what it was given, or refuses."""

    def __init__(self, problem: str = "") -> None:
        self.problem = problem
        self.sent: list[str] = []

    def send(self, message: OutgoingMessage) -> None:
        if self.problem:
            raise NotDelivered(self.problem)
        self.sent.append(message.text)


def by(gateway: Gateway) -> Callable[[Channel], Gateway]:
    return lambda channel: gateway


def post(text: str = "Your code is 1") -> OutgoingMessage:
    services.send(channel=Channel.SMS, address="+8613912345678", subject="Terrace", text=text, now=NOW)
    return OutgoingMessage.objects.order_by("-id")[0]


@pytest.mark.django_db
def test_in_production_no_message_is_made_that_has_no_way_out(settings: Any) -> None:
    settings.PRODUCTION = True

    services.send(channel=Channel.SMS, address="+8613912345678", subject="Terrace", text="The link", now=NOW)
    settings.ENV = replace(settings.ENV, sms_url="https://sms.example.org/")
    services.send(channel=Channel.SMS, address="+8613912345678", subject="Terrace", text="The next link", now=NOW)

    assert [message.text for message in OutgoingMessage.objects.order_by("id")] == ["Terrace\nThe next link"]


def test_a_message_is_sent_once_and_its_text_dropped(db: None) -> None:
    message, gateway = post(), Recorder()
    assert services.send_waiting(now=NOW, gateway=by(gateway)) == 1
    assert services.send_waiting(now=NOW + timedelta(days=1), gateway=by(gateway)) == 0
    message.refresh_from_db()
    assert gateway.sent == ["Terrace\nYour code is 1"]
    assert (message.sent_at, message.tries, message.text) == (NOW, 1, "")


def test_a_failure_is_counted_explained_and_tried_again_later(db: None) -> None:
    message, gateway = post(), Recorder("the gateway answered 503")
    services.send_waiting(now=NOW, gateway=by(gateway))
    services.send_waiting(now=NOW + timedelta(seconds=1), gateway=by(gateway))
    message.refresh_from_db()
    assert (message.tries, message.problem, message.sent_at) == (1, "the gateway answered 503", None)
    assert services.send_waiting(now=NOW + wait_after(1), gateway=by(Recorder())) == 1
    message.refresh_from_db()
    assert (message.tries, message.problem) == (2, "")


def test_after_the_last_try_nobody_tries_again(db: None) -> None:
    message = post()
    for day in range(MOST_TRIES + 3):
        services.send_waiting(now=NOW + timedelta(days=day), gateway=by(Recorder("no")))
    message.refresh_from_db()
    assert (message.tries, message.sent_at) == (MOST_TRIES, None)


def test_one_bad_message_holds_up_no_other(db: None) -> None:
    class Picky(Recorder):
        def send(self, message: OutgoingMessage) -> None:
            if "bad" in message.text:
                raise NotDelivered("no such number")
            super().send(message)

    post("bad")
    post("good")
    assert services.send_waiting(now=NOW, gateway=by(Picky())) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_that_send_at_the_same_time_send_nothing_twice() -> None:
    for number in range(6):
        post(str(number))
    gateway = Recorder()

    def work(_number: int) -> int:
        try:
            return services.send_waiting(now=NOW, gateway=by(gateway))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 6
    assert len(gateway.sent) == len(set(gateway.sent)) == 6


@pytest.mark.django_db(transaction=True)
def test_the_job_is_asked_for_on_commit_and_only_once() -> None:
    post()
    post()
    jobs = ProcrastinateJob.objects.filter(task_name=services.SEND_JOB, status="todo")
    assert jobs.count() == 1


def test_nothing_is_asked_for_when_the_act_is_undone(db: None, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        services.notify(to=[], topic=Topic.JOB, title="Nobody")
    assert callbacks == []


def test_the_job_sends_by_the_configured_gateway(db: None) -> None:
    message = post("By the job")
    send_messages()
    message.refresh_from_db()
    assert message.sent_at is not None


def test_without_a_gateway_messages_become_files(db: None, tmp_path: Path) -> None:
    message = post("Read me in a file")
    services.send_waiting(now=NOW, gateway=by(FileGateway(tmp_path / "outbox")))
    written = (tmp_path / "outbox" / f"{message.pk:08}-sms.txt").read_text("utf-8")
    assert "+8613912345678" in written
    assert "Read me in a file" in written


def test_a_folder_that_cannot_be_written_is_a_failure_not_a_crash(db: None, tmp_path: Path) -> None:
    post()
    (tmp_path / "outbox").write_text("in the way")
    assert services.send_waiting(now=NOW, gateway=by(FileGateway(tmp_path / "outbox"))) == 0
    assert OutgoingMessage.objects.get().problem


def test_email_goes_through_djangos_backend(db: None) -> None:
    services.send(channel=Channel.EMAIL, address="a@example.org", subject="Hello", text="World", now=NOW)
    services.send_waiting(now=NOW, gateway=by(EmailGateway()))
    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == (["a@example.org"], "Hello", "World")


@pytest.mark.parametrize(("address", "subject"), [("马@兰@example.org", "Hello"), ("a@example.org", "Two\nlines")])
def test_an_e_mail_that_cannot_be_written_holds_up_no_other(db: None, address: str, subject: str) -> None:
    services.send(channel=Channel.EMAIL, address=address, subject=subject, text="World", now=NOW)
    services.send(channel=Channel.EMAIL, address="b@example.org", subject="Hello", text="World", now=NOW)

    assert services.send_waiting(now=NOW, gateway=by(EmailGateway())) == 1

    refused, sent = OutgoingMessage.objects.order_by("id")
    assert (refused.sent_at, bool(refused.problem), refused.text) == (None, True, "World")
    assert sent.sent_at == NOW


class Provider(BaseHTTPRequestHandler):
    """An SMS provider that takes what begins with +86 and refuses the rest; at other addresses it is no help."""

    taken: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/garbage":
            self.wfile.write(b"what?\r\n")
            return
        if self.path.startswith("/moved"):
            self.send_response(int(self.path.removeprefix("/moved/")))
            self.send_header("Location", "/send")
            self.end_headers()
            return
        self.taken.append(body)
        self.send_response(202 if body["to"].startswith("+86") else 400)
        self.end_headers()

    def do_GET(self) -> None:
        """Answer as a web page does that stands where the provider was."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def provider() -> Iterator[str]:
    """Return the address of a provider that runs for one test."""
    Provider.taken.clear()
    with HTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/send"
        server.shutdown()
        thread.join()


def test_sms_is_posted_to_the_provider(db: None, provider: str) -> None:
    message = post("Hello")
    SmsGateway(provider).send(message)
    assert Provider.taken == [{"to": "+8613912345678", "text": "Terrace\nHello", "id": str(message.pk)}]


def test_what_the_provider_refuses_is_not_delivered(db: None, provider: str) -> None:
    message = post("Hello")
    message.address = "+1"
    with pytest.raises(NotDelivered, match="400"):
        SmsGateway(provider).send(message)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_provider_that_moved_has_not_taken_the_message(db: None, provider: str, status: int) -> None:
    message = post("Hello")
    moved = SmsGateway(provider.replace("/send", f"/moved/{status}"))

    assert services.send_waiting(now=NOW, gateway=by(moved)) == 0

    message.refresh_from_db()
    assert (message.sent_at, message.problem) == (None, f"the gateway answered {status}")
    assert message.text == "Terrace\nHello"
    assert Provider.taken == []


def test_an_answer_that_is_no_http_is_a_failure_and_the_next_message_is_tried(db: None, provider: str) -> None:
    post("Hello")
    post("World")
    services.send_waiting(now=NOW, gateway=by(SmsGateway(provider.replace("/send", "/garbage"))))
    assert list(OutgoingMessage.objects.values_list("tries", "problem").distinct()) == [(1, "BadStatusLine")]


def test_a_provider_that_is_away_is_not_delivered(db: None) -> None:
    with pytest.raises(NotDelivered):
        SmsGateway("http://127.0.0.1:9/send").send(post("Hello"))


def test_this_installation_has_no_gateway_configured_and_uses_files() -> None:
    assert isinstance(gateway_for(Channel.SMS), FileGateway)
    assert isinstance(gateway_for(Channel.EMAIL), FileGateway)


def test_sent_and_given_up_messages_are_dropped_after_a_while(db: None) -> None:
    sent, given_up, waiting = post("sent"), post("given up"), post("waiting")
    OutgoingMessage.objects.filter(pk=sent.pk).update(sent_at=NOW)
    OutgoingMessage.objects.filter(pk=given_up.pk).update(tries=MOST_TRIES)
    assert services.drop_old_messages(now=NOW + KEPT_FOR) == 0
    assert services.drop_old_messages(now=NOW + KEPT_FOR + timedelta(seconds=1)) == 2
    assert list(OutgoingMessage.objects.values_list("pk", flat=True)) == [waiting.pk]


def test_the_drop_is_a_job_of_every_night(db: None) -> None:
    message = post()
    OutgoingMessage.objects.filter(pk=message.pk).update(sent_at=NOW - timedelta(days=3650))
    drop_old_messages(timestamp=0)
    assert not OutgoingMessage.objects.exists()


def test_an_sms_in_a_file_is_what_the_phone_shows(db: None, tmp_path: Path) -> None:
    message = post("Read me on the phone")
    OutgoingMessage.objects.filter(pk=message.pk).update(subject="A subject that no SMS has")
    services.send_waiting(now=NOW, gateway=by(FileGateway(tmp_path / "outbox")))
    written = (tmp_path / "outbox" / f"{message.pk:08}-sms.txt").read_text("utf-8")
    assert written == f"sms to {message.address}\n\n{message.text}\n"
