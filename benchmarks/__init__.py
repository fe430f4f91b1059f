"""What the engine costs, beside the stock `eventsourcing` library and the bare database, in one run."""
