"""Papers of A4 size: laid out by Typst from templates of our own, from values alone."""
