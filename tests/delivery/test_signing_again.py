"""The paper changed after it was signed: the customer hears of it once, and not any more once it is signed again."""

import msgspec
import pytest

from server.delivery import worker
from tests.commands.signing import signed
from tests.commands.test_signing_again import change
from tests.delivery.conftest import working
from tests.delivery.test_rules import message, texts
from tests.visits import ready_visit


@pytest.fixture
def texting(settings):
    """Settings with text messages that go to a file."""
    return msgspec.structs.replace(settings, sms_provider="file")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The worker looks often."""
    monkeypatch.setattr(worker, "POLL", 0.05)


async def kept_twice(shop, outbox):
    """A visit for which two signatures arrive over a paper that has changed; what was told before is forgotten."""
    visit, tablet = await ready_visit(shop), await shop.tablet()
    old = [await signed(shop, tablet, visit.id) for _ in range(2)]
    await change(shop, visit)
    await outbox.empty()
    for fields in old:
        assert (await shop.send(tablet, "handover.sign", **fields)).outcome == "kept"
    return visit, tablet


async def a_customer_whose_signature_was_kept_is_told_once(shop, texting, outbox):
    await kept_twice(shop, outbox)
    async with working(shop, texting):
        await outbox.left(waiting=0)
    [text] = texts(texting)
    assert (text["topic"], "签字后单据有变化" in text["words"]) == ("sign_again", True)
    assert "交车" not in text["words"]


async def a_customer_who_signed_again_meanwhile_is_not_told(shop, texting, outbox):
    visit, tablet = await kept_twice(shop, outbox)
    assert (await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))).outcome == "applied"
    async with working(shop, texting):
        await outbox.left(waiting=1)  # the reminder of the survey
    assert "sign_again" not in [text["topic"] for text in texts(texting)]
    assert (await message(shop, "sign_again"))["why"] == "newer"


async def a_customer_whose_contract_was_signed_again_is_not_told(shop, texting, outbox):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    old = await signed(shop, tablet, visit.id, "contract")
    await change(shop, visit, "contract")
    await outbox.empty()
    await shop.send(tablet, "handover.sign", **old)
    again = await signed(shop, tablet, visit.id, "contract")
    assert (await shop.send(tablet, "handover.sign", **again)).outcome == "applied"
    async with working(shop, texting):
        await outbox.left(waiting=0)
    assert (await message(shop, "sign_again"))["why"] == "already_answered"
