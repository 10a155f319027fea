"""`/graphql` over HTTP (the GraphQL-over-HTTP draft) and graphql-transport-ws, and `/schema.graphql`."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import msgspec
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import GraphQLError
from litestar import MediaType, Request, Response, WebSocket, get
from litestar.di import Provide
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.litestar.controller import GraphQLController
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_WS_PROTOCOL
from strawberry.types.unset import UNSET

from server.graphql import explorer
from server.graphql.context import Context
from server.graphql.errors import Refusal, told
from server.graphql.export import sdl
from server.graphql.limits import BODY, RUNNING, exceeded
from server.graphql.schema import schema
from server.graphql.socket import Asked, Socket, Wire
from server.http.address import Connection, client_network
from server.http.caller import bearer
from server.http.errors import Problem
from server.http.looking import reason_of
from server.settings import origins

ANSWER = "application/graphql-response+json"
PLAIN = "application/json"
STATUS = {
    "unauthorized": 401, "device_revoked": 403, BODY.code: 413, "unavailable": 503, "timeout": 503,
    "internal_error": 500, "forbidden": 403, "rate_limited": 429,
}  # fmt: skip
"""Statuses of requests of which nothing ran, by code; any other is 400."""
WATCHING = "A subscription has no single answer: it runs over WebSocket, with graphql-transport-ws."


async def _over_http(request: Request[Any, Any, Any]) -> Context:
    return await _context(request)


async def _over_ws(socket: WebSocket[Any, Any, Any]) -> Context:
    return await _context(socket)


async def _nothing() -> None:
    return None


async def _context(connection: Connection) -> Context:
    state = connection.app.state
    context = Context(
        state.db, state.bus, state.doorbell, state.settings, state.looks, reason_of(connection),
        client_network(connection),
    )  # fmt: skip
    if await context.sign_in(bearer(connection)):
        await context.note()
    return context


class GraphQLDoor(GraphQLController):
    """Strawberry's controller, with the draft's media type and statuses, msgspec's JSON, and tokens over WebSocket."""

    path = "/graphql"
    schema = schema
    # The older protocol too: gql, the Python client, takes a lower-case header for a server that speaks only that one.
    protocols = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_WS_PROTOCOL)
    multipart_uploads_enabled = False
    connection_init_wait_timeout = timedelta(seconds=10)
    max_subscriptions_per_connection = RUNNING.most
    request_max_body_size = BODY.most
    websocket_adapter_class = Wire
    graphql_transport_ws_handler_class = Socket
    dependencies = {
        "context": Provide(_over_http),
        "context_ws": Provide(_over_ws),
        "root_value": Provide(_nothing),
        "response": Provide(lambda: Response(None), sync_to_thread=False),
    }

    def __init__(self, owner: Any) -> None:
        super().__init__(owner)
        self.watching: Counter[str] = Counter()

    def encode_json(self, data: object) -> bytes:
        return msgspec.json.encode(data)

    def decode_json(self, data: str | bytes) -> object:
        try:
            return msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise json.JSONDecodeError(str(error), "", 0) from None

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """The operation of a request; raises 400 or 415 for what is none."""
        if request.method == "GET":
            body: Any = self.parse_query_params(request.query_params)
        elif (request.content_type or "").split(";")[0].strip() == PLAIN:
            body = self.parse_json(await _bytes(request))
        else:
            raise HTTPException(415, "Send the operation as application/json.")
        if isinstance(body, list):
            raise Refusal("batch_refused", "One operation a request: batches are not run.")
        try:
            asked = msgspec.convert(body, Asked)
        except msgspec.ValidationError as error:
            raise HTTPException(400, str(error)) from None
        return GraphQLRequestData(asked.query, asked.variables, asked.operation_name, asked.named)

    async def execute_request(self, request: Request[Any, Any, Any], context: Any, root_value: Any) -> Response[Any]:
        """The answer; what is no request at all is told as a GraphQL error."""
        try:
            return await self.run(request, context=context, root_value=root_value)
        except HTTPException as refused:
            if refused.reason.startswith("subscriptions are not allowed"):
                return self._refusal(request, 400, Refusal("bad_request", WATCHING))
            wrong_verb = refused.status_code == 400 and "not allowed when using GET" in refused.reason
            status = 405 if wrong_verb else refused.status_code
            code = {405: "method_not_allowed", 404: "not_found", 415: "unsupported_media_type"}.get(
                status, "bad_request"
            )
            return self._refusal(request, status, Refusal(code, refused.reason))
        except GraphQLError as refused:
            return self._refusal(request, STATUS.get((refused.extensions or {})["code"], 400), refused)

    def _refusal(self, request: Request[Any, Any, Any], status: int, error: GraphQLError) -> Response[bytes]:
        headers = {"Allow": "POST"} if status == 405 else {}
        body = self.encode_json({"errors": [error.formatted]})
        return Response(body, status_code=status, media_type=_media_type(request), headers=headers)

    async def get_sub_response(self, request: Request[Any, Any, Any]) -> Response[Any]:
        # A fresh one: the stock controller keeps the last request's on itself, where the next request finds it.
        return Response(None, media_type=_media_type(request))

    def create_response(self, response_data: Any, sub_response: Response[Any]) -> Response[bytes]:
        media_type = str(sub_response.media_type)
        status, wait = _status(response_data), _wait(response_data)
        if not media_type.startswith(ANSWER) and not wait:
            status = 200
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Retry-After": str(wait)} if wait else {}
        return Response(self.encode_json(response_data), status_code=status, media_type=media_type, headers=headers)

    async def process_result(self, request: Any, result: Any) -> GraphQLHTTPResponse:
        result.errors = [told(error) for error in result.errors] if result.errors else None
        answered = await super().process_result(request, result)
        if answered.get("errors") and answered["data"] is None and not any("path" in e for e in answered["errors"]):
            del answered["data"]
        return answered

    def is_websocket_origin_allowed(self, request: WebSocket[Any, Any, Any], origin: str) -> bool:
        return origin in origins(request.app.state.settings.cors_origins)

    def should_render_graphql_ide(self, request: Any) -> bool:
        asks = {"query", "extensions", "documentId"} & set(request.query_params)
        return request.method == "GET" and not asks and "text/html" in request.headers.get("accept", "")

    async def render_graphql_ide(self, request: Request[Any, Any, Any]) -> Response[str]:
        return explorer.page(request)

    async def on_ws_connect(self, context: Context) -> Any:
        """Signs in with `{"Authorization": "Bearer …"}` or `{"token": …}`, or with the header of the handshake."""
        context.watching = self.watching
        given = context.connection_params or {}
        scheme, _, token = str(given.get("Authorization") or given.get("authorization") or "").partition(" ")
        token = token if scheme.lower() == "bearer" else str(given.get("token") or "")
        if not await context.sign_in(token.strip() or context.token):
            raise ConnectionRejectionError
        await context.note()
        return UNSET


