"""Crashes, cuts, full disks and crowds: what was acknowledged stays, once, and whoever asks again hears the same."""
