"""The callers of the domain: HTTP, batch and the command line."""
