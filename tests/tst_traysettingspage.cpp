#include "traysupport/shots.h"

#include "core/config/configfile.h"
#include "ui/settings/numberbox.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingspage.h"
#include "ui/settings/tokenedit.h"
#include "ui/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSet>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace qcc;
using qcc::test::keepShot;
using namespace Qt::StringLiterals;

namespace {

constexpr auto windowSize = QSize(800, 560);

QJsonObject jsonWith(const QString &section, const QString &key, const QJsonValue &value)
{
    QJsonObject json = defaultConfigJson();
    QJsonObject inner = json.value(section).toObject();
    inner.insert(key, value);
    // The two depend on each other, and are looked at one by one.
    if (key == u"open_s")
        inner.remove(u"max_open_s"_s);
    else if (key == u"max_open_s")
        inner.insert(u"open_s"_s, 1);
    json.insert(section, inner);
    return json;
}

ConfigSnapshot snapshotOf(const QJsonObject &json)
{
    const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
    return config ? std::make_shared<const Config>(*config) : nullptr;
}

ProxyView runningAt(const QString &address)
{
    ProxyView view;
    view.state = ProxyState::Running;
    view.address = address;
    return view;
}

void shoot(SettingsPage &page, const QString &name)
{
    // The height of what wraps follows with posted events.
    QCoreApplication::processEvents();
    keepShot(page, name);
}

} // namespace

class TraySettingsPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_json = defaultConfigJson();
        m_page = std::make_unique<SettingsPage>();
        m_page->resize(windowSize);
        m_page->setConfig(snapshotOf(m_json));
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_changes = std::make_unique<QSignalSpy>(m_page.get(), &SettingsPage::changeRequested);
    }

    void showsWhatIsConfigured_data()
    {
        QTest::addColumn<QString>("section");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("editor");
        QTest::addColumn<QString>("shown");
        const auto row = [](const QString &section, const QString &key, const QJsonValue &value, const QString &editor, const QString &shown) {
            QTest::addRow("%s.%s", qPrintable(section), qPrintable(key)) << section << key << value << editor << shown;
        };
        row(u"listen"_s, u"host"_s, u"::1"_s, u"Host"_s, u"::1"_s);
        row(u"listen"_s, u"port"_s, 8080, u"Port"_s, u"8080"_s);
        row(u"retry"_s, u"max_attempts"_s, 7, u"Attempts per request"_s, u"7"_s);
        row(u"retry"_s, u"max_attempts_per_endpoint"_s, 1, u"Attempts per endpoint"_s, u"1"_s);
        row(u"timeouts"_s, u"connect_s"_s, 0.25, u"Connect timeout"_s, u"0.25 s"_s);
        row(u"timeouts"_s, u"connect_failover_s"_s, 5, u"With others to try"_s, u"5 s"_s);
        row(u"timeouts"_s, u"read_s"_s, 86400, u"Read timeout"_s, u"86400 s"_s);
        row(u"timeouts"_s, u"total_s"_s, 0, u"Whole request"_s, u"no limit"_s);
        row(u"breaker"_s, u"failures"_s, 9, u"Failures in a row"_s, u"9"_s);
        row(u"breaker"_s, u"window_s"_s, 90, u"Window"_s, u"90 s"_s);
        row(u"breaker"_s, u"open_s"_s, 30, u"Left alone for"_s, u"30 s"_s);
        row(u"breaker"_s, u"max_open_s"_s, 600, u"At most"_s, u"600 s"_s);
        row(u"pool"_s, u"max_connections"_s, 10000, u"At once"_s, u"10000"_s);
        row(u"pool"_s, u"max_keepalive_connections"_s, 0, u"Kept while idle"_s, u"none"_s);
        row(u"pool"_s, u"keepalive_expiry_s"_s, 12, u"Idle for at most"_s, u"12 s"_s);
        row(u"pool"_s, u"strategy"_s, u"fixed"_s, u"Strategy"_s, u"Fixed"_s);
        row(u"client"_s, u"sse_keepalive_s"_s, 15, u"Keep streams alive"_s, u"15 s"_s);
        row(u"client"_s, u"max_body_mb"_s, 2047, u"Largest request"_s, u"2047 MB"_s);
        row(u"log"_s, u"level"_s, u"debug"_s, u"Level"_s, u"Everything"_s);
        row(u"log"_s, u"max_mb"_s, 1, u"Size of a file"_s, u"1 MB"_s);
        row(u"log"_s, u"files"_s, 100, u"Files kept"_s, u"100"_s);
        row(u"history"_s, u"days"_s, 365, u"For"_s, u"365 days"_s);
    }
    void showsWhatIsConfigured()
    {
        QFETCH(QString, section);
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QFETCH(QString, editor);
        m_page->setConfig(snapshotOf(jsonWith(section, key, value)));
        QTEST(textOf(editor), "shown");
        // What config.json refuses, the field refuses.
        if (const auto *box = qobject_cast<NumberBox *>(editorNamed(editor))) {
            for (const double good : {box->minimum(), box->maximum()})
                QVERIFY(snapshotOf(jsonWith(section, key, good)));
            for (const double bad : {box->minimum() - 1, box->maximum() + 1})
                QVERIFY(!snapshotOf(jsonWith(section, key, bad)));
        }
        QCOMPARE(m_changes->size(), 0);
    }

    void aNumberIsAskedForWhenItsFieldIsLeft()
    {
        type(u"Read timeout"_s, u"120"_s);
        QCOMPARE(m_changes->size(), 0);
        leave();
        QCOMPARE(m_changes->size(), 1);
        QCOMPARE(lastChange().done, u"Read timeout: 120 s"_s);
        QVERIFY(applyLast());
        QCOMPARE(m_json.value(u"timeouts"_s)[u"read_s"_s], QJsonValue(120));
        // Not once more, neither before nor after the file says so.
        editorNamed(u"Read timeout"_s)->setFocus();
        leave();
        m_page->setConfig(snapshotOf(m_json));
        editorNamed(u"Read timeout"_s)->setFocus();
        leave();
        QCOMPARE(m_changes->size(), 1);
    }

    void enterAsksToo()
    {
        type(u"Port"_s, u"9000"_s);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        leave();
        QCOMPARE(m_changes->size(), 1);
        QVERIFY(applyLast());
        QCOMPARE(m_json.value(u"listen"_s)[u"port"_s], QJsonValue(9000));
    }

    void theWayBackWritesWhatWasThereOrTakesItAway()
    {
        type(u"Window"_s, u"90"_s);
        leave();
        for (const QJsonObject &before : {jsonWith(u"breaker"_s, u"window_s"_s, 45), jsonWith(u"breaker"_s, u"window_s"_s, QJsonValue::Undefined)}) {
            QJsonObject config = before;
            QVERIFY(lastChange().apply(config));
            QCOMPARE(config.value(u"breaker"_s)[u"window_s"_s], QJsonValue(90));
            QVERIFY(lastChange().undo(config, before));
            QCOMPARE(config, before);
        }
    }

    void aChoiceIsAskedForAtOnce()
    {
        auto *box = qobject_cast<QComboBox *>(editorNamed(u"Strategy"_s));
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(m_changes->size(), 1);
        QVERIFY(applyLast());
        QCOMPARE(m_json.value(u"pool"_s)[u"strategy"_s], QJsonValue(u"fixed"_s));
        auto *history = named<QCheckBox>(u"Keep a history of requests"_s);
        history->click();
        QCOMPARE(m_changes->size(), 2);
        QCOMPARE(lastChange().done, u"Keep a history of requests: off"_s);
        QVERIFY(applyLast());
        QCOMPARE(m_json.value(u"history"_s)[u"enabled"_s], QJsonValue(false));
    }

    void faultsAreSaidAsOneTypesAndNotAskedFor_data()
    {
        QTest::addColumn<QString>("editor");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("says");
        QTest::newRow("no address") << u"Host"_s << u"my computer"_s << u"This is no IP address"_s;
        QTest::newRow("no host") << u"Host"_s << u" "_s << u"This is no IP address"_s;
        QTest::newRow("for everyone, without a token") << u"Host"_s << u"0.0.0.0"_s << u"Set an access token first"_s;
        QTest::newRow("open for longer than the longest time") << u"Left alone for"_s << u"900"_s << u"more than the longest time"_s;
        QTest::newRow("longest time is too short") << u"At most"_s << u"10"_s << u"less than the time above"_s;
    }
    void faultsAreSaidAsOneTypesAndNotAskedFor()
    {
        QFETCH(QString, editor);
        QFETCH(QString, typed);
        QFETCH(QString, says);
        type(editor, typed);
        QVERIFY2(faultOf(editor).contains(says), qPrintable(faultOf(editor)));
        leave();
        QCOMPARE(m_changes->size(), 0);
        QVERIFY(!faultOf(editor).isEmpty());
        type(editor, editor == u"Host" ? u"localhost"_s : u"200"_s);
        QCOMPARE(faultOf(editor), QString());
        leave();
        QCOMPARE(m_changes->size(), 1);
    }

    void aHostForEveryoneWaitsForItsToken()
    {
        type(u"Host"_s, u"0.0.0.0"_s);
        leave();
        shoot(*m_page, u"settings-fault"_s);
        QTest::mouseClick(named<QPushButton>(u"Generate"_s), Qt::LeftButton);
        QCOMPARE(m_changes->size(), 2);
        for (const QList<QVariant> &change : std::as_const(*m_changes)) {
            QVERIFY(change.first().value<ConfigChange>().apply(m_json));
            QVERIFY(snapshotOf(m_json));
        }
        QCOMPARE(m_json.value(u"listen"_s)[u"host"_s], QJsonValue(u"0.0.0.0"_s));
        QCOMPARE(m_json.value(u"listen"_s)[u"access_token"_s].toString().size(), 32);
        QVERIFY(!m_changes->first().first().value<ConfigChange>().done.contains(m_json.value(u"listen"_s)[u"access_token"_s].toString()));
        QCOMPARE(faultOf(u"Host"_s), QString());
    }

    void theTokenStaysWhileOthersReachTheProxy()
    {
        m_json = jsonWith(u"listen"_s, u"access_token"_s, u"secret"_s);
        QJsonObject listen = m_json.value(u"listen"_s).toObject();
        listen.insert(u"host"_s, u"0.0.0.0"_s);
        m_json.insert(u"listen"_s, listen);
        m_page->setConfig(snapshotOf(m_json));
        type(u"Access token"_s, u""_s);
        leave();
        QVERIFY(faultOf(u"Access token"_s).contains(u"Keep a token"_s));
        QCOMPARE(m_changes->size(), 0);
        type(u"Host"_s, u"127.0.0.1"_s);
        leave();
        QCOMPARE(m_changes->size(), 2);
        for (const QList<QVariant> &change : std::as_const(*m_changes)) {
            QVERIFY(change.first().value<ConfigChange>().apply(m_json));
            QVERIFY(snapshotOf(m_json));
        }
    }

    void theTokenIsHiddenUntilSomebodyWantsToSeeIt()
    {
        m_page->setConfig(snapshotOf(jsonWith(u"listen"_s, u"access_token"_s, u"secret"_s)));
        auto *text = m_page->findChild<TokenEdit *>()->findChild<QLineEdit *>();
        QVERIFY(!text->displayText().contains(u"secret"_s));
        QTest::mouseClick(named<QPushButton>(u"Show"_s), Qt::LeftButton);
        QCOMPARE(text->displayText(), u"secret"_s);
    }

    void tokensAreNotAlikeAndPassEverywhere()
    {
        QSet<QString> tokens;
        for (int i = 0; i < 50; ++i) {
            const QString token = newToken();
            QVERIFY(std::ranges::all_of(token, [](QChar c) { return c.unicode() < 128 && (c.isLetterOrNumber() || c == u'-' || c == u'_'); }));
            tokens << token;
        }
        QCOMPARE(tokens.size(), 50);
    }

    void anotherModelNeedsAName()
    {
        auto *mode = qobject_cast<QComboBox *>(editorNamed(u"Model"_s)->focusProxy());
        mode->setFocus();
        QTest::keyClick(mode, Qt::Key_Down);
        QCOMPARE(m_changes->size(), 0);
        QVERIFY(faultOf(u"Model"_s).contains(u"name of the model"_s));
        auto *name = qobject_cast<QLineEdit *>(QApplication::focusWidget());
        QVERIFY(name);
        QTest::keyClicks(name, u"claude-x"_s);
        leave();
        QCOMPARE(m_changes->size(), 1);
        QVERIFY(applyLast());
        QCOMPARE(m_json.value(u"model"_s), QJsonValue(QJsonObject{{u"mode"_s, u"override"_s}, {u"override"_s, u"claude-x"_s}}));
        QVERIFY(snapshotOf(m_json));
    }

    void aChangeFromOutsideLeavesAloneWhatIsTyped()
    {
        type(u"Read timeout"_s, u"12"_s);
        QJsonObject json = jsonWith(u"timeouts"_s, u"read_s"_s, 77);
        json.insert(u"history"_s, QJsonObject{{u"days"_s, 5}});
        m_page->setConfig(snapshotOf(json));
        QCOMPARE(textOf(u"Read timeout"_s), u"12 s"_s);
        QCOMPARE(textOf(u"For"_s), u"5 days"_s);
        leave();
        QCOMPARE(m_changes->size(), 1);
        QCOMPARE(lastChange().done, u"Read timeout: 12 s"_s);
    }

    void aRefusedTextStaysForCorrection()
    {
        type(u"Port"_s, u"9000"_s);
        leave();
        m_page->editRefused(u"The disk is full."_s);
        QCOMPARE(faultOf(u"Port"_s), u"Not saved: The disk is full."_s);
        QCOMPARE(textOf(u"Port"_s), u"9000"_s);
        editorNamed(u"Port"_s)->setFocus();
        leave();
        QCOMPARE(m_changes->size(), 1);
        type(u"Port"_s, u"9001"_s);
        QCOMPARE(faultOf(u"Port"_s), QString());
        leave();
        QCOMPARE(m_changes->size(), 2);
    }

    void aRefusedChoiceGoesBack()
    {
        auto *history = named<QCheckBox>(u"Keep a history of requests"_s);
        history->click();
        m_page->editRefused(u"The disk is full."_s);
        QVERIFY(history->isChecked());
        QVERIFY(faultOf(history).contains(u"The disk is full."_s));
        history->click();
        QCOMPARE(m_changes->size(), 2);
        QCOMPARE(faultOf(history), QString());
    }

    void saysWhereTheAddressIsNotInForce_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<ProxyView>("view");
        QTest::addColumn<bool>("said");
        QTest::newRow("in force") << u"127.0.0.1"_s << runningAt(u"http://127.0.0.1:7860"_s) << false;
        QTest::newRow("another port") << u"127.0.0.1"_s << runningAt(u"http://127.0.0.1:7861"_s) << true;
        QTest::newRow("another host") << u"localhost"_s << runningAt(u"http://127.0.0.1:7860"_s) << true;
        QTest::newRow("IPv6 in force") << u"::1"_s << runningAt(u"http://[::1]:7860"_s) << false;
        QTest::newRow("stopped") << u"127.0.0.1"_s << ProxyView() << false;
    }
    void saysWhereTheAddressIsNotInForce()
    {
        QFETCH(QString, host);
        QFETCH(ProxyView, view);
        QFETCH(bool, said);
        m_page->setConfig(snapshotOf(jsonWith(u"listen"_s, u"host"_s, host)));
        m_page->setView(view);
        auto *restart = named<QPushButton>(u"Restart the proxy"_s);
        QCOMPARE(restart->isVisible(), said);
        if (!said)
            return;
        QSignalSpy restarts(m_page.get(), &SettingsPage::restartRequested);
        QTest::mouseClick(restart, Qt::LeftButton);
        QCOMPARE(restarts.size(), 1);
        m_page->setView(runningAt(u"http://%1:7860"_s.arg(host)));
        QVERIFY(!restart->isVisible());
    }

    void theDesktopsSettingsAreAValueOfTheirOwn()
    {
        QSignalSpy changed(m_page.get(), &SettingsPage::traySettingsChanged);
        TraySettings settings;
        settings.language = u"zh_CN"_s;
        settings.notices[static_cast<int>(Notice::KeyRejected)] = false;
        m_page->setTraySettings(settings);
        QCOMPARE(textOf(u"Language"_s), u"简体中文"_s);
        QCOMPARE(changed.size(), 0);
        auto *theme = qobject_cast<QComboBox *>(editorNamed(u"Theme"_s));
        theme->setFocus();
        QTest::keyClick(theme, Qt::Key_End);
        settings.theme = Theme::Dark;
        QCOMPARE(changed.last().first().value<TraySettings>(), settings);
        named<QCheckBox>(u"requests are served again"_s)->click();
        settings.notices[static_cast<int>(Notice::Recovered)] = false;
        QCOMPARE(changed.last().first().value<TraySettings>(), settings);
        QCOMPARE(m_changes->size(), 0);
    }

    void startAtLoginIsToldAndChosen()
    {
        QSignalSpy chosen(m_page.get(), &SettingsPage::startAtLoginChosen);
        auto *box = named<QCheckBox>(u"Start qcc when I log in"_s);
        m_page->setStartsAtLogin(true);
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
        m_page->focusFilter();
        QTest::keyClicks(QApplication::focusWidget(), search);
        QVERIFY(editorNamed(there)->isVisible());
        QVERIFY(!editorNamed(notThere)->isVisible());
        m_page->findChild<QLineEdit *>()->clear();
        QVERIFY(editorNamed(notThere)->isVisible());
    }

    void theWheelIsLeftToThePage()
    {
        auto *box = editorNamed(u"Port"_s);
        const QPointF at = box->rect().center();
        QWheelEvent wheel(at, box->mapToGlobal(at), {}, {0, -120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(box, &wheel);
        QCOMPARE(textOf(u"Port"_s), u"7860"_s);
        QVERIFY(!wheel.isAccepted());
    }

    void everyEditorHasAName()
    {
        for (const SettingField *field : m_page->findChildren<SettingField *>()) {
            const auto *button = qobject_cast<QAbstractButton *>(field->editor());
            QVERIFY(button ? !button->text().isEmpty() : !field->editor()->accessibleName().isEmpty());
        }
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
        m_page->setConfig(snapshotOf(jsonWith(u"listen"_s, u"port"_s, 8080)));
        m_page->setView(runningAt(u"http://127.0.0.1:7860"_s));
        m_page->setStartsAtLogin(true);
        shoot(*m_page, u"settings-"_s + name);
        auto *bar = m_page->findChild<QScrollArea *>()->verticalScrollBar();
        for (int i = 1; i < 5; ++i) {
            bar->setValue(i * bar->pageStep());
            shoot(*m_page, u"settings-%1-%2"_s.arg(i).arg(name));
        }
        m_page->focusFilter();
        QTest::keyClicks(QApplication::focusWidget(), u"timeout"_s);
        shoot(*m_page, u"settings-search-"_s + name);
        for (const SettingField *field : m_page->findChildren<SettingField *>()) {
            if (field->isVisible() && field->hasHeightForWidth())
                QVERIFY2(field->height() >= field->heightForWidth(field->width()), qPrintable(field->caption()));
        }
        QTest::keyClicks(QApplication::focusWidget(), u"xyz"_s);
        shoot(*m_page, u"settings-nothing-"_s + name);
        QVERIFY(m_page->isVisible());
    }

private:
    QWidget *editorNamed(const QString &name) const
    {
        for (const SettingField *field : m_page->findChildren<SettingField *>()) {
            if (field->editor()->accessibleName() == name)
                return field->editor();
        }
        return nullptr;
    }
    template <typename T>
    T *named(const QString &text) const
    {
        for (T *widget : m_page->findChildren<T *>()) {
            if (widget->text().remove(u'&') == text)
                return widget;
        }
        return nullptr;
    }
    QString textOf(const QString &name) const
    {
        const QWidget *editor = editorNamed(name);
        if (const auto *box = qobject_cast<const NumberBox *>(editor))
            return box->text();
        if (const auto *box = qobject_cast<const QComboBox *>(editor))
            return box->currentText();
        const auto *text = qobject_cast<const QLineEdit *>(editor);
        return text ? text->text() : QString();
    }
    static QString faultOf(const QWidget *editor) { return qobject_cast<const SettingField *>(editor->parentWidget())->fault(); }
    QString faultOf(const QString &name) const { return faultOf(editorNamed(name)); }

    /// In place of what the editor holds.
    void type(const QString &name, const QString &text)
    {
        editorNamed(name)->setFocus();
        QWidget *focus = QApplication::focusWidget();
        QTest::keyClick(focus, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(focus, Qt::Key_Delete);
        QTest::keyClicks(focus, text);
    }
    void leave() { m_page->focusFilter(); }

    ConfigChange lastChange() const { return m_changes->last().first().value<ConfigChange>(); }
    Result<void> applyLast() { return lastChange().apply(m_json); }

    QJsonObject m_json;
    std::unique_ptr<SettingsPage> m_page;
    std::unique_ptr<QSignalSpy> m_changes;
};

QTEST_MAIN(TraySettingsPageTest)
#include "tst_traysettingspage.moc"
