"""The sentences that a customer signs under, by wording version; a changed sentence is a new version."""

from typing import NamedTuple

from server.domain.fields import SignaturePurpose


class Sentence(NamedTuple):
    """One clause in both languages; the Chinese one is binding."""

    zh: str
    en: str


WORDING_VERSION = "2026-11"

_REPAIR_WARRANTY = Sentence(
    "维修质量保证期自竣工之日起计算：整车或总成修理 20,000 公里或 100 日，二级维护 5,000 公里或 30 日，"
    "一级维护、小修及专项修理 2,000 公里或 10 日，以先到者为准。",
    "Repair warranty counts from completion: complete vehicle or assembly 20,000 km or 100 days; grade-2 maintenance "
    "5,000 km or 30 days; grade-1 maintenance, small and single repairs 2,000 km or 10 days; whichever comes first.",
)

WORDINGS: dict[str, dict[SignaturePurpose, tuple[Sentence, ...]]] = {
    "2026-11": {
        "contract": (
            Sentence(
                "所列金额为估价。追加项目、更换配件种类或金额超出估价的，门店须事先说明并取得本人同意；"
                "未经同意的部分，本人可以拒绝付款。",
                "The amounts are estimates. Added work, a different kind of part or a higher price needs my consent "
                "beforehand; I may refuse to pay for what I did not agree to.",
            ),
            Sentence(
                "本人已与服务顾问共同核对车辆外观、里程、油量或电量及随车物品，并已被提醒取走贵重物品。",
                "I have checked the car's exterior, odometer, fuel or charge and belongings together with the advisor, "
                "and was reminded to take valuables with me.",
            ),
            _REPAIR_WARRANTY,
        ),
        "handover": (
            Sentence(
                "本人已核对以上维修项目、更换配件、检验结果和金额，并已验收车辆。",
                "I have checked the work, parts, inspection results and amounts above and have received the car.",
            ),
            _REPAIR_WARRANTY,
        ),
    },
}
"""Repair warranty: 机动车维修管理规定 (MoT), article on 质量保证期."""
