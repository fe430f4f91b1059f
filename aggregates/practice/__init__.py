"""A practice: its people and their roles, its referral sources, its calendar, the protocol it adopted."""
