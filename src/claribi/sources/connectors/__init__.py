"""Connectors: one file an engine, behind the protocol of `base.py`."""
