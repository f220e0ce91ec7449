"""Every make of printer passes the same: what is known of a paper is what that make can say, and rare names come out whole."""

from __future__ import annotations

import argparse
import contextlib
import tomllib
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from device_sim.printers.proof import proof
from device_sim.printers.receipt_printer import ReceiptPrinter
from device_sim.printers.sheet import Line
from village_console.cli import printer as command
from village_console.devices.ports import (
    Codec,
    Health,
    Inline,
    PrinterRecord,
    PrintOutcome,
    PrintReport,
    Qr,
    Ticket,
    Transport,
)
from village_console.devices.printers import escpos, receipt_printer
from village_console.devices.printers.escpos import encode
from village_console.devices.printers.lines import line_to
from village_console.devices.printers.receipt_printer import EscposPrinter
from village_console.devices.printers.try_out import answers_of, transport_of
from village_console.own_files import data_folder
from village_console.papers.characters import columns_of
from village_console.papers.document import Document
from village_console.places import printer_names, printer_record
from village_console.village.errors import PrinterAddressIsWrongError, SettingsAreWrongError
from village_console.words import Words

MAKES = printer_names()
_JAPANESE = (Codec.SHIFT_JIS, Codec.JIS)
HERE = Path()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for tenths of a second, not for seconds."""
    monkeypatch.setattr(receipt_printer, "ANSWER_TIMEOUT", 0.3)
    monkeypatch.setattr(receipt_printer, "SECONDS_A_LINE", 0.01)


def twin_of(record: PrinterRecord) -> ReceiptPrinter:
    """A printer of this make."""
    deaf = {"GS ( H": record.process_id, "GS r": record.sensor}
    twin = ReceiptPrinter(width=record.dots, deaf_to=frozenset(name for name, hears in deaf.items() if not hears))
    if not record.status:
        twin.mute()
    return twin


@pytest.fixture(params=MAKES)
def record(request: pytest.FixtureRequest) -> PrinterRecord:
    return printer_record(request.param, HERE)


@pytest.fixture
def twin(record: PrinterRecord) -> Iterator[ReceiptPrinter]:
    with twin_of(record) as twin:
        yield twin


def at(twin: ReceiptPrinter, record: PrinterRecord) -> EscposPrinter:
    return EscposPrinter(twin.address, replace(record, transport=Transport.TCP, baud=0))


def paper(record: PrinterRecord, *lines: str) -> tuple[bytes, int]:
    document = Document(record.columns)
    for line in lines or ("避難者名簿", "佐藤 正一"):
        document.text(line)
    document.cut()
    job = encode(document, record)
    return job.data, job.lines


def test_what_is_known_of_a_paper_is_what_the_make_can_say(record: PrinterRecord, twin: ReceiptPrinter) -> None:
    report = at(twin, record).send(*paper(record))
    expected = PrintOutcome.PRINTED if record.status else PrintOutcome.UNCERTAIN
    assert report.outcome is expected


def test_paper_that_ends_in_the_middle_is_never_printed(record: PrinterRecord, twin: ReceiptPrinter) -> None:
    twin.paper_out_after(1)
    report = at(twin, record).send(*paper(record, *(f"{n}" for n in range(9))))
    assert report.outcome is PrintOutcome.UNCERTAIN


def test_a_roll_that_runs_low_is_said_after_the_print_too(record: PrinterRecord, twin: ReceiptPrinter) -> None:
    twin.near_end()
    report = at(twin, record).send(*paper(record))
    assert report.health is (Health.NEAR_END if record.status else Health.ONE_WAY)


def test_a_line_as_wide_as_the_record_says_is_one_line(record: PrinterRecord) -> None:
    document = Document(record.columns)
    document.text("避" * (record.columns // 2))
    assert len(document.lines) == 1
    data, _ = paper(record, "避" * (record.columns // 2))
    with twin_of(record) as twin:
        at(twin, record).send(data, 3)
        assert twin.wait_for_sheets(1, 5) or not record.cutter
    assert [(sheet.clipped, sheet.text.strip().count("\n")) for sheet in twin.sheets] == [(0, 0)]


@pytest.mark.parametrize("codec", Codec)
@pytest.mark.parametrize("inline", Inline)
@pytest.mark.parametrize("columns", [32, 35, 42, 48])
def test_a_rare_name_is_shown_as_written_or_said_not_to_be(codec: Codec, inline: Inline, columns: int) -> None:
    record = PrinterRecord(columns, columns * 12, codec=codec, inline=inline)
    document = Document(columns)
    document.text("髙橋 﨑男")
    document.cut()
    job = encode(document, record)
    (sheet,) = proof(job.data)
    lacking = "髙橋﨑男" if codec is Codec.NONE else "髙﨑"
    assert job.missing == (tuple(lacking) if inline is Inline.NONE else ())
    assert (sheet.refused, sheet.undecodable, "?" in sheet.text) == ((), 0, False)
    assert ("橋" in sheet.text) is (codec is not Codec.NONE)


@pytest.mark.parametrize("inline", [Inline.IMAGE, Inline.DEFINED])
def test_both_codes_of_the_standard_print_the_same_paper(inline: Inline) -> None:
    document = Document(48)
    document.text("避難者名簿 ｱｲｳ 〜−― 髙橋 123 村～ァヶ熙")
    document.text("太い", bold=True)
    document.text("大きい", double=True)
    document.cut()
    one, other = (proof(encode(document, PrinterRecord(48, 576, codec=c, inline=inline)).data)[0] for c in _JAPANESE)
    assert one.image.tobytes() == other.image.tobytes()
    assert (one.text, one.undecodable) == (other.text, 0)


def test_every_character_of_the_standard_has_the_same_place_in_both_codes() -> None:
    for lead in (*range(0x81, 0xA0), *range(0xE0, 0xF0)):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            code = bytes((lead, trail))
            with contextlib.suppress(UnicodeDecodeError):
                character = code.decode("shift_jis")
                row, cell = character.encode("euc_jp")
                assert escpos._jis(code) == bytes((row & 0x7F, cell & 0x7F)), character


def test_a_printer_without_japanese_gets_every_character_drawn_in_its_own_width() -> None:
    document = Document(32)
    document.text("避難 ｱｲ ABC¥")
    document.cut()
    job = encode(document, PrinterRecord(32, 384, codec=Codec.NONE))
    (sheet,) = proof(job.data)
    (line,) = [strip for strip in sheet.strips if isinstance(strip, Line) and strip.items]
    assert job.missing == ()
    assert sheet.text.replace("〓", "").split() == ["ABC"]
    columns = columns_of("避難 ｱｲ ABC¥")
    last = line.items[-1]
    assert last.x == (columns - 1) * 12


def test_a_defined_character_has_the_dots_of_the_picture() -> None:
    sheets = [
        proof(encode(_rare(), PrinterRecord(48, 576, inline=inline)).data)[0]
        for inline in (Inline.IMAGE, Inline.DEFINED)
    ]
    assert sheets[0].image.tobytes() == sheets[1].image.tobytes()
    assert len(set(sheets[0].image.tobytes())) > 1


def _rare() -> Document:
    document = Document(48)
    document.text("髙﨑" * 60)  # more than the 94 places that can be defined
    document.cut()
    return document


def test_a_qr_code_has_the_same_dots_whoever_draws_it() -> None:
    drawn, sent = (proof(encode(_coded(), PrinterRecord(48, 576, qr=qr)).data)[0] for qr in (Qr.NATIVE, Qr.IMAGE))
    assert drawn.image.tobytes() == sent.image.tobytes()
    assert (drawn.refused, sent.refused) == ((), ())
    assert len(set(drawn.image.tobytes())) > 1


def test_where_no_qr_code_comes_out_the_bars_stand_alone() -> None:
    (sheet,) = proof(encode(_coded(), PrinterRecord(48, 576, qr=Qr.NONE)).data)
    assert "[QR" not in sheet.text
    assert "12345678901" in sheet.text.replace("\n", "")


def _coded() -> Document:
    document = Document(48)
    document.qr("12345678901")
    document.text("12345678901")
    document.cut()
    return document


def test_where_there_is_no_cutter_the_paper_is_fed_to_the_edge() -> None:
    record = replace(printer_record("epson-80", HERE), cutter=False)
    with_cutter, without = (encode(_rare(), r).data for r in (replace(record, cutter=True), record))
    assert with_cutter.endswith(b"\x1dVB\x03")
    assert without.endswith(b"\n" * 6)


def test_what_an_unfinished_paper_left_in_the_printer_is_cleared_before_the_reissue() -> None:
    record = printer_record("epson-80", HERE)
    with twin_of(record) as twin:
        twin.paper_out_after(2)
        first = at(twin, record).send(*paper(record, *(f"F{n}" for n in range(9))))
        assert first.outcome is PrintOutcome.UNCERTAIN
        refused = at(twin, record).send(*paper(record, "again"), Ticket(2, lambda: None, reissue=True))
        assert refused == PrintReport(PrintOutcome.NOT_SENT, Health.PAPER_OUT)
        twin.refill()
        report = at(twin, record).send(*paper(record, "again"), Ticket(3, lambda: None, reissue=True))
        assert (report.outcome, twin.wait_for_sheets(1, 5)) == (PrintOutcome.PRINTED, True)
        assert "F8" not in twin.sheets[-1].text


# Records


def test_every_make_is_one_that_is_sold() -> None:
    assert {"epson-80", "epson-80-180dpi", "epson-58", "generic-80", "generic-58", "one-way-80"} <= set(MAKES)
    assert all(printer_record(name, HERE).dots >= printer_record(name, HERE).columns * 12 for name in MAKES)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("columns = 48\ndots = 576\ncolour = true\n", "unknown_key_only"),
        ("columns = \n", "not_toml"),
        ('columns = "wide"\ndots = 576\n', "wrong_value"),
        ("dots = 576\n", "wrong_value"),
        ('columns = 48\ndots = 576\ninline = "magic"\n', "wrong_value"),
        ('columns = 48\ndots = 576\ntransport = "pigeon"\n', "wrong_value"),
        ('columns = 48\ndots = 576\ncodec = "gb18030"\n', "wrong_value"),
        ('columns = 48\ndots = 576\nqr = "drawn"\n', "wrong_value"),
    ],
)
def test_a_record_that_is_wrong_is_refused_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "own.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsAreWrongError) as caught:
        printer_record("own.toml", tmp_path)
    assert caught.value.values["problem"] == problem


@pytest.mark.parametrize("name", MAKES)
def test_a_record_says_everything_that_is_asked_of_a_printer(name: str) -> None:
    said = tomllib.loads((data_folder() / "printers" / f"{name}.toml").read_text("utf-8"))
    asked = {field.name for field in fields(PrinterRecord)} - {"baud"}
    assert said.keys() - {"baud"} == asked
    assert ("baud" in said) is (said["transport"] == "serial")


@pytest.mark.parametrize(
    ("address", "transport"),
    [("192.168.1.9:9100", Transport.TCP), ("printer.local:9100", Transport.TCP), ("/dev/usb/lp0", Transport.FILE),
     ("/dev/lp1", Transport.FILE), ("/dev/ttyUSB0", Transport.SERIAL), ("04b8:0202", Transport.USB)],
)  # fmt: skip
def test_setup_knows_the_line_by_the_address(address: str, transport: Transport) -> None:
    record = PrinterRecord(48, 576, transport=transport_of(address))
    assert record.transport is transport
    line_to(address, record)


@pytest.mark.parametrize(
    ("address", "transport"),
    [("/dev/usb/lp0", Transport.TCP), ("192.168.1.9:9100", Transport.USB), ("host:9100", Transport.FILE),
     ("04b8:0202", Transport.SERIAL)],
)  # fmt: skip
def test_an_address_of_another_kind_of_line_is_refused(address: str, transport: Transport) -> None:
    with pytest.raises(PrinterAddressIsWrongError):
        EscposPrinter(address, PrinterRecord(48, 576, transport=transport))


def test_a_make_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsAreWrongError) as caught:
        printer_record("epson-90", tmp_path)
    assert "epson-80" in str(caught.value.values["known"])


# printer setup


def settings_for(folder: Path, address: str) -> Path:
    path = folder / "console.toml"
    path.write_text(
        f'[site]\nmunicipality = "015628"\nshelter = "S1"\nshelter_name = "公民館"\n[mode]\nrun_mode = "drill"\n'
        f'world = "simulated"\nincident = "test"\n[devices]\nprinter = "{address}"\n', "utf-8",
    )  # fmt: skip
    return path


class Clerk:
    """Answers what is asked."""

    def __init__(self, *typed: str) -> None:
        self.typed = list(typed)
        self.asked: list[str] = []

    def __call__(self, question: str) -> str:
        self.asked.append(question)
        return self.typed.pop(0)


@pytest.mark.parametrize("make", ["epson-80", "generic-58"])
def test_setup_asks_the_printer_prints_a_page_and_writes_what_came_out(tmp_path: Path, make: str) -> None:
    record = printer_record(make, HERE)
    width = {32: "1", 48: "4"}[record.columns]
    with twin_of(record) as twin:
        options = _options(settings_for(tmp_path, twin.address))
        status = command.run(options, Words(), Clerk("x", width, "1", "1", "1", "1" if record.cutter else "2"))
        assert twin.wait_for_sheets(1, 5)
        page = twin.sheets[0].text
    assert status == 0
    assert "試しの紙" in page
    assert printer_record("printer.toml", tmp_path) == record


@pytest.mark.parametrize(("typed", "qr"), [("1", Qr.NATIVE), ("2", Qr.IMAGE), ("3", Qr.NONE)])
def test_setup_asks_at_which_letter_a_qr_code_came_out(tmp_path: Path, typed: str, qr: Qr) -> None:
    with twin_of(printer_record("epson-80", HERE)) as twin:
        options, clerk = _options(settings_for(tmp_path, twin.address)), Clerk("4", "1", "1", typed, "1")
        assert command.run(options, Words(), clerk) == 0
        assert twin.wait_for_sheets(1, 5)
        page = twin.sheets[0].text
    assert "QRコード" in clerk.asked[3]
    assert page.index("D\n") < page.index("[QR") < page.index("E\n")
    assert printer_record("printer.toml", tmp_path).qr is qr


def test_setup_refuses_a_printer_that_cannot_print_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ReceiptPrinter() as twin:
        twin.cover(is_open=True)
        assert command.run(_options(settings_for(tmp_path, twin.address)), Words(), Clerk()) == 1
    assert "印刷できません" in capsys.readouterr().err
    assert not (tmp_path / "printer.toml").exists()


@pytest.mark.parametrize(("address", "said"), [("", "設定に 印刷機が ありません"), ("127.0.0.1:1", "電源と線")])
def test_setup_without_a_printer_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str, said: str
) -> None:
    assert command.run(_options(settings_for(tmp_path, address)), Words(), Clerk()) == 1
    assert said in capsys.readouterr().err


def test_a_mute_printer_is_known_to_be_one() -> None:
    with ReceiptPrinter() as twin:
        twin.mute()
        answers = answers_of(twin.address, PrinterRecord(32, 384))
    assert (answers.status, answers.process_id, answers.sensor) == (False, False, False)


def _options(path: Path) -> argparse.Namespace:
    return argparse.Namespace(settings=path, verb="setup")
