"""Well-formed fields for every public command; each call makes new ids, so nothing that they name exists."""

from typing import Any

from server.domain.ids import uuid7

NOW = "2026-11-21T01:00:00Z"
SHA = "ab" * 32


def examples() -> dict[str, dict[str, Any]]:
    """Command → fields, all optional ones included."""
    a, b, c, d = uuid7(), uuid7(), uuid7(), uuid7()
    line = {"line_id": b, "version": 1}
    decider = {"name": "王小明", "role": "owner"}
    return {
        "customer.register": {
            "customer_id": a, "name": "王小明", "kind": "person", "phones": [{"number": "13800138000", "label": "本人",
            "primary": True}], "preferred_channel": "sms", "email": "w@example.cn", "address": "锦程路1号",
            "birthday_on": "1988-08-08",
        },
        "customer.update": {
            "customer_id": a, "changes": {"name": {"from": "王伟", "to": "王玮"}},
            "phones": {"add": [{"number": "13800138001"}], "remove": ["13800138000"],
            "primary": {"from": None, "to": "13800138001"}},
        },
        "customer.add_note": {"customer_id": a, "note_id": b, "text": "喜欢靠窗的座位"},
        "customer.set_consent": {
            "customer_id": a, "purpose": "marketing", "channel": "sms", "decision": "granted", "decided_at": NOW,
            "source": "tablet", "lifts": [b],
        },
        "customer.set_contact": {
            "customer_id": d, "channels": {"from": None, "to": ["sms", "push"]},
            "quiet": {"from": None, "to": {"start": "21:00", "end": "08:00"}},
            "language": {"from": None, "to": "en"}, "contact_stop": {"from": None, "to": "多次无理来电"},
        },
        "customer.restrict": {"customer_id": a, "reason": "客户要求停止使用", "restricted_at": NOW},
        "customer.lift_restriction": {"customer_id": a, "reason": "客户同意恢复"},
        "customer.tag": {"customer_id": a, "add": ["VIP"], "remove": ["新客"]},
        "customer.merge": {"keep_id": a, "merge_id": b, "reason": "同一个人"},
        "customer.unmerge": {"merge_id": a},
        "vehicle.register": {
            "vehicle_id": a, "vin": "LDC613P23A1305189", "plate": "川A12345", "make": "大众", "model": "帕萨特",
            "model_year": 2021, "colour": "白", "energy": "petrol", "engine_no": "E1", "owner_id": b,
            "purchased_on": "2021-05-01", "odometer_km": 30_000,
        },
        "vehicle.update": {"vehicle_id": a, "changes": {"colour": {"from": "白", "to": "黑"}}},
        "vehicle.change_owner": {"vehicle_id": a, "owner_id": {"from": None, "to": b}, "reason": "过户"},
        "vehicle.add_recall": {
            "vehicle_id": a, "recall_id": b, "code": "S2026-031", "title": "高压油泵", "action": "检查并更换油泵",
        },
        "vehicle.close_recall": {"vehicle_id": a, "recall_id": b, "visit_id": c},
        "vehicle.merge": {"keep_id": a, "merge_id": b, "reason": "同一辆车"},
        "vehicle.unmerge": {"merge_id": a},
        "appointment.book": {
            "appointment_id": a, "customer_id": b, "vehicle_id": c, "at": NOW, "work": "保养", "note": "要代步车",
        },
        "appointment.accept": {"appointment_id": a, "at": {"from": NOW, "to": "2026-11-22T01:00:00Z"}},
        "appointment.move": {"appointment_id": a, "at": {"from": NOW, "to": "2026-11-22T01:00:00Z"}},
        "appointment.cancel": {"appointment_id": a, "reason": "不来了"},
        "visit.open": {
            "visit_id": a, "vehicle_id": b, "customer_id": c, "kind": "repair", "payer": "customer",
            "appointment_id": None, "comeback_of": None, "local_number": "L-1",
        },
        "visit.record_walkaround": {
            "visit_id": a, "odometer_km": 30_000, "energy_pct": 60, "warning_lamps": ["engine"], "belongings": ["雨伞"],
            "old_parts": "take", "wash": True, "valuables_reminded": True, "key_tag": "12", "parking_place": "A3",
            "correction": {"reason": "读错了"},
        },
        "visit.add_concern": {
            "visit_id": a, "concern_id": b, "words": "刹车吱吱响", "condition": "冷车", "frequency": "每天",
        },
        "visit.add_damage": {
            "visit_id": a, "damage_id": b, "panel": "door_fl", "kind": "scratch", "severity": "light", "x": 0.25,
            "y": 0.5, "photos": [SHA], "known": False,
        },
        "visit.promise": {"visit_id": a, "ready_at": {"from": None, "to": NOW}, "reason": "等配件"},
        "visit.assign": {"visit_id": a, "technician_id": {"from": None, "to": b}},
        "visit.advise": {
            "visit_id": a, "advice_id": b, "text": "下次换机油", "next_km": 40_000, "next_on": "2027-05-01",
        },
        "visit.cancel": {"visit_id": a, "reason": "客户改主意"},
        "photo.add": {
            "photo_id": b, "visit_id": a, "sha256": SHA, "media_type": "image/jpeg", "bytes": 1000, "purpose": "damage",
            "subject_id": c, "taken_at": NOW, "caption": "左前门",
        },
        "photo.waive": {"photo_id": a, "reason": "平板丢了"},
        "finding.record": {
            "visit_id": a, "finding_id": b, "item_code": "BRAKE-PAD-FL", "grade": "red",
            "measure": {"value": "2.1", "unit": "mm"}, "dtcs": ["P0301"], "cause": "磨损", "plan": "更换",
            "budget_fen": 40_000, "photos": [SHA],
        },
        "finding.revise": {"finding_id": a, "seen_version": 1, "grade": "yellow"},
        "report.publish": {"visit_id": a, "report_id": b},
        "estimate.add_line": {
            "visit_id": a, "line_id": b, "kind": "part", "code": "BP-1", "name": "前刹车片", "quantity": "2",
            "unit": "个", "unit_price_fen": 38_000, "discount_fen": 100, "part_kind": "oem", "payer": "customer",
            "finding_id": c, "carried_from": d,
        },
        "estimate.revise_line": {
            "line_id": a, "seen_version": 1, "quantity": "1", "unit_price_fen": 39_000, "discount_fen": 0,
            "name": "刹车片", "reason": "涨价",
        },
        "estimate.drop_line": {"line_id": a, "seen_version": 1, "reason": "不做了"},
        "estimate.present": {"visit_id": a, "lines": [line]},
        "estimate.decide": {
            "visit_id": a, "decisions": [line | {"decision": "approved"}], "decided_by": decider, "channel": "tablet",
            "decided_at": NOW, "replaces": [c],
        },
        "estimate.ask": {"visit_id": a, "question_id": b, "line_id": c, "text": "能用副厂件吗？"},
        "estimate.answer": {"visit_id": a, "question_id": b, "text": "可以，便宜 200 元。"},
        "repair.advance": {
            "visit_id": a, "stage": {"from": "assigned", "to": "diagnosing"}, "seen_moves": 1, "note": "开始",
        },
        "repair.use_part": {
            "visit_id": a, "usage_id": b, "line_id": c, "code": "BP-1", "name": "前刹车片", "quantity": "2",
        },
        "repair.clock_on": {"visit_id": a, "work_id": b, "line_id": c, "at": NOW},
        "repair.clock_off": {"visit_id": a, "work_id": b, "at": NOW},
        "repair.note": {"visit_id": a, "note_id": b, "text": "螺丝锈死", "visible_to_customer": True},
        "quality.pass": {
            "visit_id": a, "checks": [{"item_code": "QC-01", "ok": True}], "road_test_km": "3.5",
            "odometer_out_km": 30_004, "note": "良好",
        },
        "quality.fail": {"visit_id": a, "reasons": ["异响"], "note": "返工"},
        "settlement.issue": {
            "visit_id": a, "settlement_id": b, "lines": [line], "discount_fen": 0, "total_fen": 100,
            "invoice": {"title": "王小明", "tax_number": "91510100"},
        },
        "settlement.record_payment": {
            "visit_id": a, "payment_id": b, "method": "wechat", "amount_fen": 100, "reference": "T1", "refund_of": None,
            "paid_at": NOW,
        },
        "handover.sign": {
            "visit_id": a, "signature_id": b, "purpose": "handover", "document": {}, "document_hash": SHA,
            "strokes": {"width": 1, "height": 1, "lines": []}, "strokes_hash": SHA,
            "signer": decider, "jws": "a.b.c", "signed_at": NOW,
            "evidence": {
                "identity": {"method": "sms_code", "phone_tail": "8000", "code_id": c}, "app": "2026.11.0",
                "shown": {"document_hash": SHA, "at": NOW}, "device_name": "前台 1",
                "server_state": {"unsent": 1, "cookie": "c", "known_at": NOW, "visit_rev": 3},
            },
        },
        "handover.release": {"visit_id": a, "reason": "key_drop", "witness": "李四", "note": "钥匙投递"},
        "handover.amend": {
            "visit_id": a, "amendment_id": b, "amends": SHA, "reason": "写错了", "amended_at": NOW,
            "corrections": [{"path": "vin", "from": None, "to": "LDC613P23A1305189"}],
        },
        "survey.answer": {
            "visit_id": a, "survey_id": b, "speed": 5, "quality": 4, "price": 3, "courtesy": 5, "recommend": 9,
            "text": "很好",
        },
        "survey.record_call": {"visit_id": a, "call_id": b, "reached": True, "text": "空调还有异响", "at": NOW},
        "complaint.open": {
            "complaint_id": d, "customer_id": a, "visit_id": b, "text": "修完还有异响", "about": "quality",
            "source": "call", "owner_id": c, "due_at": NOW,
        },
        "complaint.step": {"complaint_id": a, "step_id": b, "kind": "confirm", "text": "已致电客户确认", "at": NOW},
        "complaint.assign": {
            "complaint_id": a, "owner_id": {"from": None, "to": b},
            "due_at": {"from": NOW, "to": "2026-11-22T01:00:00Z"},
        },
        "review.resolve": {"review_id": a, "seen_rev": 1, "action": "retry", "edits": {}, "reason": "再试"},
        "visit.renew_link": {"visit_id": a},
        "visit.revoke_link": {"visit_id": a},
        "message.send_again": {"message_id": a},
        "push.acknowledge": {"message_id": a},
        "push.subscribe": {
            "visit_id": a, "endpoint": "https://push.example/1", "keys": {"p256dh": "A" * 87, "auth": "B" * 22},
        },
        "push.unsubscribe": {"endpoint": "https://push.example/1"},
    }  # fmt: skip
