"""An archive on a file system that other machines share (B11): refused, or kept without SQLite's log."""

from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from crawled_pages import page
from loopback import Reply, Site, serve
from starting import patched

from pipelines.archive import Archive
from pipelines.database import connect_reading, connect_writing
from pipelines.file_system import type_shared
from pipelines.settings import BadSettings, read_archive_settings

_LOCAL = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw - proc proc rw
"""
_SHARED = (
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs", "glusterfs",
    "gpfs", "lustre", "nfs", "nfs4", "smb3", "smbfs", "vboxsf",
)  # fmt: skip
_NOT_SHARED = ("btrfs", "ext4", "fuseblk", "fuse.fuse-overlayfs", "overlay", "tmpfs", "xfs", "zfs")


def mounted(kind: str, at: str) -> str:
    return f"{_LOCAL}40 22 0:44 / {at} rw,nosuid shared:9 master:3 - {kind} host:/export rw,vers=4.2\n"


def test_each_type_that_machines_share_is_told_from_those_of_one(figure) -> None:
    told = [kind for kind in _SHARED if type_shared(Path("/srv/archive"), mounted(kind, "/srv")) == kind]
    figure("types of network file systems told", asked="6 of 6", seen=f"{len(told)} of {len(_SHARED)}")
    assert told == list(_SHARED)
    for kind in _NOT_SHARED:
        assert type_shared(Path("/srv/archive"), mounted(kind, "/srv")) is None


@pytest.mark.parametrize(
    ("path", "mounts", "kind"),
    [
        ("/srv", mounted("nfs4", "/srv"), "nfs4"),
        ("/srvs/archive", mounted("nfs4", "/srv"), None),
        (
            "/srv/local/archive",
            mounted("nfs4", "/srv") + "41 40 8:2 / /srv/local rw - ext4 /dev/sdb rw",
            None,
        ),
        ("/srv/archive", mounted("autofs", "/srv") + "41 40 0:45 / /srv rw - nfs host:/ rw", "nfs"),
        ("/srv/my files/a", mounted("cifs", r"/srv/my\040files"), "cifs"),
        ("/srv/a\\b", mounted("9p", r"/srv/a\134b"), "9p"),
        ("/srv/文存/a", mounted("cifs", "/srv/文存"), "cifs"),
        ("/anywhere", "1 0 0:5 / / rw - 9p root rw", "9p"),
        ("/anywhere", "", None),
        ("/anywhere", "no line of the kernel's\n\n1 2 - ext4", None),
    ],
)
def test_what_is_mounted_deepest_and_last_counts(path: str, mounts: str, kind: str | None) -> None:
    assert type_shared(Path(path), mounts) == kind


def on_nfs(tmp_path: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command where the test's directory is one of NFS."""
    (tmp_path / "mountinfo").write_text(mounted("nfs4", str(tmp_path / "share")), encoding="utf-8")
    where = str(tmp_path / "mountinfo")
    command = patched(
        f"from pathlib import Path\nimport pipelines.file_system as f\nf._MOUNTS = Path({where!r})"
    )
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_a_command_that_would_write_to_it_is_refused_in_one_line(tmp_path: Path) -> None:
    data = tmp_path / "share"
    ended = on_nfs(tmp_path, "add", "--data", data, "https://a.test/1")
    assert ended.returncode == 7
    (line,) = ended.stderr.splitlines()
    assert "nfs4" in line
    assert "allow_network_fs = true" in line
    assert str(data / "wencun.toml") in line
    assert not list(data.glob("archive.db*"))


def test_an_archive_that_came_there_by_a_link_is_known_by_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    assert on_nfs(tmp_path, "add", "--data", tmp_path / "link", "https://a.test/1").returncode == 7


def test_what_was_stored_on_a_local_disk_is_still_read_there_and_not_touched(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "share")
    connect_writing(archive.database_path).close()
    before = archive.database_path.read_bytes()
    assert on_nfs(tmp_path, "crawl", "--data", archive.root).returncode == 7
    assert archive.database_path.read_bytes() == before
    assert on_nfs(tmp_path, "status", "--data", archive.root).returncode == 0


def test_a_user_who_allows_it_gets_a_rollback_journal_and_no_log(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "share")
    connect_writing(archive.database_path).close()
    archive.settings_path.write_text("[archive]\nallow_network_fs = true\n", encoding="utf-8")
    pages = {"/kf/1": Reply(page(1, ["/kf/2"])), "/kf/2": Reply(page(2))}
    with serve(Site(pages=pages)) as site:
        given = ("--delay", "0", "--allow-private", site.host, "--follow", "related", site.url("/kf/1"))
        ended = on_nfs(tmp_path, "crawl", "--data", archive.root, *given)
    assert ended.returncode == 0, ended.stderr
    assert [path.name for path in archive.root.glob("archive.db*")] == ["archive.db"]
    with closing(connect_reading(archive.database_path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("SELECT count(*) FROM captures").fetchone() == (2,)


def test_the_setting_is_a_flag(tmp_path: Path) -> None:
    path = tmp_path / "wencun.toml"
    assert not read_archive_settings(path).allow_network_fs
    path.write_text("[archive]\nallow_network_fs = 1\n", encoding="utf-8")
    with pytest.raises(BadSettings, match="allow_network_fs"):
        read_archive_settings(path)


def test_each_commit_without_a_log_is_on_disk_with_the_directory(tmp_path: Path) -> None:
    with closing(connect_writing(tmp_path / "archive.db", journal_mode="DELETE")) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
