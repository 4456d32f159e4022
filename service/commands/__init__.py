"""The subcommands of ``escalation``, one module each."""
