"""Consent: purposes, policy, the ledger that alone mints grants, and receipts."""
