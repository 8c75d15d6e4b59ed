"""Rules about the host's own name."""
