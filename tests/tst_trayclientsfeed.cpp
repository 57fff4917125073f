#include "app/tray/clientsfeed.h"
#include "app/tray/historyfeed.h"
#include "app/tray/pagefeeds.h"
#include "app/tray/proxylink.h"
#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "tests/support/files.h"
#include "tests/traysupport/exchanges.h"
#include "ui/clients/clientspage.h"
#include "ui/clients/diffview.h"
#include "ui/widgets/messages.h"
#include "ui/window/mainwindow.h"

#include <QDir>
#include <QJsonDocument>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <algorithm>
#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using Page = MainWindow::Page;

/// The page of clients in its window, with real files and without a proxy.
class TrayClientsFeedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_oldHome = qgetenv("HOME");
        qputenv("HOME", m_folder->path().toLocal8Bit());
        for (const char *name : {"ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME"})
            qunsetenv(name);
        m_settings = m_folder->filePath(u".claude/settings.json"_s);
        m_paths = std::make_unique<Paths>(m_folder->filePath(u"qcc"_s));
        QVERIFY(QDir().mkpath(m_folder->filePath(u".claude"_s)) && QDir().mkpath(m_paths->home()));
        writeFile(m_settings, before);
        m_link = std::make_unique<ProxyLink>(m_paths->controlSocket());
        m_history = std::make_unique<HistoryFeed>(m_paths->history());
        m_history->moveToThread(&m_still); // Its answers are given by hand.
        m_window = std::make_unique<MainWindow>();
        m_feeds = std::make_unique<PageFeeds>(*m_link, m_history.get(), *m_window);
        m_feed = std::make_unique<ClientsFeed>(*m_paths, m_history.get(), *m_feeds, *m_window);
        m_feed->setConfig(configWith({}));
        ProxyView view;
        view.address = u"http://0.0.0.0:7860"_s;
        m_feed->setView(view);
    }

    void cleanup()
    {
        m_feed.reset();
        m_feeds.reset();
        m_window.reset();
        m_history.reset();
        m_link.reset();
        qputenv("HOME", m_oldHome);
    }

    void readsNothingBeforeThePageIsSeen()
    {
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(m_window->clients()->clients().isEmpty());
        m_window->showPage(Page::Clients);
        QTRY_VERIFY(claude());
        QCOMPARE(claude()->state.connection, ClientState::Connection::None);
        // What is changed while it is seen is seen; while it is not, when it is seen again.
        writeFile(m_settings, elsewhere);
        QTRY_COMPARE(claude()->state.connection, ClientState::Connection::Elsewhere);
        m_window->showPage(Page::Log);
        writeFile(m_settings, before);
        m_window->showPage(Page::Clients);
        QTRY_COMPARE(claude()->state.connection, ClientState::Connection::None);
    }

    void waitsForTheFirstRequestOfThatClient()
    {
        connectClaude();
        QTRY_VERIFY(claude()->state.since);
        QVERIFY(!claude()->first);
        QVERIFY(shows(u"Connected, waits for its first request"_s));
        // Whoever listens everywhere is asked here.
        QVERIFY2(readFile(m_settings).contains("http://127.0.0.1:7860"), readFile(m_settings).constData());
        ExchangeRecord earlier = finished(1), other = finished(2), its = finished(3);
        earlier.startedAt = claude()->state.since->addSecs(-3);
        other.startedAt = its.startedAt = QDateTime::currentDateTimeUtc().addSecs(1);
        other.client = u"codex_exec"_s;
        Q_EMIT m_feeds->exchangesArrived({other, earlier});
        QVERIFY(claude()->last == earlier.startedAt && !claude()->first);
        Q_EMIT m_feeds->exchangesArrived({its});
        QCOMPARE(claude()->first, std::optional(its.startedAt));
        QVERIFY(shows(u"The first request came at %1"_s.arg(its.startedAt.toLocalTime().toString(u"HH:mm"_s))));
    }

    void aRequestThatStillRunsHasCome()
    {
        connectClaude();
        QTRY_VERIFY(claude()->state.since);
        RunningView its = running(4);
        its.startedAt = QDateTime::currentDateTimeUtc().addSecs(1);
        Q_EMIT m_feeds->runningArrived({its});
        QCOMPARE(claude()->first, std::optional(its.startedAt));
    }

    void whatCameInEarlierRunsIsKnown()
    {
        m_window->show();
        m_window->showPage(Page::Clients);
        QTRY_VERIFY(claude());
        KeptExchange kept;
        kept.record = finished(9);
        HistoryPage page;
        page.exchanges = {kept};
        // Nobody's question, and one for the page of requests.
        Q_EMIT m_history->found(-7, page);
        Q_EMIT m_history->found(1, page);
        QVERIFY(!claude()->last);
        for (int question = -1'000'000'001; question > -1'000'000'020 && !claude()->last; --question)
            Q_EMIT m_history->found(question, page);
        QCOMPARE(claude()->last, std::optional(kept.record.startedAt));
    }

    void anUndoIsOfTheLastThingDone()
    {
        QVERIFY(!m_feed->undo());
        connectClaude();
        QTRY_VERIFY(m_window->messages()->text().contains(u"Claude Code asks qcc"_s));
        QVERIFY(m_feed->undo());
        QTRY_COMPARE(readFile(m_settings), before);
        QVERIFY(!m_feed->undo()); // Once.
        connectClaude();
        QTRY_VERIFY(readFile(m_settings) != before);
        QTRY_VERIFY(m_window->messages()->text().contains(u"Claude Code asks qcc"_s));
        m_feed->forgetUndo();
        QVERIFY(!m_feed->undo());
    }

    void theTokenGoesIntoTheSettingsAndNowhereElse()
    {
        m_feed->setConfig(configWith("tok-0123456789abcdef"));
        connectClaude();
        QTRY_VERIFY(readFile(m_settings).contains("tok-0123456789abcdef"));
        for (const auto *label : m_window->findChildren<QLabel *>())
            QVERIFY2(!label->text().contains(u"tok-0123"_s), qPrintable(label->text()));
    }

    void aFailureStandsInTheRow()
    {
        m_window->show();
        m_window->showPage(Page::Clients);
        QTRY_VERIFY(claude());
        m_window->clients()->openChange(ClientProgram::ClaudeCode, ClientChange::Kind::Connect);
        QTRY_VERIFY(confirm() && confirm()->isEnabled());
        writeFile(m_settings, elsewhere);
        confirm()->click();
        QTRY_VERIFY(shows(u"was changed by somebody else at this moment"_s));
        QCOMPARE(readFile(m_settings), elsewhere);
        QVERIFY(m_window->messages()->text().isEmpty());
        // What it would come to now is shown, and can be done.
        QTRY_VERIFY(m_window->clients()->findChild<DiffView *>()->toPlainText().contains(u"https://relay.example"_s));
        QTRY_VERIFY(confirm()->isEnabled());
        QVERIFY(shows(u"was changed by somebody else at this moment"_s));
        confirm()->click();
        QTRY_VERIFY(!confirm());
        QVERIFY(readFile(m_settings).contains("127.0.0.1:7860"));
    }

