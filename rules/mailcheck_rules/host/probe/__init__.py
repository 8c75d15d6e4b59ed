"""Rules about what the services of a host answered when they were asked."""
