"""Which process of the tests runs which file: the one where the servers that it needs run already."""

from pathlib import PurePath

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

# Files that need what most of their folder does not.
ELSEWHERE = {
    "tests/accounts/test_passkeys.py": "browser",
    "tests/accounts/test_sso.py": "databases",
    "tests/query/modeling/test_random_model_queries.py": "databases",
    "tests/query/modeling/test_tpch.py": "databases",
    "tests/query/test_downloads.py": "databases",
    "tests/query/test_random_queries.py": "databases",
    "tests/ui/test_connecting.py": "databases",
}
FOLDERS = {"sources": "databases", "ui": "browser"}


def needs(file: str) -> str:
    """The kind of servers that the tests of a file need beside claribi's own."""
    return ELSEWHERE.get(file) or FOLDERS.get(PurePath(file).parts[1], "")


class NearTheirServers(LoadFileScheduling):
    """Each process goes on with files of the kind that it has begun with, and takes any at the end.

    Servers start in each process that needs them and run until it ends, so a second process with files of
    one kind costs as much again.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        mine = {needs(file) for file in self.assigned_work[node]}
        taken = {needs(file) for work in self.assigned_work.values() for file in work}

        def strangeness(file: str) -> int:
            kind = needs(file)
            return 0 if kind in mine else 1 if kind not in taken else 2

        # The first of the least strange: `min` keeps the order.
        self.workqueue.move_to_end(min(self.workqueue, key=strangeness), last=False)
        super()._assign_work_unit(node)
