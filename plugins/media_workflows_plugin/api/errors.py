"""HTTP answers for errors of this API and its framework: code, message, template, parameters, problems of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from media_workflows.domain.base import problems_in
from media_workflows.errors import (
    AirflowStateError,
    BusyError,
    ConflictError,
    DatabaseUnavailableError,
    DefinitionError,
    EncodeError,
    EngineUnavailableError,
    InvalidRequestError,
    MediaError,
    MediaWorkflowsError,
    NotFoundError,
    NotPermittedError,
    OutputRejectedError,
    RequestRefusedError,
    RequestTooLargeError,
    SourceGoneError,
    SourceUrlError,
    StorageAccessError,
    StorageConfigurationError,
    StorageError,
    UnauthenticatedError,
    UnavailableError,
    UnexpectedError,
    UploadRefusedError,
)
from media_workflows.store.outage import is_away

log = structlog.get_logger(__name__)

# The first match counts, so subclasses precede their parents.
STATUS: list[tuple[type[MediaWorkflowsError], int]] = [
    (DefinitionError, 422),
    (InvalidRequestError, 422),
    (UploadRefusedError, 422),
    (UnavailableError, 409),
    (NotPermittedError, 403),
    (RequestTooLargeError, 413),
    (RequestRefusedError, 415),
    (BusyError, 503),
    (DatabaseUnavailableError, 503),
    (StorageConfigurationError, 422),
    (StorageAccessError, 422),
    (SourceGoneError, 404),
    (NotFoundError, 404),
    (ConflictError, 409),
    (StorageError, 502),
    (AirflowStateError, 503),
    (EngineUnavailableError, 503),
    (EncodeError, 500),
    (OutputRejectedError, 500),
    (MediaError, 422),  # of the source, or of what is asked of it: a dry run, a sample, a frame
    (SourceUrlError, 422),
    (MediaWorkflowsError, 500),
]


def _answer(error: MediaWorkflowsError, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body: dict[str, object] = {
        "code": error.code,
        "message": str(error),
        "template": error.template,
        "parameters": error.parameters,
    }
    if error.problems:
        body["problems"] = [asdict(problem) for problem in error.problems]
    return JSONResponse(body, status, headers)


def _own(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, MediaWorkflowsError)
    return _answer(error, next(status for kind, status in STATUS if isinstance(error, kind)))


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """FastAPI's answer when parameters or the body do not fit their models, in our form."""
    assert isinstance(error, RequestValidationError)
    return _own(_request, _invalid_request(error))


def _invalid_request(error: RequestValidationError) -> InvalidRequestError:
    return InvalidRequestError(problems_in(_in_place(found) for found in error.errors()))


def _in_place(found: dict[str, Any]) -> ErrorDetails:
    """The error with its place within the body, or the parameter's name; of JSON that is none, FastAPI names a byte."""
    _where, *place = found["loc"]
    is_of_a_field = bool(place) or bool(getattr(found.get("ctx", {}).get("error"), "field", ""))
    return {**found, "loc": tuple(place) if is_of_a_field and found["type"] != "json_invalid" else ("body",)}  # type: ignore[typeddict-item]


def _http(request: Request, error: Exception) -> JSONResponse:
    """Starlette's, FastAPI's and Airflow's own refusals, in our form."""
    assert isinstance(error, HTTPException)
    return _answer(_http_error(request, error), error.status_code, error.headers)


def _http_error(request: Request, error: HTTPException) -> MediaWorkflowsError:
    match error.status_code:
        case HTTPStatus.BAD_REQUEST:
            return RequestRefusedError("the body of the request cannot be read: send JSON in UTF-8")
        case HTTPStatus.UNAUTHORIZED:
            return UnauthenticatedError("log in to Airflow, or send a valid token: {cause}", cause=error.detail)
        case HTTPStatus.NOT_FOUND:
            return _no_route(request.url.path)
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return RequestRefusedError(
                "{path} does not support the method {method}", path=request.url.path, method=request.method
            )
    return RequestRefusedError("the request is refused: {cause}", cause=error.detail)


def _no_route(path: str) -> NotFoundError:
    return NotFoundError("there is no route {path}", path=path)


def no_route(path: str) -> JSONResponse:
    """The answer to a path that no route has."""
    return _answer(_no_route(path), HTTPStatus.NOT_FOUND)


def _database(request: Request, error: Exception) -> JSONResponse:
    """503 for a database that is away, ours or Airflow's: its message, which names hosts, is for the log only."""
    assert isinstance(error, DBAPIError)
    if not is_away(error):
        raise error
    return _own(request, _unavailable(request, error))


def _unavailable(request: Request, error: DBAPIError) -> DatabaseUnavailableError:
    problem = " ".join(str(error.orig).split())
    log.warning("the database failed", method=request.method, path=request.url.path, problem=problem)
    return DatabaseUnavailableError(
        "the database does not answer: try again; if it stays so, see the cause in the api-server's log"
    )


def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    """The server logs the traceback by itself."""
    return _answer(_unforeseen(error), 500)


def _unforeseen(error: Exception) -> UnexpectedError:
    return UnexpectedError(
        "the server failed unexpectedly ({cause}): see the api-server's log", cause=type(error).__name__
    )


def own_error(request: Request, error: Exception) -> MediaWorkflowsError:
    """Any error as one of ours, for an endpoint that answers errors in a form of its own."""
    match error:
        case MediaWorkflowsError():
            return error
        case RequestValidationError():
            return _invalid_request(error)
        case HTTPException():
            return _http_error(request, error)
        case DBAPIError() if is_away(error):
            return _unavailable(request, error)
    return _unforeseen(error)


def add_error_answers(app: FastAPI) -> None:
    """Register the handlers that give every error answer the same body."""
    app.add_exception_handler(MediaWorkflowsError, _own)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(Exception, _unexpected)
