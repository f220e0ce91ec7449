"""One file per desk or page."""
