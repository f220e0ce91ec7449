"""Where a stick may be: told by what the kernel says of mounts and disks, here of a machine that was written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from village_console.sync.sticks import sticks


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """With a disk of its own, a stick in a user's place, one that is write-protected, and a share of a network."""
    mounts = {
        "/": ("/dev/sda1", "rw"), "/media/staff/KINGSTON": ("/dev/sdb1", "rw,nosuid"),
        "/media/staff/MY\\040STICK": ("/dev/sdc1", "ro,nosuid"), "/data": ("/dev/sdd1", "rw"), "/srv": ("/dev/sdd2", "rw"),
        "/media/share": ("nas:/share", "rw"), "/var/lib": ("/dev/sda2", "rw"),
    }  # fmt: skip
    for place in mounts:
        (tmp_path / place.replace("\\040", " ").lstrip("/")).mkdir(parents=True, exist_ok=True)
    (tmp_path / "proc").mkdir()
    table = (f"{device} {place} vfat {options} 0 0\n" for place, (device, options) in mounts.items())
    (tmp_path / "proc/mounts").write_text("".join(table), "utf-8")
    for disk, removable in (("sda", "0"), ("sdd", "1")):
        (tmp_path / "sys/devices" / disk).mkdir(parents=True)
        (tmp_path / "sys/devices" / disk / "removable").write_text(removable, "ascii")
    (tmp_path / "sys/class/block").mkdir(parents=True)
    for part, disk in (("sda1", "sda"), ("sda2", "sda"), ("sdd1", "sdd"), ("sdd2", "sdd")):
        (tmp_path / "sys/devices" / disk / part).mkdir()
        (tmp_path / "sys/class/block" / part).symlink_to(tmp_path / "sys/devices" / disk / part)
    return tmp_path


def test_what_is_mounted_where_sticks_are_and_what_can_be_taken_out_is_offered(machine: Path) -> None:
    names = {str(stick.path.relative_to(machine)) for stick in sticks(machine)}
    assert names == {"media/staff/KINGSTON", "media/staff/MY STICK", "data"}


def test_a_stick_that_is_write_protected_is_told_from_one_that_is_not(machine: Path) -> None:
    writable = {stick.path.name: stick.writable for stick in sticks(machine)}
    assert writable == {"KINGSTON": True, "MY STICK": False, "data": True}


def test_a_stick_that_was_pulled_out_a_moment_ago_is_left_out(machine: Path) -> None:
    (machine / "media/staff/KINGSTON").rmdir()
    assert "KINGSTON" not in {stick.path.name for stick in sticks(machine)}


def test_a_machine_that_tells_nothing_of_its_mounts_has_no_sticks(tmp_path: Path) -> None:
    assert sticks(tmp_path) == []
