"""Every sentence is there in both languages, can be drawn on any terminal, and is said by somebody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from unicodedata import east_asian_width

import pytest
from rich.cells import cell_len

import village_console
from village_console.village import errors
from village_console.village.errors import VillageError
from village_console.words import Language, sentences

JAPANESE, ENGLISH = sentences(Language.JAPANESE), sentences(Language.ENGLISH)
SIGNS = set("〇＝？！Ｘ－＞＋／（）＊【】〓")
"""The only characters beside ASCII in the English: all of them always two cells wide."""
ERRORS = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, VillageError)]


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(ENGLISH) == list(JAPANESE)


@pytest.mark.parametrize("key", JAPANESE)
def test_both_languages_name_the_same_values(key: str) -> None:
    assert placeholders(ENGLISH[key]) == placeholders(JAPANESE[key])


@pytest.mark.parametrize("language", Language)
def test_no_character_changes_its_width_with_the_terminal(language: Language) -> None:
    text = files("village_console.words").joinpath(f"{language}.toml").read_text("utf-8")
    assert {character for character in text if east_asian_width(character) == "A"} == set()


def test_english_needs_no_other_signs_than_the_agreed_ones() -> None:
    assert {c for sentence in ENGLISH.values() for c in sentence if not c.isascii()} <= SIGNS


def test_english_calls_nobody_a_refugee_or_a_missing_person() -> None:
    assert [s for s in ENGLISH.values() if re.search(r"refugee|\bmissing (person|people)", s, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("keys", "cells"), [(r"part\.\w+", 6), (r"column\.\w+", 8), (r"command\.\w+\.word", 12), (r"answer\.\w+\.\w+", 52)]
)
def test_english_fits_its_place(keys: str, cells: int) -> None:
    assert [s for key, s in ENGLISH.items() if re.fullmatch(keys, key) and cell_len(s) > cells] == []


@pytest.mark.parametrize("key", [key for key in JAPANESE if key.startswith("health.")])
def test_a_devices_state_keeps_its_sign_and_adds_a_word(key: str) -> None:
    sign, word = ENGLISH[key][0], ENGLISH[key][1:]
    assert sign == JAPANESE[key][0]
    assert word.isascii()
    assert word


def test_every_sentence_the_code_says_exists() -> None:
    keys = "\n".join(JAPANESE)
    assert {said for said in said_in_code() if not re.search(f"^(?:{said})$", keys, re.MULTILINE)} == set()


def test_every_sentence_is_said_somewhere() -> None:
    used = re.compile("|".join(said_in_code() | named_in_code()))
    assert [key for key in JAPANESE if not used.fullmatch(key)] == []


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("language", Language)
def test_every_error_says_what_happened_and_what_to_do(error: type[VillageError], language: Language) -> None:
    assert {f"error.{error.code}.what", f"error.{error.code}.do"} <= sentences(language).keys()


def test_no_two_errors_share_a_number() -> None:
    codes = [error.code for error in ERRORS]
    assert sorted(set(codes)) == sorted(codes)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@cache
def said_in_code() -> frozenset[str]:
    """Patterns of the keys that stand first in a call of `say`."""
    calls = (node for node in nodes_of_code() if isinstance(node, ast.Call) and node.args)
    return frozenset(p for call in calls if ast.unparse(call.func).endswith(".say") for p in keys_of(call.args[0]))


@cache
def named_in_code() -> frozenset[str]:
    """Patterns of everything in the code that looks like a dotted key, and of all that is handed to `say_in_band`."""
    handed = (
        argument
        for node in nodes_of_code()
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".say_in_band")
        for argument in node.args
    )
    dotted = {p for node in nodes_of_code() for p in keys_of(node) if re.match(r"\w+\\\.", p)}
    return frozenset(dotted.union(*map(keys_of, handed)))


def keys_of(node: ast.AST) -> Iterator[str]:
    """A pattern for every key that an expression can be; a hole in an f-string stands for one part of a key."""
    match node:
        case ast.Constant(value=str() as key):
            yield re.escape(key)
        case ast.JoinedStr(values=parts):
            yield "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in parts)
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*keys_of(body), *keys_of(orelse))
        case _:
            pass


@cache
def nodes_of_code() -> tuple[ast.AST, ...]:
    root = Path(village_console.__file__).parent
    return tuple(node for path in sorted(root.rglob("*.py")) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
