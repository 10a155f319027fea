"""`/openapi/openapi.json`: the routes as they are, each with its body, who may call it, and how it refuses."""

from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Reference,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIType
from litestar.routes import HTTPRoute

from server.auth.key_routes import NewKey, Renewal
from server.auth.login import Login
from server.auth.password_routes import Change
from server.auth.totp_routes import Begin, Confirm, Proof
from server.delivery.signing_codes import Told, Wanted
from server.exports.routes import AskExport, RefuseExport
from server.sync.fetching import FetchAsked
from server.sync.push import Push

BODIES: dict[tuple[str, str], Any] = {
    ("/auth/login", "POST"): Login, ("/auth/password", "POST"): Change, ("/auth/totp", "POST"): Begin,
    ("/auth/totp/confirm", "POST"): Confirm, ("/auth/totp", "DELETE"): Proof,
    ("/auth/totp/recovery-codes", "POST"): Proof, ("/auth/people/{user_id}/totp", "DELETE"): Proof,
    ("/exports", "POST"): AskExport, ("/exports/{export_id}/refuse", "POST"): RefuseExport,
    ("/auth/keys", "POST"): NewKey, ("/auth/keys/{key_id}/rotate", "POST"): Renewal,
    ("/visits/{visit_id}/signing-codes", "POST"): Wanted,
    ("/visits/{visit_id}/signing-codes/{code_id}/check", "POST"): Told, ("/sync/push", "POST"): Push,
    ("/customers/fetch", "POST"): FetchAsked,
}  # fmt: skip
"""What a body is decoded as; the routes decode it themselves, so that MessagePack works as well."""
MAY_BE_LEFT_OUT = (Wanted, Renewal)
JSON, PACKED = "application/json", "application/msgpack"
MEDIA = {
    "/media/{sha256}": ("image/jpeg", "image/png", "image/webp"), "/sync/live": ("text/event-stream",),
    "/visits/{visit_id}/handover.pdf": ("application/pdf",),
    "/visits/{visit_id}/amendments/{name}": ("application/pdf",),
    "/exports/{export_id}/file": ("application/zip", "text/csv", JSON),
}  # fmt: skip
"""What is answered where that is no JSON."""
ERROR = Schema(
    type=OpenAPIType.OBJECT,
    required=["code", "message", "facts"],
    properties={
        "code": Schema(type=OpenAPIType.STRING, description="For programs."),
        "message": Schema(type=OpenAPIType.STRING, description="For people."),
        "facts": Schema(type=OpenAPIType.OBJECT, description="What the code speaks of: a field, a limit, a time."),
    },
)
"""Every refusal, whatever its status; of `/graphql` they are GraphQL's own (docs/graphql.md)."""
REFUSED = OpenAPIResponse(
    "Refused: 401 and 403 for who may not, 404 for what is not there or not theirs, 4xx for what cannot be read.",
    content={"application/json": OpenAPIMediaType(Reference("#/components/schemas/Error"))},
)


def config(version: str) -> OpenAPIConfig:
    """Title, place and the bearer token."""
    return OpenAPIConfig(
        title="Jieche 接车",
        version=version,
        path="/openapi",
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
    )


def completed(app: Litestar) -> Litestar:
    """Adds to the document what signatures do not say: bodies, refusals, and which routes want a token."""
    document = app.openapi_schema
    assert document.components.schemas is not None
    bodies, shapes = msgspec.json.schema_components(set(BODIES.values()), ref_template="#/components/schemas/{name}")
    wanted = dict(zip(set(BODIES.values()), bodies, strict=True))
    document.components.schemas |= {"Error": ERROR, **{name: _Given(shape) for name, shape in shapes.items()}}
    for route in app.routes:
        path = (document.paths or {}).get(route.path_format)
        if not isinstance(route, HTTPRoute) or path is None:
            continue
        for handler in route.route_handlers:
            for method in handler.http_methods:
                operation: Operation | None = getattr(path, method.lower(), None)
                if operation is not None:
                    _complete(operation, route.path_format, "person" in handler.parsed_fn_signature.parameters)
                    if (route.path_format, method) in BODIES:
                        operation.request_body = _body(BODIES[route.path_format, method], wanted)
    return app


class _Given(Schema):
    """A schema that is there already, as msgspec writes it."""

    def __init__(self, shape: dict[str, Any]) -> None:
        super().__init__()
        self._shape = shape

    def to_schema(self) -> dict[str, Any]:
        return self._shape


def _body(struct: Any, wanted: dict[Any, dict[str, Any]]) -> RequestBody:
    content = {kind: OpenAPIMediaType(_Given(wanted[struct])) for kind in (JSON, PACKED)}
    return RequestBody(content, required=struct not in MAY_BE_LEFT_OUT)


def _complete(operation: Operation, path: str, wants_a_token: bool) -> None:
    assert operation.responses is not None
    operation.responses.pop("400", None)
    for response in operation.responses.values():
        if isinstance(response, OpenAPIResponse) and response.content:
            packed = (JSON, PACKED) if path.startswith(("/auth/", "/sync/", "/exports")) else (JSON,)
            response.content = {kind: OpenAPIMediaType(Schema()) for kind in MEDIA.get(path, packed)}
    operation.responses["default"] = REFUSED
    operation.security = [{"bearer": []}] if wants_a_token else []
