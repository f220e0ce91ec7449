"""Breakages: each has a stable number, a sentence in `words/` and a way out. A refusal by rule is a verdict instead."""

from __future__ import annotations

from typing import ClassVar


class VillageError(Exception):
    """Something is broken; `code` is stable and printed in the manual, `values` fill its sentence in `words/`."""

    code: ClassVar[str] = "E000"

    def __init__(self, **values: object) -> None:
        """Keep the values that the sentence names."""
        self.values = values
        super().__init__(f"{self.code} {type(self).__name__}: " + ", ".join(f"{k}={v}" for k, v in values.items()))


class JournalIsNewerError(VillageError):
    """The journal was written by a newer version of this program; values: path, found, known."""

    code = "E101"


class JournalKeyIsWrongError(VillageError):
    """The key file does not open this journal; values: path."""

    code = "E102"


class JournalIsInUseError(VillageError):
    """Another process owns this file; values: path."""

    code = "E103"


class JournalIsDamagedError(VillageError):
    """The chain of facts does not hold; values: path, seq, what."""

    code = "E104"


class KeyFileIsOpenError(VillageError):
    """The key file can be read by others than its owner; values: path."""

    code = "E105"


class EngineIsTooOldError(VillageError):
    """This SQLite can corrupt a WAL database (fixed in 3.51.3); values: found."""

    code = "E106"


class DiskIsFullError(VillageError):
    """The fact could not be written; nothing was recorded; values: path."""

    code = "E107"


class TelevisionLogIsInUseError(VillageError):
    """Another process collects the televisions of this folder; values: path."""

    code = "E108"


class PastIsReadOnlyError(VillageError):
    """The screen shows how things were: nothing can be written there; values: at."""

    code = "E109"


class RecordIsLockedError(VillageError):
    """Only a person can open this record, and there is no terminal to ask at; values: path."""

    code = "E121"


class SlotsAreDamagedError(VillageError):
    """The file of key slots is not as it was written; values: path."""

    code = "E122"


class SlotWasChangedError(VillageError):
    """A key slot was changed by somebody who had no key; values: path, slot."""

    code = "E123"


class NothingOpensError(VillageError):
    """What was given opens none of the key slots; values: path."""

    code = "E124"


class SettingsAreWrongError(VillageError):
    """A settings file does not say what it must; values: path, line, problem."""

    code = "E201"


class TownFileIsWrongError(VillageError):
    """A file of the town cannot be imported; values: path, line, problem."""

    code = "E202"


class RunModeDiffersError(VillageError):
    """The journal belongs to another run mode or world; values: path, found, wanted."""

    code = "E203"


class PortIsTakenError(VillageError):
    """An address this console must listen at is in use; values: address, what."""

    code = "E301"


class BrokerDidNotStartError(VillageError):
    """The drill's MQTT broker did not come up; values: log."""

    code = "E401"


class SimulatorFailedError(VillageError):
    """The village's simulator ended with an error; values: status, log, said."""

    code = "E402"


class ConsoleFailedError(VillageError):
    """The console of a drill ended before the drill did; values: status, path."""

    code = "E403"


class ScenarioIsUnknownError(VillageError):
    """There is no scenario of that name; values: name, known."""

    code = "E404"


class DrillFolderIsUsedError(VillageError):
    """The folder holds an earlier drill; values: path."""

    code = "E405"


class ScenarioIsWrongError(VillageError):
    """The simulator refuses the scenario; values: said."""

    code = "E406"


class BrokerIsNotInstalledError(VillageError):
    """A drill was to be played on a broker that this machine has not; values: program."""

    code = "E407"


class PaperIsNotComposedError(VillageError):
    """An A4 paper could not be laid out; values: template, said."""

    code = "E601"


class PrintQueueRefusedError(VillageError):
    """The system's print queue did not take a paper; values: queue, said."""

    code = "E602"


class FormIsWrongError(VillageError):
    """A municipality's form cannot be used; values: path, line, problem."""

    code = "E603"


class PaperIsNotLaidDownError(VillageError):
    """A folder does not take a PDF; values: path, said."""

    code = "E604"


class StickIsGoneError(VillageError):
    """There is no stick where one was named, or it was pulled out; values: path."""

    code = "E721"


class StickIsFullError(VillageError):
    """The bundle does not fit on the stick; the one that lay there stands; values: path, free."""

    code = "E722"


class StickIsReadOnlyError(VillageError):
    """The stick cannot be written to; what lay there was read; values: path."""

    code = "E723"


class AnchorIsInUseError(VillageError):
    """Another process of this laptop is the anchor already; values: path."""

    code = "E750"


class AnchorPortIsTakenError(VillageError):
    """The address at which the anchor was to listen is in use, or none of this laptop's; values: address."""

    code = "E751"


class AnchorDidNotStartError(VillageError):
    """nats-server did not come up as the village's anchor; values: log."""

    code = "E752"


class WebsocketIsMissingError(VillageError):
    """A hub is named as wss://, and what speaks that is not installed; values: address."""

    code = "E760"


class HubAuthorityIsUnreadError(VillageError):
    """The file with the certificates that are believed of the hub cannot be read; values: path."""

    code = "E761"


class ArchiveDriverIsAbsentError(VillageError):
    """The part that speaks with the archive's database is not installed; values: extra."""

    code = "E770"


class ArchiveIsAwayError(VillageError):
    """The archive's database does not answer; values: said."""

    code = "E771"


class ArchiveIsNotPreparedError(VillageError):
    """The archive's database has not the schema, or not the village's role, that this program knows; values: found, known."""

    code = "E772"


class ArchiveServerIsTooOldError(VillageError):
    """This PostgreSQL cannot keep the villages apart in views; values: found, needed."""

    code = "E773"


class ArchiveRefusedError(VillageError):
    """The archive's database refuses what is asked of it; values: said."""

    code = "E774"


class ArchiveIsInUseError(VillageError):
    """Another process writes this village's record in the archive; values: village."""

    code = "E775"


class DeskAtArchiveError(VillageError):
    """A desk was asked for where an archive stands; values: path."""

    code = "E776"


class PrinterAddressIsWrongError(VillageError):
    """The receipt printer's address is of another kind of line than its record says; values: address, transport."""

    code = "E605"


class PartHasEndedError(VillageError):
    """Something that runs beside the desk is wrong and has ended; values: part, kind, place in the code."""

    code = "E901"
