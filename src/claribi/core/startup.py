"""Starting a process quickly."""

import gc


def loading() -> None:
    """Modules are about to be loaded: looking for garbage among them would take a fifth of a start."""
    gc.disable()


def loaded() -> None:
    """They are: what is there stays, and garbage is looked for among what comes from now on."""
    gc.freeze()
    gc.enable()
