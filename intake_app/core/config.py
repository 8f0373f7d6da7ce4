"""Settings: read once from the environment, checked, frozen.

A wrong one stops the start with a sentence.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from intake_app.crypto import app_key


class SettingError(ValueError):
    """A setting is missing or wrong; the message names it and says how to put it right."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """The practice's mail server. tls: "starttls", "tls", or "none" (to this computer only).

    public_url: where clients reach the app, for the links in letters.
    """

    host: str
    port: int
    tls: str
    sender: str
    public_url: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can choose.

    data: folder that holds the database, keys and seal (INTAKE_DATA, default ./var). database_url:
    SQLAlchemy address (INTAKE_DATABASE_URL, default SQLite inside `data`). app_key: 32 bytes, kept
    outside the database (INTAKE_APP_KEY_FILE, a systemd credential, or data/app.key). proxies: how
    many proxies in front may be believed about address and scheme (INTAKE_PROXIES, 0-3).
    render_seconds: longest time one PDF may take (INTAKE_RENDER_SECONDS, 5-300). render_memory_mb:
    most memory one PDF process may use (INTAKE_RENDER_MEMORY_MB, 256-8192). low_disk_mb: with less
    room than this no new form is started (INTAKE_LOW_DISK_MB, 0-100000000). smtp: the mail server
    (INTAKE_SMTP_HOST and the other INTAKE_SMTP_*, INTAKE_URL), None when no letters are sent.
    app_key_file: where app_key came from. tsa_url: a time-stamp server (RFC 3161) for the audit log
    and the PDFs, empty for none (INTAKE_TSA_URL). posts_per_minute: what one address may send to
    one web process (INTAKE_POSTS_PER_MINUTE, 60-1000000). wrong_links_per_minute: links that open
    nothing, from one address (INTAKE_WRONG_LINKS_PER_MINUTE, 1-10000). log_level: "warning", or
    "info" for one line a request without an address or a word (INTAKE_LOG). kdf_memory_kib,
    kdf_time: Argon2id cost for passphrases, OWASP floor 19 MiB; only tests go lower.
    """

    data: Path
    database_url: str
    app_key: bytes
    proxies: int = 0
    render_seconds: int = 30
    render_memory_mb: int = 1500
    low_disk_mb: int = 500
    smtp: Smtp | None = None
    tsa_url: str = ""
    posts_per_minute: int = 6000
    wrong_links_per_minute: int = 30
    log_level: str = "warning"
    kdf_memory_kib: int = 64 * 1024
    kdf_time: int = 3
    app_key_file: str = "app.key"

    @property
    def seal_file(self) -> Path:
        """The practice's seal: PKCS#12 with the key that signs every PDF."""
        return self.data / "seal.p12"

    @property
    def backups_folder(self) -> Path:
        """Where backups go unless the operator names a file."""
        return self.data / "backups"

    @property
    def recipients_file(self) -> Path:
        """The public keys records are sealed to, pinned outside the database (see crypto.age)."""
        return self.data / "recipients.json"


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from INTAKE_* variables. Creates the data folder and, on first start, the app key.

    Raises SettingError with a sentence that names the variable.
    """
    data = _data_folder(environ.get("INTAKE_DATA", "var"))
    _refuse_unknown(environ)
    web(environ)
    return Settings(
        data=data,
        database_url=_database_url(
            environ.get("INTAKE_DATABASE_URL", f"sqlite:///{data / 'intake.db'}")
        ),
        app_key=_app_key(environ, data),
        app_key_file=str(app_key.place(environ, data)),
        proxies=_number(environ, "INTAKE_PROXIES", 0, 0, 3),
        render_seconds=_number(environ, "INTAKE_RENDER_SECONDS", 30, 5, 300),
        render_memory_mb=_number(environ, "INTAKE_RENDER_MEMORY_MB", 1500, 256, 8192),
        tsa_url=_tsa_url(environ.get("INTAKE_TSA_URL", "")),
        low_disk_mb=_number(environ, "INTAKE_LOW_DISK_MB", 500, 0, 100_000_000),
        smtp=_smtp(environ),
        posts_per_minute=_number(environ, "INTAKE_POSTS_PER_MINUTE", 6000, 60, 1_000_000),
        wrong_links_per_minute=_number(environ, "INTAKE_WRONG_LINKS_PER_MINUTE", 30, 1, 10_000),
        log_level=_log_level(environ.get("INTAKE_LOG", "warning")),
    )


def web(environ: Mapping[str, str] = os.environ) -> tuple[int, int]:
    """PORT and INTAKE_WORKERS: where gunicorn listens on 127.0.0.1, and with how many processes.

    Raises SettingError like `from_environment`.
    """
    return _number(environ, "PORT", 8000, 1, 65535), _number(environ, "INTAKE_WORKERS", 2, 1, 64)


KNOWN = {
    "INTAKE_DATA",
    "INTAKE_DATABASE_URL",
    "INTAKE_APP_KEY_FILE",
    "INTAKE_PROXIES",
    "INTAKE_RENDER_SECONDS",
    "INTAKE_RENDER_MEMORY_MB",
    "INTAKE_LOW_DISK_MB",
    "INTAKE_POSTS_PER_MINUTE",
    "INTAKE_WRONG_LINKS_PER_MINUTE",
    "INTAKE_LOG",
    "INTAKE_WORKERS",
    "INTAKE_SMTP_HOST",
    "INTAKE_SMTP_PORT",
    "INTAKE_SMTP_TLS",
    "INTAKE_SMTP_USER",
    "INTAKE_SMTP_PASSWORD_FILE",
    "INTAKE_SMTP_FROM",
    "INTAKE_URL",
    "INTAKE_TSA_URL",
}


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    unknown = sorted(name for name in environ if name.startswith("INTAKE_") and name not in KNOWN)
    if unknown:
        raise SettingError(
            f"{unknown[0]} is not a setting of this app. "
            f"The settings are: {', '.join(sorted(KNOWN))}."
        )


def _smtp(environ: Mapping[str, str]) -> Smtp | None:
    host = environ.get("INTAKE_SMTP_HOST", "")
    if not host:
        return None
    tls, sender, url = (
        environ.get(name, "") for name in ("INTAKE_SMTP_TLS", "INTAKE_SMTP_FROM", "INTAKE_URL")
    )
    tls = tls or "starttls"
    if tls not in ("starttls", "tls", "none") or (
        tls == "none" and host not in ("localhost", "127.0.0.1")
    ):
        raise SettingError(
            "INTAKE_SMTP_TLS must be starttls or tls; "
            "none is only for a mail server on this computer."
        )
    if "@" not in sender.strip("@"):
        raise SettingError(
            "INTAKE_SMTP_FROM must be the address that letters come from, like desk@example.org."
        )
    if not url.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise SettingError(
            "INTAKE_URL must be the address that clients open, like https://intake.example.com ."
        )
    port = _number(environ, "INTAKE_SMTP_PORT", 465 if tls == "tls" else 587, 1, 65535)
    password = _secret(environ.get("INTAKE_SMTP_PASSWORD_FILE", ""))
    return Smtp(
        host, port, tls, sender, url.rstrip("/"), environ.get("INTAKE_SMTP_USER", ""), password
    )


def _secret(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else ""
    except OSError as error:
        raise SettingError(
            f"INTAKE_SMTP_PASSWORD_FILE cannot be read ({error.strerror})."
        ) from error


def _data_folder(name: str) -> Path:
    path = Path(name).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"INTAKE_DATA is {name}, and that folder cannot be made ({error.strerror}). "
            "Choose another."
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise SettingError(
            f"INTAKE_DATA is {name}, and this user may not write there. "
            "Change its owner or choose another."
        )
    return path


def _database_url(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingError(
            "INTAKE_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg:// . "
            "Leave it out to use SQLite."
        )
    return url


def _tsa_url(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise SettingError(
            "INTAKE_TSA_URL must begin with https:// or http:// . "
            "Leave it out to use no time stamps."
        )
    return url


def _app_key(environ: Mapping[str, str], data: Path) -> bytes:
    path = app_key.place(environ, data)
    try:
        return app_key.load(
            path, guarded=path.parent == Path(environ.get("CREDENTIALS_DIRECTORY", ""))
        )
    except app_key.WeakKey as error:
        raise SettingError(f"INTAKE_APP_KEY_FILE ({path.name}) {error}") from error


def _log_level(text: str) -> str:
    if text not in ("warning", "info"):
        raise SettingError(f"INTAKE_LOG must be warning or info, not {text!r}.")
    return text


def _number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)
