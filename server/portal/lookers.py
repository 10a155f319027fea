"""`/c/{token}/looks`: who looked at the customer's file, when, at what and why, as the access log has it (PIPL)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from litestar import Response, get

from server.documents.labels import Words
from server.portal.answers import GUARDED
from server.portal.check_page import both
from server.portal.digits import refuse_strangers
from server.portal.files import bundle
from server.portal.html import Html, h
from server.portal.link import Asked, open_link, rows_of
from server.portal.page import plain
from server.queries.looks import Pulled, SeenBy, looks_at, pulls_of
from server.queries.stores import stores_by_id

SHOWN = 50
"""Looks, and lines about tablets, that are listed."""
TITLE = Words("谁看过您的资料", "Who looked at your file")
WHY = Words(
    "每次打开您的资料，我们都会记录是谁、什么时候、看了什么。改动或删除记录会被发现。",
    "Each time your file is opened we note who, when and what. A changed or missing note is found out.",
)
NOBODY = Words("还没有人看过。", "Nobody has looked yet.")
TABLETS = Words("门店平板更新离线资料", "Tablets of the store refreshed their offline copy")
BACK = Words("返回", "Back")
ROLES = {
    "manager": Words("服务经理", "Service manager"),
    "advisor": Words("服务顾问", "Service advisor"),
    "technician": Words("维修技师", "Technician"),
    "inspector": Words("质检员", "Inspector"),
    "crm": Words("客户关系专员", "Customer relations"),
    "claims": Words("索赔员", "Claims"),
    "admin": Words("系统管理员", "Administrator"),
    "integration": Words("对接系统", "Connected system"),
    "link": Words("通过您的链接", "Through your link"),
}
DOORS = {
    "graphql": Words("客户资料", "the customer record"),
    "document": Words("单据", "a document"),
    "media": Words("照片", "a photo"),
    "link": Words("这个页面", "this page"),
    "fetch": Words("调到另一家门店", "fetched to another store"),
    "export": Words("导出文件", "a file that was exported"),
}


@get("/c/{token:str}/looks", include_in_schema=False)
async def lookers(request: Asked, token: str) -> Response[str]:
    """The newest looks, and how often on each day tablets took the file along; only for who knows the digits."""
    link = await open_link(request, token)
    rows = await rows_of(request, link)
    refuse_strangers(request, link, rows)
    db, customer = request.app.state.db, rows.customer
    looks = (await looks_at(db, link.group_id, [customer.id], SHOWN))[customer.id]
    pulls = await pulls_of(db, link.group_id, customer.stores, SHOWN)
    stores = await stores_by_id(db, link.group_id)
    zone = ZoneInfo(stores[rows.visit.store_id].time_zone)
    names = {store_id: store.name for store_id, store in stores.items()}
    card = h(
        "section", both("h1", TITLE), both("p", WHY), _looks(looks, zone), _tablets(pulls, names),
        h("p", h("a", f"{BACK.zh} {BACK.en}", href=f"/c/{token}")), class_="card check", data_testid="c-lookers",
    )  # fmt: skip
    return Response(plain(TITLE.zh, bundle(request), card), headers=dict(GUARDED), media_type="text/html")


def _looks(looks: Iterable[SeenBy], zone: ZoneInfo) -> Html:
    entries = [_look(look, zone) for look in looks]
    return h("ul", entries, class_="lookers") if entries else both("p", NOBODY)


def _look(look: SeenBy, zone: ZoneInfo) -> Html:
    role, door = ROLES[look.role], DOORS[look.door]
    said = Words(f"{role.zh} · {door.zh}", f"{role.en} · {door.en}")
    why = h("small", f"“{look.reason}”") if look.reason else None
    return h("li", h("time", _at(look.at, zone), datetime=look.at.isoformat()), both("span", said), why)


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _tablets(pulls: Iterable[Pulled], names: dict[str, str]) -> Html | None:
    days = [h("li", h("time", pulled.day), f"{names[pulled.store_id]} × {pulled.times}") for pulled in pulls]
    return h("div", both("h2", TABLETS), h("ul", days, class_="lookers")) if days else None
