"""The commands of `python -m similarity`, a module for each group of them.

Each function's signature is its command line and its docstring the help text; what a command does
stands elsewhere in the package, where programs can use it.
"""
