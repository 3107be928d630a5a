"""The union's money for people: where it lies, for whom it is kept, and that it is paid once."""
