"""Rules about the host's place in the spec."""
