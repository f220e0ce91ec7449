"""逃げ遅れ推定: evacuation order x television x presence, and the board that shows who may still be at home."""
