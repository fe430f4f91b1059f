"""One client's care: what may be asked, what can have happened, and the pathway between."""
