"""Which character a code is in the printer's memory of glyphs: single bytes by code page, pairs by JIS X 0208.

Single bytes follow the page of ESC t and the country of ESC R; pairs follow the code system of FS C (printing.md 1.1).
"""

from enum import Enum

GETA = "〓"
JAPAN = 8
YEN_POSITION = 0x5C
KATAKANA_PAGE = 1
ASCII_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
}
COUNTRIES = frozenset((0, JAPAN))

_KATAKANA = (
    "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯"
    " ｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ"
    "═╞╪╡◢◣◥◤♠♥♦♣●○╱╲╳円年月日時分秒〒市区町村人▒ "
)


class KanjiSystem(Enum):
    """How a pair of bytes names a character (FS C)."""

    JIS = "jis"
    SHIFT_JIS = "shift_jis"

    def begins_pair(self, byte: int, *, kanji_mode: bool) -> bool:
        """Say whether `byte` waits for a second one; in the JIS system only kanji mode (FS &) has pairs."""
        if self is KanjiSystem.JIS:
            return kanji_mode and 0x21 <= byte <= 0x7E
        return 0x81 <= byte <= 0x9F or 0xE0 <= byte <= 0xEF

    def ends_pair(self, byte: int) -> bool:
        """Say whether `byte` can be the second of a pair."""
        if self is KanjiSystem.JIS:
            return 0x21 <= byte <= 0x7E
        return 0x40 <= byte <= 0x7E or 0x80 <= byte <= 0xFC

    def character(self, lead: int, trail: int) -> str | None:
        """Return the JIS X 0208 character of a pair, or None where the standard assigns none."""
        pair, codec = bytes((lead, trail)), "shift_jis"
        if self is KanjiSystem.JIS:
            pair, codec = bytes((lead | 0x80, trail | 0x80)), "euc_jp"
        try:
            return pair.decode(codec)
        except UnicodeDecodeError:
            return None

    def user_slot(self, lead: int, trail: int) -> int | None:
        """Return the number of the user-defined character (FS 2) that a pair names, 21..7E, or None."""
        if self is KanjiSystem.JIS:
            return trail if lead == 0x77 and 0x21 <= trail <= 0x7E else None
        if lead != 0xEC or not (0x40 <= trail <= 0x7E or 0x80 <= trail <= 0x9E):
            return None
        return trail - (0x1F if trail < 0x7F else 0x20)


def single_character(byte: int, page: int, country: int) -> str | None:
    """Return the character of one byte from 20 hex up, or None where the page has a hole."""
    if byte == YEN_POSITION and country == JAPAN:
        return "¥"
    if byte < 0x7F:
        return chr(byte)
    if page == KATAKANA_PAGE:
        return _KATAKANA[byte - 0x80] if byte >= 0x80 else None
    character = bytes((byte,)).decode(ASCII_PAGES[page], errors="ignore")
    return character if character.isprintable() and character else None
