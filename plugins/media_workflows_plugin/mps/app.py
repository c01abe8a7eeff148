"""The endpoint of the vendor's API: one address, whose calls are signed and name their action.

Every answer has status 200 and the vendor's form, also that of an error: its SDKs support no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import uuid4

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from media_workflows.errors import NotPermittedError, UnexpectedError
from media_workflows_plugin.api.access import may
from media_workflows_plugin.api.errors import own_error
from media_workflows_plugin.mps.action import Json
from media_workflows_plugin.mps.audit import note_parameters, record_call
from media_workflows_plugin.mps.authentication import SignedCall, signed_call
from media_workflows_plugin.mps.dispatch import action_of
from media_workflows_plugin.mps.errors import vendor_code

log = structlog.get_logger(__name__)


class VendorRoute(APIRoute):
    """Gives each call an id, answers its errors in the vendor's form, and records it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            request_id = request.state.request_id = str(uuid4())
            try:
                answer, outcome = await handle(request), "ok"
            except Exception as error:
                own = own_error(request, error)
                if isinstance(own, UnexpectedError):
                    log.exception("a call of the vendor's API failed", request_id=request_id)
                outcome = vendor_code(own)
                answer = _answer({"Error": {"Code": outcome, "Message": str(own)}}, request_id)
            await record_call(request, outcome, request_id)
            return answer

        return answered


router = APIRouter(route_class=VendorRoute, include_in_schema=False)


# The SDK posts to the path of its endpoint as it is written; a virtual host that maps `/` adds the slash.
@router.post("/mps")
@router.post("/mps/")
def call_action(call: Annotated[SignedCall, Depends(signed_call)], request: Request) -> Response:
    """Answer one call. Each action requires further rights by itself."""
    caller = call.caller
    if not may(caller.user, "GET"):
        raise NotPermittedError("the Airflow role of user '{user}' does not allow to read DAGs", user=caller.name)
    action = action_of(call.claim.action, call.claim.version)
    parameters = call.parameters()
    note_parameters(request, parameters)
    return _answer(action(caller, parameters), request.state.request_id)


def _answer(response: Json, request_id: str) -> Response:
    """An answer of ASCII characters: a message may show any text of the request."""
    body = {"Response": {**response, "RequestId": request_id}}
    return Response(json.dumps(body, allow_nan=False), media_type="application/json")