@get("/schema.graphql", media_type=MediaType.TEXT, include_in_schema=False)
async def schema_file(request: Request[Any, Any, Any]) -> str:
    """The schema in the schema definition language; as public as introspection is."""
    if not request.app.state.settings.explores:
        raise Problem(404, "not_found")
    return sdl()


async def _bytes(request: AsyncHTTPRequestAdapter) -> bytes:
    try:
        return await request.get_body()
    except RequestEntityTooLarge:
        announced = request.headers.get("content-length", "")
        raise exceeded(BODY, int(announced) if announced.isdecimal() else BODY.most + 1) from None


def _media_type(request: Request[Any, Any, Any]) -> str:
    """The first of the two media types that the caller accepts; application/json for whoever does not say."""
    for wanted in request.headers.get("accept", "").split(","):
        if wanted.split(";")[0].strip() == ANSWER:
            return f"{ANSWER}; charset=utf-8"
        if wanted.split(";")[0].strip() == PLAIN:
            break
    return f"{PLAIN}; charset=utf-8"


def _status(answered: Any) -> int:
    if "data" in answered:
        return 200
    codes = [error.get("extensions", {}).get("code") for error in answered["errors"]]
    return STATUS.get(codes[0], 400)


def _wait(answered: Any) -> int | None:
    """The seconds that a key which asks too often has to wait."""
    errors = [] if "data" in answered else answered["errors"]
    return next((wait for error in errors if (wait := error.get("extensions", {}).get("retry_after"))), None)
