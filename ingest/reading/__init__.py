"""Parts that several document sources read alike: dates, languages, people, licences."""
