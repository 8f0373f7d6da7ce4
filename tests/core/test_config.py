"""A wrong setting stops the start with a sentence that names it."""

from pathlib import Path

import pytest

from intake_app.core.config import SettingError, from_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTAKE_RENDER_SECONDS", "soon"),
        ("INTAKE_RENDER_SECONDS", "1"),
        ("INTAKE_RENDER_MEMORY_MB", "99999"),
        ("INTAKE_LOW_DISK_MB", "plenty"),
        ("INTAKE_TSA_URL", "stamps.example"),
        ("INTAKE_PROXIES", "-1"),
        ("INTAKE_DATABASE_URL", "mysql://x"),
        ("INTAKE_DATABSE_URL", "sqlite:///x"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        from_environment({"INTAKE_DATA": str(tmp_path), name: value})


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match="INTAKE_DATA"):
        from_environment({"INTAKE_DATA": str(tmp_path / "file" / "data")})


def test_the_app_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first, second = (from_environment({"INTAKE_DATA": str(tmp_path)}) for _ in range(2))
    assert first.app_key == second.app_key
    assert (tmp_path / "app.key").stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("text", ["", "xyz", "00" * 31])
def test_a_broken_app_key_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "app.key").write_text(text)
    with pytest.raises(SettingError, match="INTAKE_APP_KEY_FILE"):
        from_environment({"INTAKE_DATA": str(tmp_path)})


GOOD = "3ed150288e9c122903e4477b1903bf5633d88a9c9170d947a46432197d30d3db"


def key_file(folder: Path, text: str, mode: int = 0o400) -> Path:
    file = folder / "app.key"
    file.write_text(text)
    file.chmod(mode)
    return file


@pytest.mark.parametrize(
    ("text", "mode", "sentence"),
    [
        ("00" * 32, 0o400, "could be guessed"),
        ("0123456789abcdef" * 4, 0o400, "could be guessed"),
        (GOOD[2:], 0o400, "64 hexadecimal digits"),
        (GOOD, 0o644, "chmod 400"),
        (GOOD, 0o440, "chmod 400"),
    ],
)
def test_a_weak_key_or_one_that_others_may_read_stops_the_start(
    tmp_path: Path, text: str, mode: int, sentence: str
) -> None:
    key_file(tmp_path, text, mode)
    with pytest.raises(SettingError, match=sentence):
        from_environment({"INTAKE_DATA": str(tmp_path)})


def test_a_systemd_credential_is_taken_before_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir()
    key_file(tmp_path / "credentials", GOOD, 0o440)
    environ = {
        "INTAKE_DATA": str(tmp_path / "data"),
        "CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"),
    }
    assert from_environment(environ).app_key.hex() == GOOD
    assert not (tmp_path / "data" / "app.key").exists()


MAIL = {
    "INTAKE_SMTP_HOST": "mail.example.org",
    "INTAKE_SMTP_FROM": "desk@example.org",
    "INTAKE_URL": "https://intake.example.org/",
}


def test_without_a_mail_server_no_letters_are_sent(tmp_path: Path) -> None:
    assert from_environment({"INTAKE_DATA": str(tmp_path)}).smtp is None


@pytest.mark.parametrize(("tls", "port"), [("", 587), ("starttls", 587), ("tls", 465)])
def test_a_mail_server_is_spoken_to_in_secret(tmp_path: Path, tls: str, port: int) -> None:
    (tmp_path / "word").write_text("a password\n")
    own = {
        "INTAKE_DATA": str(tmp_path),
        "INTAKE_SMTP_TLS": tls,
        "INTAKE_SMTP_PASSWORD_FILE": str(tmp_path / "word"),
    }
    smtp = from_environment({**MAIL, **own}).smtp
    assert smtp is not None
    assert (smtp.port, smtp.public_url, smtp.password) == (
        port,
        "https://intake.example.org",
        "a password",
    )
    assert "a password" not in repr(smtp)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTAKE_SMTP_TLS", "none"),
        ("INTAKE_SMTP_TLS", "maybe"),
        ("INTAKE_SMTP_FROM", "desk"),
        ("INTAKE_SMTP_PORT", "mail"),
        ("INTAKE_URL", "http://intake.example.org"),
        ("INTAKE_SMTP_PASSWORD_FILE", "/no/such/file"),
    ],
)
def test_a_wrong_mail_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        from_environment({**MAIL, "INTAKE_DATA": str(tmp_path), name: value})
