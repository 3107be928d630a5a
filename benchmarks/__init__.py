"""What we cost, beside what a user would pick instead and beside the bare database: `./run bench NAME`."""
