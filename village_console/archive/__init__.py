"""The archive (保存庫): a village's facts, and what they add up to, in a PostgreSQL that a prefecture can ask."""
