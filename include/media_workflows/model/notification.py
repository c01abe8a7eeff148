"""`notification`: where the event of a finished run goes (reference 4.1). Off by default."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from media_workflows.model.base import Model


class HttpTarget(Model):
    """An HTTP callback: the event as a JSON body, signed with Standard Webhooks headers."""

    type: Literal["http"]
    url: str = Field(max_length=2048)

    @field_validator("url")
    @classmethod
    def _is_http(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")) or len(url.split("/")[2]) == 0:
            raise ValueError("wants an http:// or https:// URL")
        return url


class SqsTarget(Model):
    """An SQS queue, by its URL."""

    type: Literal["sqs"]
    queue_url: str = Field(pattern=r"^https?://\S+$", max_length=2048)


class SnsTarget(Model):
    """An SNS topic, by its ARN."""

    type: Literal["sns"]
    topic_arn: str = Field(pattern=r"^arn:[\w-]+:sns:[\w-]*:\d*:\S+$", max_length=512)


NotificationTarget = Annotated[HttpTarget | SqsTarget | SnsTarget, Field(discriminator="type")]
