"""The words of wire values on paper, Chinese first."""

from typing import NamedTuple


class Words(NamedTuple):
    """The same thing in both languages."""

    zh: str
    en: str


PURPOSES = {
    "contract": Words("维修委托书", "Service contract"),
    "handover": Words("交车确认单", "Handover document"),
    "amendment": Words("更正单", "Amendment"),
}
KINDS = {
    "maintenance": Words("保养", "Maintenance"),
    "repair": Words("维修", "Repair"),
    "accident": Words("事故", "Accident"),
    "warranty": Words("三包", "Warranty"),
    "recall": Words("召回", "Recall"),
    "other": Words("其他", "Other"),
}
PAYERS = {
    "customer": Words("自费", "Customer"),
    "warranty": Words("三包", "Warranty"),
    "insurance": Words("保险", "Insurance"),
}
LINE_KINDS = {"labour": Words("工时", "Labour"), "part": Words("配件", "Part"), "other": Words("其他", "Other")}
PART_KINDS = {
    "oem": Words("原厂", "OEM"),
    "aftermarket": Words("副厂", "Aftermarket"),
    "refurbished": Words("修复", "Refurbished"),
    "customer_supplied": Words("自备", "Customer's own"),
}
DECISIONS = {
    "approved": Words("✓ 同意", "Approved"),
    "declined": Words("× 拒绝", "Declined"),
    "deferred": Words("→ 延后", "Deferred"),
    None: Words("— 未决定", "Undecided"),
}
GRADES = {
    "red": Words("需处理", "Act now"),
    "yellow": Words("注意", "Watch"),
    "green": Words("正常", "Good"),
    "not_checked": Words("未检", "Not checked"),
}
OLD_PARTS = {"take": Words("带走", "Customer takes them"), "leave": Words("留店处理", "Left with the store")}
DAMAGES = {
    "scratch": Words("划痕", "Scratch"),
    "dent": Words("凹陷", "Dent"),
    "crack": Words("裂纹", "Crack"),
    "missing": Words("缺失", "Missing"),
    "rust": Words("锈蚀", "Rust"),
    "other": Words("其他", "Other"),
}
SEVERITIES = {"light": Words("轻微", "Light"), "medium": Words("中等", "Medium"), "heavy": Words("严重", "Heavy")}
METHODS = {
    "cash": Words("现金", "Cash"),
    "card": Words("银行卡", "Card"),
    "wechat": Words("微信支付", "WeChat Pay"),
    "alipay": Words("支付宝", "Alipay"),
    "transfer": Words("转账", "Transfer"),
    "insurance": Words("保险赔付", "Insurance"),
    "warranty": Words("三包承担", "Warranty"),
    "points": Words("积分", "Points"),
    "on_account": Words("挂账", "On account"),
}
PHOTOS = {
    "walkaround": Words("环检", "Walk-around"),
    "damage": Words("外观损伤", "Damage"),
    "finding": Words("诊断", "Finding"),
    "before": Words("维修前", "Before"),
    "after": Words("维修后", "After"),
    "dashboard": Words("仪表", "Dashboard"),
    "vin": Words("车架号", "VIN"),
    "other": Words("其他", "Other"),
}
ROLES = {
    "owner": Words("车主", "Owner"),
    "bringer": Words("送修人", "Brought the car"),
    "other": Words("其他", "Other"),
}
RELEASES = {
    "key_drop": Words("非营业时间取车（钥匙箱）", "Collected out of hours (key drop)"),
    "refused": Words("客户拒绝签名", "The customer refused to sign"),
    "proxy": Words("由他人代取", "Collected by another person"),
}
YES = Words("是", "Yes")
NO = Words("否", "No")
LAMPS = {
    "engine": Words("发动机", "Engine"),
    "oil_pressure": Words("机油压力", "Oil pressure"),
    "coolant": Words("水温", "Coolant"),
    "battery": Words("蓄电池", "Battery"),
    "abs": Words("ABS", "ABS"),
    "airbag": Words("安全气囊", "Airbag"),
    "brake": Words("制动", "Brakes"),
    "tyre_pressure": Words("胎压", "Tyre pressure"),
    "esp": Words("车身稳定", "Stability control"),
    "steering": Words("转向", "Steering"),
}
_PANELS = {
    "front_bumper": Words("前保险杠", "front bumper"),
    "rear_bumper": Words("后保险杠", "rear bumper"),
    "hood": Words("发动机盖", "bonnet"),
    "windshield": Words("前风挡", "windscreen"),
    "roof": Words("车顶", "roof"),
    "rear_window": Words("后风挡", "rear window"),
    "trunk": Words("后备箱盖", "boot lid"),
    "headlight": Words("前大灯", "headlamp"),
    "front_fender": Words("前翼子板", "front wing"),
    "front_door": Words("前门", "front door"),
    "rear_door": Words("后门", "rear door"),
    "rear_fender": Words("后翼子板", "rear wing"),
    "taillight": Words("尾灯", "tail lamp"),
    "sill": Words("裙边", "sill"),
    "window": Words("车窗", "window"),
    "front_wheel": Words("前轮", "front wheel"),
    "rear_wheel": Words("后轮", "rear wheel"),
    "mirror": Words("后视镜", "mirror"),
}
_SIDES = {"left": Words("左", "left"), "right": Words("右", "right")}


def panel(code: str) -> Words:
    """A panel of the car drawing, such as `left_front_door`; an unknown one is shown by its code."""
    side, _, part = code.partition("_")
    if side in _SIDES and part in _PANELS:
        words = _PANELS[part]
        return Words(_SIDES[side].zh + words.zh, f"{_SIDES[side].en} {words.en}".capitalize())
    words = _PANELS.get(code)
    return Words(words.zh, words.en.capitalize()) if words else Words(code, "")


def lamp(code: str) -> str:
    """A warning lamp in Chinese; one that somebody typed is shown as typed."""
    return LAMPS[code].zh if code in LAMPS else code
