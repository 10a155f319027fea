"""The file of a period: JSON that holds what the pages hold, and an exit code that says whether something lacks."""

import io
import json
from datetime import date

from server.__main__ import main
from server.records.batch import Period
from server.records.export import Written, export
from tests.delivery.signing import sign
from tests.visits import check_in, ready_visit


async def the_file_lists_what_is_complete_and_what_lacks(shop):
    ids, customers = [], []
    for _ in range(3):
        visit = await ready_visit(shop, await check_in(shop, kind="maintenance"))
        await sign(shop, visit.id)
        ids.append(visit.id)
        customers.append(visit.customer_id)
    out, day = io.StringIO(), date(2026, 11, 21)
    period = Period(shop.stores[0], "Asia/Shanghai", day, day)
    assert await export(shop.db, shop.group_id, "health", period, "一店", out) == Written(0, 3, customers)
    told = json.loads(out.getvalue())
    assert (told["kind"], told["from"], told["to"]) == ("health", "2026-11-21", "2026-11-21")
    assert told["store"] == {"id": shop.stores[0], "name": "一店"}
    assert told["records"] == []
    assert [one["visit_id"] for one in told["incomplete"]] == ids


def a_period_that_ends_before_it_begins_writes_nothing(tmp_path, capsys):
    target = tmp_path / "records.json"
    asked = ["records", "health", "--from", "2026-11-02", "--to", "2026-11-01", "--out", str(target)]
    assert main(asked) == 2
    assert "before the first" in capsys.readouterr().err
    assert not target.exists()
