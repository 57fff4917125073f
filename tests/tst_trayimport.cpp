#include "tests/traysupport/shots.h"
#include "ui/clusters/importdialog.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QTreeWidget>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

ImportedEndpoint imported(const QString &name, const QString &url, ImportOutcome outcome)
{
    ImportedEndpoint endpoint;
    endpoint.found.source = ImportSource::Fastcc;
    endpoint.found.place = u"~/.fastcc/cache.json"_s;
    endpoint.found.cluster = u"work"_s;
    endpoint.found.fields.name = name;
    endpoint.found.fields.baseUrl = url;
    endpoint.found.fields.apiKey = u"sk-secret-0123456789abcdef"_s;
    endpoint.outcome = outcome;
    endpoint.name = outcome == ImportOutcome::Added ? name : QString();
    return endpoint;
}

const QList<ImportedEndpoint> three = {imported(u"relay-a"_s, u"https://relay-a.example/api"_s, ImportOutcome::Added),
                                       imported(u"relay-b"_s, u"https://relay-b.example"_s, ImportOutcome::AlreadyThere),
                                       imported(u"relay-c"_s, u"https://relay-c.example"_s, ImportOutcome::Added)};
const QList<SearchedPlace> places = {{ImportSource::Fastcc, u"~/.fastcc/cache.json"_s, SearchedPlace::State::Read, {}},
                                     {ImportSource::ClaudeCode, u"~/.claude/settings.json"_s, SearchedPlace::State::Missing, {}},
                                     {ImportSource::Environment, u"environment variables"_s, SearchedPlace::State::Missing, {}}};

QPushButton *importButton(const ImportDialog &dialog)
{
    for (auto *button : dialog.findChildren<QPushButton *>()) {
        if (button->text().startsWith("&Import"_L1))
            return button;
    }
    return nullptr;
}

} // namespace

class TrayImportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatIsNewIsChosen()
    {
        ImportDialog dialog(three, places);
        QCOMPARE(dialog.chosen().size(), 2);
        QCOMPARE(dialog.chosen().at(1).fields.name, u"relay-c"_s);
        auto *list = dialog.findChild<QTreeWidget *>();
        QVERIFY(list->topLevelItem(1)->isDisabled());
        list->topLevelItem(0)->setCheckState(0, Qt::Unchecked);
        QCOMPARE(dialog.chosen().size(), 1);
        QVERIFY(importButton(dialog)->isEnabled());
        list->topLevelItem(2)->setCheckState(0, Qt::Unchecked);
        QVERIFY(!importButton(dialog)->isEnabled());
    }

    void keysAreMasked()
    {
        ImportDialog dialog(three, places);
        const auto *list = dialog.findChild<QTreeWidget *>();
        for (int row = 0; row < list->topLevelItemCount(); ++row) {
            for (int column = 0; column < list->columnCount(); ++column) {
                QVERIFY(!list->topLevelItem(row)->text(column).contains("secret"_L1));
                QVERIFY(!list->topLevelItem(row)->toolTip(column).contains("secret"_L1));
            }
        }
    }

    void saysWhereItLookedWhenNothingWasFound()
    {
        ImportDialog dialog({}, places);
        QVERIFY(!importButton(dialog));
        QString texts;
        for (const auto *label : dialog.findChildren<QLabel *>())
            texts += label->text();
        QVERIFY(texts.contains("No endpoints were found"_L1));
        QVERIFY(texts.contains("~/.claude/settings.json (not there)"_L1));
        QVERIFY2(texts.contains("\nEnvironment variables (not there)"_L1), qPrintable(texts));
        test::keepShot(dialog, u"import-nothing"_s);
    }

    void saysInFullWhyAnEndpointIsNotTaken()
    {
        const QString why = u"speaks another API"_s;
        ImportDialog dialog({imported(u"relay"_s, u"https://relay.example"_s, ImportOutcome::NeedsRewriting)}, places);
        dialog.ensurePolished();
        const auto *list = dialog.findChild<QTreeWidget *>();
        const int state = list->columnCount() - 1;
        QCOMPARE(list->topLevelItem(0)->text(state), why);
        const int needed = list->fontMetrics().horizontalAdvance(why);
        QVERIFY2(list->columnWidth(state) >= needed, qPrintable(u"%1 of %2"_s.arg(list->columnWidth(state)).arg(needed)));
    }

    void whatIsSkippedIsShownWithItsReason()
    {
        ImportedEndpoint skipped = imported(u"relay"_s, QString(), ImportOutcome::UnknownAddress);
        skipped.found.obstacle = Obstacle{Obstacle::Kind::UnknownAddress, u"Its config.toml names two addresses for one provider."_s};
        skipped.sentence = skipped.found.obstacle->sentence;
        ImportDialog dialog({skipped}, places);
        const auto *list = dialog.findChild<QTreeWidget *>();
        const QTreeWidgetItem *item = list->topLevelItem(0);
        const int state = list->columnCount() - 1;
        QCOMPARE(item->text(0), u"relay"_s);
        QCOMPARE(item->text(state), u"address not understood"_s);
        QVERIFY(item->toolTip(state).contains("names two addresses"_L1));
        QVERIFY(item->isDisabled() && dialog.chosen().isEmpty());
    }

    void looksGood()
    {
        for (const Theme theme : {Theme::Light, Theme::Dark}) {
            applyTheme(theme);
            ImportDialog dialog(three, places);
            test::keepShot(dialog, theme == Theme::Dark ? u"import-dark"_s : u"import-light"_s);
            QVERIFY(dialog.minimumSizeHint().width() <= 800);
        }
    }
};

QTEST_MAIN(TrayImportTest)
#include "tst_trayimport.moc"
