"""`Credentials`: the signing secrets and access headers for one receiver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from media_workflows.domain.notification import AnyTarget
from media_workflows.notifications.transports.email import MailServer
from media_workflows.settings import Settings


@dataclass(frozen=True)
class Credentials:
    """The credentials for one target; its repr shows none of them.

    `webhook_secrets` sign the body (the newest first), `notify_key` makes the vendor's `Sign`; `headers` and `query`
    (of the URL, without "?") are what an HTTP receiver requires itself, tokens for example. `robot_url` and
    `sign_secret` are of the robot of a chat group, `mail_server` is that of e-mail.
    """

    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    notify_key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: str = field(default="", repr=False)
    robot_url: str = field(default="", repr=False)
    sign_secret: str = field(default="", repr=False)
    mail_server: MailServer | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """All values that a log must not show."""
        robot = urlsplit(self.robot_url)
        mail = self.mail_server.password if self.mail_server else ""
        ours = (self.notify_key, self.query, self.robot_url, robot.path.strip("/"), robot.query, self.sign_secret, mail)
        return tuple(filter(None, (*self.webhook_secrets, *self.headers.values(), *ours)))


CredentialsOf = Callable[[AnyTarget], Credentials]


def credentials_of_settings(settings: Settings) -> Credentials:
    """The credentials for targets without a connection."""
    secrets = settings.webhook_secret.get_secret_value().split()
    return Credentials(tuple(secrets), settings.notify_key.get_secret_value())
