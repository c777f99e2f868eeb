"""Whether the archive lies where other machines may share it, and how SQLite is to write there.

SQLite's log needs memory that all who have the database open share, so they have to be on one machine
(https://sqlite.org/wal.html). Only Linux tells the types; elsewhere nothing is claimed.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import Final

from pipelines.archive import Archive
from pipelines.database import JournalMode
from pipelines.errors import StorageUnusable
from pipelines.settings import read_archive_settings

_MOUNTS = Path("/proc/self/mountinfo")
_SHARED: Final = {
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs",
    "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "pvfs2", "smb3", "smbfs", "vboxsf", "vmhgfs",
}  # fmt: skip
_FUSE = "fuse."
_LOCAL_FUSE: Final = {f"{_FUSE}{name}" for name in ("encfs", "fuse-overlayfs", "gocryptfs", "mergerfs")}
"""Programs that lay something over local disks; what other programs answer for may be anywhere."""
_MOUNT_POINT = 4
"""Its place in a line."""
_ESCAPED = re.compile(r"\\([0-7]{3})")


def journal_mode(archive: Archive) -> JournalMode:
    """Return how SQLite is to write to the archive.

    Raises StorageUnusable where other machines may share it and the settings do not allow that.
    """
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return "WAL"
    kind = type_shared(archive.database_path.resolve(), mounts)
    if kind is None:
        return "WAL"
    if not read_archive_settings(archive.settings_path).allow_network_fs:
        raise StorageUnusable(
            f"{archive.root} lies on a file system of type {kind}, which other machines may share, and"
            " SQLite's log breaks there: move it to a local disk, or write `allow_network_fs = true` under"
            f" [archive] in {archive.settings_path}"
        )
    return "DELETE"


def type_shared(path: PurePath, mounts: str) -> str | None:
    """Return the type of the file system of `path` where machines may share it; None where they do not.

    `path`: absolute and without links. `mounts`: the text of /proc/self/mountinfo, proc_pid_mountinfo(5).
    """
    deepest, kind = 0, ""
    for line in mounts.splitlines():
        mount, _, device = line.partition(" - ")
        fields = mount.split(" ")
        if len(fields) <= _MOUNT_POINT or not device:
            continue
        point = PurePath(_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[_MOUNT_POINT]))
        if len(point.parts) >= deepest and path.is_relative_to(point):  # the last one hides those before it
            deepest, kind = len(point.parts), device.split(" ")[0]
    is_shared = kind in _SHARED or (kind.startswith(_FUSE) and kind not in _LOCAL_FUSE)
    return kind if is_shared else None
