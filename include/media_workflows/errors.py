"""The exception tree. Every message says what failed, on what, why, and what to do.

A message is an English template with parameters, so that clients can show it in another language: the template is the
key of its translation, as the pages have them in i18n/errors.zh.json.

`ErrCodeExt` strings follow the vendor's sub-task codes, so clients of the commercial service can
switch on the same values.
"""

from __future__ import annotations

import dataclasses
import errno
from collections.abc import Mapping
from typing import ClassVar, Self

from media_workflows.templated_error import TemplatedError

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})  # of an OSError: no space, or none that this user may still take


class MediaWorkflowsError(TemplatedError):
    """Root of every error this product raises on purpose.

    `code` is the stable, machine-readable cause; `retryable` says whether the same work may
    succeed later without a change.
    """

    code: ClassVar[str] = "InternalError"
    retryable: ClassVar[bool] = False
    problems: list[FieldProblem] = []  # noqa: RUF012 (replaced, never changed)

    def at(self, field: str, got: str) -> Self:
        """The same error, as the problem of a field of the request that holds `got`."""
        self.problems = [FieldProblem(field, got, str(self), self.template, self.parameters)]
        return self


@dataclasses.dataclass(frozen=True)
class FieldProblem:
    """One problem in one field: where it is, what it holds, what is expected.

    `template` and `parameters` are those of `expected`, for translations.
    """

    field: str
    got: str
    expected: str
    template: str = ""
    parameters: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.field}: got {self.got}; {self.expected}"


class DefinitionError(MediaWorkflowsError):
    """A workflow or template definition is invalid; `problems` lists every problem found."""

    code = "InvalidParameterValue"

    def __init__(self, problems: list[FieldProblem]) -> None:
        self.problems = problems
        count = len(problems)
        lines = "\n".join(f"  - {problem}" for problem in problems)
        if count == 1:
            super().__init__("1 problem in the definition:\n{problems}", problems=lines)
        else:
            super().__init__("{count} problems in the definition:\n{problems}", count=count, problems=lines)


