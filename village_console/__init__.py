"""The shelter desk of a small village: cards, televisions and paper, on one offline laptop."""
