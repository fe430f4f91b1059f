"""What every aggregate and policy is made of: messages, rules, the pathway, the event-sourced base."""
