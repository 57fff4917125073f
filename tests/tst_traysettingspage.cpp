#include "traysupport/settingsdesk.h"

#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include "ui/settings/settingsform.h"
#include "ui/settings/settingsindex.h"

#include <QLabel>
#include <QPushButton>
#include <QSet>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QScrollArea>
#include <QScrollBar>

#include <algorithm>
#include <numeric>
#include <utility>

using namespace qcc;
using namespace qcc::test;

namespace {

ProxyView brokenConfig()
{
    ProxyView view;
    view.configFault = u"config.json is not valid: line 14, a comma is missing."_s;
    return view;
}

} // namespace

class TraySettingsPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<SettingsDesk>();
        QVERIFY(QTest::qWaitForWindowActive(&m_desk->page));
    }

    void showsWhatIsConfigured_data()
    {
        QTest::addColumn<QString>("section");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("editor");
        QTest::addColumn<QString>("shown");
        const auto row = [](const QString &section, const QString &key, const QJsonValue &value, const QString &editor,
                            const QString &shown) {
            QTest::addRow("%s.%s", qPrintable(section), qPrintable(key)) << section << key << value << editor << shown;
        };
        row(u"listen"_s, u"host"_s, u"::1"_s, u"Host"_s, u"::1"_s);
        row(u"listen"_s, u"port"_s, 8080, u"Port"_s, u"8080"_s);
        row(u"retry"_s, u"max_attempts"_s, 7, u"Attempts per request"_s, u"7"_s);
        row(u"retry"_s, u"max_attempts_per_endpoint"_s, 1, u"Attempts per endpoint"_s, u"1"_s);
        row(u"timeouts"_s, u"connect_s"_s, 0.25, u"Connect timeout"_s, u"0.25 s"_s);
        row(u"timeouts"_s, u"connect_failover_s"_s, 5, u"With others to try"_s, u"5 s"_s);
        row(u"timeouts"_s, u"read_s"_s, 86400, u"Read timeout"_s, u"86400 s"_s);
        row(u"timeouts"_s, u"total_s"_s, 0, u"Whole request"_s, u"No limit"_s);
        row(u"breaker"_s, u"failures"_s, 9, u"Failures in a row"_s, u"9"_s);
        row(u"breaker"_s, u"window_s"_s, 90, u"Window"_s, u"90 s"_s);
        row(u"breaker"_s, u"open_s"_s, 30, u"Left alone for"_s, u"30 s"_s);
        row(u"breaker"_s, u"max_open_s"_s, 600, u"At most"_s, u"600 s"_s);
        row(u"pool"_s, u"max_connections"_s, 10000, u"At once"_s, u"10000"_s);
        row(u"pool"_s, u"max_keepalive_connections"_s, 0, u"Kept while idle"_s, u"None"_s);
        row(u"pool"_s, u"keepalive_expiry_s"_s, 12, u"Idle for at most"_s, u"12 s"_s);
        row(u"pool"_s, u"strategy"_s, u"fixed"_s, u"Strategy"_s, u"Fixed"_s);
        row(u"client"_s, u"sse_keepalive_s"_s, 15, u"Keep streams alive"_s, u"15 s"_s);
        row(u"client"_s, u"max_body_mb"_s, 2047, u"Largest request"_s, u"2047 MB"_s);
        row(u"log"_s, u"level"_s, u"debug"_s, u"Level"_s, u"Everything"_s);
        row(u"log"_s, u"max_mb"_s, 1, u"Size of a file"_s, u"1 MB"_s);
        row(u"log"_s, u"files"_s, 100, u"Files kept"_s, u"100"_s);
        row(u"history"_s, u"days"_s, 365, u"Kept for"_s, u"365 days"_s);
    }
    void showsWhatIsConfigured()
    {
        QFETCH(QString, section);
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QFETCH(QString, editor);
        m_desk->page.setConfig(snapshotOf(jsonWith(section, key, value)));
        QTEST(m_desk->textOf(editor), "shown");
        // What config.json refuses, the field refuses.
        if (const auto *box = qobject_cast<NumberBox *>(m_desk->editorNamed(editor))) {
            for (const double good : {box->minimum(), box->maximum()})
                QVERIFY(snapshotOf(jsonWith(section, key, good)));
            for (const double bad : {box->minimum() - 1, box->maximum() + 1})
                QVERIFY(!snapshotOf(jsonWith(section, key, bad)));
        }
        QCOMPARE(m_desk->changes.size(), 0);
    }

    void hasEverySettingThatIsNotElsewhere()
    {
        QStringList wanted;
        for (const Setting &setting : configSettings()) {
            if (setting.isOnSettingsPage())
                wanted << setting.path;
        }
        const auto editors = editorsByKey();
        const auto isOf = [](const QString &path, const QString &key) { return path == key || path.startsWith(key + u'.'); };
        for (const QString &path : std::as_const(wanted)) {
            const bool shown = std::ranges::any_of(editors, [&](const auto &editor) { return isOf(path, editor.first); });
            QVERIFY2(shown, qPrintable(path + u" is not on the page: add its line to ui/settings/proxyfields.cpp"_s));
        }
        for (const auto &editor : editors) {
            const bool known = std::ranges::any_of(wanted, [&](const QString &path) { return isOf(path, editor.first); });
            QVERIFY2(known, qPrintable(editor.first + u" is on the page, which its setting denies"_s));
        }
    }

    void anEditorTakesWhatItsSettingMayBe()
    {
        for (const auto &[key, editor] : editorsByKey()) {
            if (const auto *box = qobject_cast<const NumberBox *>(editor)) {
                const Setting &setting = settingAt(key);
                QCOMPARE(box->minimum(), setting.rule.low);
                QCOMPARE(box->maximum(), setting.rule.high);
                QCOMPARE(box->decimals() == 0, setting.kind == SettingKind::Whole);
                QCOMPARE(box->suffix().isEmpty(), setting.rule.unit == SettingUnit::None);
            } else if (const auto *choice = qobject_cast<const ChoiceEdit *>(editor)) {
                QStringList words = choice->values();
                QStringList wanted = settingAt(key).words;
                words.sort();
                wanted.sort();
                QCOMPARE(words, wanted);
            }
        }
    }

    void aNumberIsAskedForWhenItsFieldIsLeft()
    {
        m_desk->type(u"Read timeout"_s, u"120"_s);
        QCOMPARE(m_desk->changes.size(), 0);
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 1);
        QCOMPARE(m_desk->lastChange().done, u"Read timeout: 120 s"_s);
        QVERIFY(m_desk->applyLast());
        QCOMPARE(m_desk->json.value(u"timeouts"_s)[u"read_s"_s], QJsonValue(120));
        // Not once more, neither before nor after the file says so.
        m_desk->editorNamed(u"Read timeout"_s)->setFocus();
        m_desk->leave();
        m_desk->page.setConfig(snapshotOf(m_desk->json));
        m_desk->editorNamed(u"Read timeout"_s)->setFocus();
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 1);
    }

    void enterAsksToo()
    {
        m_desk->type(u"Port"_s, u"9000"_s);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 1);
        QVERIFY(m_desk->applyLast());
        QCOMPARE(m_desk->json.value(u"listen"_s)[u"port"_s], QJsonValue(9000));
    }

    void theWayBackWritesWhatWasThereOrTakesItAway()
    {
        m_desk->type(u"Window"_s, u"90"_s);
        m_desk->leave();
        for (const QJsonObject &before :
             {jsonWith(u"breaker"_s, u"window_s"_s, 45), jsonWith(u"breaker"_s, u"window_s"_s, QJsonValue::Undefined)}) {
            QJsonObject config = before;
            QVERIFY(m_desk->lastChange().apply(config));
            QCOMPARE(config.value(u"breaker"_s)[u"window_s"_s], QJsonValue(90));
            QVERIFY(m_desk->lastChange().undo(config, before));
            QCOMPARE(config, before);
        }
    }

    void aChoiceIsAskedForAtOnce()
    {
        QAbstractButton *adaptive = m_desk->choice(u"Strategy"_s, u"Adaptive"_s);
        adaptive->setFocus();
        QTest::keyClick(adaptive, Qt::Key_Right);
        QCOMPARE(m_desk->changes.size(), 1);
        QVERIFY(m_desk->applyLast());
        QCOMPARE(m_desk->json.value(u"pool"_s)[u"strategy"_s], QJsonValue(u"fixed"_s));
        Switch *history = m_desk->switchNamed(u"Keep a history of requests"_s);
        history->click();
        QCOMPARE(m_desk->changes.size(), 2);
        QCOMPARE(m_desk->lastChange().done, u"Keep a history of requests: off"_s);
        QVERIFY(m_desk->applyLast());
        QCOMPARE(m_desk->json.value(u"history"_s)[u"enabled"_s], QJsonValue(false));
    }

    void faultsAreSaidAsOneTypesAndNotAskedFor_data()
    {
        QTest::addColumn<QString>("editor");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("says");
        QTest::newRow("no address") << u"Host"_s << u"my computer"_s << u"This is no IP address"_s;
        QTest::newRow("no host") << u"Host"_s << u" "_s << u"This is no IP address"_s;
        QTest::newRow("for everyone, without a token") << u"Host"_s << u"0.0.0.0"_s << u"Set an access token first"_s;
        QTest::newRow("open for longer than the longest time")
            << u"Left alone for"_s << u"900"_s << u"more than the longest time"_s;
        QTest::newRow("longest time is too short") << u"At most"_s << u"10"_s << u"less than the time above"_s;
    }
    void faultsAreSaidAsOneTypesAndNotAskedFor()
    {
        QFETCH(QString, editor);
        QFETCH(QString, typed);
        QFETCH(QString, says);
        m_desk->type(editor, typed);
        QVERIFY2(m_desk->faultOf(editor).contains(says), qPrintable(m_desk->faultOf(editor)));
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 0);
        QVERIFY(!m_desk->faultOf(editor).isEmpty());
        m_desk->type(editor, editor == u"Host" ? u"localhost"_s : u"200"_s);
        QCOMPARE(m_desk->faultOf(editor), QString());
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 1);
    }

    void anotherModelNeedsAName()
    {
        const QList<QAbstractButton *> modes = m_desk->editorNamed(u"Model"_s)->findChildren<QAbstractButton *>();
        QTest::mouseClick(modes.at(1), Qt::LeftButton);
        QCOMPARE(m_desk->changes.size(), 0);
        QVERIFY(m_desk->faultOf(u"Model"_s).contains(u"name of the model"_s));
        auto *name = qobject_cast<QLineEdit *>(QApplication::focusWidget());
        QVERIFY(name);
        QTest::keyClicks(name, u"claude-x"_s);
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 1);
        QVERIFY(m_desk->applyLast());
        QCOMPARE(m_desk->json.value(u"model"_s),
                 QJsonValue(QJsonObject{{u"mode"_s, u"override"_s}, {u"override"_s, u"claude-x"_s}}));
        QVERIFY(snapshotOf(m_desk->json));
    }

    void aChangeFromOutsideLeavesAloneWhatIsTyped()
    {
        m_desk->type(u"Read timeout"_s, u"12"_s);
        QJsonObject json = jsonWith(u"timeouts"_s, u"read_s"_s, 77);
        json.insert(u"history"_s, QJsonObject{{u"days"_s, 5}});
        m_desk->page.setConfig(snapshotOf(json));
        QCOMPARE(m_desk->textOf(u"Read timeout"_s), u"12 s"_s);
        QCOMPARE(m_desk->textOf(u"Kept for"_s), u"5 days"_s);
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 1);
        QCOMPARE(m_desk->lastChange().done, u"Read timeout: 12 s"_s);
    }

    void aRefusedTextStaysForCorrection()
    {
        m_desk->type(u"Port"_s, u"9000"_s);
        m_desk->leave();
        m_desk->page.editRefused(u"The disk is full."_s);
        QCOMPARE(m_desk->faultOf(u"Port"_s), u"Not saved: The disk is full."_s);
        QCOMPARE(m_desk->textOf(u"Port"_s), u"9000"_s);
        m_desk->editorNamed(u"Port"_s)->setFocus();
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 1);
        m_desk->type(u"Port"_s, u"9001"_s);
        QCOMPARE(m_desk->faultOf(u"Port"_s), QString());
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 2);
    }

    void aRefusedChoiceGoesBack()
    {
        Switch *history = m_desk->switchNamed(u"Keep a history of requests"_s);
        history->click();
        m_desk->page.editRefused(u"The disk is full."_s);
        QVERIFY(history->isChecked());
        QVERIFY(m_desk->faultOf(history).contains(u"The disk is full."_s));
        history->click();
        QCOMPARE(m_desk->changes.size(), 2);
        QCOMPARE(m_desk->faultOf(history), QString());
    }

    void theDesktopsSettingsAreAValueOfTheirOwn()
    {
        QSignalSpy changed(&m_desk->page, &SettingsPage::traySettingsChanged);
        TraySettings settings;
        settings.language = u"zh_CN"_s;
        settings.notices[static_cast<int>(Notice::KeyRejected)] = false;
        m_desk->page.setTraySettings(settings);
        QCOMPARE(m_desk->textOf(u"Language"_s), u"简体中文"_s);
        QCOMPARE(changed.size(), 0);
        QTest::mouseClick(m_desk->choice(u"Theme"_s, u"Dark"_s), Qt::LeftButton);
        settings.theme = Theme::Dark;
        QCOMPARE(changed.last().first().value<TraySettings>(), settings);
        m_desk->switchNamed(u"Requests are served again"_s)->click();
        settings.notices[static_cast<int>(Notice::Recovered)] = false;
        QCOMPARE(changed.last().first().value<TraySettings>(), settings);
        QCOMPARE(m_desk->changes.size(), 0);
    }

    void startAtLoginIsToldAndChosen()
    {
        QSignalSpy chosen(&m_desk->page, &SettingsPage::startAtLoginChosen);
        Switch *box = m_desk->switchNamed(u"Start qcc when I log in"_s);
        m_desk->page.setStartsAtLogin(true);
        QVERIFY(box->isChecked());
        QCOMPARE(chosen.size(), 0);
        box->click();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.first().first().toBool(), false);
    }

    void theSearchShowsWhatHoldsTheWords_data()
    {
        QTest::addColumn<QString>("search");
        QTest::addColumn<QString>("there");
        QTest::addColumn<QString>("notThere");
        QTest::newRow("a word of a label") << u"READ time"_s << u"Read timeout"_s << u"Connect timeout"_s;
        QTest::newRow("a section") << u"breaker"_s << u"Window"_s << u"Read timeout"_s;
        QTest::newRow("a key of config.json") << u"keepalive_expiry"_s << u"Idle for at most"_s << u"At once"_s;
        QTest::newRow("a caption") << u"silent"_s << u"Read timeout"_s << u"Window"_s;
    }
    void theSearchShowsWhatHoldsTheWords()
    {
        QFETCH(QString, search);
        QFETCH(QString, there);
        QFETCH(QString, notThere);
        m_desk->page.focusFilter();
        QTest::keyClicks(QApplication::focusWidget(), search);
        QVERIFY(m_desk->editorNamed(there)->isVisible());
        QVERIFY(!m_desk->editorNamed(notThere)->isVisible());
        m_desk->page.findChild<QLineEdit *>()->clear();
        QVERIFY(m_desk->editorNamed(notThere)->isVisible());
    }

    void everyEditorHasAName()
    {
        for (const SettingField *field : m_desk->page.findChildren<SettingField *>()) {
            QVERIFY(!field->label().isEmpty());
            QVERIFY(!field->editor()->accessibleName().isEmpty());
        }
        // "Dark" alone may be the windows or the icon.
        QCOMPARE(m_desk->choice(u"Theme"_s, u"Dark"_s)->accessibleDescription(), u"Theme"_s);
        QCOMPARE(m_desk->choice(u"Tray icon"_s, u"Dark"_s)->accessibleDescription(), u"Tray icon"_s);
    }

    void tabReachesWhatIsChosenAndWhatStandsBesideAField()
    {
        m_desk->page.setConfig(snapshotOf(jsonWith(u"log"_s, u"level"_s, u"warning"_s)));
        QSet<QWidget *> reached;
        m_desk->leave();
        for (QWidget *focus = QApplication::focusWidget(); focus && !reached.contains(focus); focus = QApplication::focusWidget()) {
            reached << focus;
            QTest::keyClick(focus, Qt::Key_Tab);
        }
        QVERIFY(reached.contains(m_desk->choice(u"Level"_s, u"Warnings"_s)));
        QVERIFY(!reached.contains(m_desk->choice(u"Level"_s, u"Everything"_s)));
        for (const QString &button : {u"Show"_s, u"Generate"_s})
            QVERIFY(reached.contains(m_desk->named<QPushButton>(button)));
        for (const SettingField *field : m_desk->page.findChildren<SettingField *>()) {
            const QList<QWidget *> parts = field->editor()->findChildren<QWidget *>();
            QVERIFY2(reached.contains(field->editor()) || std::ranges::any_of(parts, [&](QWidget *part) { return reached.contains(part); }),
                     qPrintable(field->label()));
        }
    }

    void theWordsOfASwitchTurnItToo()
    {
        Switch *history = m_desk->switchNamed(u"Keep a history of requests"_s);
        QWidget *row = history->parentWidget();
        QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(20, row->height() / 2));
        QCOMPARE(m_desk->changes.size(), 1);
        QVERIFY(!history->isChecked());
        // Those of another editor do nothing.
        row = m_desk->editorNamed(u"Port"_s)->parentWidget();
        QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(20, row->height() / 2));
        QCOMPARE(m_desk->changes.size(), 1);
        m_desk->page.setView(brokenConfig());
        row = history->parentWidget();
        QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(20, row->height() / 2));
        QCOMPARE(m_desk->changes.size(), 1);
    }

    void aFaultTakesThePlaceOfTheMeaning()
    {
        const SettingField *field = m_desk->fieldNamed(u"Left alone for"_s);
        m_desk->shoot(u"settings"_s);
        const int height = field->height();
        m_desk->type(u"Left alone for"_s, u"900"_s);
        m_desk->shoot(u"settings-fault-place"_s);
        QVERIFY(!field->fault().isEmpty());
        QVERIFY(isFaulty(field->editor()));
        QCOMPARE(field->height(), height);
        m_desk->type(u"Left alone for"_s, u"20"_s);
        QVERIFY(!isFaulty(field->editor()));
        m_desk->leave();
    }

    void theIndexIsThereWhereThereIsRoom()
    {
        auto *index = m_desk->page.findChild<SettingsIndex *>();
        QVERIFY(!index->isVisible());
        m_desk->page.resize(1000, 600);
        QVERIFY(index->isVisible());
        const auto *form = m_desk->page.findChild<SettingsForm *>();
        QVERIFY(index->x() >= form->mapTo(&m_desk->page, QPoint(form->width(), 0)).x());
        QVERIFY(index->geometry().right() <= 1000 - 24);
        QCOMPARE(index->count(), form->sections().size());
    }

    void theIndexGoesToASectionAndMarksWhereOneIs()
    {
        m_desk->page.resize(1000, 600);
        m_desk->shoot(u"settings-index"_s);
        auto *index = m_desk->page.findChild<SettingsIndex *>();
        const auto *form = m_desk->page.findChild<SettingsForm *>();
        const auto *scroll = m_desk->page.findChild<QScrollArea *>();
        QScrollBar *bar = scroll->verticalScrollBar();
        QCOMPARE(index->marked(), 0);
        const auto breaker = static_cast<int>(form->sections().indexOf(u"Breaker"_s));
        QTest::mouseClick(index->viewport(), Qt::LeftButton, {}, index->visualItemRect(index->item(breaker)).center());
        QCOMPARE(bar->value(), form->topOf(breaker));
        QCOMPARE(index->marked(), breaker);
        index->setFocus();
        QTest::keyClick(index, Qt::Key_Up);
        QCOMPARE(bar->value(), form->topOf(breaker - 1));
        // The last ones cannot come to the top, and are marked all the same.
        QTest::keyClick(index, Qt::Key_End);
        QCOMPARE(bar->value(), bar->maximum());
        QCOMPARE(index->marked(), index->count() - 1);
        // By scrolling each section is marked once, in their order. A screen reader is told nothing, since the focus is elsewhere.
        m_desk->leave();
        QSignalSpy current(index, &QListWidget::currentRowChanged);
        QList<int> marked;
        for (int value = 0; value <= bar->maximum(); ++value) {
            bar->setValue(value);
            if (marked.isEmpty() || marked.last() != index->marked())
                marked << index->marked();
        }
        QList<int> all(index->count());
        std::iota(all.begin(), all.end(), 0);
        QCOMPARE(marked, all);
        QCOMPARE(current.size(), 0);
    }

    void theIndexShowsWhatTheSearchFound()
    {
        m_desk->page.resize(1000, 600);
        m_desk->page.focusFilter();
        QTest::keyClicks(QApplication::focusWidget(), u"breaker"_s);
        const auto *index = m_desk->page.findChild<SettingsIndex *>();
        const auto *form = m_desk->page.findChild<SettingsForm *>();
        for (int i = 0; i < index->count(); ++i)
            QCOMPARE(index->isRowHidden(i), form->sections().at(i) != u"Breaker"_s);
        QCOMPARE(form->sections().at(index->marked()), u"Breaker"_s);
        QVERIFY(m_desk->page.clearFilter());
        QVERIFY(!index->isRowHidden(0));
    }

    void aFileWithAnErrorIsNotChangedFromHere()
    {
        m_desk->page.setView(brokenConfig());
        QVERIFY(!m_desk->editorNamed(u"Port"_s)->isEnabled());
        QVERIFY(m_desk->editorNamed(u"Theme"_s)->isEnabled());
        const auto says = [this] {
            const QList<QLabel *> labels = m_desk->page.findChildren<QLabel *>();
            return std::ranges::any_of(labels, [](const QLabel *label) { return label->isVisible() && label->text().contains(u"line 14"_s); });
        };
        QVERIFY(says());
        m_desk->shoot(u"settings-broken"_s);
        m_desk->page.setView({});
        QVERIFY(m_desk->editorNamed(u"Port"_s)->isEnabled());
        QVERIFY(!says());
    }

    void looksWellInLargeType()
    {
        const QFont usual = QApplication::font();
        const auto restore = qScopeGuard([usual] { QApplication::setFont(usual); });
        QFont large = usual;
        large.setPointSizeF(usual.pointSizeF() * 1.5);
        QApplication::setFont(large);
        m_desk = std::make_unique<SettingsDesk>();
        m_desk->page.show();
        m_desk->page.setView(runningAt(u"http://127.0.0.1:9999"_s));
        m_desk->shoot(u"settings-large"_s);
        // Nothing is cut off at the side.
        const auto *scroll = m_desk->page.findChild<QScrollArea *>();
        QVERIFY(scroll->widget()->width() <= scroll->viewport()->width());
        QVERIFY(scroll->widget()->minimumSizeHint().width() <= scroll->viewport()->width());
    }

    void looksWell_data()
    {
        QTest::addColumn<Theme>("theme");
        QTest::newRow("light") << Theme::Light;
        QTest::newRow("dark") << Theme::Dark;
    }
    void looksWell()
    {
        QFETCH(Theme, theme);
        applyTheme(theme);
        QCoreApplication::processEvents();
        const QString name = QString::fromUtf8(QTest::currentDataTag());
        m_desk->page.setConfig(snapshotOf(jsonWith(u"listen"_s, u"port"_s, 8080)));
        m_desk->page.setView(runningAt(u"http://127.0.0.1:7860"_s));
        m_desk->page.setStartsAtLogin(true);
        m_desk->shoot(u"settings-"_s + name);
        auto *bar = m_desk->page.findChild<QScrollArea *>()->verticalScrollBar();
        for (int i = 1; i < 6; ++i) {
            bar->setValue(i * bar->pageStep());
            m_desk->shoot(u"settings-%1-%2"_s.arg(i).arg(name));
        }
        m_desk->page.focusFilter();
        QTest::keyClicks(QApplication::focusWidget(), u"timeout"_s);
        m_desk->shoot(u"settings-search-"_s + name);
        for (const SettingField *field : m_desk->page.findChildren<SettingField *>()) {
            if (field->isVisible() && field->hasHeightForWidth())
                QVERIFY2(field->height() >= field->heightForWidth(field->width()), qPrintable(field->caption()));
        }
        QTest::keyClicks(QApplication::focusWidget(), u"xyz"_s);
        m_desk->shoot(u"settings-nothing-"_s + name);
        m_desk->page.clearFilter();
        m_desk->page.resize(952, 760);
        m_desk->page.setView(runningAt(u"http://127.0.0.1:7860"_s));
        m_desk->editorNamed(u"Theme"_s)->setFocus();
        m_desk->shoot(u"settings-wide-"_s + name);
        m_desk->page.resize(592, 500);
        m_desk->shoot(u"settings-narrow-"_s + name);
        QVERIFY(m_desk->page.isVisible());
    }

private:
    /// The editors of config.json, by the key that their tool tip names; that of a section has several settings.
    QList<std::pair<QString, QWidget *>> editorsByKey() const
    {
        static const QRegularExpression keyAtEnd(u"([a-z0-9_.]+) in config\\.json$"_s);
        QList<std::pair<QString, QWidget *>> editors;
        for (const SettingField *field : m_desk->page.findChildren<SettingField *>()) {
            if (const auto key = keyAtEnd.match(field->editor()->toolTip()); key.hasMatch())
                editors.append({key.captured(1), field->editor()});
        }
        return editors;
    }

    std::unique_ptr<SettingsDesk> m_desk;
};

QTEST_MAIN(TraySettingsPageTest)
#include "tst_traysettingspage.moc"
