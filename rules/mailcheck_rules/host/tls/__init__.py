"""Rules about TLS of the host."""
