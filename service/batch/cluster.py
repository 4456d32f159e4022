"""Workers on a Dask cluster; needs the extra ``dask``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any

from distributed import Client, KilledWorker
from joblib import parallel_config

# joblib's backend is registered by name and not exported; 1.5 and 1.6 have it here.
from joblib._dask import DaskDistributedBackend

from service.batch.errors import ClusterLostError
from service.batch.fan_out import Backend

CONNECT_SECONDS = 30.0


class TellingDaskBackend(DaskDistributedBackend):  # type: ignore[misc]
    """joblib's Dask backend without two of its surprises (joblib 1.6.0, ``_dask.py``).

    A task whose workers keep dying ends as ``KilledWorker`` without joblib's callback being
    called, and joblib would wait for ever. A cluster that has but one thread, if only for the
    moment, would be left alone, and the work done in the driver.
    """

    def effective_n_jobs(self, n_jobs: int) -> int:
        """How many tasks run at once; two at least, as joblib takes one for "here"."""
        threads: int = super().effective_n_jobs(n_jobs)
        return max(2, threads)

    def submit(self, func: Any, callback: Callable[[Any], Any] | None = None) -> Future[Any]:
        """Submit a task; ``callback`` is called however it ends."""
        future: Future[Any] = super().submit(func, callback)

        def tell(ended: Future[Any]) -> None:
            if callback is not None and ended.exception() is not None:
                callback(ended)

        future.add_done_callback(tell)
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        """The result of a task, or its error raised."""
        return out.result() if isinstance(out, Future) else super().retrieve_result_callback(out)


@contextmanager
def cluster(scheduler: str, seconds: float = CONNECT_SECONDS) -> Iterator[Backend]:
    """A connection to the cluster whose scheduler is at an address such as ``tcp://host:8786``.

    Raises:
        ClusterLostError: nobody answers there.
    """
    try:
        client = Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=seconds, set_as_default=False
        )
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterLostError(f"no Dask scheduler at {scheduler}: {error}") from error
    with client:
        backend = TellingDaskBackend(client=client)
        yield Backend(
            -1, "2*n_jobs", partial(parallel_config, backend=backend), deaths=(KilledWorker,)
        )
