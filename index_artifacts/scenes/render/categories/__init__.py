"""The scenes, grouped by kind; every module here is imported by `registry.all_categories`."""
