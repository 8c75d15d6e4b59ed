"""Rules about the queue."""
