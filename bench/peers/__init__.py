"""The servers that Broadsheet is measured beside, each started in a temporary folder on a free port."""
