"""Search by sound: however a name is typed, it reaches the same folded form."""

from __future__ import annotations

import pytest

from village_console.village.kana import folded, from_romaji, katakana, loose


def romaji_finds(typed: str, kana: str) -> bool:
    spoken = from_romaji(typed)
    return spoken is not None and loose(spoken) in loose(kana)


@pytest.mark.parametrize(
    "text", ["さとう", "サトウ", "ｻﾄｳ", "サ トウ", "さ　とう", "サ・トウ", "サ-トウ", "サ=トウ", "サ．トウ"]
)
def test_however_kana_is_written_it_folds_alike(text: str) -> None:
    assert folded(text) == "サトウ"


@pytest.mark.parametrize("text", ["が", "ガ", "ｶﾞ", "か゛", "カ゛", "か\u3099", "カ\u3099"])
def test_a_voiced_mark_joins_its_kana_even_when_it_stands_alone(text: str) -> None:
    assert folded(text) == "ガ"


@pytest.mark.parametrize("text", ["ぱ", "ﾊﾟ", "は゜", "ハ\u309a"])
def test_so_does_a_half_voiced_mark(text: str) -> None:
    assert folded(text) == "パ"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("キョウコ", "キヨウコ"),
        ("ハットリ", "ハツトリ"),
        ("シヅカ", "シズカ"),
        ("ヂ", "ジ"),
        ("カヲル", "カオル"),
        ("ミッチー", "ミッチ"),
        ("Lee", "LEE"),
        ("ｌｅｅ", "LEE"),
    ],
)
def test_what_sounds_the_same_folds_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_what_sounds_different_stays_different() -> None:
    names = ["サトウ", "サドウ", "カトウ", "ハナ", "バナ", "パナ", "オノ", "オオノ"]
    assert len({folded(name) for name in names}) == len(names)


def test_katakana_leaves_kanji_and_marks_alone() -> None:
    assert katakana("𠮷田ゟ ｺﾞｳ・ごう") == "𠮷田ヨリ ゴウ・ゴウ"


@pytest.mark.parametrize("typed", ["sato", "satou", "satoh", "SATO", "ｓａｔｏ", "sa to", "satoo"])
def test_sato_finds_sato(typed: str) -> None:
    assert romaji_finds(typed, "サトウ")


@pytest.mark.parametrize("typed", ["oono", "ohno", "ono"])
def test_ono_with_any_length_of_o_finds_oono(typed: str) -> None:
    assert romaji_finds(typed, "オオノ")


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("yuko", "ユウコ"),
        ("yuuko", "ユウコ"),
        ("yoko", "ヨウコ"),
        ("inoue", "イノウエ"),
        ("shoichi", "ショウイチ"),
        ("syouichi", "ショウイチ"),
        ("toru", "トオル"),
        ("jun'ichi", "ジュンイチ"),
        ("hattori", "ハットリ"),
        ("tsuchiya", "ツチヤ"),
        ("tutiya", "ツチヤ"),
        ("fujita", "フジタ"),
        ("ryu", "リュウ"),
        ("kyo-ko", "キョーコ"),
        ("chau", "チャウ"),
    ],
)
def test_romaji_of_either_school_finds_the_name(typed: str, kana: str) -> None:
    assert romaji_finds(typed, kana)


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("kanno", "カンノ"),
        ("kannno", "カンノ"),
        ("konno", "コンノ"),
        ("sannomiya", "サンノミヤ"),
        ("annaka", "アンナカ"),
        ("kennichi", "ケンイチ"),
        ("ken'ichi", "ケンイチ"),
    ],
)
def test_a_double_n_is_read_as_passports_do_and_as_keyboards_do(typed: str, kana: str) -> None:
    assert romaji_finds(typed, kana)


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [("s", ""), ("sa", "サ"), ("sat", "サ"), ("sato", "サト"), ("satok", "サト"), ("satosh", "サト")],
)
def test_a_half_typed_syllable_waits_for_its_vowel(typed: str, spoken: str) -> None:
    assert from_romaji(typed) == spoken


@pytest.mark.parametrize("typed", ["", " ", "佐藤", "サトウ", "sato1", "12", "satō", "s.sato"])
def test_what_is_not_romaji_is_none(typed: str) -> None:
    assert from_romaji(typed) is None


@pytest.mark.parametrize(
    ("typed", "kana"), [("kato", "サトウ"), ("sada", "サトウ"), ("ueno", "オオノ"), ("ken", "ケイ")]
)
def test_romaji_of_another_name_does_not_find_it(typed: str, kana: str) -> None:
    assert not romaji_finds(typed, kana)
