"""Labour disputes (劳动争议): mediation from receipt to performance, or to the door of arbitration."""
