"""Workers that run by themselves, as on machines of their own."""

import subprocess
import sys
import time
from pathlib import Path

from support import WITHOUT_WORKER, running, stop


def test_a_server_without_a_worker_leaves_its_jobs_to_one_that_runs_by_itself(tmp_path: Path):
    with running(tmp_path, **WITHOUT_WORKER) as server:
        owner = server.owner()
        created = owner.post("/api/v1/data-sources", files={"file": ("a.csv", b"n\n1\n")}).json()
        path = f"/api/v1/data-sources/{created['id']}"
        time.sleep(1)
        assert owner.get(path).json()["status"] == "preprocessing"
        command = [sys.executable, "-m", "claribi.cli", "worker", "--data-dir", str(tmp_path)]
        worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            done = owner.until(path, lambda source: source["status"] != "preprocessing")
        finally:
            stop(worker)
        assert (done["status"], done["row_count"]) == ("active", 1)
