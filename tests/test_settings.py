"""Settings come from the environment, secrets also from files; what cannot be used is told in a sentence."""

import pytest
from msgspec import ValidationError

from server.__main__ import main
from server.settings import SECRETS, Settings, settings


@pytest.fixture
def secret_file(tmp_path):
    """A file that only its owner reads."""
    path = tmp_path / "secret"
    path.write_text("from a file\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("name", SECRETS)
def a_secret_may_stand_in_a_file(secret_file, name):
    read = settings({f"JIECHE_{name.upper()}_FILE": str(secret_file)})
    assert getattr(read, name) == "from a file"


def a_secret_that_everybody_may_read_is_refused_with_a_sentence(secret_file):
    secret_file.chmod(0o644)
    with pytest.raises(ValidationError, match=r"JIECHE_SECRET_KEY_FILE: everybody .* chmod 0600"):
        settings({"JIECHE_SECRET_KEY_FILE": str(secret_file)})
    secret_file.chmod(0o640)
    assert settings({"JIECHE_SECRET_KEY_FILE": str(secret_file)}).secret_key


def a_secret_file_that_is_missing_empty_or_no_text_is_refused(tmp_path, secret_file):
    with pytest.raises(ValidationError, match=r"JIECHE_SECRET_KEY_FILE: .* No such file"):
        settings({"JIECHE_SECRET_KEY_FILE": str(tmp_path / "none")})
    for content, why in ((b"\n", "is empty"), (b"\xff\xfe", "no text")):
        secret_file.write_bytes(content)
        with pytest.raises(ValidationError, match=why):
            settings({"JIECHE_SECRET_KEY_FILE": str(secret_file)})


def a_secret_is_given_once(secret_file):
    with pytest.raises(ValidationError, match="both set"):
        settings({"JIECHE_SECRET_KEY_FILE": str(secret_file), "JIECHE_SECRET_KEY": "x"})


def a_setting_that_is_no_secret_has_no_file(secret_file):
    assert settings({"JIECHE_TIME_ZONE_FILE": str(secret_file)}) == Settings()


def the_command_line_tells_a_wrong_setting_in_a_sentence(monkeypatch, capsys):
    monkeypatch.setenv("JIECHE_CORS_ORIGINS", "https://office.example.com/")
    assert main(["migrate"]) == 2
    told = capsys.readouterr().err
    assert "JIECHE_CORS_ORIGINS" in told
    assert "Traceback" not in told
