"""Files that appear whole or not at all."""

import os
from pathlib import Path

import pytest

from gradcheck.errors import ConfigError
from gradcheck.reports.writing import refuse_twice, write


def test_a_report_is_replaced_whole(tmp_path: Path) -> None:
    """The text is there, folders are made, nothing else is left in them, and permissions are ordinary."""
    target = tmp_path / "new" / "report.json"
    write(target, "one\n")
    write(target, "δ\n")
    assert target.read_bytes() == "δ\n".encode()
    assert os.listdir(target.parent) == ["report.json"]
    assert target.stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_what_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure half way leaves what was there, and no litter."""
    target = tmp_path / "report.json"
    write(target, "old")

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(ConfigError, match="No space left"):
        write(target, "new")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.json"]


def test_links_are_kept(tmp_path: Path) -> None:
    """A link goes on pointing where it did; the file behind it is replaced."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_device_is_written_to() -> None:
    """What is no regular file is written, not replaced."""
    write("/dev/null", "text")
    assert not Path("/dev/null").is_file()


def test_two_reports_need_two_files(tmp_path: Path) -> None:
    """One file by two names is refused; a device takes both."""
    (tmp_path / "link").symlink_to(tmp_path / "file")
    refuse_twice(["/dev/null", str(tmp_path / "file"), "/dev/null", str(tmp_path / "other")])
    with pytest.raises(ConfigError, match="expected a file for each"):
        refuse_twice([str(tmp_path / "file"), str(tmp_path / "link")])


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current
