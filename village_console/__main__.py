"""Parse the command line, hand over; imports nothing slow."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from village_console.village.errors import VillageError
from village_console.words import Language, Words

INTERRUPTED = 130
Command = Callable[[argparse.Namespace, Words], int]
"""What a command does: exit status."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Exit status: 0 fine, 1 it could not be done, 2 wrong words, 130 interrupted."""
    words = Words(_spoken())
    options = _parser(words).parse_args(arguments)
    command: Command = options.command
    try:
        return command(options, words)
    except VillageError as error:
        what, do = words.explain(error.code, error.values)
        sys.stderr.write(f"{error.code}  {what}\n      {do}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED


def _drill(options: argparse.Namespace, words: Words) -> int:
    from village_console.cli import drill  # noqa: PLC0415 -- slow import

    return drill(options, words)


def _desk(options: argparse.Namespace, words: Words) -> int:
    from village_console.cli import desk  # noqa: PLC0415 -- slow import

    return desk(options, words)


def _import(options: argparse.Namespace, words: Words) -> int:
    from village_console.cli import import_files  # noqa: PLC0415 -- slow import

    return import_files(options, words)


def _verify(options: argparse.Namespace, words: Words) -> int:
    from village_console.cli import verify  # noqa: PLC0415 -- slow import

    return verify(options, words)


def _init(options: argparse.Namespace, words: Words) -> int:
    from village_console.cli import init  # noqa: PLC0415 -- slow import

    return init(options, words)


def _doctor(options: argparse.Namespace, words: Words) -> int:
    from village_console.cli import doctor  # noqa: PLC0415 -- slow import

    return doctor(options, words)


def _broker(options: argparse.Namespace, words: Words) -> int:
    from village_console.cli import broker  # noqa: PLC0415 -- slow import

    return broker(options, words)


def _parser(words: Words) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="village-console", description=words.say("cli.about"), epilog=words.say("cli.examples"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command) -> argparse.ArgumentParser:
        about, examples = words.say(f"cli.{name}.about"), words.say(f"cli.{name}.examples")
        sub = commands.add_parser(
            name, help=about, description=about, epilog=examples, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        sub.set_defaults(command=command)
        return sub

    _add_desks(add, words)
    _add_care(add, words)
    return parser


def _add_desks(add: Callable[[str, Command], argparse.ArgumentParser], words: Words) -> None:
    """The commands of a drill and of a desk."""
    drill = add("drill", _drill)
    drill.add_argument("scenario", help=words.say("cli.drill.scenario"))
    drill.add_argument("--headless", action="store_true", help=words.say("cli.drill.headless"))
    drill.add_argument("--speed", type=_positive, help=words.say("cli.drill.speed"))
    drill.add_argument("--seed", type=int, help=words.say("cli.drill.seed"))
    drill.add_argument("--out", type=Path, help=words.say("cli.drill.out"))
    drill.add_argument("--unplug", type=int, default=0, metavar="N", help=words.say("cli.drill.unplug"))
    drill.add_argument("--lang", choices=[str(language) for language in Language], default=words.language.value)
    desk = add("desk", _desk)
    desk.add_argument("--settings", type=Path, required=True, help=words.say("cli.desk.settings"))
    desk.add_argument("--headless", action="store_true", help=words.say("cli.drill.headless"))
    town = add("import", _import)
    town.add_argument("folder", type=Path, help=words.say("cli.import.folder"))
    town.add_argument("--settings", type=Path, required=True, help=words.say("cli.desk.settings"))
    verify = add("verify", _verify)
    verify.add_argument("--settings", type=Path, required=True, help=words.say("cli.desk.settings"))


def _add_care(add: Callable[[str, Command], argparse.ArgumentParser], words: Words) -> None:
    """The commands of those who set a console up."""
    init = add("init", _init)
    init.add_argument("folder", type=Path, help=words.say("cli.init.folder"))
    for name in ("municipality", "shelter", "name"):
        init.add_argument(f"--{name}", help=words.say(f"cli.init.{name}"))
    doctor = add("doctor", _doctor)
    doctor.add_argument("--settings", type=Path, required=True, help=words.say("cli.desk.settings"))
    doctor.add_argument("--deep", action="store_true", help=words.say("cli.doctor.deep"))
    doctor.add_argument("--json", action="store_true", help=words.say("cli.doctor.json"))
    broker = add("broker", _broker)
    broker.add_argument("verb", choices=["config"], help=words.say("cli.broker.config"))
    broker.add_argument("--homes", type=int, default=0, metavar="N", help=words.say("cli.broker.homes"))
    broker.add_argument("--listen", type=_host_and_port, metavar="ADDR", help=words.say("cli.broker.listen"))
    broker.add_argument("--tls", action="store_true", help=words.say("cli.broker.tls"))
    broker.add_argument("--console", default="console", metavar="NAME", help=words.say("cli.broker.console"))
    broker.add_argument("--out", type=Path, metavar="DIR", help=words.say("cli.broker.out"))


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError("HOST:PORT")
    return host, int(port)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError("0 < speed <= 1000")
    return value


def _spoken() -> Language:
    """Japanese, unless the environment asks for English by its locale."""
    spoken = os.environ.get("VILLAGE_CONSOLE_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return Language.ENGLISH if spoken.startswith("en") else Language.JAPANESE


if __name__ == "__main__":
    sys.exit(main())
