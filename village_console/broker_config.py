"""The village's own broker: a hardened mosquitto.conf, who may say what, and the passwords (docs/wires.md 3)."""

from __future__ import annotations

import csv
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from village_console.devices.tvs import Together, dialects
from village_console.viewing.heartbeat import doctor_of, heartbeat_topic, voice_of
from village_console.viewing.pulse import pulse_topic
from village_console.words import Words

CONSOLE = "console"
QUEUED, IN_FLIGHT, LARGEST = 100_000, 1_000, 16_384
_PASSWORD_BYTES = 12
_ONLY_FOR_ME = 0o600


@dataclass(frozen=True, slots=True)
class BrokerPlan:
    """What the broker is for and where its files lie."""

    homes: int
    """How many set-tops get a name: stb-0001 and on."""
    host: str
    port: int
    tls: bool
    folder: Path
    console: str = CONSOLE
    televisions: tuple[str, ...] = ()
    """Set-tops, plugs and bridges that have a name already."""
    runs_as: str = ""
    """Whom Mosquitto becomes when root starts it; empty: its own `mosquitto`."""

    @property
    def users(self) -> list[str]:
        """Everybody who has a password."""
        numbered = [f"stb-{number:04d}" for number in range(1, self.homes + 1)]
        return [
            self.console,
            doctor_of(self.console),
            voice_of(self.console),
            *dict.fromkeys((*numbered, *self.televisions)),
        ]


def mosquitto_conf(plan: BrokerPlan, words: Words) -> str:
    """The whole mosquitto.conf; a comment above every setting."""
    head = _comment(words.say("broker.conf.head", folder=plan.folder))
    parts = [_part(words.say(f"broker.conf.{name}", queued=QUEUED), lines) for name, lines in _settings(plan)]
    return "\n".join([head, *parts, ""])


def mosquitto_acl(plan: BrokerPlan, words: Words) -> str:
    """Who may say and hear what; whatever is not named is refused."""
    together = Together()
    television = ["pattern write tv/%u/#", "pattern read msg/%u/#"]
    plug = ["pattern write tele/%u/#", "pattern write stat/%u/#", "pattern read cmnd/%u/#"]
    console = [
        f"user {plan.console}",
        *(f"topic read {topic}" for topic in together.topics),
        "topic read $SYS/#",
        "topic write msg/#",
        *(f"topic write {together.question_to(f'{one.source}:+')}" for one in dialects() if one.question_to("+")),
        f"topic readwrite {pulse_topic(plan.console)}",
    ]
    doctor = [f"user {doctor_of(plan.console)}", f"topic readwrite {heartbeat_topic(plan.console)}"]
    voice = [f"user {voice_of(plan.console)}", "topic read tv/+/shown", "topic read tv/+/answer", "topic write msg/#"]
    return "\n".join(
        [
            _comment(words.say("broker.acl.head")),
            _part(words.say("broker.acl.television"), television),
            _part(words.say("broker.acl.plug"), plug),
            _part(words.say("broker.acl.bridge"), ["pattern readwrite %u/#"]),
            _part(words.say("broker.acl.console"), console),
            _part(words.say("broker.acl.doctor"), doctor),
            _part(words.say("broker.acl.voice"), voice),
            "",
        ]
    )


def write_broker(plan: BrokerPlan, words: Words) -> bool | None:
    """Write everything into the plan's folder; None when files are there already, else whether passwords are hashed."""
    conf, acl, hashed, given = (plan.folder / n for n in ("mosquitto.conf", "acl", "passwords", "passwords.csv"))
    if any(path.exists() for path in (conf, acl, hashed, given)):
        return None
    (plan.folder / "state").mkdir(parents=True, exist_ok=True)
    _let_broker_own(plan.folder / "state")
    conf.write_text(mosquitto_conf(plan, words), "utf-8")
    _write_for_me(acl, mosquitto_acl(plan, words))
    passwords = {user: secrets.token_urlsafe(_PASSWORD_BYTES) for user in plan.users}
    for name in (doctor_of(plan.console), voice_of(plan.console)):
        passwords[name] = passwords[plan.console]  # one laptop, one password in its settings
    _write_passwords(given, passwords)
    _write_for_me(hashed, "".join(f"{user}:{password}\n" for user, password in passwords.items()))
    done = hash_passwords(hashed)
    for path in (acl, hashed):
        _let_broker_own(path)
    return done


def hash_passwords(path: Path) -> bool:
    """Let mosquitto_passwd replace plain passwords by their hashes; false where it is not installed or refuses."""
    program = shutil.which("mosquitto_passwd")
    if program is None:
        return False
    return subprocess.run([program, "-U", str(path)], check=False, capture_output=True).returncode == 0


def _settings(plan: BrokerPlan) -> Iterable[tuple[str, list[str]]]:
    tls = plan.folder / "tls"
    yield "listener", [f"listener {plan.port} {plan.host}"]
    if plan.tls:
        files = [f"cafile {tls / 'ca.crt'}", f"certfile {tls / 'broker.crt'}", f"keyfile {tls / 'broker.key'}"]
        yield "tls", [*files, "tls_version tlsv1.2"]
    elif not plan.host.startswith("127."):
        yield "plain", []
    if plan.runs_as:
        yield "user", [f"user {plan.runs_as}"]
    yield "who", ["allow_anonymous false", f"password_file {plan.folder / 'passwords'}"]
    yield "acl", [f"acl_file {plan.folder / 'acl'}"]
    yield "client_id", ["use_username_as_clientid true", "allow_zero_length_clientid false"]
    yield "queue", [f"max_queued_messages {QUEUED}"]
    yield "inflight", [f"max_inflight_messages {IN_FLIGHT}"]
    yield "size", [f"message_size_limit {LARGEST}"]
    yield "persistence", ["persistence true", f"persistence_location {plan.folder / 'state'}/"]
    yield "autosave", ["autosave_on_changes true", "autosave_interval 1"]
    yield "nodelay", ["set_tcp_nodelay true"]
    yield "log", ["log_dest stderr", "log_type error", "log_type warning", "log_type notice"]


def _part(comment: str, lines: list[str]) -> str:
    return "\n".join(["", _comment(comment), *lines])


def _comment(sentences: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in sentences.strip().splitlines())


def _write_for_me(path: Path, text: str) -> None:
    path.touch(_ONLY_FOR_ME)
    path.chmod(_ONLY_FOR_ME)
    path.write_text(text, "utf-8")


def _let_broker_own(path: Path) -> None:
    """Started by root, Mosquitto becomes the user `mosquitto` before it reads these."""
    path.chmod(0o700 if path.is_dir() else _ONLY_FOR_ME)
    if os.geteuid() == 0 and any(entry.pw_name == "mosquitto" for entry in pwd.getpwall()):
        shutil.chown(path, "mosquitto")


def _write_passwords(path: Path, passwords: dict[str, str]) -> None:
    """What goes into each set-top and into console.toml; nobody else needs it afterwards."""
    path.touch(_ONLY_FOR_ME)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("user", "password"), *passwords.items()])
