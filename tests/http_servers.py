"""HTTP servers that tests start: each ends with the context that started it, also when the test fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import TypeVar

POLL_INTERVAL_S = 0.01
STOP_WITHIN_S = 60

Server = TypeVar("Server", bound=ThreadingHTTPServer)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server, answering while the context lasts.

    A loop that outlives its socket polls a closed descriptor and uses a whole core, so the loop ends first.
    """
    thread = threading.Thread(target=server.serve_forever, args=(POLL_INTERVAL_S,), daemon=True)
    with server:
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(STOP_WITHIN_S)
