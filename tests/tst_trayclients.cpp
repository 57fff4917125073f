#include "app/tray/clientfiles.h"
#include "core/clients/clientledger.h"
#include "tests/support/files.h"
#include "tests/traysupport/clientsamples.h"
#include "ui/clients/clientlines.h"
#include "ui/clients/clientspage.h"
#include "ui/clients/diffview.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using Connection = ClientState::Connection;
using Step = ClientWords::Step;

namespace {

const QDateTime now = QDateTime(QDate(2026, 11, 30), QTime(14, 5), Qt::UTC);
const QString address = u"http://127.0.0.1:7860"_s;

/// What the page shows, in words, whatever shows it.
QStringList wordsOf(const QWidget &widget)
{
    QStringList words;
    for (const auto *label : widget.findChildren<QLabel *>()) {
        if (label->isVisible())
            words << label->text();
    }
    return words;
}

QPushButton *buttonOf(const QWidget &widget, const QString &text)
{
    for (auto *button : widget.findChildren<QPushButton *>()) {
        if (button->isVisible() && button->text().remove(u'&') == text)
            return button;
    }
    return nullptr;
}

} // namespace

/// The page with values, and what reads and changes real files for it.
class TrayClientsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysHowAClientStands_data()
    {
        QTest::addColumn<ClientView>("client");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<Step>("step");
        const auto row = [](const char *name, const ClientView &client, const QString &state, const QString &reason, Step step) { QTest::newRow(name) << client << state << reason << step; };
        const auto claude = [](Connection connection) { return clientOf(ClientProgram::ClaudeCode, u"/.claude/settings.json"_s, connection); };
        row("asks its vendor", claude(Connection::None), u"Not connected"_s, u"Asks its vendor"_s, Step::Connect);
        ClientView view = claude(Connection::None);
        view.state.isInstalled = false;
        row("is not there", view, u"Not installed"_s, u""_s, Step::None);
        view = claude(Connection::Elsewhere);
        view.state.address = u"https://relay.example/api"_s;
        row("asks somebody else", view, u"Not connected"_s, u"Asks relay.example"_s, Step::Connect);
        view.state.since = now.addSecs(-60);
        row("was changed since", view, u"No longer connected"_s, u"Asks relay.example"_s, Step::Connect);
        view = claude(Connection::Unclear);
        view.state.problem = u"line 3 is not valid JSON: a comma is missing"_s;
        row("cannot be read", view, u"Settings cannot be read"_s, u"Line 3 is not valid JSON: a comma is missing."_s, Step::OpenFile);
        row("set by hand", claude(Connection::Here), u"Connected"_s, u"Set by hand, and not by qcc"_s, Step::OpenFile);
        view = claude(Connection::Here);
        view.state.place = u"ANTHROPIC_BASE_URL"_s;
        row("by a variable", view, u"Connected"_s, u"By the variable ANTHROPIC_BASE_URL, and not by qcc"_s, Step::None);
        view = claude(Connection::Here);
        view.state.since = now.addSecs(-7200);
        row("waits", view, u"Connected, waits for its first request"_s, u"Start Claude Code anew, and send it something"_s, Step::Disconnect);
        // What came before it was connected is no sign of it.
        view.last = now.addSecs(-9000);
        row("still waits", view, u"Connected, waits for its first request"_s, u"Start Claude Code anew, and send it something"_s, Step::Disconnect);
        view.first = view.last = now.addSecs(-60);
        row("the first came", view, u"Connected"_s, u"The first request came at %1"_s.arg(view.first->toLocalTime().toString(u"HH:mm"_s)), Step::Disconnect);
        view.first = now.addSecs(-3600);
        view.last = now.addSecs(-12);
        row("the last came", view, u"Connected"_s, u"Its last request came 12 s ago"_s, Step::Disconnect);
        view.state.shadows = {u"ANTHROPIC_API_KEY is set."_s};
        row("is in the way", view, u"Connected, but something is in the way"_s, u"ANTHROPIC_API_KEY is set."_s, Step::Show);
    }
    void saysHowAClientStands()
    {
        QFETCH(ClientView, client);
        QFETCH(QString, state);
        QFETCH(QString, reason);
        QFETCH(Step, step);
        const ClientWords::Row row = ClientWords::rowOf(client, now);
        QCOMPARE(row.state, state);
        QCOMPARE(row.reason, reason);
        QCOMPARE(row.step, step);
        // What is there has a mark, or waits, which has one as well.
        QCOMPARE(row.waits || row.mark, client.state.isInstalled);
    }

    void opensTheFileThatCannotBeRead()
    {
        ClientsPage page;
        ClientView view = clientOf(ClientProgram::ClaudeCode, u"/.claude/settings.json"_s, Connection::Unclear);
        view.state.problem = u"it is no file"_s;
        view.state.place = QDir::homePath() + u"/.claude/settings.local.json"_s;
        page.setClients({view});
        show(page, false);
        QVERIFY(wordsOf(page).contains(u"~/.claude/settings.local.json"_s));
        QSignalSpy asked(&page, &ClientsPage::openFileRequested);
        QTest::mouseClick(buttonOf(page, u"Open file"_s), Qt::LeftButton);
        QCOMPARE(asked.value(0).value(0).toString(), view.state.place);
    }

    void countsWhatGoesThrough()
    {
        QVERIFY(ClientWords::summary(allClients(now)).startsWith(u"2 of 5 go through qcc."_s));
        QVERIFY(!ClientWords::summary(noClients()).contains(u"go through"_s));
        QCOMPARE(ClientWords::worstOf(allClients(now)), std::optional(Meaning::Warning));
        QCOMPARE(ClientWords::worstOf(noClients()), std::nullopt);
        // What qcc has not connected is nobody's fault here.
        QList<ClientView> clients{clientOf(ClientProgram::QwenCode, u"/x"_s, Connection::Unclear)};
        QCOMPARE(ClientWords::worstOf(clients), std::nullopt);
        clients[0].state.since = now;
        QCOMPARE(ClientWords::worstOf(clients), std::optional(Meaning::Failure));
    }

    void showsTheChangeBeforeItIsMade()
    {
        ClientsPage page;
        show(page);
        QSignalSpy wanted(&page, &ClientsPage::changeWanted);
        QSignalSpy confirmed(&page, &ClientsPage::changeConfirmed);
        QTest::mouseClick(buttonOf(page, u"Connect"_s), Qt::LeftButton);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.at(0).at(0).value<ClientProgram>(), ClientProgram::Codex);
        QPushButton *connect = buttonOf(page, u"Connect Codex"_s);
        QVERIFY(connect && !connect->isEnabled()); // Nothing has been shown yet.
        page.showChange(codexChange());
        QVERIFY(connect->isEnabled());
        const auto *diff = page.findChild<DiffView *>();
        QVERIFY(diff->toPlainText().contains(u"\u2212\tmodel_provider = \"openai\"\n+\tmodel_provider = \"qcc\""_s));
        QVERIFY(diff->toPlainText().contains(u"Line 4"_s));
        QTest::mouseClick(connect, Qt::LeftButton);
        QCOMPARE(confirmed.count(), 1);
        QVERIFY(!connect->isEnabled()); // Once.
        page.changeDone(ClientProgram::Codex);
        QVERIFY(!buttonOf(page, u"Connect Codex"_s));
        QVERIFY(buttonOf(page, u"Connect"_s));
    }

    void tellsAFailureInTheRow()
    {
        ClientsPage page;
        show(page);
        page.openChange(ClientProgram::Codex, ClientChange::Kind::Connect);
        page.showChange(codexChange());
        QTest::mouseClick(buttonOf(page, u"Connect Codex"_s), Qt::LeftButton);
        QVERIFY(page.changeFailed(ClientProgram::Codex, u"It cannot be written."_s));
        QVERIFY(wordsOf(page).contains(u"It cannot be written."_s));
        QVERIFY(!buttonOf(page, u"Connect Codex"_s)->isEnabled());
        page.showChange(codexChange());
        QVERIFY(buttonOf(page, u"Connect Codex"_s)->isEnabled()); // To do it again.
        QVERIFY(wordsOf(page).contains(u"It cannot be written."_s));
        // What cannot even be planned has nothing to confirm.
        ShownChange refused{ClientProgram::Codex, true};
        refused.failure = Failure{ErrorCode::InvalidConfig, u"config.toml stays as it is: line 2 is not valid TOML."_s, {}};
        page.showChange(refused);
        QVERIFY(wordsOf(page).contains(u"config.toml stays as it is: line 2 is not valid TOML."_s));
        QVERIFY(!buttonOf(page, u"Connect Codex"_s)->isEnabled());
        QVERIFY(page.leaveChange());
        QVERIFY(!page.leaveChange());
        // Of an undo nobody sees anything in a row.
        QVERIFY(!page.changeFailed(ClientProgram::Codex, u"x"_s));
    }

    void followsTheOptions()
    {
        ClientsPage page;
        show(page);
        QSignalSpy wanted(&page, &ClientsPage::changeWanted);
        page.openChange(ClientProgram::ClaudeCode, ClientChange::Kind::Connect);
        ShownChange change = claudeChange(true);
        change.extras.toolSearch = true;
        page.showChange(change);
        QCOMPARE(wanted.count(), 1);
        QVERIFY(!wanted.at(0).at(2).value<std::optional<ClientExtras>>()); // As it was.
        QVERIFY(boxOf(page, u"Tool search"_s)->isChecked());
        QVERIFY(!boxOf(page, u"Hint headers"_s)->isChecked());
        boxOf(page, u"Hint headers"_s)->click();
        boxOf(page, u"Models by class"_s)->click();
        auto *opus = fieldOf(page, u"Model for Opus"_s);
        QVERIFY(opus->isVisible());
        opus->setFocus();
        QTest::keyClicks(opus, u"big-1"_s);
        const auto extras = wanted.constLast().at(2).value<std::optional<ClientExtras>>();
        QVERIFY(extras && extras->hints && extras->toolSearch && !extras->openAi);
        QCOMPARE(extras->models, (QMap<QString, QString>{{u"opus"_s, u"big-1"_s}}));
        // The answer does not write over what is being typed.
        change.extras = {};
        page.showChange(change);
        QCOMPARE(opus->text(), u"big-1"_s);
    }

    void theOptionsOfAConnectedClientAreChanged()
    {
        ClientsPage page;
        show(page);
        QSignalSpy wanted(&page, &ClientsPage::changeWanted);
        page.openChange(ClientProgram::ClaudeCode, ClientChange::Kind::Disconnect);
        QTest::mouseClick(buttonOf(page, u"Options…"_s), Qt::LeftButton);
        QCOMPARE(wanted.count(), 2);
        QVERIFY(wanted.at(1).at(1).toBool());
        QVERIFY(buttonOf(page, u"Connect Claude Code anew"_s));
        // What has none does not offer them.
        page.openChange(ClientProgram::GeminiCli, ClientChange::Kind::Disconnect);
        QVERIFY(!buttonOf(page, u"Options…"_s));
    }

    void everythingIsReachedByKeys()
    {
        ClientsPage page;
        show(page);
        auto *connect = buttonOf(page, u"Connect"_s);
        QCOMPARE(connect->accessibleName(), u"Connect Codex"_s);
        connect->setFocus(Qt::TabFocusReason);
        QTest::keyClick(connect, Qt::Key_Space);
        page.showChange(codexChange());
        QVERIFY(page.findChild<DiffView *>()->isVisible());
        // From there to the button that does it.
        for (int i = 0; i < 6 && page.window()->focusWidget() != buttonOf(page, u"Connect Codex"_s); ++i)
            QTest::keyClick(page.window()->focusWidget(), Qt::Key_Tab);
        QCOMPARE(page.window()->focusWidget(), buttonOf(page, u"Connect Codex"_s));
        page.leaveChange();
        QCOMPARE(page.window()->focusWidget(), connect);
        for (const auto *button : page.findChildren<QAbstractButton *>())
            QVERIFY2(!button->isVisible() || !button->accessibleName().isEmpty() || !button->text().isEmpty(), qPrintable(button->objectName()));
    }

    void warnsOfWhatIsInTheWay()
    {
        ClientsPage page;
        show(page);
        QTest::mouseClick(buttonOf(page, u"Show…"_s), Qt::LeftButton);
        QVERIFY(!page.findChild<DiffView *>());
        QCOMPARE(wordsOf(page).count(u"GOOGLE_GEMINI_BASE_URL is set in the environment, and is stronger."_s), 2);
        QSignalSpy wanted(&page, &ClientsPage::changeWanted);
        QTest::mouseClick(buttonOf(page, u"Disconnect…"_s), Qt::LeftButton);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.at(0).at(0).value<ClientProgram>(), ClientProgram::GeminiCli);
        QVERIFY(!wanted.at(0).at(1).toBool());
    }

    void offersLinesForAnyClient()
    {
        ClientsPage page;
        page.setAddress(address, u"it's secret"_s);
        page.setClients(noClients());
        show(page, false);
        QVERIFY(wordsOf(page).contains(u"No client was found"_s));
        QVERIFY(!wordsOf(page).join(u'\n').contains(u"secret"_s));
        auto *shell = page.findChild<QComboBox *>();
        const QList<QToolButton *> copies = page.findChild<ClientLines *>()->findChildren<QToolButton *>();
        QCOMPARE(copies.size(), 4);
        const auto copied = [&](int line, Shell in) {
            shell->setCurrentIndex(static_cast<int>(in));
            QTest::mouseClick(copies.at(line), Qt::LeftButton);
            return QGuiApplication::clipboard()->text();
        };
        QCOMPARE(copied(0, Shell::Sh), address);
        QCOMPARE(copied(1, Shell::Sh), u"export ANTHROPIC_BASE_URL='http://127.0.0.1:7860' ANTHROPIC_AUTH_TOKEN='it'\\''s secret'"_s);
        QCOMPARE(copied(2, Shell::Fish), u"set -gx OPENAI_BASE_URL 'http://127.0.0.1:7860/v1'; set -gx OPENAI_API_KEY 'it\\'s secret'"_s);
        QCOMPARE(copied(3, Shell::PowerShell), u"$env:GOOGLE_GEMINI_BASE_URL = 'http://127.0.0.1:7860'; $env:GEMINI_API_KEY = 'it''s secret'"_s);
        QCOMPARE(copied(1, Shell::Cmd), u"set \"ANTHROPIC_BASE_URL=http://127.0.0.1:7860\" & set \"ANTHROPIC_AUTH_TOKEN=it's secret\""_s);
    }

    void opensWhatWasAskedForBeforeAnythingWasKnown()
    {
        ClientsPage page;
        show(page, false);
        QSignalSpy wanted(&page, &ClientsPage::changeWanted);
        page.openChange(ClientProgram::Codex, ClientChange::Kind::Connect);
        QCOMPARE(wanted.count(), 0);
        page.setClients(allClients(now));
        QCOMPARE(wanted.count(), 1);
        page.setClients(allClients(now)); // Once.
        QCOMPARE(wanted.count(), 1);
        QTRY_VERIFY(buttonOf(page, u"Connect Codex"_s)); // And it stays open.
    }

    void connectsAndGivesBackRealFiles()
    {
        const QByteArray before = "{\n  // mine\n  \"env\": { \"A\": \"1\" },\n}\n";
        Desk desk(before);
        QSignalSpy states(&desk.files, &ClientFiles::statesRead);
        QSignalSpy planned(&desk.files, qOverload<int, const ShownChange &>(&ClientFiles::planned));
        QSignalSpy done(&desk.files, &ClientFiles::done);
        desk.files.follow(address);
        QCOMPARE(desk.claude(states).connection, Connection::None);
        desk.files.plan(1, ClientProgram::ClaudeCode, true, std::nullopt, {address, u"tok-secret-1"_s});
        const auto change = planned.constLast().at(1).value<ShownChange>();
        QVERIFY(!change.failure);
        QCOMPARE(change.files.size(), 1);
        QVERIFY(!change.files.constFirst().lines.join(u'\n').contains(u"tok-secret"_s));
        QCOMPARE(readFile(desk.settings), before); // Shown alone.
        desk.files.carryOut(7); // Of another question.
        QCOMPARE(done.count(), 0);
        desk.files.carryOut(1);
        QCOMPARE(done.count(), 1);
        desk.files.carryOut(1); // Once.
        QCOMPARE(done.count(), 1);
        QVERIFY(readFile(desk.settings).contains("tok-secret-1"));
        QVERIFY(readFile(desk.settings).contains("// mine"));
        QCOMPARE(desk.claude(states).connection, Connection::Here);
        QVERIFY(desk.claude(states).since);

        // With more, and back to what it was with.
        desk.files.plan(2, ClientProgram::ClaudeCode, true, ClientExtras{true, false, {{u"opus"_s, u"big"_s}}, false}, {address, u"tok-secret-1"_s});
        desk.files.carryOut(2);
        QVERIFY(readFile(desk.settings).contains("HINT_HEADERS"));
        desk.files.plan(3, ClientProgram::ClaudeCode, true, std::nullopt, {u"http://127.0.0.1:9"_s, u"tok-secret-1"_s});
        const ClientExtras kept = planned.constLast().at(1).value<ShownChange>().extras;
        QVERIFY(kept.hints && !kept.toolSearch);
        QCOMPARE(kept.models.value(u"opus"_s), u"big"_s);
        desk.files.takeBack();
        QVERIFY(!readFile(desk.settings).contains("HINT_HEADERS"));
        QVERIFY(readFile(desk.settings).contains("tok-secret-1"));

        desk.files.plan(4, ClientProgram::ClaudeCode, false, std::nullopt, {});
        QVERIFY(!planned.constLast().at(1).value<ShownChange>().connects);
        desk.files.carryOut(4);
        QCOMPARE(readFile(desk.settings), before);
        // And disconnecting can be taken back as well.
        desk.files.takeBack();
        QVERIFY(readFile(desk.settings).contains("tok-secret-1"));
        QVERIFY(readLedger(desk.paths)->contains(ClientProgram::ClaudeCode));
    }

    void undoOfTheFirstConnectionDisconnects()
    {
        Desk desk("{}\n");
        desk.files.plan(1, ClientProgram::ClaudeCode, true, std::nullopt, {address, u"qcc"_s});
        desk.files.carryOut(1);
        // The client has written its file meanwhile.
        QByteArray text = readFile(desk.settings);
        writeFile(desk.settings, text.replace("{", "{ \"theirs\": 1,"));
        QSignalSpy back(&desk.files, &ClientFiles::takenBack);
        desk.files.takeBack();
        QCOMPARE(back.count(), 1);
        QVERIFY(readFile(desk.settings).contains("theirs"));
        QVERIFY(!readFile(desk.settings).contains("ANTHROPIC"));
        desk.files.takeBack(); // Nothing is left to take back.
        QCOMPARE(back.count(), 1);
    }

    void refusesWhatHasChangedSinceItWasShown()
    {
        Desk desk("{}\n");
        QSignalSpy failed(&desk.files, &ClientFiles::failed);
        desk.files.plan(1, ClientProgram::ClaudeCode, true, std::nullopt, {address, u"qcc"_s});
        writeFile(desk.settings, "{ \"theirs\": 1 }\n");
        desk.files.carryOut(1);
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed.at(0).at(1).value<Failure>().message.contains(u"changed by somebody else"_s));
        QCOMPARE(readFile(desk.settings), "{ \"theirs\": 1 }\n");
    }

    void saysWhatCannotBeRead()
    {
        Desk desk("{ \"env\": \n");
        QSignalSpy states(&desk.files, &ClientFiles::statesRead);
        QSignalSpy planned(&desk.files, qOverload<int, const ShownChange &>(&ClientFiles::planned));
        desk.files.follow(address);
        QCOMPARE(desk.claude(states).connection, Connection::Unclear);
        desk.files.plan(1, ClientProgram::ClaudeCode, true, std::nullopt, {address, u"qcc"_s});
        QVERIFY(planned.constLast().at(1).value<ShownChange>().failure);
        QSignalSpy unreadable(&desk.files, &ClientFiles::unreadable);
        writeFile(desk.paths.clients(), "no ledger");
        desk.files.follow(address);
        QCOMPARE(unreadable.count(), 1);
        desk.files.plan(2, ClientProgram::ClaudeCode, true, std::nullopt, {address, u"qcc"_s});
        QVERIFY(planned.constLast().at(1).value<ShownChange>().failure->message.contains(desk.paths.clients()));
        QCOMPARE(readFile(desk.paths.clients()), "no ledger");
    }

    void seesWhatIsChangedElsewhereOnlyWhileItLooks()
    {
        Desk desk("{}\n");
        QSignalSpy states(&desk.files, &ClientFiles::statesRead);
        desk.files.follow(address);
        QCOMPARE(states.count(), 1);
        writeFile(desk.settings, "{ \"env\": { \"ANTHROPIC_BASE_URL\": \"https://relay.example\" } }");
        QTRY_COMPARE(desk.claude(states).connection, Connection::Elsewhere);
        // By another file in its place, as editors do it.
        writeFile(desk.settings + u".new"_s, "{ \"env\": { \"ANTHROPIC_BASE_URL\": \"http://127.0.0.1:7860\" } }");
        QVERIFY(QFile::remove(desk.settings) && QFile::rename(desk.settings + u".new"_s, desk.settings));
        QTRY_COMPARE(desk.claude(states).connection, Connection::Here);
        desk.files.rest();
        QVERIFY(desk.files.findChildren<QTimer *>().constFirst()->isActive() == false);
        const qsizetype seen = states.count();
        writeFile(desk.settings, "{}");
        desk.files.plan(1, ClientProgram::ClaudeCode, true, std::nullopt, {address, u"qcc"_s});
        desk.files.carryOut(1);
        QCOMPARE(states.count(), seen);
    }

