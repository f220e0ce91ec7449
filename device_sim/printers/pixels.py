"""The two operations on pixels that need Pillow's looser types, in one place: its annotations name numpy's."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

WHITE, BLACK = 255, 0


def stretch(image: "Image", width: int, height: int, *, smooth: bool = False) -> "Image":
    """Return `image` in another size, by repeating dots as a printer does, or smoothly."""
    from PIL import Image

    filtering = Image.Resampling.LANCZOS if smooth else Image.Resampling.NEAREST
    return image.resize((width, height), filtering)  # pyright: ignore[reportUnknownMemberType]


def threshold(image: "Image", burnt_from: int) -> "Image":
    """Return a grey image in black and white: 255 from the grey `burnt_from` on."""

    def burnt(grey: int) -> int:
        """Black where the head would have burnt it."""
        return WHITE if grey >= burnt_from else BLACK

    return image.point(burnt)  # pyright: ignore[reportUnknownMemberType]


def blank(width: int, height: int, grey: int = WHITE) -> "Image":
    """Return an image of one grey, mode L."""
    from PIL import Image

    return Image.new("L", (width, height), grey)
