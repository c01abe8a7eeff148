"""The queue source: S3 event notifications from SQS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from media_workflows.domain.candidates import Candidate, Receipt
from media_workflows.ingest.s3_notifications import NotAnS3EventError, candidates_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

log = structlog.get_logger(__name__)

MAX_MESSAGES = 10  # SQS's own limit for one call
RETRY_AFTER_S = 3  # when a postponed message shows up again


class QueueSource:
    """Receives messages of one queue; a message is deleted only when all its objects are decided."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self.url = queue_url

    def receive(self, wait_s: int) -> list[Candidate]:
        """Wait up to `wait_s` seconds (at most 20) for messages; returns the created objects they report."""
        answer = self._client.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=MAX_MESSAGES, WaitTimeSeconds=wait_s
        )
        candidates: list[Candidate] = []
        for message in answer.get("Messages", []):
            candidates += self._read(message["Body"], Receipt(queue_url=self.url, handle=message["ReceiptHandle"]))
        return candidates

    def _read(self, body: str, receipt: Receipt) -> list[Candidate]:
        try:
            candidates = candidates_of(body, receipt)
        except NotAnS3EventError as error:
            log.error("a queue message was dropped", queue=self.url, reason=str(error))
            candidates = []
        if not candidates:
            self.delete(receipt)
        return candidates

    def delete(self, receipt: Receipt) -> None:
        """Delete a message from the queue."""
        self._client.delete_message(QueueUrl=receipt.queue_url, ReceiptHandle=receipt.handle)

    def postpone(self, receipt: Receipt) -> None:
        """Make a message visible again soon."""
        self._client.change_message_visibility(
            QueueUrl=receipt.queue_url, ReceiptHandle=receipt.handle, VisibilityTimeout=RETRY_AFTER_S
        )
