"""A second factor in a test: the app on somebody's phone, and sign-ins with its codes."""

import base64

from server.domain.totp import code_at, step_of
from tests.shop import Shop


class Phone:
    """An authenticator app, made from what the enrolment shows."""

    def __init__(self, shop: Shop, secret: str) -> None:
        self.shop, self.secret = shop, base64.b32decode(secret)

    def code(self, off: int = 0) -> str:
        """The code that it shows now, or so many steps later."""
        return code_at(self.secret, step_of(self.shop.now) + off)

    def next(self) -> str:
        """The code of the next step, once that has come."""
        self.shop.later(seconds=30)
        return self.code()


async def enrol(shop, client, username) -> tuple[Phone, list[str]]:
    """Turns the second factor of who is signed in on."""
    begun = (await client.post("/auth/totp", json={"password": f"{username}-demo"})).json()
    phone = Phone(shop, begun["secret"])
    answer = await client.post("/auth/totp/confirm", json={"code": phone.code()})
    assert answer.status_code == 200, answer.text
    return phone, answer.json()["recovery_codes"]


async def with_code(client, username, code, device=None, password=None):
    """A sign-in with a code."""
    body = {"username": username, "password": password or f"{username}-demo", "totp": code}
    answer = await client.post("/auth/login", json=body | ({"device": device} if device else {}))
    if answer.status_code == 200:
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return answer


def told(answer) -> tuple:
    body = answer.json()
    return answer.status_code, body["code"], body.get("problem")


async def changes(shop) -> list[str]:
    """What the journal says became of second factors, in order."""
    async with shop.db.read() as tx:
        [rows] = await tx.run(("SELECT fields FROM journal WHERE name = 'staff.note_factor' ORDER BY n", ()))
    words = ("on", "replaced", "off", "reset", "recovery_used", "recovery_renewed")
    return [next(word for word in words if f'"{word}"' in fields) for (fields,) in rows]
