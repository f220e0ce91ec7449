"""The offline bundle installs on a laptop that has nothing but Python, and the program runs from it: no network anywhere."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
APART = ["unshare", "--net", *(["--map-root-user"] if os.getuid() else [])]
"""In a network namespace of its own, without a single interface that is up."""
NOWHERE = "http://127.0.0.1:9"
LAPTOP = {
    "PATH": os.environ["PATH"],
    "LANG": "C.UTF-8",
    "PYTHONUTF8": "1",
    "https_proxy": NOWHERE,
    "http_proxy": NOWHERE,
}
"""All that the laptop's environment says: no settings of pip; and whoever asks the network is sent nowhere."""


def is_apart() -> bool:
    """Whether this user may have a network namespace; without one, only the proxy keeps the laptop from the network."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*APART, "true"], capture_output=True, check=False).returncode == 0


def on_the_laptop(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run something far from any checkout, in an empty home."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        [*(APART if is_apart() else []), *map(str, command)],
        cwd=home, env=LAPTOP | {"HOME": str(home)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make bundle` makes, as the file that is carried over."""
    out = tmp_path_factory.mktemp("bundle") / "village-console"
    made = subprocess.run(
        [ROOT / "packaging" / "make-bundle", sys.executable, out], capture_output=True, text=True, check=False
    )
    if made.returncode and "ConnectionError" in made.stderr + made.stdout:
        pytest.skip(f"the wheels are not in pip's cache and cannot be downloaded:\n{made.stderr}")
    assert made.returncode == 0, made.stderr
    return out.with_name("village-console.tar.gz")


@pytest.fixture(scope="module")
def carried(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, unpacked on the laptop."""
    stick = tmp_path_factory.mktemp("stick")
    subprocess.run(["tar", "-xzf", bundle, "-C", stick], check=True)
    return stick / "village-console"


@pytest.fixture(scope="module")
def programs(carried: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the laptop has its programs after the install."""
    folder = tmp_path_factory.mktemp("laptop") / "village console"
    installed = on_the_laptop(folder.parent, carried / "install", folder)
    assert installed.returncode == 0, installed.stderr
    assert installed.stdout == f"{folder}/bin/village-console\n"
    return folder / "bin"


def test_not_even_this_machine_is_reached_from_the_laptop(tmp_path: Path) -> None:
    if not is_apart():
        pytest.skip("this user may not have a network namespace of its own")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dial = f"import socket; socket.create_connection(('127.0.0.1', {listener.getsockname()[1]}), 5)"
        subprocess.run([sys.executable, "-c", dial], check=True)
        dialled = on_the_laptop(tmp_path, sys.executable, "-c", dial)
    assert "Network is unreachable" in dialled.stderr


def test_the_program_makes_a_desk_and_looks_at_it(programs: Path, tmp_path: Path) -> None:
    helped = on_the_laptop(tmp_path, programs / "village-console", "--help")
    assert helped.stdout.startswith("usage: village-console")
    hall = ("--municipality", "015628", "--shelter", "S1", "--name", "中央公民館")
    made = on_the_laptop(tmp_path, programs / "village-console", "init", tmp_path / "hall", *hall)
    assert made.returncode == 0, made.stderr
    settings = tmp_path / "hall" / "console.toml"
    looked = on_the_laptop(tmp_path, programs / "village-console", "doctor", "--settings", settings)
    assert looked.returncode == 0, looked.stdout
    assert "Noto Sans JP" in looked.stdout
    assert "中央公民館" in looked.stdout


def test_the_data_of_a_drill_is_found(programs: Path, tmp_path: Path) -> None:
    prepare = ("drill", "prepare", "nishiokoppe-evening", "--out", tmp_path / "drill")
    prepared = on_the_laptop(tmp_path, programs / "device-sim", *prepare)
    assert prepared.returncode == 0, prepared.stderr
    assert (tmp_path / "drill" / "town" / "residents.csv").exists()


def test_card_readers_need_no_compiler_on_the_laptop(programs: Path, tmp_path: Path) -> None:
    loaded = on_the_laptop(tmp_path, programs / "python", "-c", "import smartcard.scard as s; print(s.SCARD_S_SUCCESS)")
    assert loaded.stdout == "0\n", loaded.stderr


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_bundle_that_is_damaged_installs_nothing(carried: Path, tmp_path: Path, harm: str) -> None:
    damaged = shutil.copytree(carried, tmp_path / "damaged")
    wheel = next((damaged / "wheels").glob("segno-*"))
    if harm == "lost":
        wheel.unlink()
    else:
        wheel.write_bytes(wheel.read_bytes()[:-1] + b"!")
    refused = on_the_laptop(tmp_path, damaged / "install", tmp_path / "console")
    assert refused.returncode == 1
    assert "this bundle is damaged" in refused.stderr
    assert not (tmp_path / "console").exists()
