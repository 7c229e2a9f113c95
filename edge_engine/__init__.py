"""Edge Engine: private personal-finance insight on the person's own device."""
