"""Settings from the environment, prefix `JIECHE_`; `docs/settings.md` describes each, and a test holds it to that."""

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct, ValidationError, convert

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ("database_url", "secret_key", "vapid_private_key", "sms_key_secret", "metrics_token")
"""Settings that may also be the name of a file that holds them: `JIECHE_…_FILE`."""
ROLES = ("manager", "advisor", "technician", "inspector", "crm", "claims", "admin")
Networks = tuple[IPv4Network | IPv6Network, ...]


class Settings(Struct, frozen=True):
    """One field a setting: `JIECHE_` + its name in upper case."""

    database_url: str = ""
    data_dir: str = str(ROOT / "data")
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: str = ""
    proxy_header: Literal["x-forwarded-for", "forwarded"] = "x-forwarded-for"
    cors_origins: str = ""
    metrics_token: str = ""
    secret_key: str = ""
    vapid_private_key: str = ""
    vapid_subject: str = "mailto:service@example.com"
    push_allow_hosts: str = ""
    push_wait_minutes: Annotated[int, Meta(ge=1, le=1440)] = 10
    quiet_hours: Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$")] = "21:00-08:00"
    survey_reminder_hours: Annotated[int, Meta(ge=1, le=720)] = 48
    sms_provider: Literal["", "console", "file", "http"] = ""
    sms_url: str = ""
    sms_key_id: str = ""
    sms_key_secret: str = ""
    sms_sign: str = ""
    sms_templates: str = ""
    tsa_url: Annotated[str, Meta(pattern=r"^(https?://\S+)?$")] = ""
    tsa_user: str = ""
    tsa_password: str = ""
    tsa_certificates: str = ""
    time_zone: str = "Asia/Shanghai"
    session_days: int = 30
    approve_devices: bool = False
    require_totp: str = ""
    link_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    keep_repair_years: Annotated[int, Meta(ge=2, le=30)] = 3
    low_recommend: Annotated[int, Meta(ge=0, le=10)] = 6
    low_stars: Annotated[int, Meta(ge=0, le=5)] = 2
    complaint_hours: Annotated[int, Meta(ge=1, le=720)] = 24
    oldest_app: Annotated[str, Meta(pattern=r"^\d+(\.\d+)*$")] = "2026.11.0"
    embedded_worker: bool = True
    graphiql: bool | None = None
    graphql_documents: str = ""
    graphql_seconds: Annotated[float, Meta(gt=0, le=600)] = 10.0
    font_dir: str = str(ROOT / "web/node_modules/@expo-google-fonts/noto-sans-sc")
    web_dir: str = str(ROOT / "web/dist")
    customer_dir: str = str(ROOT / "web/dist-customer")
    log_level: str = "info"

    def __post_init__(self) -> None:
        for name, read in (("trusted_proxies", networks), ("cors_origins", origins), ("require_totp", roles)):
            try:
                read(getattr(self, name))
            except ValueError as error:
                raise ValueError(f"JIECHE_{name.upper()}: {error}") from None

    @property
    def proxies(self) -> Networks:
        """Whose word on a caller's address is taken."""
        return networks(self.trusted_proxies)

    @property
    def totp_roles(self) -> frozenset[str]:
        """The roles that sign in with a second factor only."""
        return roles(self.require_totp)

    @property
    def data(self) -> Path:
        """The data folder, made when it is missing."""
        path = Path(self.data_dir)
        path.mkdir(parents=True, exist_ok=True)
        return path

    @property
    def url(self) -> str:
        """The database's URL; without one, a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'jieche.db'}"

    @property
    def explores(self) -> bool:
        """Whether the GraphQL schema may be looked at; without a word about it only where nobody else can reach us."""
        if self.graphiql is not None:
            return self.graphiql
        return urlsplit(self.public_url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def secret(self) -> bytes:
        """The key of the customers' links; made at first use and kept in the data folder when not set."""
        return (
            self.secret_key.encode() if self.secret_key else kept_secret(self.data / "secret", secrets.token_bytes(32))
        )


def kept_secret(path: Path, fresh: bytes) -> bytes:
    """What the file holds; `fresh` is written (mode 0600) when there is none, whole, and only one writer wins."""
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent) as file, suppress(FileExistsError):
            file.write(fresh)
            file.flush()
            os.link(file.name, path)
    return path.read_bytes()


@cache
def networks(text: str) -> Networks:
    """The networks of a list of addresses and CIDRs; raises ValueError naming the one that is none."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


@cache
def origins(text: str) -> frozenset[str]:
    """Origins as browsers send them (RFC 6454 §7); raises ValueError for what no browser would send."""
    given = frozenset(part.strip() for part in text.split(",") if part.strip())
    for origin in given:
        scheme, _, host = origin.partition("://")
        if scheme not in ("http", "https") or not host or set("/?#*@ ").intersection(host) or origin != origin.lower():
            raise ValueError(f"{origin!r} is no origin such as https://office.example.com")
    return given


@cache
def roles(text: str) -> frozenset[str]:
    """The roles of a list; `true` means manager and admin. Raises ValueError naming what is no role."""
    if text.strip().lower() in ("", "false"):
        return frozenset()
    if text.strip().lower() == "true":
        return frozenset(("manager", "admin"))
    given = frozenset(part.strip() for part in text.split(",") if part.strip())
    for role in sorted(given - frozenset(ROLES)):
        raise ValueError(f"{role!r} is no role; a list of {', '.join(ROLES)}, or true for manager and admin")
    return given


def settings(environment: dict[str, str] | None = None) -> Settings:
    """Reads the settings; raises msgspec.ValidationError, whose sentence names the one that cannot be used."""
    source = dict(os.environ) if environment is None else environment
    names = Settings.__struct_fields__
    given = {name: source[key] for name in names if (key := f"JIECHE_{name.upper()}") in source}
    for name in SECRETS:
        if path := source.get(f"JIECHE_{name.upper()}_FILE"):
            given[name] = _from_file(f"JIECHE_{name.upper()}", Path(path), also=name in given)
    return convert(given, Settings, strict=False)


def _from_file(name: str, path: Path, also: bool) -> str:
    """A secret that stands in a file, as systemd credentials and container secrets do, without the last line's end."""
    if also:
        raise ValidationError(f"{name} and {name}_FILE are both set: keep one.")
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ValidationError(f"{name}_FILE: {path} cannot be read: {why}.") from None
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise ValidationError(f"{name}_FILE: everybody on this machine may read {path}; chmod 0600 it (or 0640).")
    if not text.strip():
        raise ValidationError(f"{name}_FILE: {path} is empty.")
    return text.rstrip("\r\n")
