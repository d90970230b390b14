"""The moisture that a product's prices are quoted at; filled in for the products that ship."""

from django.db import migrations, models

SHIPPED = {
    "walnut": 80,
    "sichuan-pepper": 95,
    "dried-chili": 140,
    "codonopsis": 160,
    "astragalus": 100,
    "angelica": 150,
    "rhubarb": 150,
    "buckwheat": 145,
    "wood-ear": 120,
    "silver-ear": 150,
    "shiitake": 130,
    "tea": 70,
}


def fill(apps, schema_editor):
    """Give the products that ship the moisture that they ship with, where it decides their price."""
    products = apps.get_model("catalog", "Product")
    for code, permille in SHIPPED.items():
        products.objects.filter(code=code, moisture_matters=True).update(standard_moisture=permille)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="product",
            name="standard_moisture",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="thousandths of the weight that prices are quoted at", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("standard_moisture__isnull", True),
                    models.Q(
                        ("moisture_matters", True), ("standard_moisture__gt", 0), ("standard_moisture__lt", 1000)
                    ),
                    _connector="OR",
                ),
                name="catalog_product_moisture",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
