from planning.interchange.report import MAX_WARNINGS, ImportReport, ReportBuilder


def test_it_counts_each_dropped_field_and_sorts_them_by_name():
    report = ReportBuilder()

    report.drop("tasks.cost", 2)
    report.drop("resources")
    report.drop("tasks.cost")

    assert report.build().dropped == (("resources", 1), ("tasks.cost", 3))


def test_nothing_dropped_leaves_a_clean_report():
    report = ReportBuilder()

    report.drop("tasks.cost", 0)

    assert report.build() == ImportReport()
    assert report.build().is_clean


def test_a_sentence_is_told_once_and_in_the_order_of_the_file():
    report = ReportBuilder()

    for sentence in ("Second.", "First.", "Second."):
        report.warn(sentence)

    assert report.build().warnings == ("Second.", "First.")


def test_a_flood_of_warnings_is_cut_and_counted():
    report = ReportBuilder()

    for row in range(MAX_WARNINGS + 7):
        report.warn(f"Row {row} has no name.")

    warnings = report.build().warnings
    assert len(warnings) == MAX_WARNINGS + 1
    assert "7 more" in warnings[-1]


def test_the_report_is_given_in_the_words_of_the_contract():
    report = ImportReport((("tasks.cost", 12),), ("Odd.",))

    assert report.as_data() == {
        "dropped": [{"what": "tasks.cost", "count": 12}],
        "warnings": ["Odd."],
    }
