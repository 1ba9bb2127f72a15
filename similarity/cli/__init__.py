"""The commands of `python -m similarity`, a module for each group of them.

Each function's signature is its command line and its docstring the help text; what a command does
stands elsewhere in the package, where programs can use it.

A command's module imports at its top what a help text needs, which is names and typer. What the
command does is imported in its body, after its arguments were looked at: torch takes seconds, which
neither a help text nor a wrong option waits for.
"""
