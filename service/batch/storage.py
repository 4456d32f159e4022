"""Files by address: a local path or any fsspec URL (``s3://``, ``gs://``, ``memory://``).

A file gets its final name only once it is whole: it is written under a temporary name,
brought to the disk (fsync) and renamed. On a local disk that is atomic and survives a
crash of the machine; on an object store a rename is a copy, so a name can appear late
but never with half its bytes.
"""

from __future__ import annotations

import errno
import os
import uuid
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from models.aliases import sync_folder
from service.batch.errors import UsageError

COPY_BYTES = 1 << 20


def resolve(address: str) -> tuple[AbstractFileSystem, str]:
    """The file system of an address and the path on it.

    Raises:
        UsageError: no such kind of address, or what it needs is not installed.
    """
    try:
        filesystem, path = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise UsageError(
            f"{address!r} cannot be reached: {error} (s3:// and gs:// need the extras s3 and gs)"
        ) from error
    return filesystem, str(path)


def absolute(address: str) -> str:
    """The address in a form that means the same in another process."""
    filesystem, path = resolve(address)
    if isinstance(filesystem, LocalFileSystem):
        return path
    return str(filesystem.unstrip_protocol(path))


def parent(address: str) -> str:
    """The address of the folder that an address is in."""
    return address.rpartition("/")[0]


def join(folder: str, name: str) -> str:
    """The address of ``name`` in ``folder``."""
    return f"{folder.rstrip('/')}/{name}"


def exists(address: str) -> bool:
    """Whether there is a file or a folder."""
    filesystem, path = resolve(address)
    return bool(filesystem.exists(path))


def size(address: str) -> int:
    """Stored bytes of a file."""
    filesystem, path = resolve(address)
    return int(filesystem.size(path))


def open_read(address: str) -> BinaryIO:
    """An existing file, to be read from its start."""
    filesystem, path = resolve(address)
    return cast(BinaryIO, filesystem.open(path, "rb"))


def read(address: str) -> bytes:
    """All bytes of a small file."""
    with open_read(address) as file:
        return file.read()


def make_folder(address: str) -> None:
    """Make a folder and those above it; nothing happens if it is there."""
    filesystem, path = resolve(address)
    filesystem.makedirs(path, exist_ok=True)


def names(folder: str) -> list[str]:
    """Names of the files in a folder, sorted; none if the folder is missing."""
    filesystem, path = resolve(folder)
    if not filesystem.exists(path):
        return []
    return sorted(str(entry).rsplit("/", 1)[-1] for entry in filesystem.ls(path, detail=False))


def remove(address: str) -> None:
    """Remove a file; nothing happens if it is gone."""
    filesystem, path = resolve(address)
    if filesystem.exists(path):
        filesystem.rm_file(path)


def remove_folder(address: str) -> None:
    """Remove a folder and all in it; nothing happens if it is gone."""
    filesystem, path = resolve(address)
    if filesystem.exists(path):
        filesystem.rm(path, recursive=True)


def move(source: str, target: str) -> None:
    """Give a file or folder its final name; copied if that is on another file system."""
    filesystem, path = resolve(source)
    target_filesystem, target_path = resolve(target)
    if filesystem is not target_filesystem:
        _copy(source, target)
    elif not isinstance(filesystem, LocalFileSystem):
        filesystem.mv(path, target_path, recursive=True)
    else:
        try:
            os.replace(path, target_path)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy(source, target)
        else:
            sync_folder(Path(os.path.dirname(target_path)))


def _copy(source: str, target: str) -> None:
    with NewFile(target) as new:
        append(source, new.file)
        new.commit()
    remove(source)


class NewFile:
    """A file to be: ``commit`` gives it its name, leaving without it leaves nothing behind.

    ``with NewFile(address) as new: new.file.write(...); new.commit()``
    """

    def __init__(self, address: str) -> None:
        self._filesystem, self._path = resolve(address)
        self._local = isinstance(self._filesystem, LocalFileSystem)
        # Unique: a worker given up as lost may still be writing the same partition.
        self._temporary = f"{self._path}.{uuid.uuid4().hex}.tmp"
        self.file = cast(BinaryIO, self._filesystem.open(self._temporary, "wb"))
        self._named = False

    def __enter__(self) -> NewFile:
        return self

    def commit(self) -> None:
        """Bring the bytes to the disk and give the file its name."""
        self.file.flush()
        if self._local:
            os.fsync(self.file.fileno())
        self.file.close()
        if self._local:
            os.replace(self._temporary, self._path)
            sync_folder(Path(os.path.dirname(self._path)))
        else:
            self._filesystem.mv(self._temporary, self._path)
        self._named = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._named:
            return
        try:
            self.file.close()
        except OSError:
            # A full disk fails again here, flushing what a failed write left behind;
            # the first failure is on its way to the caller.
            if error is None:
                raise
        finally:
            if self._filesystem.exists(self._temporary):
                self._filesystem.rm_file(self._temporary)


def write(address: str, data: bytes) -> None:
    """Write a small file whole."""
    with NewFile(address) as new:
        new.file.write(data)
        new.commit()


def append(source: str, target: BinaryIO, skip: int = 0) -> None:
    """Copy a file from byte ``skip`` on to the end of an open one, a piece at a time."""
    with open_read(source) as file:
        file.seek(skip)
        while piece := file.read(COPY_BYTES):
            target.write(piece)
