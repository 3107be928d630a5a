"""The people the house is for: workers, their households, hardship files, accounts and consents."""
