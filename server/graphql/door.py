"""`/graphql` over HTTP (the GraphQL-over-HTTP draft) and graphql-transport-ws, and `/schema.graphql`."""

import json
from datetime import timedelta
from typing import Any

import msgspec
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from litestar import MediaType, Request, Response, WebSocket, get
from litestar.di import Provide
from msgspec import Struct
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.litestar.controller import GraphQLController
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_WS_PROTOCOL
from strawberry.types.unset import UNSET

from server.graphql.context import Context
from server.graphql.export import sdl
from server.graphql.schema import schema, told
from server.http.address import Connection
from server.http.caller import bearer, note
from server.http.looking import reason_of

ANSWER = "application/graphql-response+json"
PLAIN = "application/json"
STATUS = {"unauthorized": 401, "device_revoked": 403, "unavailable": 503, "internal_error": 500}
"""Statuses of requests of which nothing ran, by code; any other is 400."""


class Asked(Struct, frozen=True, rename="camel"):
    """The body of a request; unknown members are ignored, as the draft says."""

    query: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


async def _over_http(request: Request[Any, Any, Any]) -> Context:
    return await _context(request)


async def _over_ws(socket: WebSocket[Any, Any, Any]) -> Context:
    return await _context(socket)


async def _nothing() -> None:
    return None


async def _context(connection: Connection) -> Context:
    state = connection.app.state
    context = Context(state.db, state.bus, state.doorbell, state.settings, state.looks, reason_of(connection))
    token = bearer(connection)
    if await context.sign_in(token) and token:
        await note(connection, context.me, token)
    return context


class GraphQLDoor(GraphQLController):
    """Strawberry's controller, with the draft's media type and statuses, msgspec's JSON, and tokens over WebSocket."""

    path = "/graphql"
    schema = schema
    # The older protocol too: gql, the Python client, takes a lower-case header for a server that speaks only that one.
    protocols = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_WS_PROTOCOL)
    multipart_uploads_enabled = False
    request_max_body_size = 8 * 2**20
    connection_init_wait_timeout = timedelta(seconds=10)
    max_subscriptions_per_connection = 20
    dependencies = {
        "context": Provide(_over_http),
        "context_ws": Provide(_over_ws),
        "root_value": Provide(_nothing),
        "response": Provide(lambda: Response(None), sync_to_thread=False),
    }

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
            body = self.parse_json(await request.get_body())
        else:
            raise HTTPException(415, "Send the operation as application/json.")
        try:
            asked = msgspec.convert(body, Asked)
        except msgspec.ValidationError as error:
            raise HTTPException(400, str(error)) from None
        return GraphQLRequestData(asked.query, asked.variables, asked.operation_name, asked.extensions)

    async def execute_request(self, request: Request[Any, Any, Any], context: Any, root_value: Any) -> Response[Any]:
        """The answer; what is no request at all is told as a GraphQL error."""
        try:
            return await self.run(request, context=context, root_value=root_value)
        except HTTPException as refused:
            wrong_verb = refused.status_code == 400 and "not allowed when using GET" in refused.reason
            status = 405 if wrong_verb else refused.status_code
            code = {405: "method_not_allowed", 404: "not_found", 415: "unsupported_media_type"}.get(
                status, "bad_request"
            )
            body = {"errors": [{"message": refused.reason, "extensions": {"code": code}}]}
            headers = {"Allow": "POST"} if status == 405 else {}
            return Response(
                self.encode_json(body), status_code=status, media_type=_media_type(request), headers=headers
            )

    async def get_sub_response(self, request: Request[Any, Any, Any]) -> Response[Any]:
        # A fresh one: the stock controller keeps the last request's on itself, where the next request finds it.
        return Response(None, media_type=_media_type(request))

    def create_response(self, response_data: Any, sub_response: Response[Any]) -> Response[bytes]:
        media_type = str(sub_response.media_type)
        status = _status(response_data) if media_type.startswith(ANSWER) else 200
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        return Response(self.encode_json(response_data), status_code=status, media_type=media_type, headers=headers)

    async def process_result(self, request: Any, result: Any) -> GraphQLHTTPResponse:
        result.errors = [told(error) for error in result.errors] if result.errors else None
        answered = await super().process_result(request, result)
        if answered.get("errors") and answered["data"] is None and not any("path" in e for e in answered["errors"]):
            del answered["data"]
        return answered

    async def render_graphql_ide(self, request: Request[Any, Any, Any]) -> Response[str]:
        if not request.app.state.settings.graphiql:
            raise HTTPException(404, "There is no such thing here.")
        return Response(self.graphql_ide_html, media_type=MediaType.HTML)

    async def on_ws_connect(self, context: Context) -> Any:
        """Signs in with `{"Authorization": "Bearer …"}` or `{"token": …}`, or with the header of the handshake."""
        given = context.connection_params or {}
        scheme, _, token = str(given.get("Authorization") or given.get("authorization") or "").partition(" ")
        token = token if scheme.lower() == "bearer" else str(given.get("token") or "")
        if not await context.sign_in(token.strip() or context.token):
            raise ConnectionRejectionError
        return UNSET


@get("/schema.graphql", media_type=MediaType.TEXT, include_in_schema=False)
async def schema_file() -> str:
    """The schema in the schema definition language; public."""
    return sdl()


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
