"""The Privacy Center: a local web app to see, correct, allow, take back and erase (extra ``center``)."""
