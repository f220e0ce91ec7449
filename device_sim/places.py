"""Where the data that travels with the program lies, in a checkout and in an installed wheel."""

from pathlib import Path


def data_folder() -> Path:
    """The `data` folder: inside the installed `village_console`, or at the root of a checkout.

    Raises FileNotFoundError when neither holds municipalities.
    """
    root = Path(__file__).resolve().parent.parent
    for folder in (root / "village_console" / "data", root / "data"):
        if (folder / "municipalities").is_dir():
            return folder
    message = "the data folder is missing: neither beside the packages nor inside village_console"
    raise FileNotFoundError(message)


def municipalities_folder() -> Path:
    """One folder for each municipality, named by code and romaji."""
    return data_folder() / "municipalities"


def scenarios_folder() -> Path:
    """One TOML file for each scenario."""
    return data_folder() / "scenarios"


def shown(path: Path) -> str:
    """A path as a person reads it in a message: from the folder that holds `data`, where it lies in there."""
    try:
        return path.resolve().relative_to(data_folder().parent).as_posix()
    except ValueError:
        return path.as_posix()
