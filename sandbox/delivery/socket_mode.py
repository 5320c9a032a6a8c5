"""Socket Mode: the app's connections; each envelope goes to one of them."""

import asyncio
import json
import secrets
from itertools import count

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sandbox.delivery.envelope import Envelope
from sandbox.workspace.model import APP_ID, Json

RETIRE_SECONDS = 3.0
# Slack renews every connection about once an hour and warns ten seconds before.
REFRESH_SECONDS = 3600.0
WARNING_SECONDS = 10.0


class ConnectionLostError(Exception):
    """The connection died before the acknowledgement."""


class SocketConnection:
    """One connection of the app. Lives on the server's event loop."""

    def __init__(self, socket: WebSocket, number: int) -> None:
        self.number = number
        self.leaving = False
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[Json | str | None]] = {}

    async def ask(self, envelope: Envelope, seconds: float) -> Json | str | None:
        """Send an envelope and return what its acknowledgement carries.

        Raises TimeoutError after `seconds`, ConnectionLostError when the connection dies first.
        """
        answer: asyncio.Future[Json | str | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope.id] = answer
        try:
            await self._send(envelope.to_socket())
            async with asyncio.timeout(seconds):
                return await answer
        finally:
            self._waiting.pop(envelope.id, None)

    async def repeat(self, envelope: Envelope) -> None:
        """Send an envelope once more without waiting for its acknowledgement."""
        await self._send(envelope.to_socket())

    async def hello(self, connections: int, lifetime: int) -> None:
        await self._send(
            {
                "type": "hello",
                "num_connections": connections,
                "debug_info": {
                    "host": "sandbox",
                    "build_number": 1,
                    "approximate_connection_time": lifetime,
                },
                "connection_info": {"app_id": APP_ID},
            }
        )

    async def ask_to_leave(self, reason: str) -> None:
        """`warning` or `refresh_requested`: the app connects anew, then this one is retired."""
        self.leaving = True
        message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        await self._send(message)

    async def retire(self, seconds: float) -> None:
        """Close once nothing is waiting for an acknowledgement, or after `seconds`."""
        if self._waiting:
            await asyncio.wait(self._waiting.values(), timeout=seconds)
        await self.cut()

    async def cut(self) -> None:
        if self._socket.client_state is WebSocketState.CONNECTED:
            await self._socket.close(1001)
        self.lost()

    async def listen(self) -> None:
        """Take acknowledgements until the connection ends."""
        try:
            while True:
                self._hear(await self._socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self.lost()

    def lost(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionLostError())

    def _hear(self, text: str) -> None:
        try:
            message = json.loads(text)
        except json.JSONDecodeError:
            return
        answer = self._waiting.get(message.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(message.get("payload"))

    async def _send(self, message: Json) -> None:
        try:
            await self._socket.send_text(json.dumps(message))
        except (WebSocketDisconnect, RuntimeError, OSError) as error:
            raise ConnectionLostError from error


class SocketHub:
    """All connections of the app, used in turn. Lives on the server's event loop.

    Each connection is renewed after `refresh_seconds`, with a warning before.
    """

    def __init__(self, refresh_seconds: float = REFRESH_SECONDS) -> None:
        self.refresh_seconds = refresh_seconds
        self.warning_seconds = min(WARNING_SECONDS, refresh_seconds / 2)
        self.connections: list[SocketConnection] = []
        self.ever_connected = False
        self._tickets: set[str] = set()
        self._numbers = count(1)
        self._turn = 0
        self._arrived = asyncio.Condition()
        self._retiring: set[asyncio.Task[None]] = set()

    def new_ticket(self) -> str:
        """A word that admits one connection."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Hold one connection from its handshake to its end; refused without a fresh ticket."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = SocketConnection(socket, next(self._numbers))
        await connection.hello(len(self.connections) + 1, int(self.refresh_seconds))
        await self._admit(connection)
        renewal = asyncio.create_task(self._renew(connection))
        try:
            await connection.listen()
        finally:
            renewal.cancel()
            if connection in self.connections:
                self.connections.remove(connection)

    async def take_turn(self, seconds: float) -> SocketConnection:
        """The connection whose turn it is; waits up to `seconds` for one, then TimeoutError."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: self.connections)
        self._turn += 1
        staying = [c for c in self.connections if not c.leaving] or self.connections
        return staying[self._turn % len(staying)]

    async def disconnect(self, warn: bool) -> None:
        """Ask all connections to leave, or cut them."""
        for connection in list(self.connections):
            if warn:
                await connection.ask_to_leave("refresh_requested")
            else:
                self.connections.remove(connection)
                await connection.cut()

    async def _renew(self, connection: SocketConnection) -> None:
        """The app is warned, then asked to come anew; whoever stays is cut off."""
        await asyncio.sleep(self.refresh_seconds - self.warning_seconds)
        try:
            await connection.ask_to_leave("warning")
            await asyncio.sleep(self.warning_seconds)
            await connection.ask_to_leave("refresh_requested")
        except ConnectionLostError:
            return
        await connection.retire(RETIRE_SECONDS)

    async def _admit(self, connection: SocketConnection) -> None:
        async with self._arrived:
            self.connections.append(connection)
            self.ever_connected = True
            self._arrived.notify_all()
        for old in [c for c in self.connections if c.leaving]:
            self.connections.remove(old)
            task = asyncio.create_task(old.retire(RETIRE_SECONDS))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
