"""A visit that came about elsewhere: made by an outside tablet up to the question that only the customer can answer."""

import hashlib
from dataclasses import dataclass
from itertools import pairwise

from server.domain.ids import uuid7
from tests.browser.pictures import brake_jpeg
from tests.running import OutsideTablet, Running, now

PATH = ("repairing", "quality_check")
BEFORE = ("assigned", "diagnosing")


@dataclass
class Elsewhere:
    """The visit and what hangs on it."""

    tablet: OutsideTablet
    id: str
    customer_id: str
    finding_id: str
    lines: list[str]
    photo: str

    def decides_and_leaves(self) -> None:
        """All that follows a yes, up to the signature under the handover's document."""
        tablet = self.tablet
        for start, end in pairwise(("awaiting_approval", *PATH)):
            tablet.done("repair.advance", visit_id=self.id, stage={"from": start, "to": end})
        tablet.done("quality.pass", visit_id=self.id, checks=[{"item_code": "BRK-PAD-FL", "ok": True}])
        tablet.pull()
        rows = tablet.rows["estimate_lines"]
        agreed = [rows[line] for line in self.lines if rows[line]["decision"] == "approved"]
        tablet.done(
            "settlement.issue", visit_id=self.id, settlement_id=uuid7(), discount_fen=0,
            lines=[{"line_id": line["id"], "version": line["version"]} for line in agreed],
            total_fen=sum(line["amount_fen"] for line in agreed),
        )  # fmt: skip
        tablet.done("repair.advance", visit_id=self.id, stage={"from": "settling", "to": "ready"})
        document = tablet.http.get(f"/visits/{self.id}/document", params={"purpose": "handover"}).json()
        tablet.done("handover.sign", **tablet.signature(self.id, "handover", document))


THIRD = ("labour", "四轮定位", "1.0", "小时", 30_000)


def awaiting_approval(tablet: OutsideTablet, name: str, plate: str, three: bool = False) -> Elsewhere:
    """A worn brake with its photo, and two lines (or three) put before the customer."""
    visit, customer, vehicle, finding, photo = (uuid7() for _ in range(5))
    number = f"+86139{int(visit.replace('-', ''), 16) % 10**8:08d}"
    tablet.done("customer.register", customer_id=customer, name=name, phones=[{"number": number}])
    tablet.done(
        "vehicle.register", vehicle_id=vehicle, plate=plate, make="大众", model="帕萨特", owner_id=customer,
        energy="petrol",
    )  # fmt: skip
    tablet.done("visit.open", visit_id=visit, vehicle_id=vehicle, customer_id=customer, kind="repair", payer="customer")
    tablet.pull()
    technician = next(one["id"] for one in tablet.rows["staff"].values() if one["role"] == "technician")
    tablet.done("visit.assign", visit_id=visit, technician_id={"from": None, "to": technician})
    tablet.done("repair.advance", visit_id=visit, stage=dict(zip(("from", "to"), BEFORE, strict=True)))
    content = brake_jpeg()
    sha256 = hashlib.sha256(content).hexdigest()
    tablet.done(
        "finding.record", visit_id=visit, finding_id=finding, item_code="BRK-PAD-FL", grade="red",
        measure={"value": "2.1", "unit": "mm"}, cause="前制动片磨损到极限", plan="更换前制动片",
        photos=[sha256], dtcs=[],
    )  # fmt: skip
    tablet.done(
        "photo.add", photo_id=photo, visit_id=visit, sha256=sha256, media_type="image/jpeg", bytes=len(content),
        purpose="finding", subject_id=finding, taken_at=now(),
    )  # fmt: skip
    tablet.http.put(f"/media/{sha256}", content=content, headers={"Content-Type": "image/jpeg"}).raise_for_status()
    tablet.done("report.publish", visit_id=visit, report_id=uuid7())
    wanted = [("part", "前制动片", "1", "套", 46_800), ("labour", "更换前制动片", "0.9", "小时", 28_000)]
    wanted += [THIRD] * three
    lines = [uuid7() for _ in wanted]
    for line, (kind, words, quantity, unit, fen) in zip(lines, wanted, strict=True):
        tablet.done(
            "estimate.add_line", visit_id=visit, line_id=line, kind=kind, name=words, quantity=quantity, unit=unit,
            unit_price_fen=fen, finding_id=finding,
        )  # fmt: skip
    tablet.done("estimate.present", visit_id=visit, lines=[{"line_id": line, "version": 1} for line in lines])
    return Elsewhere(tablet, visit, customer, finding, lines, sha256)


def settle_reviews(shop: Running) -> None:
    """All browser tests share one shop: what a test left for somebody to look at is settled."""
    tablet = OutsideTablet(shop)
    tablet.pull()
    for review in [row for row in tablet.rows.get("reviews", {}).values() if row["state"] == "open"]:
        action = "discard" if review["outcome"] in ("rejected", "blocked") else "accept_theirs"
        fields = {"review_id": review["id"], "seen_rev": review["rev"], "action": action, "reason": "测试完毕"}
        tablet.push(tablet.command("review.resolve", **fields)).raise_for_status()
