"""The command line: arguments to use-cases, answers to terminals and files, errors to exit codes."""
