"""The sealed PDF of a visit that was handed over long ago is made when somebody asks for it."""

import time

from tests.running import OutsideTablet


def an_old_visit_gets_its_paper_when_somebody_asks(server):
    tablet = OutsideTablet(server, "advisor")
    tablet.pull()
    old = next(v for v in tablet.rows["visits"].values() if v["stage"] == "handed_over")
    first = tablet.http.get(f"/visits/{old['id']}/handover.pdf")
    assert (first.status_code, first.json()["facts"]["why"]) == (404, "being_sealed")
    deadline = time.monotonic() + 20
    while (answer := tablet.http.get(f"/visits/{old['id']}/handover.pdf")).status_code == 404:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.2)
    assert answer.content.startswith(b"%PDF-")
