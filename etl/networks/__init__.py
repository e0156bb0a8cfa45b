"""Files of roads and timetables, read into graphs and kept."""
