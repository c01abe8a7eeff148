"""Turns of polled requests: many open pages must not take all threads and database connections of the api-server.

A request that waits for its turn holds neither. Airflow's pool has 15 connections by default, and a request that gets
none within 30 s fails; so do Airflow's own pages.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary, WeakValueDictionary

from airflow.configuration import conf
from fastapi import Request

PER_CLIENT = 4
DEFAULT_TOTAL = 10


class Turns:
    """The turns of one event loop."""

    def __init__(self, total: int, per_client: int = PER_CLIENT) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_client = per_client
        self._clients: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """Wait for the client's turn among its own requests, then among those of all."""
        own = self._clients.get(client)
        if own is None:
            own = self._clients[client] = asyncio.Semaphore(self._per_client)
        async with own, self._total:
            yield


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Turns] = WeakKeyDictionary()


def turns() -> Turns:
    """The turns of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _turns:
        _turns[loop] = Turns(total())
    return _turns[loop]


def total() -> int:
    """How many polled requests are answered at the same time: two thirds of the connections of Airflow's pool."""
    size = conf.getint("database", "sql_alchemy_pool_size", fallback=5)
    overflow = conf.getint("database", "sql_alchemy_max_overflow", fallback=10)
    if size <= 0 or overflow < 0:  # no limit
        return DEFAULT_TOTAL
    return max(1, (size + overflow) * 2 // 3)


def client_of(request: Request) -> str:
    """Who asks: the session, as a digest, or the address of a client without one."""
    session = request.headers.get("authorization") or request.headers.get("cookie")
    if session:
        return hashlib.blake2b(session.encode(), digest_size=16).hexdigest()
    return request.client.host if request.client else ""
