"""The one door for commands: API, command line, policies and imports all come through here."""
