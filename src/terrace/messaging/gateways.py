"""Ways out of the house: a gateway takes one message and hands it to the world, or says why not."""

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import send_mail

from terrace.messaging.domain import Channel
from terrace.messaging.models import OutgoingMessage

SECONDS = 10


class NotDelivered(Exception):
    """The gateway did not take the message; the text says why, without the message itself."""


class Gateway(Protocol):
    """Sends one message. Raises `NotDelivered` when it could not, and nothing else."""

    def send(self, message: OutgoingMessage) -> None:
        """Hand the message over."""


@dataclass(frozen=True, slots=True)
class FileGateway:
    """Writes each message to a text file: for trials, tests and the demo."""

    folder: Path

    def send(self, message: OutgoingMessage) -> None:
        """Write the message; a second try overwrites the first, as they are the same message."""
        subject = message.subject if message.channel == Channel.EMAIL else ""  # an SMS has none
        head = f"{Channel(message.channel)} to {message.address}\n{subject}".rstrip()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.folder / f"{message.pk:08}-{message.channel}.txt").write_text(f"{head}\n\n{message.text}\n", "utf-8")
        except OSError as problem:
            raise NotDelivered(problem.strerror) from problem


@dataclass(frozen=True, slots=True)
class EmailGateway:
    """Sends e-mail through Django's mail backend."""

    def send(self, message: OutgoingMessage) -> None:
        """Send it from the installation's address."""
        try:
            send_mail(message.subject, message.text, None, [message.address])
        except (OSError, ValueError) as problem:  # SMTP's are the first, an address that no mail can bear is the second
            raise NotDelivered(type(problem).__name__) from problem


class Unmoved(urllib.request.HTTPRedirectHandler):
    """Follows nobody to another address: the message would stay behind, and the page there say that all is well."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        """Make no second request, so that the answer stands as the refusal that it is."""


POST = urllib.request.build_opener(Unmoved).open


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """Posts `{"to", "text"}` as JSON to the provider's address; any answer of 2xx takes the message, no other does."""

    url: str

    def send(self, message: OutgoingMessage) -> None:
        """Post it."""
        body = json.dumps({"to": message.address, "text": message.text, "id": str(message.pk)}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})  # noqa: S310 - a setting, checked to be http
        try:
            POST(request, timeout=SECONDS).close()
        except urllib.error.HTTPError as problem:
            raise NotDelivered(f"the gateway answered {problem.code}") from problem
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise NotDelivered(type(problem).__name__) from problem


def gateway_for(channel: Channel) -> Gateway:
    """Return the way out that this installation has configured for `channel`, files when none."""
    environment = settings.ENV
    if channel is Channel.SMS and environment.sms_url:
        return SmsGateway(environment.sms_url)
    if channel is Channel.EMAIL and environment.email_url:
        return EmailGateway()
    return FileGateway(environment.data_dir / "outbox")
