"""What a person may ask of the office about data, how long files are kept, and how they are destroyed."""
