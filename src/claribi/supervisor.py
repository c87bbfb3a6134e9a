"""`claribi serve`: the web server in this process, one worker process beside it unless told otherwise."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from claribi.app import create_app
from claribi.core import jobs
from claribi.core.database import Database
from claribi.core.migrations import upgrade
from claribi.core.settings import Settings
from claribi.core.startup import loaded
from claribi.http.protocol import Protocol

# A worker that dies at once is not started again and again without a breath.
RESTART_SECONDS = 1.0
STOP_SECONDS = 10.0
STOPPING = (signal.SIGTERM, signal.SIGINT)


def prepare(settings: Settings) -> None:
    """Make what a first start needs: folders, tables, the job store."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database_url)
    try:
        upgrade(database)
        jobs.prepare(database, settings.data_dir)
    finally:
        database.close()


class WorkerProcess:
    """Keeps one worker running until it is told to stop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="worker-supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._process = subprocess.Popen(  # noqa: S603 - our own program and arguments
                [sys.executable, "-m", "claribi.cli", "worker", "--with-parent", str(os.getpid())],
                env=environment(self._settings),
            )
            code = self._process.wait()
            if not self._stopping.is_set():
                structlog.get_logger().error("the worker ended; starting it again", code=code)
                self._stopping.wait(RESTART_SECONDS)


def environment(settings: Settings) -> dict[str, str]:
    """The environment that gives a child process these very settings."""
    own = {
        "CLARIBI_DATA_DIR": str(settings.data_dir),
        "CLARIBI_DATABASE_URL": settings.database_url,
        "CLARIBI_LOG_FORMAT": settings.log_format,
        "CLARIBI_LOG_LEVEL": settings.log_level,
    }
    return {**os.environ, **own}


def serve(settings: Settings, ready: Callable[[str], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then finish what was begun. `ready` is told the address."""
    prepare(settings)
    # What a server that was killed has left half done.
    shutil.rmtree(settings.staging_dir, ignore_errors=True)
    worker = WorkerProcess(settings)

    def listening(url: str) -> None:
        # Only now, so that the two do not compete for the processor while people wait for an answer.
        if settings.worker:
            worker.start()
        if ready is not None:
            ready(url)

    server = _Server(
        uvicorn.Config(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            http=Protocol,
            timeout_graceful_shutdown=int(STOP_SECONDS),
        ),
        listening,
    )
    loaded()
    try:
        server.run()
    finally:
        worker.stop()


class _Server(uvicorn.Server):
    """Tells its address once it listens: with port 0 only then is it known."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[str], None]) -> None:
        super().__init__(config)
        self._listening = listening

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does, but without raising the signal again at the end: there is a worker to stop yet."""
        before = {number: signal.signal(number, self.handle_exit) for number in STOPPING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # socket types
        await super().startup(sockets)  # type: ignore[arg-type]  # as above
        if self.servers:
            port = self.servers[0].sockets[0].getsockname()[1]
            url = f"http://{self.config.host}:{port}"
            threading.Thread(target=self._listening, args=(url,), daemon=True).start()