class InvalidRequestError(MediaWorkflowsError):
    """Parameters or the body of an API request are invalid; `problems` lists every problem found."""

    code = "InvalidParameterValue"

    def __init__(self, problems: list[FieldProblem]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__("the request is invalid:\n{problems}", problems=lines)


class StoreError(MediaWorkflowsError):
    """An operation of the store failed."""


class NotFoundError(StoreError):
    """The named workflow, run, template, revision or other record does not exist."""

    code = "ResourceNotFound"


class ConflictError(StoreError):
    """The stored state does not allow this change: a concurrent edit, or a name that is taken."""

    code = "ResourceConflict"


class EnabledError(ConflictError):
    """An enabled workflow cannot be edited or deleted: disable it first."""

    code = "ResourceEnabled"


class NotPermittedError(MediaWorkflowsError):
    """The user's Airflow role does not allow this."""

    code = "AuthFailure.UnauthorizedOperation"


class PlaceNotPermittedError(NotPermittedError):
    """The user's Airflow roles do not allow this bucket or directory."""

    code = "AuthFailure.UnauthorizedPlace"


class UnavailableError(MediaWorkflowsError):
    """A workflow requires engines or encoders that are not installed, so that every run would fail."""

    code = "FailedOperation"

    def __init__(self, workflow_id: str, problems: list[FieldProblem]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem.field}: {problem.expected}" for problem in problems)
        super().__init__(
            "workflow {workflow_id} stays as it is, as every run would fail:\n{problems}\nIf only the workers have "
            "what is missing here, set require_available to false",
            workflow_id=workflow_id,
            problems=lines,
        )


class RequestRefusedError(MediaWorkflowsError):
    """The API does not accept a request of this form."""

    code = "InvalidParameterValue"


class UnauthenticatedError(MediaWorkflowsError):
    """The request has no valid session or token."""

    code = "AuthFailure"


class UnexpectedError(MediaWorkflowsError):
    """The API failed in a way that this product does not foresee."""


class RequestTooLargeError(RequestRefusedError):
    """The body of a request exceeds the limit of the API."""


class BusyError(MediaWorkflowsError):
    """The server is at its limit for this kind of work; the same request may succeed later."""

    code = "FailedOperation"
    retryable = True


class DatabaseUnavailableError(StoreError):
    """The database does not answer, or ended the connection: it is being restarted, for example."""

    code = "FailedOperation"
    retryable = True


class UploadRefusedError(MediaWorkflowsError):
    """A browser upload is refused: the file's name, format or size does not fit the workflow."""

    code = "InvalidParameterValue"


class MediaError(MediaWorkflowsError):
    """A job failed for a reason in the source or the request."""

    code = "SourceFileError"


class SourceKeptError(MediaWorkflowsError):
    """A source is neither moved nor deleted, as not all that was to be made of it exists."""

    code = "FailedOperation"


class UnreadableSourceError(MediaError):
    """The source is not media that this product opens: damaged, empty, or of a refused kind."""


class IncompleteSourceError(MediaError):
    """The source ends before its own header says it does."""


class NoVideoError(MediaError):
    """The job needs pictures and the source has none."""

    code = "SourceFileError.NoVideoMedia"


class UndecodableError(MediaError):
    """The source has the stream that the job needs, and it cannot be decoded here."""


class SourceClockError(MediaError):
    """The timestamps of the source are damaged: they leave a gap that its content does not explain."""


class InvalidOffsetError(MediaError):
    """A time offset lies outside the source."""

    code = "InvalidInput.InvalidTimeOffset"


class PictureSizeError(MediaError):
    """The codec or picture format takes no picture of the size that this source would get."""

    code = "InvalidInput"


class SheetSizeError(MediaError):
    """The sheets of a sprite would be too small or too large with this source's pictures."""

    code = "InvalidInput"


class OutputNameError(MediaError):
    """The key of an output would be too long for S3, or would lead out of the output directory."""

    code = "InvalidInput"


class ConditionError(MediaError):
    """A condition has no value for this source: it reads one that is unknown, or cannot be evaluated with it."""

    code = "InvalidInput"


class CaptionsError(MediaError):
    """A file of captions cannot be used. Its parameter `track` names the file or the track."""


class ExtraObjectError(MediaError):
    """An object that a job names beside its source does not exist or cannot be used; once it is put right, retry."""

    code = "ResourceNotFound"


class MissingGlyphError(MediaError):
    """The watermark font cannot draw a character of the text."""

    code = "InvalidInput"


class DrawingError(MediaError):
    """An SVG watermark cannot be drawn: the rasteriser refuses it."""

    code = "InvalidInput"


class HardwareUnavailableError(MediaError):
    """The parameters require a hardware encoder that does not work on this worker."""

    code = "FailedOperation"


class EncoderUnavailableError(MediaError):
    """The worker lacks an encoder of ffmpeg, or Shaka Packager, that the parameters require."""

    code = "FailedOperation"


class ContentKeyError(MediaError):
    """The key of an encryption is missing or wrong, or the key server refuses it: the source is not the reason."""

    code = "InvalidInput"


class KeyServerError(MediaWorkflowsError):
    """A key server does not answer, or is busy or broken; it may answer later."""

    code = "FailedOperation"
    retryable = True


class EncodeError(MediaError):
    """ffmpeg failed; the message holds the tail of its log."""

    code = "InternalError"

    @property
    def first_words(self) -> str:
        """The first line of that tail: of a command that failed at once, the cause."""
        return str(self).partition("\n")[2].partition("\n")[0]


class WorkerError(MediaWorkflowsError):
    """The worker failed, not the work: ffmpeg was killed from outside or got stuck, or a disk is full."""

    code = "InternalError"
    retryable = True


class OutputBusyError(WorkerError):
    """Another task is writing an output at this moment; it can be written afterwards."""


class LimitExceededError(MediaError):
    """The source or the request is too expensive: it reached a limit of time, memory or size."""

    code = "LimitExceeded"


class JobCancelledError(MediaWorkflowsError):
    """The job was cancelled. The cause is not the source, so this is no MediaError."""

    code = "FailedOperation"


class OutputRejectedError(MediaError):
    """ffmpeg reported success but its output is not what was requested; nothing was published."""

    code = "InternalError"


class EngineUnavailableError(MediaWorkflowsError):
    """A recognition engine is not installed, or has no model: what is missing, why, and what to do."""

    code = "FailedOperation"

    def __init__(self, engine: str, why: str, remedy: str) -> None:
        self.engine, self.why, self.remedy = engine, why, remedy
        super().__init__("{engine} is not available: {why}; {remedy}", engine=engine, why=why, remedy=remedy)


class PodResourcesError(MediaWorkflowsError):
    """The resources of pods cannot be set for KubernetesExecutor: a package is missing, or a setting is wrong."""

    code = "FailedOperation"


class JobFailedError(MediaError):
    """Some items of a job failed; the message lists each with its cause."""


class StorageError(MediaWorkflowsError):
    """The object storage refused or could not be reached."""

    code = "InternalError"
    retryable = True


class StorageAccessError(StorageError):
    """The storage refused the credentials or their permissions: they may be in rotation, or have to be corrected."""

    code = "PermissionDenied"


class StorageConfigurationError(StorageError):
    """A bucket is missing or in the wrong region; a retry cannot help before that changes."""

    code = "ResourceNotFound.CosBucketNotExist"
    retryable = False


class SourceGoneError(StorageError):
    """The object was deleted or replaced since its run was created."""

    code = "SourceFileError"
    retryable = False


class QueueError(MediaWorkflowsError):
    """A queue of uploads did not answer, or answered with an error; it may work later."""

    code = "InternalError"
    retryable = True


class QueueAccessError(QueueError):
    """A queue of uploads refused the credentials or their permissions."""

    code = "PermissionDenied"


class QueueMissingError(QueueError):
    """There is no queue of uploads with the configured URL; a retry cannot help before that changes."""

    code = "ResourceNotFound"
    retryable = False


class SourceUrlError(MediaWorkflowsError):
    """The URL of a source cannot be used: it answers no file, one that is too large, or leads elsewhere."""

    code = "InvalidInput"


class SourceUnreachableError(SourceUrlError):
    """The server of a source's URL did not answer, or not in time; it may work later."""

    retryable = True


class OutputExistsError(StorageError):
    """The output key holds an object that is no earlier output of this workflow or DAG from the same source."""

    code = "FailedOperation"
    retryable = False


class NotPublishedError(MediaWorkflowsError):
    """An output was made, and removed again: its run publishes all outputs together, or none."""

    code = "FailedOperation.NotPublished"


class RejectedError(NotPublishedError):
    """The approval on which the publication of a run depends was rejected."""


class BudgetExceededError(MediaWorkflowsError):
    """A run would use more than the budget of its workflow allows, and was refused."""

    code = "FailedOperation.BudgetExceeded"


class NotificationError(MediaWorkflowsError):
    """An event could not be delivered now; the delivery is retried.

    `status` is the HTTP status of the response, None when there was none; `answer` its first 2 kB;
    `retry_after_s` the wait that the receiver requested (Retry-After).
    """

    code = "FailedOperation"
    retryable = True

    def __init__(
        self,
        template: str,
        status: int | None = None,
        answer: str = "",
        retry_after_s: float | None = None,
        **parameters: object,
    ) -> None:
        self.status = status
        self.answer = answer
        self.retry_after_s = retry_after_s
        super().__init__(template, **parameters)


class FunctionAnswerError(MediaWorkflowsError):
    """A function that a step called did not answer in time, or answered something that is no JSON object."""

    code = "FailedOperation"
    retryable = True


class UndeliverableError(NotificationError):
    """An event cannot be delivered as things are configured: it becomes a dead letter without a retry."""

    retryable = False


class ForbiddenAddressError(UndeliverableError):
    """A host is in a private, loopback, link-local or metadata network that is not allowed."""


class AirflowStateError(MediaWorkflowsError):
    """Airflow is not in a state that allows this (its database is not set up, for example)."""

    code = "FailedOperation"


class DeletedRunError(AirflowStateError):
    """A run was deleted in Airflow before it ended, with its DAG."""

    code = "FailedOperation.RunDeleted"


class DemoError(MediaWorkflowsError):
    """The demo cannot start or did not reach its end."""

    code = "FailedOperation"
