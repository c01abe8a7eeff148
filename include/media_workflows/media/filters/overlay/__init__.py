"""What is drawn over a picture: watermarks, texts, mosaics."""
