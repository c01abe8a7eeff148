"""The queue source: S3 event notifications from SQS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from media_workflows.domain.candidates import Candidate, Receipt
from media_workflows.errors import QueueAccessError, QueueError, QueueMissingError
from media_workflows.ingest.s3_notifications import NotAnS3EventError, candidates_of
from media_workflows.storage.s3_errors import is_refusal

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import BatchResultErrorEntryTypeDef

log = structlog.get_logger(__name__)

MAX_MESSAGES = 10  # SQS's own limit for one call
MAX_CANDIDATES = 500  # of one turn: then other sources have theirs
RETRY_AFTER_S = 3  # when a postponed message shows up again
_MISSING = {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "InvalidAddress"}


class QueueSource:
    """Receives messages of one queue; a message is deleted only when all its objects are decided."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self.url = queue_url

    def receive(self, wait_s: int, limit: int = MAX_CANDIDATES) -> list[Candidate]:
        """The created objects that the messages report, until the queue is empty or there are at least `limit`.

        Waits up to `wait_s` seconds (at most 20) for the first message. Raises QueueError.
        """
        candidates, unusable = self._receive_once(wait_s)
        while (candidates or unusable) and len(candidates) < limit:
            found, useless = self._receive_once(0)
            if not (found or useless):
                break
            candidates, unusable = [*candidates, *found], [*unusable, *useless]
        if unusable:
            self.delete(unusable)
        return candidates

    def _receive_once(self, wait_s: int) -> tuple[list[Candidate], list[Receipt]]:
        """What one call brings: the objects, and the messages that report none."""
        with self._errors():
            answer = self._client.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=MAX_MESSAGES, WaitTimeSeconds=wait_s
            )
        candidates: list[Candidate] = []
        unusable: list[Receipt] = []
        for message in answer.get("Messages", []):
            receipt = Receipt(queue_url=self.url, handle=message["ReceiptHandle"])
            found = self._read(message["Body"], receipt)
            candidates += found
            unusable += [] if found else [receipt]
        return candidates, unusable

    def _read(self, body: str, receipt: Receipt) -> list[Candidate]:
        try:
            return candidates_of(body, receipt)
        except NotAnS3EventError as error:
            log.error("a queue message was dropped", queue=self.url, reason=str(error))
            return []

    def delete(self, receipts: Sequence[Receipt]) -> None:
        """Delete messages from the queue. Raises QueueError; one that cannot be deleted is received again."""
        for some in _tens(receipts):
            entries = [{"Id": str(at), "ReceiptHandle": one.handle} for at, one in enumerate(some)]
            with self._errors():
                answer = self._client.delete_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]
            self._log_failed("deleted", answer.get("Failed", []))

    def postpone(self, receipts: Sequence[Receipt]) -> None:
        """Make messages visible again soon. Raises QueueError; others are visible after the queue's own time."""
        for some in _tens(receipts):
            entries = [
                {"Id": str(at), "ReceiptHandle": one.handle, "VisibilityTimeout": RETRY_AFTER_S}
                for at, one in enumerate(some)
            ]
            with self._errors():
                answer = self._client.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]
            self._log_failed("postponed", answer.get("Failed", []))

    def _log_failed(self, done: str, failed: Sequence[BatchResultErrorEntryTypeDef]) -> None:
        if failed:
            codes = ", ".join(sorted({one["Code"] for one in failed}))
            log.warning("the queue refused a request", queue=self.url, not_done=done, messages=len(failed), codes=codes)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Translate botocore's exceptions into QueueError or a subclass."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            raise self._refused(error) from error
        except BotoCoreError as error:
            raise QueueError(
                "queue {queue} cannot be read: no answer from the service ({cause}); check that it runs and is "
                "reachable, and settings sqs_endpoint_url and aws_conn_id",
                queue=self.url,
                cause=error,
            ) from error

    def _refused(self, error: ClientError) -> QueueError:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _MISSING or status == 404:
            return QueueMissingError(
                "queue {queue} does not exist ({cause}); create it, or correct setting upload_queue_urls",
                queue=self.url,
                cause=code or status,
            )
        if is_refusal(code, status) or "AccessDenied" in code:
            return QueueAccessError(
                "queue {queue} cannot be read: access denied ({cause}); grant these credentials sqs:ReceiveMessage, "
                "sqs:DeleteMessage and sqs:ChangeMessageVisibility, or use other credentials (setting aws_conn_id, or "
                "the AWS_* environment)",
                queue=self.url,
                cause=code or status,
            )
        return QueueError(
            "queue {queue} cannot be read: the service answered {status} {code}; it may work later ({cause})",
            queue=self.url,
            status=status,
            code=code,
            cause=error,
        )


def _tens(receipts: Sequence[Receipt]) -> Iterator[Sequence[Receipt]]:
    """As many as one call takes."""
    for at in range(0, len(receipts), MAX_MESSAGES):
        yield receipts[at : at + MAX_MESSAGES]
