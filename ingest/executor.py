"""Where units run: in this process, in a pool of processes, or on a Dask cluster."""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait

from ingest.unit import Unit, UnitReport, run_unit
from kg.errors import ConfigError, MissingExtra

_SMALL = 50
"""A unit is small when it has less than this part of all bytes."""
Done = Callable[[Unit, UnitReport], None]


def run_units(units: list[Unit], *, workers: int, cluster: str = "", done: Done | None = None) -> list[UnitReport]:
    """The reports of ``units``, in their order. ``cluster`` is a Dask scheduler address.

    The first failure stops the rest; finished units stay in the staging folder for the next run.
    """
    found: dict[str, UnitReport] = {}
    for unit, report in _run(units, workers, cluster):
        found[unit.id] = report
        if done:
            done(unit, report)
    return [found[unit.id] for unit in units]


def _run(units: list[Unit], workers: int, cluster: str) -> Iterator[tuple[Unit, UnitReport]]:
    if cluster:
        return _on_cluster(units, cluster)
    if workers <= 1 or len(units) <= 1:
        return ((unit, run_unit(unit)) for unit in units)
    return _in_pool(units, workers)


def _in_pool(units: list[Unit], workers: int) -> Iterator[tuple[Unit, UnitReport]]:
    # Spawned, not forked: the parent may hold threads and open stores.
    context = multiprocessing.get_context("spawn")
    # What is small comes first and in its order, so that batches are made of it meanwhile; then the largest first, so
    # that no long one is left alone at the end.
    small = sum(unit.raw.size for unit in units) // _SMALL
    order = sorted(units, key=lambda unit: -unit.raw.size if unit.raw.size > small else -math.inf)
    with ProcessPoolExecutor(min(workers, len(units)), mp_context=context) as pool:
        waiting = {pool.submit(run_unit, unit): unit for unit in order}
        try:
            while waiting:
                finished, _ = wait(waiting, return_when=FIRST_EXCEPTION, timeout=0.2)
                for future in finished:
                    yield waiting.pop(future), future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _on_cluster(units: list[Unit], address: str) -> Iterator[tuple[Unit, UnitReport]]:
    try:
        from distributed import Client, as_completed
    except ModuleNotFoundError as error:
        raise MissingExtra(what="a cluster of workers", extra="dask", library="distributed") from error
    try:
        client = Client(  # type: ignore[no-untyped-call]
            address, timeout="10s", set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise ConfigError(where=f"cluster {address}", reason=f"no scheduler answers there ({error})") from error
    with client:
        # A unit is safe to run again: it appears by a rename, whole or not at all.
        futures = {client.submit(run_unit, unit, key=unit.id, retries=3, pure=True): unit for unit in units}
        for future in as_completed(list(futures), loop=client.loop):  # type: ignore[no-untyped-call]
            yield futures[future], future.result()
