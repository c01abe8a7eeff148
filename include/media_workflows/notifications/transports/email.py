"""Delivery by e-mail, through the mail server of an Airflow connection."""

from __future__ import annotations

import smtplib
import ssl
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate

from media_workflows.domain.notification import EmailTarget
from media_workflows.errors import NotificationError
from media_workflows.notifications.message_text import MessageText
from media_workflows.notifications.transports.receipt import DeliveryReceipt

_ACCEPTED = 250


@dataclass(frozen=True)
class MailServer:
    """A mail server and its account; `port` 0 = the usual one."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    uses_ssl: bool = True
    uses_starttls: bool = True
    verifies: bool = True


def deliver_email(
    target: EmailTarget, event_id: str, text: MessageText, server: MailServer, timeout_s: float
) -> DeliveryReceipt:
    """Send the message once. Recipients that the server refuses are in the answer, unless it refuses all.

    Raises NotificationError.
    """
    started = time.monotonic()
    try:
        with _connected(server, timeout_s) as client:
            if server.user:
                client.login(server.user, server.password)
            refused = client.send_message(email_message(target, event_id, text, server.sender))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotificationError(
            "cannot send the e-mail through {host}: {cause}; check Airflow connection '{connection}' and the "
            "recipients",
            getattr(error, "smtp_code", None),
            host=server.host,
            cause=str(error) or type(error).__name__,
            connection=target.connection,
        ) from error
    answer = f"refused recipients: {', '.join(refused)}" if refused else ""
    return DeliveryReceipt(_ACCEPTED, time.monotonic() - started, answer)


def email_message(target: EmailTarget, event_id: str, text: MessageText, sender: str) -> EmailMessage:
    """The e-mail of an event; its Message-ID is the same at each attempt."""
    message = EmailMessage()
    message["Subject"] = text.title
    message["From"] = sender
    message["To"] = ", ".join(target.to)
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{event_id}@media-workflows>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{text.text}\n")
    return message


def _connected(server: MailServer, timeout_s: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if not server.verifies:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if server.uses_ssl:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout_s, context=context)
    client = smtplib.SMTP(server.host, server.port, timeout=timeout_s)
    try:
        if server.uses_starttls:
            client.starttls(context=context)
    except BaseException:
        client.close()
        raise
    return client
