"""The other side of many a case: employers, their visits, and the list of those under close supervision."""
