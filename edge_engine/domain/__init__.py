"""The nouns of the engine: money, transactions, categories, series. Pure values that know no storage."""
