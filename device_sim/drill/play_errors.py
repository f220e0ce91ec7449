"""What can end a drill before its time, or halt it for a moment; `str()` of each is a sentence for a person."""


class PlayError(Exception):
    """The drill cannot be played to its end."""


class DrillFolderError(PlayError):
    """A file of the drill's folder is missing, or does not say what it should."""


class ConsoleLostError(PlayError):
    """Link or card slot are gone: the console may come back, and what was being done is done again."""


class NoConsoleError(PlayError):
    """The console did not come, or did not come back."""


class NotADrillError(PlayError):
    """The console keeps real records, or expects real cards."""


class OverdueError(PlayError):
    """The drill should have been over long ago."""
