"""情報配信: messages to televisions, in disaster and in peacetime, and who answered."""
