"""What a tablet bore witness to when somebody signed, in words: Chinese first, English beside it."""

from collections.abc import Callable, Iterator
from datetime import datetime

from server.documents.labels import Words
from server.domain.evidence import KnownState, SignerIdentity, SigningEvidence

METHODS = {
    "known_phone": Words("本人持有登记的手机", "Holds the phone on file"),
    "id_seen": Words("看过证件", "Identity card seen"),
    "sms_code": Words("短信验证码", "Code by text message"),
    "not_checked": Words("未核实", "Not checked"),
}
Moment = Callable[[datetime], str | None]


def testimony(evidence: SigningEvidence | None, moment: Moment) -> Iterator[tuple[Words, str]]:
    """Each thing by its name; nothing for a signature without evidence. `moment` writes a time."""
    if evidence is None:
        return
    yield Words("身份核实", "Identity check"), _identity(evidence.identity)
    yield Words("应用与平板", "App and tablet"), " · ".join(filter(None, (evidence.app, evidence.device_name)))
    yield Words("文书显示于", "On the screen since"), moment(evidence.shown.at) or ""
    yield Words("平板当时所知", "What the tablet knew"), _known(evidence.server_state, moment)


def _identity(who: SignerIdentity) -> str:
    said = METHODS[who.method]
    return f"{said.zh} {said.en}" + (f" · 尾号 …{who.phone_tail}" if who.phone_tail else "")


def _known(state: KnownState, moment: Moment) -> str:
    at = moment(state.known_at) if state.known_at else None
    since = Words(f"服务器数据截至 {at}", f"server's data as of {at}") if at else Words("从未同步", "never synced")
    rev = "" if state.visit_rev is None else f"，rev {state.visit_rev}"
    own = Words(f"另有 {state.unsent} 项未发送", f"{state.unsent} of its own not yet sent")
    return f"{since.zh}{rev}，{own.zh} {since.en}, {own.en}"
