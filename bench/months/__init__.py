"""A month of parcels, day by day, through the services that people and programs use."""
