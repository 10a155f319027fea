"""The dealership and the people who work there."""

from typing import Any

from server.domain.ids import derived

_PEOPLE = (
    ("advisor", "周敏", "advisor"),
    ("advisor2", "李晓峰", "advisor"),
    ("technician", "王建军", "technician"),
    ("inspector", "陈国栋", "inspector"),
    ("manager", "何志远", "manager"),
    ("crm", "唐雨桐", "crm"),
    ("claims", "罗静", "claims"),
    ("admin", "谢文斌", "admin"),
)


def dealership() -> dict[str, Any]:
    """One group with two stores in Chengdu; labour rate in fen per hour, phones that no exchange can reach."""
    group = {"id": derived("group", "rongchi"), "name": "蓉驰汽车集团", "name_en": "Rongchi Auto Group"}
    return {"group": group, "stores": [
        {
            "id": derived("store", "jinjiang"), "group_id": group["id"],
            "name": "蓉驰汽车锦江店", "name_en": "Rongchi Jinjiang", "phone": "+862810010001",
            "address": "成都市锦江区成龙大道一段 88 号", "address_en": "88 Chenglong Avenue, Jinjiang, Chengdu",
            "labour_rate_fen": 28000, "time_zone": "Asia/Shanghai",
        },
        {
            "id": derived("store", "gaoxin"), "group_id": group["id"],
            "name": "蓉驰汽车高新店", "name_en": "Rongchi Gaoxin", "phone": "+862810010002",
            "address": "成都市高新区益州大道中段 699 号", "address_en": "699 Yizhou Avenue Middle, Gaoxin, Chengdu",
            "labour_rate_fen": 30000, "time_zone": "Asia/Shanghai",
        },
    ]}  # fmt: skip


def staff() -> list[dict[str, Any]]:
    """The eight demo sign-ins, all of the first store; the password is the username with `-demo`."""
    store_id = dealership()["stores"][0]["id"]
    return [
        {"id": staff_id(username), "username": username, "password": f"{username}-demo", "name": name, "role": role,
         "store_id": store_id}
        for username, name, role in _PEOPLE
    ]  # fmt: skip


def staff_id(username: str) -> str:
    """The id of the person with this username."""
    return derived("staff", username)
