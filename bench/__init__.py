"""Paired benchmarks: peer and mailcheck in turn in one run, the floor beside them."""
