from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0014_search_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='update',
            name='scenario_id_then',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunSQL(
            "UPDATE planning_update SET scenario_id_then = scenario_id",
            migrations.RunSQL.noop,
        ),
    ]
