"""A paper is let go by a person: look and fact before the first byte, its hash on record, a refusal on record, too."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.a4_papers import FORMS, JAPANESE, text_of
from tests.conftest import HandClock
from tests.town import home, listed, person
from village_console.behind import sentence
from village_console.devices.printers.system_queue import SystemQueue
from village_console.journal.journal import Journal
from village_console.papers.a4.compiling import compose
from village_console.papers.a4.tray import FileTray, FolderTray, Tray
from village_console.paperwork.desk import A4Desk, Site
from village_console.paperwork.facts import PaperIssued, PaperKind, PaperRefused, paper_subject
from village_console.paperwork.rosters import Order
from village_console.paperwork.rows import Issued
from village_console.register.facts import CodesTaken
from village_console.shelter.facts import Path as Way
from village_console.shelter.receive import Desk, receive
from village_console.shelter.reception import ReceptionDesk
from village_console.stranded.facts import EvacuationOrdered, Level, TvEvidenceGiven, about
from village_console.stranded.known import board_in
from village_console.viewing.facts import TvState
from village_console.village.errors import PaperIsNotLaidDownError, PrintQueueRefusedError, VillageError
from village_console.village.ids import OrderId, ShelterId, television_id
from village_console.village.run_mode import RunMode

S1 = ShelterId("S1")


class RefusingTray:
    """A queue that takes nothing."""

    place, prints = "front", True

    def lay(self, pdf: bytes, name: str, title: str) -> str:
        raise PrintQueueRefusedError(queue=self.place, said=f"{name} {title} {len(pdf)}")


@pytest.fixture
def hall(journal: Journal) -> Journal:
    """Haru has come; Ken of her household and the Takahashi home have not."""
    for fact in (
        listed(1, 1, "佐藤 ハル", "サトウ ハル", phone="0158-00-1811"),
        listed(2, 1, "佐藤 健", "サトウ ケン", relation="世帯主", needs_evacuation_support=True),
        listed(3, 2, "髙橋 清", "タカハシ キヨシ", settlement="中藻"),
    ):
        journal.append(fact)
    receive(journal, Desk(S1, 1), [person(1)], Way.CARD)
    return journal


Make = Callable[[Tray], A4Desk]


class Accepting:
    """A queue that reads everything and tells nothing."""

    place = "front"
    prints = True

    def lay(self, pdf: bytes, name: str, title: str) -> str:  # noqa: ARG002 -- the port's shape
        return "front-1"


@pytest.fixture
def make(hall: Journal) -> Make:
    reception = ReceptionDesk(hall, Desk(S1, 1))

    def desk(tray: Tray) -> A4Desk:
        site = Site("中央公民館", 1, RunMode.DRILL, FORMS, tray)
        return A4Desk(hall, site, reception.roster, lambda: board_in(hall.rows, hall.clock.now()))

    return desk


def ordered(journal: Journal, clock: HandClock) -> None:
    """An order, and the televisions of both homes were on."""
    order = OrderId("order:1-1")
    journal.append(
        EvacuationOrdered(subject=order, level=Level.EVACUATION_ORDER, settlements=(), issued_at=clock.now())
    )
    for n in (1, 2):
        journal.append(
            TvEvidenceGiven(
                subject=about(order, home(n)), order=order, household=home(n), television=television_id("015628", f"stb-{n}"),
                state=TvState.ON, last_heard=clock.now(), version=1,
            )
        )  # fmt: skip


def test_a_paper_let_go_is_a_look_and_a_fact_with_its_hash(make: Make, hall: Journal, tmp_path: Path) -> None:
    desk = make(FolderTray(tmp_path / "papers"))
    composed = compose(desk.roster(desk.frame(JAPANESE), Order.KANA))
    path = Path(desk.issue(composed))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == composed.sha256
    (issued,) = hall.last_of(PaperIssued, 5)
    assert (issued.fact.paper, issued.fact.sha256, issued.fact.pages, issued.fact.people) == (
        PaperKind.ROSTER, composed.sha256, 1, 1,
    )  # fmt: skip
    look = hall.looks()[-1]
    assert (look.act, look.about) == ("printed", f"a4 roster of 1 {composed.sha256[:16]}")
    assert hall.rows.one(Issued, paper_subject(composed.sha256)) == Issued(
        composed.sha256, PaperKind.ROSTER, issued.wall, refused=False
    )


def test_a_clerk_says_whether_a_printed_paper_came_out(make: Make, hall: Journal) -> None:
    desk = make(Accepting())
    composed = compose(desk.roster(desk.frame(JAPANESE), Order.KANA))
    desk.issue(composed)
    assert [row.sha256 for row in desk.unknown()] == [composed.sha256]
    desk.check(composed.sha256, came_out=False)
    assert desk.unknown() == []
    row = hall.rows.one(Issued, paper_subject(composed.sha256))
    assert row is not None
    assert (row.queue, row.refused, row.came_out) == ("front", False, False)
    desk.issue(composed)
    assert [row.came_out for row in desk.unknown()] == [None]


def test_of_a_paper_in_a_file_or_one_that_was_refused_nobody_is_asked(make: Make, tmp_path: Path) -> None:
    kept = make(FolderTray(tmp_path / "papers"))
    kept.issue(compose(kept.roster(kept.frame(JAPANESE), Order.KANA)))
    assert kept.unknown() == []
    refused = make(SystemQueue("no-such-queue"))
    with pytest.raises(PrintQueueRefusedError):
        refused.issue(compose(refused.roster(refused.frame(JAPANESE), Order.HOUSEHOLD)))
    assert refused.unknown() == []


def test_a_kept_paper_is_read_by_its_owner_alone(make: Make, tmp_path: Path) -> None:
    desk = make(FolderTray(tmp_path / "papers"))
    path = Path(desk.issue(compose(desk.roster(desk.frame(JAPANESE), Order.KANA))))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(path.parent.iterdir()) == [path]


def test_two_papers_of_one_moment_are_two_files(make: Make, tmp_path: Path) -> None:
    desk = make(FolderTray(tmp_path / "papers"))
    kept = {desk.issue(compose(desk.roster(desk.frame(JAPANESE), order))) for order in Order}
    assert sorted(str(path) for path in (tmp_path / "papers").iterdir()) == sorted(kept)
    assert len(kept) == len(Order)


def test_what_the_queue_does_not_take_was_on_record_before_and_is_recorded_as_refused(
    make: Make, hall: Journal
) -> None:
    desk = make(RefusingTray())
    composed = compose(desk.roster(desk.frame(JAPANESE), Order.KANA))
    with pytest.raises(VillageError) as said:
        desk.issue(composed)
    assert said.value.code == "E602"
    assert len(hall.last_of(PaperIssued, 5)) == len(hall.last_of(PaperRefused, 5)) == 1
    row = hall.rows.one(Issued, paper_subject(composed.sha256))
    assert row is not None
    assert row.refused


def test_the_same_paper_may_be_let_go_again_after_a_refusal(make: Make, hall: Journal, tmp_path: Path) -> None:
    refusing, keeping = make(RefusingTray()), make(FolderTray(tmp_path))
    composed = compose(keeping.roster(keeping.frame(JAPANESE), Order.KANA))
    with pytest.raises(VillageError):
        refusing.issue(composed)
    keeping.issue(composed)
    row = hall.rows.one(Issued, paper_subject(composed.sha256))
    assert row is not None
    assert not row.refused


def test_nothing_of_a_person_is_in_the_fact(make: Make, hall: Journal, tmp_path: Path) -> None:
    desk = make(FolderTray(tmp_path))
    desk.issue(compose(desk.sheet(desk.frame(JAPANESE), person_of(desk, "S1-0001"))))
    (issued,) = hall.last_of(PaperIssued, 5)
    said = sentence(issued, JAPANESE)
    assert "避難者カード" in said
    assert not any(word in f"{issued.fact} {said}" for word in ("佐藤", "ハル", "S1-0001", "0158"))


def person_of(desk: A4Desk, said: str) -> Any:
    found = desk.person(said)
    assert found is not None
    return found


@pytest.mark.parametrize("said", ["S1-0001", "0000001", person(1)])
def test_a_person_is_found_by_whatever_somebody_has_in_hand(said: str, make: Make, tmp_path: Path) -> None:
    assert person_of(make(FolderTray(tmp_path)), said).name == "佐藤 ハル"


def test_nobody_is_found_by_what_means_nobody(make: Make, tmp_path: Path) -> None:
    assert make(FolderTray(tmp_path)).person("S9-0001") is None


def test_without_an_order_there_is_no_stranded_list(make: Make, tmp_path: Path) -> None:
    desk = make(FolderTray(tmp_path))
    assert desk.stranded(desk.frame(JAPANESE)) is None


def test_the_stranded_list_says_by_settlement_who_and_why(
    make: Make, hall: Journal, clock: HandClock, tmp_path: Path
) -> None:
    ordered(hall, clock)
    desk = make(FolderTray(tmp_path))
    paper = desk.stranded(desk.frame(JAPANESE))
    assert paper is not None
    assert [(g["heading"], [m["name"] for row in g["rows"] for m in row["missing"]]) for g in paper.values["groups"]] == [
        ("上興部", ["佐藤 健"]), ("中藻", ["髙橋 清"]),
    ]  # fmt: skip
    text = text_of(Path(desk.issue(compose(paper))))
    flat = "".join(text.split())
    assert "指示18:02の時TVは入（最後の声18:02:11）。" in flat
    assert "家族1人は受け付けた" in flat
    assert "この世帯はだれも受け付けていない" in flat
    assert "要支援" in flat
    assert "推定2人2世帯" in flat
    assert "佐藤ハル" not in flat.replace("佐藤健", "")


def test_blank_sheets_take_codes_that_nobody_has(make: Make, hall: Journal, tmp_path: Path) -> None:
    desk = make(FolderTray(tmp_path))
    first, second = (desk.blank_sheets(desk.frame(JAPANESE), 2) for _ in range(2))
    read = [card["code"]["read"] for paper in (first, second) for card in paper.values["cards"]]
    assert len(set(read)) == 4
    assert [(r.fact.first, r.fact.count) for r in hall.last_of(CodesTaken, 5)] in ([(0, 2), (2, 2)], [(2, 2), (0, 2)])
    assert (first.people, first.values["at"]) == (0, "")


def test_a_folder_that_takes_nothing_is_a_numbered_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(PaperIsNotLaidDownError) as said:
        FolderTray(tmp_path / "file" / "papers").lay(b"%PDF", "roster", "名簿")
    assert said.value.code == "E604"
    (tmp_path / "taken").mkdir()
    with pytest.raises(PaperIsNotLaidDownError):
        FileTray(tmp_path / "taken").lay(b"%PDF", "roster", "名簿")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "taken"]


def test_a_queue_that_does_not_exist_is_a_numbered_error() -> None:
    with pytest.raises(PrintQueueRefusedError) as said:
        SystemQueue("no-such-queue").lay(b"%PDF", "roster", "名簿")
    assert said.value.code == "E602"


def test_a_system_without_lp_is_a_numbered_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(PrintQueueRefusedError) as said:
        SystemQueue("front").lay(b"%PDF", "roster", "名簿")
    assert said.value.values == {"queue": "front", "said": "lp?"}
