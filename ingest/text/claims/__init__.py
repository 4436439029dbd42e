"""Claims that sentences make about the concepts they mention."""
