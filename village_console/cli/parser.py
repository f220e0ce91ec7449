"""The parser of the command line, made from what is declared. argparse: it is there already, and starts in six milliseconds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from village_console.cli.command import Command
from village_console.words import Words

PROGRAM = "village-console"


def parser_of(commands: Sequence[Command], words: Words) -> argparse.ArgumentParser:
    """The parser; what it returns has the declared command as `command`."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM, description=words.say("cli.about"), epilog=_epilog("cli.examples", words),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action=_Version, nargs=0, help=words.say("cli.version"))
    _everywhere(parser, words)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in commands:
        about = words.say(f"cli.{command.name}.about")
        sub = subparsers.add_parser(
            command.name, help=about, description=about, epilog=_epilog(f"cli.{command.name}.examples", words),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        sub.set_defaults(command=command)
        for argument in command.arguments:
            sub.add_argument(argument.name, help=argument.help(command.name, words), **argument.how)
        _everywhere(sub, words)
    return parser


def _everywhere(parser: argparse.ArgumentParser, words: Words) -> None:
    """What every command has; it may stand before the command's name as well as behind it."""
    parser.add_argument("--timing", action="store_true", default=argparse.SUPPRESS, help=words.say("cli.timing"))


def _epilog(examples: str, words: Words) -> str:
    return f"{words.say(examples)}\n{words.say('cli.statuses')}"


class _Version(argparse.Action):
    """Print program and version: found out only when somebody asks, for it is slow."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version  # noqa: PLC0415 -- slow import

        sys.stdout.write(f"{PROGRAM} {version(PROGRAM)}\n")
        parser.exit()
