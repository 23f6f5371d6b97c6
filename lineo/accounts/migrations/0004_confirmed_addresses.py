from django.db import migrations


def confirm_who_signs_in_already(apps, schema_editor):
    """Count the addresses with which people sign in as confirmed."""
    people = apps.get_model('accounts', 'User').objects.filter(is_agent=False)
    addresses = apps.get_model('account', 'EmailAddress')
    addresses.objects.bulk_create(
        addresses(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )


class Migration(migrations.Migration):

    dependencies = [
        ('account', '0009_emailaddress_unique_primary_email'),
        ('accounts', '0003_invitations'),
    ]

    operations = [
        migrations.RunPython(confirm_who_signs_in_already, migrations.RunPython.noop),
    ]