private:
    /// A user's folder of their own with Claude Code's settings, and qcc's home beside it.
    struct Desk {
        explicit Desk(const QByteArray &text)
            : oldHome(qgetenv("HOME"))
            , settings(folder.filePath(u".claude/settings.json"_s))
            , paths(folder.filePath(u"qcc"_s))
            , files(paths)
        {
            qputenv("HOME", folder.path().toLocal8Bit());
            for (const char *name : {"ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME"})
                qunsetenv(name);
            QDir().mkpath(QFileInfo(settings).path());
            QDir().mkpath(paths.home());
            writeFile(settings, text);
        }
        ~Desk() { qputenv("HOME", oldHome); }

        static ClientState claude(const QSignalSpy &states)
        {
            const auto list = states.constLast().at(0).value<QList<ClientState>>();
            return *std::ranges::find(list, ClientProgram::ClaudeCode, &ClientState::client);
        }

        QTemporaryDir folder;
        QByteArray oldHome;
        QString settings;
        Paths paths;
        ClientFiles files;
    };

    static void show(ClientsPage &page, bool withClients = true)
    {
        if (withClients) {
            page.setAddress(address, {});
            page.setClients(allClients(QDateTime::currentDateTimeUtc()));
        }
        page.resize(900, 700);
        page.show();
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
    }

    static QCheckBox *boxOf(const QWidget &widget, const QString &text)
    {
        for (auto *box : widget.findChildren<QCheckBox *>()) {
            if (box->text() == text)
                return box;
        }
        return nullptr;
    }

    static QLineEdit *fieldOf(const QWidget &widget, const QString &name)
    {
        for (auto *field : widget.findChildren<QLineEdit *>()) {
            if (field->accessibleName() == name)
                return field;
        }
        return nullptr;
    }
};

QTEST_MAIN(TrayClientsTest)
#include "tst_trayclients.moc"
