"""One Chromium and one running shop for all these tests, a push service that decrypts, as many tablets as wanted."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser

from server.settings import settings
from tests.browser.chromium import chromium
from tests.browser.elsewhere import settle_reviews
from tests.browser.office import Office
from tests.browser.tablet import WIDE, Tablet
from tests.delivery.services import PushService
from tests.running import Running

OpenTablet = Callable[..., Awaitable[Tablet]]
CUSTOMERS = 40


def is_built() -> bool:
    """Whether there are an app and a customer's page to serve."""
    configured = settings()
    return all(Path(folder).is_dir() for folder in (configured.web_dir, configured.customer_dir))


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A real browser."""
    async with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
async def push_service() -> AsyncIterator[PushService]:
    """Where browsers subscribe, and what they got."""
    service = PushService()
    await service.start()
    yield service
    await service.stop()


@pytest.fixture(scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory, push_service: PushService) -> AsyncIterator[Running]:
    """The product with the demo dealership and a copy of the app; a test that stops it starts it again."""
    if not is_built():
        pytest.skip("needs the built apps: make setup")
    app = tmp_path_factory.mktemp("app")
    shutil.copytree(settings().web_dir, app, dirs_exist_ok=True)
    folder = tmp_path_factory.mktemp("shop")
    running = Running(folder, customers=CUSTOMERS, push_allow_hosts=push_service.host, web_dir=str(app))
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def office(shop: Running) -> AsyncIterator[Office]:
    """The manager at a desk."""
    async with Office(shop.url) as opened:
        yield opened


@pytest.fixture
async def tablet(browser: Browser, shop: Running) -> AsyncIterator[OpenTablet]:
    """Opens tablets; whatever one of their pages throws fails the test."""
    opened: list[Tablet] = []
    async with AsyncExitStack() as stack:

        async def one_more(
            username: str | None = "manager", size: tuple[int, int] = WIDE, dark: bool = False
        ) -> Tablet:
            """A new tablet, with somebody signed in."""
            tablet = await stack.enter_async_context(Tablet.open(browser, shop.url, size, dark))
            opened.append(tablet)
            if username:
                await tablet.sign_in(username)
            return tablet

        yield one_more
    assert [error for one in opened for error in one.errors] == []


@pytest.fixture
def tidy(shop: Running) -> Iterator[None]:
    """For tests that leave something in the shop's review inbox, where other tests expect nothing."""
    yield
    settle_reviews(shop)
