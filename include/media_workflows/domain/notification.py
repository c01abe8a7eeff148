"""`notification`: the target of a workflow's events (the vendor's), and the function callback of all workflows."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.name_patterns import SingleLine, single_line
from media_workflows.domain.task_notify_config import from_task_notify_config

NotifyMode = Literal["finish", "change"]
BodyFormat = Literal["workflow_task", "vendor", "cloud_event"]
EventShape = Literal["workflow_task", "schedule_task"]
MessageLanguage = Literal["en", "zh"]
ChatService = Literal["wecom", "dingtalk", "feishu", "slack"]
EmailAddress = Annotated[str, Field(pattern=r"^[^\s@<>(),;:\"\\]+@[A-Za-z0-9.-]+$", max_length=254)]
StorageForm = Literal["s3", "cos"]
Region = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=64)]
QueueName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}(\.fifo)?$")]  # SQS; SNS allows longer ones
TopicName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,256}(\.fifo)?$")]
_CONNECTION = r"^[\w.-]+$"


class Target(Model):
    """Settings that all targets share: when an event is sent, and the connection with its secrets."""

    mode: NotifyMode = Field(
        "finish", description="`finish`: at a run's end. `change`: also as each job begins and ends"
    )
    connection: str | None = Field(
        None,
        pattern=_CONNECTION,
        max_length=250,
        description="Airflow connection with this receiver's secrets: password = webhook secrets, "
        "extra `notify_key`, `headers`, `query`",
    )

    @property
    def address(self) -> str:
        """The address for logs and pages, without secrets."""
        raise NotImplementedError

    @property
    def receiver(self) -> str:
        """The key by which concurrent deliveries are limited."""
        return self.address


def is_http_url(url: str) -> bool:
    """Whether the URL is http or https and has a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unclosed '[', a port that is not a number
        return False


def _http_url(url: str) -> str:
    if not is_http_url(url):
        raise invalid("must be an http:// or https:// URL")
    single_line(url)
    if "@" in urlsplit(url).netloc:
        raise invalid("must not contain a user and password: put secrets into an Airflow `connection`")
    return url


HttpUrl = Annotated[str, Field(max_length=2048), AfterValidator(_http_url)]


class BodyTarget(Target):
    """A program: it receives the event as JSON."""

    format: BodyFormat = Field(
        "workflow_task",
        description="`workflow_task`: the vendor's shape and `MediaWorkflows`. `vendor`: without `MediaWorkflows`. "
        "`cloud_event`: in a CloudEvents 1.0 envelope",
    )
    storage_form: StorageForm = Field(
        "s3",
        exclude_if=lambda form: form == "s3",
        description="Places in events of runs. `s3`: as AWS-S3. `cos`: as COS, with paths that begin with '/', for "
        "clients of the vendor's own storage",
    )


class WorkflowTarget(BodyTarget):
    """The target of one workflow's events. Its choice of the event holds for all events of the workflow."""

    event: EventShape | None = Field(
        None,
        exclude_if=lambda event: event is None,
        description="The vendor's event; None = `schedule_task` if the workflow has steps, else `workflow_task`",
    )


class HttpTarget(WorkflowTarget):
    """An HTTP callback: the event as a JSON body, signed with Standard Webhooks headers."""

    type: Literal["http"]
    url: HttpUrl

    @property
    def address(self) -> str:
        return shown_url(self.url)

    @property
    def host(self) -> str:
        """The URL's host name, in small letters, without a port."""
        return (urlsplit(self.url).hostname or "").lower()

    @property
    def receiver(self) -> str:
        return "/".join(self.url.split("/")[:3]).partition("?")[0]


class SqsTarget(WorkflowTarget):
    """An SQS queue ("queue model"), by its name and region or by its URL."""

    type: Literal["sqs"]
    queue_name: QueueName | None = None
    queue_url: SingleLine | None = Field(None, pattern=r"^https?://\S+$", max_length=2048)
    region: Region | None = Field(None, description="None = the region of the settings or the connection")

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.queue_name is None) == (self.queue_url is None):
            raise invalid("requires exactly one of queue_name and queue_url")
        return self

    @property
    def address(self) -> str:
        return f"sqs:{self.queue_name or self.queue_url}"


