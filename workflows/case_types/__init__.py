"""One package per kind of case; the app registry finds them."""
