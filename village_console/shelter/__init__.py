"""避難所: who is here, how they came, and the paper that says so."""
