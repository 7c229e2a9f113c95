"""The vault: the encrypted store. Every read goes through a grant; every write through the one writer."""
