"""Rules about the sender rewriting scheme."""
