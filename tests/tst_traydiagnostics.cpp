#include "tests/traysupport/shots.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"
#include "ui/window/diagnostics.h"
#include "ui/window/findingcard.h"
#include "ui/window/findingwords.h"
#include "ui/window/mainwindow.h"

#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScopeGuard>
#include <QScrollArea>
#include <QScrollBar>
#include <QSet>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

/// One of each mark, in the order of core, with a step that is a command, one with a command in it, and words of others.
QList<Finding> some()
{
    using enum FindingKind;
    return {{Check::Config, ConfigGood, {}, {u"~/.qcc/config.json"_s, u"2"_s, u"5"_s}},
            {Check::Permissions, SecretsExposed, {}, {u"~/.qcc/config.json"_s, u"~/.qcc/config.json"_s}},
            {Check::Endpoints, EndpointsReady, {}, {u"work"_s, u"2"_s}},
            {Check::Port, NotRunning, {}, {u"http://127.0.0.1:7860"_s}},
            {Check::ClientProxy, LoopbackDirect, {}, {u"http://127.0.0.1:7860"_s}},
            {Check::Proxy, NoProxy, {}, {}},
            {Check::Dns, NameFound, u"work/relay-a"_s, {u"relay-a.example"_s, u"192.0.2.7"_s, u"12"_s}},
            {Check::Connection, Connected, u"work/relay-a"_s, {u"relay-a.example:443"_s, u"35"_s}},
            {Check::Tls, TlsGood, u"work/relay-a"_s, {u"relay-a.example"_s, u"48"_s}},
            {Check::Key, KeyAccepted, u"work/relay-a"_s, {u"200"_s, u"120"_s}},
            {Check::Connection, NotConnected, u"work/relay-b"_s, {u"relay-b.example:443"_s, u"the connection was refused"_s, u"work"_s, u"relay-b"_s}},
            {Check::Tls, NotReached, u"work/relay-b"_s, {}},
            {Check::Key, NotReached, u"work/relay-b"_s, {}},
            {Check::Clock, ClockRight, {}, {u"work/relay-a"_s}},
            {Check::Client, ClientHere, u"Claude Code"_s, {u"http://127.0.0.1:7860"_s, u"~/.claude/settings.json"_s}},
            {Check::Client, ClientElsewhere, u"Codex"_s, {u"https://api.openai.com/v1"_s, u"~/.codex/config.toml"_s, u"http://127.0.0.1:7860"_s}}};
}

QList<Finding> good()
{
    QList<Finding> all = some();
    all.removeIf([](const Finding &finding) { return verdictOf(finding.kind) != Verdict::Ok; });
    return all;
}

QList<Finding> ofEndpoints(int count)
{
    QList<Finding> all;
    for (int i = 0; i < count; ++i) {
        const QString name = u"work/relay-%1"_s.arg(i);
        all << Finding{Check::Dns, FindingKind::NameFound, name, {u"relay.example"_s, u"192.0.2.7"_s, u"12"_s}}
            << Finding{Check::Connection, FindingKind::Connected, name, {u"relay.example:443"_s, u"35"_s}}
            << Finding{Check::Tls, FindingKind::TlsGood, name, {u"relay.example"_s, u"48"_s}}
            << Finding{Check::Key, FindingKind::KeyRefused, name, {u"the key was refused (HTTP 401)"_s, u"work"_s, name}};
    }
    return all;
}

/// The dialog, with the parts that a user touches.
struct Shown {
    explicit Shown(const std::optional<QList<Finding>> &findings = {})
    {
        if (findings)
            dialog.setFindings(*findings);
        dialog.show();
    }

    QPushButton *button(const QString &text) const
    {
        for (QPushButton *candidate : dialog.findChildren<QPushButton *>()) {
            if (candidate->text().remove(u'&') == text)
                return candidate;
        }
        return nullptr;
    }
    /// Those that can be seen, from above.
    QStringList texts() const
    {
        QStringList texts;
        for (const QLabel *label : dialog.findChildren<QLabel *>()) {
            if (label->isVisible())
                texts.append(label->text().remove(QChar(0x200b)));
        }
        return texts;
    }
    bool shows(const QString &text) const
    {
        return std::ranges::any_of(texts(), [&text](const QString &each) { return each.contains(text); });
    }
    /// The first text that is not whole, or whose width is not there.
    QString cutOff() const
    {
        for (const QLabel *label : dialog.findChildren<QLabel *>()) {
            if (!label->isVisible())
                continue;
            const bool isLow = label->hasHeightForWidth() && label->height() < label->heightForWidth(label->width());
            if (isLow || label->mapTo(&dialog, QPoint(label->width(), 0)).x() > dialog.width())
                return label->text();
        }
        return {};
    }

