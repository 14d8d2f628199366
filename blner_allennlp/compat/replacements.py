"""Values for names that newer libraries dropped and AllenNLP still imports, or that do more than is asked of them."""

from __future__ import annotations

import errno
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any


def adamw_with_optional_bias_correction() -> type:
    """Make what AllenNLP's optimizer `huggingface_adamw` derives from.

    Returns:
        transformers' own AdamW where it still exists (before 4.50), or torch's AdamW behind the same
        arguments.
    """
    import transformers

    if hasattr(transformers, "AdamW"):
        return transformers.AdamW  # type: ignore[no-any-return]

    import torch

    class AdamW(torch.optim.AdamW):
        """torch's AdamW behind the arguments of the one that transformers had.

        Args:
            params: parameters or groups of them.
            lr: learning rate.
            betas: decay rates of the running averages of the gradient and its square.
            eps: added to the denominator.
            weight_decay: decoupled weight decay.
            correct_bias: whether the running averages are corrected for starting at zero.

        Raises:
            ValueError: `correct_bias` is False, which torch's AdamW cannot do.
        """

        def __init__(
            self,
            params: Any,
            lr: float = 1e-3,
            betas: tuple[float, float] = (0.9, 0.999),
            eps: float = 1e-6,
            weight_decay: float = 0.0,
            correct_bias: bool = True,
        ) -> None:
            if not correct_bias:
                raise ValueError(
                    "huggingface_adamw: correct_bias is false, which torch's AdamW does not offer; leave "
                    "it out or set it to true"
                )
            super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    return AdamW


def cached_path_that_knows_local_files() -> Callable[..., Path]:
    """Make what AllenNLP opens every file through.

    Most files lie on the disk. Only what does not, or is to be unpacked, needs the package `cached_path`, which takes a
    quarter of a second to load the clients of Google Cloud and Amazon S3.

    Returns:
        A function that answers for existing files itself, and asks `cached_path.cached_path` about all else.
    """

    def cached_path(url_or_filename: str | Path, *args: Any, **kwargs: Any) -> Path:
        path = Path(url_or_filename).expanduser()
        is_to_be_unpacked = bool(args[1:]) or kwargs.get("extract_archive") or kwargs.get("force_extract")
        if not is_to_be_unpacked and path.exists():
            return path
        import cached_path as package  # type: ignore[import-untyped,unused-ignore]

        return Path(package.cached_path(url_or_filename, *args, **kwargs))

    return cached_path


def file_lock_without_downloads() -> type:
    """Make the lock that AllenNLP reads a vocabulary under.

    Its own lies in the package `cached_path`, which would be loaded for it.

    Returns:
        `filelock.FileLock` that, on demand, goes without a lock where nobody may write.
    """
    from filelock import FileLock as PlainFileLock

    class FileLock(PlainFileLock):
        """A lock of a file between processes.

        Args:
            lock_file: the file that is locked; made if there is none.
            timeout: seconds to wait for it; negative to wait for ever.
            read_only_ok: whether an existing lock file that may not be written is no error.
            **kwargs: as of `filelock.FileLock`.
        """

        def __init__(
            self, lock_file: str | Path, timeout: float = -1, read_only_ok: bool = False, **kwargs: Any
        ) -> None:
            super().__init__(str(lock_file), timeout=timeout, **kwargs)
            self._read_only_ok = read_only_ok

        def acquire(self, *args: Any, **kwargs: Any) -> Any:
            """Wait for the lock; see `filelock.FileLock.acquire`.

            Args:
                *args: as there.
                **kwargs: as there.

            Returns:
                As there; None without the right to write.

            Raises:
                OSError: the file system refuses, and that is no reason to go without the lock.
            """
            try:
                return super().acquire(*args, **kwargs)
            except OSError as error:
                may_not_write = error.errno in (errno.EPERM, errno.EACCES, errno.EROFS)
                if not (may_not_write and self._read_only_ok and Path(self.lock_file).is_file()):
                    raise
                # Whoever may not write cannot have changed what is read, but others can: say so.
                warnings.warn(
                    f"{self.lock_file} may not be written, so it is read without a lock; nothing else should write "
                    "there meanwhile",
                    stacklevel=2,
                )
                return None

    return FileLock
