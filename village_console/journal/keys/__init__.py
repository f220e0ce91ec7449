"""Key slots (鍵の口): several ways to one random database key, so that people come and go without a new key."""