    DiagnosticsDialog dialog;
    QScrollArea *scroll = dialog.findChild<QScrollArea *>();
    MessageBar *messages = dialog.findChild<MessageBar *>();
};

/// Says everything of "Finding" between two marks.
class Marking : public QTranslator
{
public:
    QString translate(const char *context, const char *source, const char *, int) const override
    {
        return context == "Finding"_ba && *source != '\0' ? u"«"_s + QString::fromUtf8(source) + u"»"_s : QString();
    }
    bool isEmpty() const override { return false; }
};

/// Leaves nothing of a text but its gaps.
class Blank : public QTranslator
{
public:
    QString translate(const char *, const char *source, const char *, int) const override
    {
        static const QRegularExpression gap(u"%\\d|%n|; "_s);
        QString left;
        for (const QRegularExpressionMatch &match : gap.globalMatch(QString::fromUtf8(source)))
            left += match.captured();
        return *source == '\0' ? QString() : u"\u25a1"_s + left + u"\u25a1"_s;
    }
    bool isEmpty() const override { return false; }
};

QStringList seenPatterns;

QString remembered(const char *pattern)
{
    seenPatterns.append(QString::fromUtf8(pattern));
    return seenPatterns.constLast();
}

} // namespace

class TrayDiagnosticsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { applyTheme(Theme::System); }

    void everyPatternOfCoreIsListedForTheTranslators()
    {
        seenPatterns.clear();
        for (const FindingKind kind : EnumTable<FindingKind>::values) {
            sentence({Check::Home, kind, {}, {}}, remembered);
            nextStep({Check::Home, kind, {}, {}}, remembered);
        }
        const QStringList known = FindingWords::known();
        for (const QString &pattern : std::as_const(seenPatterns))
            QVERIFY2(known.contains(pattern), qPrintable(pattern));
        for (const QString &pattern : known)
            QVERIFY2(seenPatterns.contains(pattern), qPrintable(u"no longer said: "_s + pattern));
        QCOMPARE(QSet<QString>(known.begin(), known.end()).size(), known.size());
    }

    void patternsAreSaidInTheUsersLanguageAndValuesStay()
    {
        const Marking translator;
        QCoreApplication::installTranslator(const_cast<Marking *>(&translator));
        const auto remove = qScopeGuard([&translator] { QCoreApplication::removeTranslator(const_cast<Marking *>(&translator)); });
        const Finding finding{Check::Port, FindingKind::PortHeld, {}, {u"http://127.0.0.1:7860"_s, u"nginx (process 7)"_s}};
        // The words of core themselves, not what has come of them.
        QVERIFY(FindingWords::sentence({Check::Home, FindingKind::NotReached, {}, {}}) == u"«The endpoint was not reached.»"_s);
        QVERIFY(FindingWords::nextStep(finding).contains(u"«End that program"_s));
        // A command is one in every language.
        QCOMPARE(FindingWords::nextStep({Check::Port, FindingKind::NotRunning, {}, {u"x"_s}}), u"`«qcc proxy start»`"_s);
    }

    void showsAllInTheOrderOfCoreBelowTheirHeadings()
    {
        const Shown shown(some());
        QStringList expected;
        QString heading;
        for (const Finding &finding : some()) {
            if (const QString next = FindingWords::heading(finding); next != heading) {
                expected.append(next);
                heading = next;
            }
            expected << FindingWords::label(finding) << FindingWords::sentence(finding);
        }
        // As a reader goes through them.
        QStringList seen;
        for (const auto *card : shown.dialog.findChildren<FindingCard *>()) {
            for (const QLabel *label : card->findChildren<QLabel *>()) {
                if (const QString text = label->text().remove(QChar(0x200b)); expected.contains(text))
                    seen.append(text);
            }
        }
        QCOMPARE(seen.join(u'\n'), expected.join(u'\n'));
        QCOMPARE(shown.dialog.findChildren<FindingCard *>().size(), 7);
        QCOMPARE(shown.cutOff(), QString());
    }

    void saysInATitleHowItStands_data()
    {
        QTest::addColumn<QList<Finding>>("findings");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("note");
        const Finding problem{Check::Port, FindingKind::NotRunning, {}, {u"x"_s}};
        const Finding warning{Check::Clock, FindingKind::ClockAhead, {}, {u"2 h"_s, u"work/a"_s}};
        const Finding unknown{Check::Key, FindingKind::NotReached, u"work/a"_s, {}};
        QTest::newRow("good") << good() << u"Nothing is wrong"_s << u"requests get through"_s;
        QTest::newRow("all") << some() << u"problem"_s << u"could not be checked. What comes first"_s;
        QTest::newRow("a warning") << QList{warning} << u"warning"_s << u"Nothing was changed."_s;
        QTest::newRow("a problem") << QList{problem} << u"problem"_s << u"What comes first"_s;
        QTest::newRow("unknown") << QList{unknown} << u"Nothing is wrong"_s << u"could not be checked."_s;
        QTest::newRow("nothing") << QList<Finding>() << u"Nothing was looked at"_s << u"Nothing was changed."_s;
    }
    void saysInATitleHowItStands()
    {
        QFETCH(QList<Finding>, findings);
        QFETCH(QString, title);
        QFETCH(QString, note);
        const Shown shown(findings);
        QVERIFY2(shown.shows(title), qPrintable(shown.texts().join(u'\n')));
        QVERIFY2(shown.shows(note), qPrintable(shown.texts().join(u'\n')));
        QCOMPARE(shown.scroll->isVisible(), !findings.isEmpty());
    }

    void showsOnlyWhatIsNotWell()
    {
        Shown shown(some());
        auto *chip = shown.dialog.findChild<ChipButton *>();
        QVERIFY(chip->isVisible() && !chip->isChecked());
        QVERIFY(shown.shows(u"~/.qcc/config.json is good."_s));
        const QString all = FindingWords::text(some());
        QTest::mouseClick(chip, Qt::LeftButton);
        QCoreApplication::processEvents();
        QVERIFY(!shown.shows(u"~/.qcc/config.json is good."_s));
        QVERIFY2(shown.shows(QString::number(good().size()) + u" that are well are not shown"_s), qPrintable(shown.texts().join(u'\n')));
        // What nobody could look at may be bad.
        for (const char *text : {"which holds keys", "qcc does not run", "The endpoint was not reached.", "and not this qcc"})
            QVERIFY2(shown.shows(QLatin1String(text)), text);
        QCOMPARE(shown.cutOff(), QString());
        keepShot(shown.dialog, u"diagnostics-only"_s);
        QTest::mouseClick(shown.button(u"Copy"_s), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), all);
        // It stays while the dialog does.
        shown.dialog.begin();
        shown.dialog.setFindings(good());
        QVERIFY(chip->isChecked());
        QCoreApplication::processEvents();
        QVERIFY(shown.shows(u"Everything is well"_s) && !shown.scroll->isVisible());
        keepShot(shown.dialog, u"diagnostics-only-good"_s);
        QTest::mouseClick(chip, Qt::LeftButton);
        QVERIFY(shown.shows(u"~/.qcc/config.json is good."_s) && !shown.shows(u"not shown"_s));
    }

    void valuesThatAreWordsOfCoreAreTranslated_data()
    {
        using enum FindingKind;
        QTest::addColumn<Finding>("finding");
        QTest::addColumn<QString>("without");
        const auto row = [](const Finding &finding, const QString &without) { QTest::addRow("%s", qPrintable(without)) << finding << without; };
        row({Check::Clock, FindingKind::ClockAhead, {}, {u"2 days"_s, u"work/a"_s}}, u"2 days"_s);
        row({Check::Port, PortHeld, {}, {u"http://127.0.0.1:7860"_s, u"another program"_s}}, u"another program"_s);
        row({Check::Answer, LeftAlone, u"work/a"_s, {u"transient (HTTP 529)"_s, u"work"_s, u"a"_s}}, u"transient"_s);
        row({Check::Answer, LeftAlone, u"work/a"_s, {u"rate_limit"_s, u"work"_s, u"a"_s}}, u"rate_limit"_s);
        row({Check::Answer, PathDoubtful, u"work/a"_s, {u"200"_s, u"holds characters that cannot be seen (copied along with it?)"_s, u"work"_s, u"a"_s}}, u"cannot be seen"_s);
        row({Check::Key, KeyUnusable, u"work/a"_s, {u"its key holds a quote. Set the key anew."_s, u"work"_s, u"a"_s}}, u"holds a quote"_s);
        row({Check::Config, ConfigBadAsSaid, {}, {u"config.json: listen.port (line 3): must be a whole number from 1 to 65535"_s, u"Correct config.json and try again."_s}}, u"whole number"_s);
        row({Check::Client, ClientUnreadable, u"Codex"_s, {u"~/c"_s, u"line 3 is not valid TOML"_s}}, u"not valid"_s);
        row({Check::Client, ClientElsewhere, u"Codex"_s, {u"an address that is none"_s, u"~/c"_s, u"http://x"_s}}, u"that is none"_s);
        row({Check::Tls, TlsFailedAsSaid, u"work/a"_s, {u"a.example:443"_s, u"the certificate of a.example is signed by somebody without a name, whom this computer does not know"_s,
                                                        u"If you trust it, save the issuer's certificate as a PEM file and name that in the endpoint's ca_file."_s}},
            u"you trust it"_s);
    }
    void valuesThatAreWordsOfCoreAreTranslated()
    {
        QFETCH(Finding, finding);
        QFETCH(QString, without);
        const auto all = [&finding] { return FindingWords::sentence(finding) + u'\n' + FindingWords::nextStep(finding); };
        const QString english = sentence(finding) + nextStep(finding);
        QVERIFY2(english.contains(without, Qt::CaseInsensitive), qPrintable(english));
        const Blank blank;
        QCoreApplication::installTranslator(const_cast<Blank *>(&blank));
        const auto remove = qScopeGuard([&blank] { QCoreApplication::removeTranslator(const_cast<Blank *>(&blank)); });
        QVERIFY2(!all().contains(without, Qt::CaseInsensitive), qPrintable(all()));
    }

    void aNameInACommandStaysWhateverItSays()
    {
        const Blank blank;
        QCoreApplication::installTranslator(const_cast<Blank *>(&blank));
        const auto remove = qScopeGuard([&blank] { QCoreApplication::removeTranslator(const_cast<Blank *>(&blank)); });
        const Finding finding{Check::Endpoints, FindingKind::NoneEnabled, {}, {u"nobody"_s}};
        QVERIFY2(FindingWords::nextStep(finding).contains(u"nobody"_s), qPrintable(FindingWords::nextStep(finding)));
    }

    void tellsHowFarItIs()
    {
        Shown shown;
        QVERIFY(shown.shows(u"Checking…"_s));
        QVERIFY(!shown.button(u"Save…"_s)->isEnabled() && !shown.button(u"Copy"_s)->isEnabled() && !shown.button(u"Check again"_s)->isEnabled());
        QVERIFY(shown.button(u"Close"_s)->isEnabled());
        shown.dialog.setProgress(3, 5);
        QVERIFY(shown.shows(u"Asking the endpoints, 3 of 5…"_s));
        keepShot(shown.dialog, u"diagnostics-running"_s);
        shown.dialog.setFindings(some());
        QVERIFY(shown.button(u"Save…"_s)->isEnabled() && shown.button(u"Copy"_s)->isEnabled());

        // What was found stays until something else is.
        QSignalSpy asked(&shown.dialog, &DiagnosticsDialog::checkRequested);
        QTest::mouseClick(shown.button(u"Check again"_s), Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        shown.dialog.begin();
        QVERIFY(shown.shows(u"Checking…"_s) && shown.shows(u"Configuration"_s));
        QVERIFY(!shown.button(u"Save…"_s)->isEnabled());
        shown.dialog.setFindings(good());
        QVERIFY(shown.shows(u"Nothing is wrong"_s) && !shown.shows(u"qcc does not run"_s));
    }

    void marksHaveWordsForAScreenReader()
    {
        const Shown shown(some());
        QStringList names;
        for (const QWidget *widget : shown.dialog.findChildren<QWidget *>())
            names.append(widget->accessibleName());
        for (const char *name : {"Problem: qcc does not run: nothing answers at http://127.0.0.1:7860.", "Not checked: The endpoint was not reached.",
                                 "Warning: Others may read or change ~/.qcc/config.json, which holds keys.", "Copy the command: qcc proxy start", "What was found"})
            QVERIFY2(names.contains(QLatin1String(name)), name);
        for (const QAbstractButton *button : shown.dialog.findChildren<QAbstractButton *>())
            QVERIFY(!button->isVisible() || !button->text().isEmpty() || !button->accessibleName().isEmpty());
    }

    void aCommandIsCopiedWithNothingElse()
    {
        const QString longName = u"a-name-that-no-line-holds-because-it-is-far-too-long-for-it-and-goes-on"_s;
        const Shown shown(QList<Finding>{{Check::Port, FindingKind::NotRunning, {}, {u"x"_s}},
                           {Check::Key, FindingKind::KeyRefused, u"work/a"_s, {u"the key was refused"_s, u"work"_s, longName}},
                           {Check::Endpoints, FindingKind::NoEndpoint, {}, {}}});
        const QList<QToolButton *> buttons = shown.scroll->widget()->findChildren<QToolButton *>();
        // The last names several, of which nobody knows which one is meant.
        QCOMPARE(buttons.size(), 2);
        QVERIFY(buttons.first()->focusPolicy() & Qt::TabFocus);
        buttons.first()->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"qcc proxy start"_s);
        buttons.last()->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"qcc endpoint edit work %1 --api-key-stdin"_s.arg(longName));
    }

    void wordsOfOthersAreNoMarkup()
    {
        const Shown shown(QList<Finding>{{Check::Key, FindingKind::KeyRefused, u"work/a"_s, {u"<b>no</b>"_s, u"work"_s, u"<img src=x>"_s}}});
        QVERIFY(shown.shows(u"<b>no</b>."_s));
        QVERIFY(shown.shows(u"&lt;img src=x&gt;"_s));
    }

    void copiesAllAsText()
    {
        Shown shown(some());
        QTest::mouseClick(shown.button(u"Copy"_s), Qt::LeftButton);
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.startsWith(u"Configuration\n  ● config.json: ~/.qcc/config.json is good. Clusters: 2, endpoints: 5.\n  ▲ Permissions: "_s), qPrintable(text));
        QVERIFY2(text.contains(u"\n\nqcc\n  ✕ Port: qcc does not run: nothing answers at http://127.0.0.1:7860.\n    → `qcc proxy start`\n"_s), qPrintable(text));
        QVERIFY2(text.contains(u"\n  ○ TLS: The endpoint was not reached.\n"_s), qPrintable(text));
        QVERIFY(!text.contains(QChar(0x200b)));
        QCOMPARE(shown.messages->text(), u"Copied"_s);
    }

    void savesWhereTheUserSays()
    {
        Shown shown(some());
        QSignalSpy asked(&shown.dialog, &DiagnosticsDialog::saveRequested);
        shown.dialog.setPathChooser([](const std::function<void(const QString &)> &) {}); // the user thinks better of it
        QTest::mouseClick(shown.button(u"Save…"_s), Qt::LeftButton);
        QCOMPARE(asked.count(), 0);
        shown.dialog.setPathChooser([](const std::function<void(const QString &)> &then) { then(u"/tmp/report.json"_s); });
        QTest::mouseClick(shown.button(u"Save…"_s), Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.first().first().toString(), u"/tmp/report.json"_s);
        shown.dialog.showProblem(u"report.json is there already."_s);
        QCOMPARE(shown.messages->text(), u"report.json is there already."_s);
        keepShot(shown.dialog, u"diagnostics-refused"_s);
        shown.messages->dismiss();
        shown.dialog.showSaved(u"/tmp/report.json"_s);
        QTRY_VERIFY(shown.messages->text().contains(u"report.json, without keys."_s));
        keepShot(shown.dialog, u"diagnostics-saved"_s);
    }

    void isUsedByKeyboard()
    {
        Shown shown(ofEndpoints(20));
        shown.dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&shown.dialog));
        QVERIFY(shown.dialog.focusWidget());
        QTest::keyClick(shown.dialog.focusWidget(), Qt::Key_PageDown);
        QVERIFY(shown.scroll->verticalScrollBar()->value() > 100);
        QTest::keyClick(shown.dialog.focusWidget(), Qt::Key_End);
        QCOMPARE(shown.scroll->verticalScrollBar()->value(), shown.scroll->verticalScrollBar()->maximum());
        const int place = shown.scroll->verticalScrollBar()->value();
        shown.dialog.begin();
        shown.dialog.setFindings(ofEndpoints(20));
        QCOMPARE(shown.scroll->verticalScrollBar()->value(), place);
        QSignalSpy closed(&shown.dialog, &QDialog::finished);
        QTest::keyClick(&shown.dialog, Qt::Key_Escape);
        QCOMPARE(closed.count(), 1);
        QVERIFY(!shown.dialog.isVisible());
    }

    void sixtyEndpointsAreThereAtOnce()
    {
        Shown shown;
        QElapsedTimer clock;
        clock.start();
        shown.dialog.setFindings(ofEndpoints(60));
        QCoreApplication::processEvents();
        QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed())));
        qInfo() << "took" << clock.elapsed() << "ms";
        QCOMPARE(shown.dialog.findChildren<FindingCard *>().size(), 60);
        keepShot(shown.dialog, u"diagnostics-sixty"_s);
    }

    void longWordsAreWhole()
    {
        const QString path = u"/home/somebody/"_s + u"a-folder-with-a-long-name/"_s.repeated(8) + u"config.json"_s;
        Shown shown(QList<Finding>{{Check::Config, FindingKind::ConfigGood, {}, {path, u"2"_s, u"5"_s}},
                     {Check::Permissions, FindingKind::SecretsExposed, {}, {path, path}},
                     {Check::Key, FindingKind::KeyRefused, u"work/"_s + u"x"_s.repeated(200), {u"y"_s.repeated(300), u"work"_s, u"x"_s.repeated(200)}}});
        shown.dialog.resize(560, 500);
        QCoreApplication::processEvents();
        QCOMPARE(shown.cutOff(), QString());
        QCOMPARE(shown.dialog.width(), 560);
        keepShot(shown.dialog, u"diagnostics-long"_s);
    }

    void theWindowLeadsThere()
    {
        MainWindow window;
        QSignalSpy wanted(&window, &MainWindow::diagnosticsRequested);
        for (const QMenu *menu : window.findChildren<QMenu *>()) {
            for (QAction *action : menu->actions()) {
                if (action->text() == "&Diagnostics…"_L1 || action->text() == u"&Diagnostics…"_s)
                    action->trigger();
            }
        }
        QCOMPARE(wanted.count(), 1);
    }

    void looksGood_data()
    {
        QTest::addColumn<Theme>("theme");
        QTest::addColumn<bool>("chinese");
        QTest::newRow("light") << Theme::Light << false;
        QTest::newRow("dark") << Theme::Dark << false;
        QTest::newRow("chinese") << Theme::Light << true;
        QTest::newRow("platform") << Theme::System << false;
    }
    void looksGood()
    {
        QFETCH(Theme, theme);
        QFETCH(bool, chinese);
        QTranslator translator;
        const QLocale before;
        QVERIFY(translator.load(chinese ? u":/i18n/qcc_zh_CN.qm"_s : u":/i18n/qcc_en.qm"_s));
        QCoreApplication::installTranslator(&translator);
        QLocale::setDefault(QLocale(chinese ? u"zh_CN"_s : u"en_US"_s));
        const auto restore = qScopeGuard([&before] { QLocale::setDefault(before); });
        applyTheme(theme);
        if (theme == Theme::System)
            QApplication::setStyle(u"Fusion"_s);
        QCOMPARE(hasOwnStyle(), theme != Theme::System);
        Shown shown(some());
        QCoreApplication::processEvents();
        QCOMPARE(shown.cutOff(), QString());
        const QString name = QLatin1String(QTest::currentDataTag());
        keepShot(shown.dialog, u"diagnostics-"_s + name);
        shown.dialog.resize(640, 1240);
        QCoreApplication::processEvents();
        keepShot(shown.dialog, u"diagnostics-whole-"_s + name);
        shown.dialog.setFindings(good());
        shown.dialog.resize(640, 620);
        QCoreApplication::processEvents();
        keepShot(shown.dialog, u"diagnostics-good-"_s + name);
    }
};

QTEST_MAIN(TrayDiagnosticsTest)
#include "tst_traydiagnostics.moc"
