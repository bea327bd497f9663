"""The sample data of the demo and of the tests: invented, public-domain and free works."""