class SnsTarget(WorkflowTarget):
    """An SNS topic ("topic model"), by its name and region or by its ARN."""

    type: Literal["sns"]
    topic_name: TopicName | None = None
    topic_arn: SingleLine | None = Field(None, pattern=r"^arn:[\w-]+:sns:[\w-]*:\d*:\S+$", max_length=512)
    region: Region | None = Field(None, description="None = the region of the ARN, the settings or the connection")

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.topic_name is None) == (self.topic_arn is None):
            raise invalid("requires exactly one of topic_name and topic_arn")
        return self

    @property
    def address(self) -> str:
        return f"sns:{self.topic_name or self.topic_arn}"


class MessageTarget(Target):
    """People: they receive a short text about the event."""

    language: MessageLanguage = Field("en", description="Of the message")


class ChatTarget(MessageTarget):
    """The custom robot of a chat group: WeCom, DingTalk or Feishu; or an incoming webhook of Slack."""

    type: ChatService
    connection: str = Field(
        pattern=_CONNECTION,
        max_length=250,
        description="Airflow connection of the robot: password = its webhook URL, extra `sign_secret` if it requires "
        "signatures",
    )

    @property
    def address(self) -> str:
        return f"{self.type}:{self.connection}"


class EmailTarget(MessageTarget):
    """E-mail, through the mail server of an Airflow connection."""

    type: Literal["email"]
    to: list[EmailAddress] = Field(min_length=1, max_length=50, description="Addresses of the recipients")
    connection: str = Field(
        "smtp_default",
        pattern=_CONNECTION,
        max_length=250,
        description="Airflow connection of type SMTP; extra `from_email` is the sender",
    )

    @property
    def address(self) -> str:
        return f"email:{', '.join(self.to)}"

    @property
    def receiver(self) -> str:
        return f"email:{self.connection}"


class LambdaTarget(BodyTarget):
    """An AWS Lambda function, invoked asynchronously with the event as its payload."""

    type: Literal["lambda"]
    function_name: str = Field(
        pattern=r"^[\w:$-]+$", max_length=256, description="Name or ARN, with a qualifier or not"
    )
    region: Region | None = Field(None, description="None = the region of the settings or the connection")

    @property
    def address(self) -> str:
        return f"lambda:{self.function_name}"


class HttpFunctionTarget(HttpTarget):
    """A function behind a URL; its events are CloudEvents by default."""

    format: BodyFormat = "cloud_event"
    event: None = Field(None, exclude=True, description="That of each workflow")


def _vendor_form(value: Any) -> Any:
    return from_task_notify_config(value) if isinstance(value, dict) else value


OwnTarget = HttpTarget | SqsTarget | SnsTarget | ChatTarget | EmailTarget
NotificationTarget = Annotated[Annotated[OwnTarget, Field(discriminator="type")], BeforeValidator(_vendor_form)]
FunctionCallback = Annotated[LambdaTarget | HttpFunctionTarget, Field(discriminator="type")]
AnyTarget = OwnTarget | LambdaTarget

NOTIFICATION: TypeAdapter[OwnTarget] = TypeAdapter(NotificationTarget)
STORED_TARGET: TypeAdapter[AnyTarget] = TypeAdapter(Annotated[AnyTarget, Field(discriminator="type")])
FUNCTION_CALLBACK: TypeAdapter[LambdaTarget | HttpFunctionTarget] = TypeAdapter(FunctionCallback)


def shown_url(url: str) -> str:
    """The URL without user, password and query, which may contain tokens: for messages and logs."""
    try:
        parts = urlsplit(url)
    except ValueError:  # an unclosed '[', for example
        return "(malformed URL)"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