private:
    static ConfigSnapshot configWith(const char *token)
    {
        QJsonObject json = defaultConfigJson();
        if (token) {
            QJsonObject listen = json.value("listen"_L1).toObject();
            listen.insert("access_token"_L1, QLatin1StringView(token));
            json.insert("listen"_L1, listen);
        }
        const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
        return config ? std::make_shared<const Config>(*config) : nullptr;
    }

    void connectClaude()
    {
        m_window->show();
        m_window->showPage(Page::Clients);
        QTRY_VERIFY(claude());
        m_window->clients()->openChange(ClientProgram::ClaudeCode, ClientChange::Kind::Connect);
        QTRY_VERIFY(confirm() && confirm()->isEnabled());
        confirm()->click();
        QTRY_VERIFY(!confirm());
    }

    const ClientView *claude() const
    {
        const QList<ClientView> &all = m_window->clients()->clients();
        const auto it = std::ranges::find(all, ClientProgram::ClaudeCode, [](const ClientView &each) { return each.state.client; });
        return it == all.end() ? nullptr : &*it;
    }

    QPushButton *confirm() const
    {
        for (auto *button : m_window->clients()->findChildren<QPushButton *>()) {
            if (button->text() == "Connect Claude Code"_L1 && button->isVisible())
                return button;
        }
        return nullptr;
    }

    bool shows(const QString &words) const
    {
        const auto labels = m_window->clients()->findChildren<QLabel *>();
        return std::ranges::any_of(labels, [&words](const QLabel *label) { return label->text().contains(words); });
    }

    static constexpr auto before = "{\n  \"env\": { \"A\": \"1\" }\n}\n";
    static constexpr auto elsewhere = "{ \"env\": { \"ANTHROPIC_BASE_URL\": \"https://relay.example\" } }";

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_oldHome;
    QString m_settings;
    std::unique_ptr<Paths> m_paths;
    std::unique_ptr<ProxyLink> m_link;
    QThread m_still; ///< Never runs.
    std::unique_ptr<HistoryFeed> m_history;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<PageFeeds> m_feeds;
    std::unique_ptr<ClientsFeed> m_feed;
};

QTEST_MAIN(TrayClientsFeedTest)
#include "tst_trayclientsfeed.moc"
