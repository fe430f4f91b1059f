"""The protocol: every number at its edge, every answer missing once, every bad pack refused."""
