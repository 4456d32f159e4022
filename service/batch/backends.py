"""The two places where workers can be."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from joblib import parallel_config
from joblib.executor import get_memmapping_executor
from joblib.parallel import LokyBackend

from service.batch.errors import UsageError
from service.batch.fan_out import Backend

IDLE_SECONDS = 300
"""How long a process without work is kept; joblib's own value."""


class OneProcess(LokyBackend):  # type: ignore[misc]
    """One process apart from the driver.

    joblib runs a single worker inside the driver, where a row that kills its process takes the
    run along. So it is told of two, and a second partition waits in the queue.
    """

    def effective_n_jobs(self, n_jobs: int) -> int:
        """What joblib is told."""
        return 2

    def configure(self, n_jobs: int = 1, parallel: Any = None, **options: Any) -> int:
        """Start the process, as joblib's own backend starts several."""
        environment = self._prepare_worker_env(n_jobs=1)
        self._workers = get_memmapping_executor(
            1, timeout=IDLE_SECONDS, env=environment, context_id=parallel._id
        )
        self.parallel = parallel
        return 2


@contextmanager
def local(workers: int) -> Iterator[Backend]:
    """Processes on this machine, apart from the driver even if there is but one.

    Each has one thread for linear algebra, so that sums come out alike for any number of them.
    """
    if workers == 1:
        alone = OneProcess(inner_max_num_threads=1)
        yield Backend(2, 2, partial(parallel_config, backend=alone))
    else:
        several = partial(parallel_config, backend="loky", inner_max_num_threads=1)
        yield Backend(workers, "2*n_jobs", several)


@contextmanager
def dask(scheduler: str) -> Iterator[Backend]:
    """A Dask cluster.

    Raises:
        UsageError: the extra ``dask`` is not installed.
        ClusterLostError: no scheduler at that address.
    """
    try:
        # Optional, and slow to import.
        module = importlib.import_module("service.batch.cluster")
    except ImportError as error:
        raise UsageError(
            f"--backend dask needs the extra: pip install 'escalation-risk[dask]' ({error})"
        ) from error
    with module.cluster(scheduler) as backend:
        yield backend
