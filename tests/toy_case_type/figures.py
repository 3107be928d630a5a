"""The toy counts nothing."""

FIGURES = ()
