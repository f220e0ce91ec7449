"""The twins of cards: what lies on the desk's reader, played in software."""
