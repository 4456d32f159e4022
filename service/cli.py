"""``escalation``: one command, one module each under ``service.commands``.

A command's module is imported only when it is asked for, so that ``escalation score``
does not pay for the web server or the batch libraries at start-up.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from models.errors import EscalationError

COMMANDS = {
    "score": "score one article and explain the score",
    "batch": "score a file or folder of articles",
    "serve": "serve the HTTP API and the analyst's page",
    "models": "list, show, promote, roll back and compare model versions",
}

EXIT_OK, EXIT_NOTHING_DONE, EXIT_USAGE, EXIT_SOME_FAILED = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (0 done, 1 nothing done, 2 usage, 3 partly)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="escalation",
        description="How dangerous does this conflict read? Scores news text and explains why.",
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = next((word for word in arguments if word in COMMANDS), None)
    modules: dict[str, ModuleType] = {}
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        if name == asked:
            modules[name] = importlib.import_module(f"service.commands.{name}")
            modules[name].configure(subparser)
    options = parser.parse_args(arguments)
    try:
        return int(modules[options.command].run(options))
    except EscalationError as error:
        sys.stderr.write(f"escalation: {error.code}: {error}\n")
        return EXIT_NOTHING_DONE
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_NOTHING_DONE
    except KeyboardInterrupt:
        sys.stderr.write("escalation: interrupted\n")
        return 130
