"""report.md: the after-action report (訓練報告書), in Japanese with a short summary in English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from device_sim.drill.check_ins import CheckIns
from device_sim.drill.figures import Hits, Spread
from device_sim.drill.presumptions import MissedHome, Presumptions, Why, WrongHome
from device_sim.drill.record import Record
from device_sim.drill.report import Report
from device_sim.drill.timeline import Moment, timeline

BANNER = "**／／訓練／／ この報告書の人物・世帯は すべて架空です ／／訓練／／**"

UNKNOWN = "不明"

WHY = {
    Why.NO_TELEVISION: "テレビ端末なし",
    Why.NO_CONSENT: "視聴ログ利用の同意なし",
    Why.OFF: "発令時 テレビは消えていた",
    Why.NOT_HEARD: "発令時 テレビは入っていたが、最後の一覧にない(ログ未着・無応答・確認済みのいずれか)",
}

WHERE = {"shelter": "避難所", "relatives": "親類・知人宅", "home": "自宅", "away": "発令前から外出"}


def after_action(record: Record, report: Report, check_ins: CheckIns, presumptions: Presumptions) -> str:
    """The whole report as Markdown."""
    parts = [
        BANNER,
        f"# 訓練報告書 {report.scenario}",
        _section("概要", table(("項目", "値"), _overview(report))),
        _section("数値と そのよりどころ", table(("数値", "値", "よりどころ"), _figures(report))),
        _section("5分ごとの経過", _timeline(timeline(record))),
        _section("見落とした世帯", _missed(presumptions)),
        _section("いないのに推定した世帯", _wrong(presumptions)),
        _section("受付の食いちがい", _losses(report, check_ins)),
        _section("改善すること", table(("改善すること", "担当", "期限"), [("", "", "")] * 3)),
        _section("Summary", english(report)),
        BANNER,
    ]
    return "\n\n".join(parts) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def english(report: Report) -> str:
    """The short summary."""
    taps = report.tap_to_feedback_ms
    return (
        f"This was a drill with invented people (seed {report.seed}). "
        f"{report.arriving} people in {report.parties} parties came to the shelter; the desk was shown "
        f"{report.checkins_acknowledged} of them as checked in, the journal holds {_known(report.checkins_in_journal)}. "
        f"Acknowledged and lost: {_known(report.lost_acknowledged)}; doubled: {_known(report.doubled)}. "
        f"At the end the board presumed {_known(report.stranded_flagged)} people stranded, {report.stranded_true} "
        f"really were: precision {_known(report.stranded_precision)}, recall {_known(report.stranded_recall)}. "
        f"From tap to answer: p50 {_known(taps.p50)} ms, p95 {_known(taps.p95)} ms, "
        f"p99 {_known(taps.p99)} ms over {taps.n} answers."
    )


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"


def _known(figure: float | None) -> str:
    return "unknown" if figure is None else str(figure)


def _said(figure: float | str | None) -> str:
    return UNKNOWN if figure is None else str(figure)


def _overview(report: Report) -> list[tuple[str, str]]:
    started, ended = report.started, report.ended
    return [
        ("想定", report.scenario),
        ("種 (seed)", str(report.seed)),
        ("記録の区分 / 機器", f"{_said(report.run_mode)} / {_said(report.world)}"),
        (
            "訓練内の時刻",
            f"{started:%H:%M:%S}" + (f" - {ended:%H:%M:%S}" if ended else " - 中断") if started else UNKNOWN,
        ),
        ("速さ / 実時間", f"{_said(report.speed)} 倍 / {_said(report.real_seconds)} 秒"),
        ("村", f"{report.residents} 人 {report.households} 世帯"),
        ("避難所に来た人", f"{report.arriving} 人 {report.parties} 組"),
    ]


def _figures(report: Report) -> list[tuple[str, str, str]]:
    homes = report.stranded_households
    return [
        ("かざしたカード", str(report.taps_presented), "desk.jsonl の tap"),
        ("受付済みと表示された人", str(report.checkins_acknowledged), "desk.jsonl の tap, by_name, companions, undo"),
        ("記録に残る受付", _said(report.checkins_in_journal), "evidence.jsonl の EvacueeReceived (void を除く)"),
        ("表示されたのに記録にないもの", _said(report.lost_acknowledged), "desk.jsonl と evidence.jsonl の突合"),
        ("二重の受付", _said(report.doubled), "evidence.jsonl の EvacueeReceived"),
        ("受付できなかった人", str(report.given_up), "desk.jsonl の given_up"),
        ("想定と ちがう応答", str(report.mismatches), "desk.jsonl の mismatch"),
        ("応答の内わけ", ", ".join(f"{k} {n}" for k, n in report.verdicts.items()), "desk.jsonl の verdict"),
        ("逃げ遅れ推定 (人)", _hits(_people(report)), "desk.jsonl の最後の board と truth.jsonl の person"),
        ("逃げ遅れ推定 (世帯)", _hits(homes), "同上"),
        ("タップから応答まで", _spread(report.tap_to_feedback_ms), "desk.jsonl の tap の latency_ms (実時間)"),
        ("タップから描画まで", _spread(report.tap_to_paint_ms), "desk.jsonl の tap の painted_ms (実時間)"),
        ("名簿の行", _said(report.roster_lines), "roster.txt (最後の紙)"),
        (
            "テレビの発信 / 受取確認",
            f"{_said(report.tv_published)} / {_said(report.tv_acknowledged)}",
            "desk.jsonl の ended",
        ),
    ]


def _people(report: Report) -> Hits:
    return Hits(
        flagged=report.stranded_flagged,
        true=report.stranded_true,
        precision=report.stranded_precision,
        recall=report.stranded_recall,
    )


def _hits(hits: Hits) -> str:
    counts = f"推定 {_said(hits.flagged)}, 実際 {hits.true}"
    return f"{counts}, 適合率 {_said(hits.precision)}, 再現率 {_said(hits.recall)}"


def _spread(spread: Spread) -> str:
    return f"p50 {_said(spread.p50)} ms, p95 {_said(spread.p95)} ms, p99 {_said(spread.p99)} ms (n = {spread.n})"


def _timeline(moments: Sequence[Moment]) -> str:
    rows = [("時刻", "到着", "受付済", "逃げ遅れ推定", "実際に自宅")]
    rows += [
        (f"{m.at:%H:%M:%S}", str(m.arrived), str(m.checked_in), _dash(m.presumed), _dash(m.stranded)) for m in moments
    ]
    lines = ["".join(_right(cell, width) for cell, width in zip(row, (8, 8, 10, 16, 14), strict=True)) for row in rows]
    return "\n".join(["```text", *lines, "```", "", "「実際に自宅」は 発令時に在宅で まだ出ていない人 (truth.jsonl)。"])


def _dash(count: int | None) -> str:
    return "-" if count is None else str(count)


def _right(cell: str, width: int) -> str:
    """Right-aligned by columns of a terminal: a full-width character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in cell)
    return " " * (width - taken) + cell


