"""What is printed: the document model, the characters a printer has, the layouts."""
