"""HTTP answers for this product's errors: code, message, template, parameters, and a definition's problems."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from media_workflows.errors import (
    AirflowStateError,
    BusyError,
    ConflictError,
    DefinitionError,
    EngineUnavailableError,
    MediaWorkflowsError,
    NotFoundError,
    NotPermittedError,
    RequestRefusedError,
    RequestTooLargeError,
    SourceGoneError,
    StorageAccessError,
    StorageConfigurationError,
    StorageError,
    UploadRefusedError,
)

# The first match counts, so subclasses precede their parents.
STATUS: list[tuple[type[MediaWorkflowsError], int]] = [
    (DefinitionError, 422),
    (UploadRefusedError, 422),
    (NotPermittedError, 403),
    (RequestTooLargeError, 413),
    (RequestRefusedError, 415),
    (BusyError, 503),
    (StorageConfigurationError, 422),
    (StorageAccessError, 422),
    (SourceGoneError, 404),
    (NotFoundError, 404),
    (ConflictError, 409),
    (StorageError, 502),
    (AirflowStateError, 503),
    (EngineUnavailableError, 503),
    (MediaWorkflowsError, 500),
]


def _answer(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, MediaWorkflowsError)
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    body: dict[str, object] = {
        "code": error.code,
        "message": str(error),
        "template": error.template,
        "parameters": error.parameters,
    }
    if isinstance(error, DefinitionError):
        body["problems"] = [asdict(problem) for problem in error.problems]
    return JSONResponse(body, status_code=status)


def add_error_answers(app: FastAPI) -> None:
    """Register the handler that turns this product's errors into HTTP answers."""
    app.add_exception_handler(MediaWorkflowsError, _answer)