def _missed(presumptions: Presumptions) -> str:
    if presumptions.people.flagged is None:
        return "逃げ遅れの一覧は 一度も表示されなかった。"
    if not presumptions.missed:
        return "なし。"

    def row(home: MissedHome) -> tuple[str, str, str]:
        """A home that was missed."""
        return home.household, "、".join(home.people), WHY[home.why]

    return table(("世帯", "残っていた人", "理由"), map(row, presumptions.missed))


def _wrong(presumptions: Presumptions) -> str:
    if presumptions.people.flagged is None:
        return "逃げ遅れの一覧は 一度も表示されなかった。"
    if not presumptions.wrong:
        return "なし。"

    def row(home: WrongHome) -> tuple[str, str, str]:
        """A home that was presumed wrongly."""
        return home.household, str(home.people), "、".join(WHERE[place] for place in home.destinations)

    return table(("世帯", "推定した人数", "実際にいた場所"), map(row, presumptions.wrong))


def _losses(report: Report, check_ins: CheckIns) -> str:
    if check_ins.lost is None:
        return "evidence.jsonl がないため 突合していない。"
    if not report.lost_acknowledged and not check_ins.doubled:
        return "なし。"
    lost = ", ".join(sorted(check_ins.lost | (check_ins.lost_facts or frozenset()))) or "なし"
    return f"記録にない: {lost}\n\n二重: {', '.join(sorted(check_ins.doubled or ())) or 'なし'}"
