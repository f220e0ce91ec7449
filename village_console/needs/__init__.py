"""Needs (きめ細やかなニーズ): told, taken, met; alarms; meals and supplies handed out once."""
