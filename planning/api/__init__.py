"""Plans over HTTP: resources in the words of the plan file, thin over services and selectors."""
