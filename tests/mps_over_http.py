"""The plugin behind a server of its own, called by the vendor's unmodified SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount

from function_server import serve
from mps_caller import Pair, called, sdk_client


@contextmanager
def sdk_over_http(app: Any, admin: Any, method: str) -> Iterator[Callable[..., Any]]:
    """Calls an action over HTTP, with a key of the admin: `over_http("DescribeWorkflows", Limit=1)`."""
    key = admin.post("/api/v1/keys", json={"name": "sdk"}).json()
    with serve(Starlette(routes=[Mount("/media-workflows", app)])) as url:
        endpoint = url.removeprefix("http://").rstrip("/") + "/media-workflows/mps"
        yield partial(called, sdk_client(Pair(key["secret_id"], key["secret_key"]), endpoint, method))
