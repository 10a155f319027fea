"""Connections over WebSocket: graphql-transport-ws with bounds, and a token that is looked up before each operation."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Annotated, Any

import msgspec
from graphql import GraphQLError
from litestar.exceptions import WebSocketDisconnect
from msgspec import Meta, Struct
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived, WebSocketDisconnected
from strawberry.litestar.controller import LitestarWebSocketAdapter
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.types.execution import PreExecutionError

from server.graphql.context import Context
from server.graphql.errors import told
from server.graphql.limits import BODY, INIT, RUNNING, exceeded

SLOW = 20.0
"""Seconds that a message waits for a client that does not read; then the connection is closed."""
LAST_WORD = 2.0
"""Seconds for saying why a connection is closed."""
ENDED = frozenset({"unauthorized", "device_revoked"})


class Asked(Struct, frozen=True, rename="camel"):
    """An operation as it is sent; unknown members are ignored, as the draft says. `documentId` is `sha256:…`."""

    query: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None

    @property
    def named(self) -> dict[str, Any] | None:
        """The extensions, with a document's id as the hash that it is."""
        if self.document_id is None:
            return self.extensions
        return {"persistedQuery": {"sha256Hash": self.document_id.removeprefix("sha256:")}}


class Frame(Struct, frozen=True):
    """A message of either protocol, as far as its shape is concerned."""

    type: str
    id: Annotated[str, Meta(max_length=128)] | None = None
    payload: dict[str, Any] | None = None


class Wire(LitestarWebSocketAdapter):
    """Reads messages of a bounded size and the right shape; a client that does not read is waited for, not for ever."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._receiving: asyncio.Future[str] | None = None
        self._closing = False
        self._closed = asyncio.Event()

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        while (text := await self._received()) is not None:
            if not text:
                raise NonTextMessageReceived
            if len(text) > BODY.most:
                await self.close(1009, "Message too big")
                return
            try:
                yield _message(text)
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                if not ignore_parsing_errors:
                    raise NonJsonMessageReceived from None

    async def _received(self) -> str | None:
        """The next message; None when either side has closed."""
        if not self._closing:
            self._receiving = asyncio.ensure_future(self.ws.receive_text())
            try:
                return await self._receiving
            except WebSocketDisconnect:
                return None
            except asyncio.CancelledError:
                if not self._closing:
                    raise
            finally:
                self._receiving = None
        await self._closed.wait()
        return None

    async def close(self, code: int, reason: str) -> None:
        """Closes once, from whichever task: granian closes nothing while a message is waited for."""
        if self._closing:
            return
        self._closing = True
        try:
            if self._receiving is not None:
                self._receiving.cancel()
                await asyncio.wait([self._receiving])
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORD):
                    await self.ws.close(code, reason)
        finally:
            self._closed.set()

    async def send_json(self, message: Mapping[str, object]) -> None:
        if self._closing:
            raise WebSocketDisconnected
        try:
            async with asyncio.timeout(SLOW):
                await super().send_json(message)
        except TimeoutError:
            await self.close(1013, "Too slow; connect and ask again")
            raise WebSocketDisconnected from None


class Socket(BaseGraphQLTransportWSHandler[Context, None]):
    """graphql-transport-ws; what runs when its token has ended is closed with 4403, and may connect with another."""

    async def handle_message(self, message: Any) -> None:
        try:
            await super().handle_message(message)
        except msgspec.ValidationError:
            await self.handle_invalid_message("Failed to parse message")

    async def handle_connection_init(self, message: Any) -> None:
        given = message.get("payload") or {}
        if (size := len(msgspec.json.encode(given))) > INIT.most:
            await self.websocket.close(code=4400, reason=exceeded(INIT, size).message)
        else:
            await super().handle_connection_init({**message, "payload": given})

    async def handle_subscribe(self, message: Any) -> None:
        running = len(self.operations)
        if not self.connection_acknowledged or message["id"] in self.operations:
            await super().handle_subscribe(message)
        elif running >= RUNNING.most:
            errors = [exceeded(RUNNING, running + 1).formatted]
            await self.send_message({"id": message["id"], "type": "error", "payload": errors})
        else:
            operation = Running(self, message["id"], msgspec.convert(message["payload"], Asked))
            self.operations[operation.id] = operation
            operation.task = asyncio.create_task(self.run_operation(operation))
            operation.task.add_done_callback(self._task_done)

    async def run_operation(self, operation: Any) -> None:
        try:
            if await self.context.sign_in(self.context.token) and await self._answered(operation):
                await operation.send_operation_message({"id": operation.id, "type": "complete"})
            else:
                await self.websocket.close(4403, "Forbidden")
        except WebSocketDisconnected:
            pass
        except Exception as error:  # what failed outside of any resolver, such as looking up the token
            with suppress(WebSocketDisconnected):
                await operation.send_initial_errors([told(GraphQLError("", original_error=error))])
        finally:
            self.operations.pop(operation.id, None)

    async def _answered(self, operation: "Running") -> bool:
        """Sends what the operation gives; whether its token lasted as long."""
        asked = operation.asked
        results = await self.schema.stream(
            asked.query, asked.variables, self.context, None, asked.operation_name, operation_extensions=asked.named
        )
        async with aclosing(results):
            async for result in results:
                if any((error.extensions or {}).get("code") in ENDED for error in result.errors or ()):
                    return False
                if isinstance(result, PreExecutionError):
                    await operation.send_initial_errors(result.errors)
                    return True
                await operation.send_next(result)
        return True


class Running(Operation[Context, None]):
    """An operation that a connection runs, and how it was asked."""

    __slots__ = ["asked"]

    def __init__(self, handler: Socket, id: str, asked: Asked) -> None:
        super().__init__(handler, id, asked.query or "", asked.variables, asked.operation_name)
        self.asked = asked


def _message(text: str) -> dict[str, Any]:
    """A message as the handlers of strawberry take it; raises msgspec.DecodeError for what is none."""
    frame = msgspec.json.decode(text, type=Frame)
    message = {"type": frame.type}
    return message | {name: value for name in ("id", "payload") if (value := getattr(frame, name)) is not None}
