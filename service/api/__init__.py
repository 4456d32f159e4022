"""The HTTP API: application, routes, and what they stand on."""
