"""Who and what exists, in plain Python: people, places, clock, identifiers, run mode, kana, eras, errors."""
