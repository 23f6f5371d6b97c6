from django.contrib.admin.apps import AdminConfig


class LineoAdminConfig(AdminConfig):
    """Stands in INSTALLED_APPS instead of ``django.contrib.admin``."""

    default_site = "lineo.accounts.admin_site.LineoAdminSite"
