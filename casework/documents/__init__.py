"""Papers: files that come in, lists of what is still missing, letters that go out."""
