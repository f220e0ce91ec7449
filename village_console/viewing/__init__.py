"""視聴状況確認ログ: consent, pairing, the collector, and what a television said."""
