"""Measures what the speed table in the documentation promises, as ratios in one run."""
