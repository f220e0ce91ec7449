"""What happened: append-only signed facts in encrypted SQLite, and the rows folded from them."""
