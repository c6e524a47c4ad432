"""What an engine returns: times, causes and the ledger of waits of a chunk of replications."""
