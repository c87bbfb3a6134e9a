"""An open, self-hosted business-intelligence server whose every number can be proven."""
