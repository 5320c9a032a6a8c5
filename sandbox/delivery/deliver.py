"""Bringing an envelope to the app: by socket or HTTP, in time, retried as Slack does."""

import asyncio
from collections.abc import Coroutine
from time import perf_counter
from typing import Any

from sandbox.delivery.envelope import EVENT, Envelope, Reply
from sandbox.delivery.http_push import push
from sandbox.delivery.socket_mode import ConnectionLostError, SocketHub
from sandbox.faults import Faults
from sandbox.workspace.model import Json
from sandbox.workspace.traffic import Traffic

ACK_SECONDS = 3.0
# Slack retries an event at once, after a minute and after five.
RETRY_DELAYS = (0.0, 60.0, 300.0)


class Delivery:
    """Lives on the server's event loop. Tests may change `ack_seconds` and `retry_delays`."""

    def __init__(
        self, hub: SocketHub, faults: Faults, traffic: Traffic, request_url: str | None
    ) -> None:
        self.hub = hub
        self.request_url = request_url
        self.ack_seconds = ACK_SECONDS
        self.retry_delays = RETRY_DELAYS
        self._faults = faults
        self._traffic = traffic
        self._tasks: set[asyncio.Task[Any]] = set()
        self._released = asyncio.Event()

    async def deliver(self, kind: str, payload: Json) -> Reply:
        """Deliver once and wait for the acknowledgement. Interactions are never retried."""
        envelope = Envelope(kind, payload)
        if self._faults.on_delivery("hold"):
            return await self._hold(envelope)
        return await self._deliver(envelope)

    def deliver_event(self, payload: Json) -> None:
        """Deliver an event in the background, with Slack's three retries."""
        self.start(self._deliver_event(payload))

    def release(self) -> None:
        """Let the held deliveries go."""
        self._released.set()
        self._released = asyncio.Event()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something in the background until it ends or the server stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    async def _hold(self, envelope: Envelope) -> Reply:
        """The person sees a time-out as in Slack, while the envelope arrives later."""
        released = self._released

        async def later() -> None:
            await released.wait()
            await self._deliver(envelope)

        self.start(later())
        return Reply(False, error="operation_timeout", detail="held", retry=False)

    async def _deliver_event(self, payload: Json) -> None:
        reply = await self.deliver(EVENT, payload)
        for number, delay in enumerate(self.retry_delays, start=1):
            if reply.acknowledged or not reply.retry:
                return
            await asyncio.sleep(delay)
            reason = "http_timeout" if reply.error == "operation_timeout" else reply.error
            reply = await self._deliver(Envelope(EVENT, payload, number, reason))

    async def _deliver(self, envelope: Envelope) -> Reply:
        started = perf_counter()
        twice = self._faults.on_delivery("duplicate")
        reply = await self._by_any_way(envelope, twice)
        self._traffic.record(
            "to app",
            envelope.name,
            "ok" if reply.acknowledged else f"{reply.error} {reply.detail}".strip(),
            (perf_counter() - started) * 1000,
            envelope.payload,
            reply.body,
        )
        return reply

    async def _by_any_way(self, envelope: Envelope, twice: bool) -> Reply:
        if self.hub.connections or (self.hub.ever_connected and not self.request_url):
            return await self._by_socket(envelope, twice)
        if self.request_url:
            return await self._by_http(self.request_url, envelope, twice)
        return Reply(False, error="dispatch_failed", detail="no app is connected")

    async def _by_http(self, url: str, envelope: Envelope, twice: bool) -> Reply:
        reply = await asyncio.to_thread(push, url, envelope, self.ack_seconds)
        if twice:
            await asyncio.to_thread(push, url, envelope, self.ack_seconds)
        return reply

    async def _by_socket(self, envelope: Envelope, twice: bool) -> Reply:
        """To one connection; to another one when it dies before the acknowledgement."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.ack_seconds
        while True:
            try:
                connection = await self.hub.take_turn(deadline - loop.time())
                if twice:
                    twice = False
                    await (await self.hub.take_turn(1)).repeat(envelope)
                return Reply(True, await connection.ask(envelope, deadline - loop.time()))
            except ConnectionLostError:
                await asyncio.sleep(0)
            except TimeoutError:
                return Reply(False, error="operation_timeout")
