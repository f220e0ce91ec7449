"""台帳の写し: the laptop's own copy of who lives where, which card is whose."""
