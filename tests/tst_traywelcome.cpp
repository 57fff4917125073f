#include "traysupport/shots.h"

#include "ui/overview/welcomepage.h"
#include "ui/overview/welcomeparts.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QMimeData>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>

#include <algorithm>
#include <memory>

using namespace qcc;
using qcc::test::keepShot;
using namespace Qt::StringLiterals;

namespace {

ImportedEndpoint found(ImportSource source, const QString &name, const QString &place, ImportOutcome outcome = ImportOutcome::Added)
{
    FoundEndpoint endpoint;
    endpoint.source = source;
    endpoint.place = place;
    endpoint.fields.name = name;
    endpoint.fields.baseUrl = u"https://%1.example/api"_s.arg(name);
    endpoint.fields.apiKey = u"sk-secret-0123456789"_s;
    return {endpoint, outcome, outcome == ImportOutcome::Added ? name : QString(), {}};
}

QList<ImportedEndpoint> several()
{
    return {found(ImportSource::ClaudeCode, u"relay-a"_s, u"/home/me/.claude/settings.json"_s),
            found(ImportSource::CcSwitch, u"relay-b"_s, u"/home/me/.cc-switch/cc-switch.db"_s),
            found(ImportSource::CcSwitch, u"translated"_s, u"/home/me/.cc-switch/cc-switch.db"_s, ImportOutcome::NeedsRewriting),
            found(ImportSource::CcSwitch, u"relay-c"_s, u"/home/me/.cc-switch/cc-switch.db"_s),
            found(ImportSource::Environment, u"api.openai.com"_s, u"OPENAI_API_KEY"_s)};
}

} // namespace

class TrayWelcomeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_page = std::make_unique<WelcomePage>();
        m_page->resize(952, 760);
        m_asked = std::make_unique<QSignalSpy>(m_page.get(), &WelcomePage::foundWanted);
        m_offered = std::make_unique<QSignalSpy>(m_page.get(), &WelcomePage::textOffered);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_field = m_page->findChild<PasteField *>();
    }

    void asksOnceWhatThereIs()
    {
        QCOMPARE(m_asked->size(), 1);
        QVERIFY(says(u"Looking…"_s));
        m_page->hide();
        m_page->show();
        QCOMPARE(m_asked->size(), 1);
    }

    void oneButtonIsProposed()
    {
        const QList<QPushButton *> buttons = m_page->findChildren<QPushButton *>();
        QCOMPARE(std::ranges::count_if(buttons, &QPushButton::isDefault), 1);
        QVERIFY(button(u"Add an endpoint…"_s)->isDefault());
        QSignalSpy add(m_page.get(), &WelcomePage::addEndpointRequested);
        QSignalSpy demo(m_page.get(), &WelcomePage::demoRequested);
        QSignalSpy import(m_page.get(), &WelcomePage::importRequested);
        button(u"Add an endpoint…"_s)->click();
        button(u"Try the demo"_s)->click();
        button(u"Import…"_s)->click();
        QCOMPARE(QList<qsizetype>({add.size(), demo.size(), import.size()}), QList<qsizetype>({1, 1, 1}));
    }

    void whatIsPastedIsOfferedAtOnce()
    {
        QGuiApplication::clipboard()->setText(u"https://relay.example/api"_s);
        m_field->setFocus();
        QTest::keySequence(m_field, QKeySequence::Paste);
        QCOMPARE(m_offered->size(), 1);
        QCOMPARE(m_offered->first().first().toString(), u"https://relay.example/api"_s);
        // A key is not left lying about.
        m_page->hide();
        QVERIFY(m_field->toPlainText().isEmpty());
    }

    void whatIsTypedIsOfferedByEnterOrByTheButton()
    {
        m_field->setFocus();
        QTest::keyClick(m_field, Qt::Key_Return);
        QCOMPARE(m_offered->size(), 0);
        QTest::keyClicks(m_field, u"sk-typed"_s);
        QCOMPARE(m_offered->size(), 0);
        QTest::keyClick(m_field, Qt::Key_Return);
        QCOMPARE(m_offered->size(), 1);
        QSignalSpy add(m_page.get(), &WelcomePage::addEndpointRequested);
        button(u"Add an endpoint…"_s)->click();
        QCOMPARE(add.size(), 0);
        QCOMPARE(m_offered->size(), 2);
        QCOMPARE(m_offered->last().first().toString(), u"sk-typed"_s);
        // Shift+Enter begins a line, Tab leaves.
        QTest::keyClick(m_field, Qt::Key_Return, Qt::ShiftModifier);
        QVERIFY(m_field->toPlainText().endsWith(u'\n'));
        QTest::keyClick(m_field, Qt::Key_Tab);
        QVERIFY(!m_field->hasFocus());
    }

    void aFileIsLeftToTheWindow()
    {
        QMimeData file;
        file.setUrls({QUrl::fromLocalFile(u"/tmp/settings.json"_s)});
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &file, Qt::LeftButton, {});
        QApplication::sendEvent(m_field->viewport(), &enter);
        QVERIFY(!enter.isAccepted());
        QMimeData text;
        text.setText(u"sk-dropped"_s);
        QDragEnterEvent enterText(QPoint(20, 20), Qt::CopyAction, &text, Qt::LeftButton, {});
        QApplication::sendEvent(m_field->viewport(), &enterText);
        QVERIFY(enterText.isAccepted());
        QDropEvent drop(QPointF(20, 20), Qt::CopyAction, &text, Qt::LeftButton, {});
        QApplication::sendEvent(m_field->viewport(), &drop);
        QCOMPARE(m_offered->size(), 1);
    }

    void whatWasFoundStandsThereByName()
    {
        m_page->setFound(several());
        QVERIFY(!says(u"Looking…"_s));
        const QList<FoundRow *> rows = m_page->findChildren<FoundRow *>();
        QCOMPARE(rows.size(), 3);
        QVERIFY(says(u"Nothing is changed where they come from."_s));
        QCOMPARE(rows[0]->names(), u"relay-a"_s);
        QCOMPARE(rows[0]->from(), u"From Claude Code's settings · relay-a.example/api"_s);
        QCOMPARE(rows[1]->names(), u"relay-b, relay-c"_s);
        QCOMPARE(rows[1]->from(), u"From cc-switch · 2 endpoints"_s);
        QCOMPARE(rows[2]->from(), u"From the environment · OPENAI_API_KEY"_s);
        QCOMPARE(rows[1]->button()->accessibleName(), u"Import relay-b, relay-c"_s);
        for (const FoundRow *row : rows)
            QVERIFY(!row->toolTip().contains(u"sk-secret"_s));
        QSignalSpy chosen(m_page.get(), &WelcomePage::importChosen);
        QTest::mouseClick(rows[1]->button(), Qt::LeftButton);
        QCOMPARE(chosen.size(), 1);
        const auto endpoints = chosen.first().first().value<QList<FoundEndpoint>>();
        QCOMPARE(endpoints.size(), 2);
        QCOMPARE(endpoints[0].fields.name, u"relay-b"_s);
        QCOMPARE(endpoints[1].fields.name, u"relay-c"_s);
        // Once they are taken over they are not offered any more.
        QList<ImportedEndpoint> later = several();
        for (ImportedEndpoint &each : later)
            each.outcome = each.found.source == ImportSource::CcSwitch ? ImportOutcome::AlreadyThere : each.outcome;
        m_page->setFound(later);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(m_page->findChildren<FoundRow *>().size(), 2);
    }

    void whereNothingIsFoundItSaysSo()
    {
        m_page->setFound({});
        QVERIFY(says(u"Nothing where other programs keep their endpoints."_s));
        m_page->setFound({found(ImportSource::CcSwitch, u"x"_s, u"y"_s, ImportOutcome::NoKey)});
        QVERIFY(says(u"Nothing that can be taken over as it is."_s));
        QVERIFY(button(u"Import…"_s)->isVisible());
    }

    void everythingHasAName()
    {
        m_page->setFound(several());
        QVERIFY(!m_field->accessibleName().isEmpty());
        for (const QPushButton *each : m_page->findChildren<QPushButton *>())
            QVERIFY(!each->text().isEmpty());
    }

    void looksWell_data()
    {
        QTest::addColumn<Theme>("theme");
        QTest::addColumn<QSize>("size");
        QTest::newRow("light") << Theme::Light << QSize(952, 760);
        QTest::newRow("dark") << Theme::Dark << QSize(952, 760);
        QTest::newRow("narrow") << Theme::Light << QSize(592, 520);
        QTest::newRow("none") << Theme::Dark << QSize(792, 640);
    }
    void looksWell()
    {
        QFETCH(Theme, theme);
        QFETCH(QSize, size);
        applyTheme(theme);
        m_page = std::make_unique<WelcomePage>();
        m_page->resize(size);
        m_page->show();
        const bool none = QByteArray(QTest::currentDataTag()) == "none";
        QList<ImportedEndpoint> all = several();
        all[0].name = u"relay-with-a-name-that-is-much-longer-than-there-is-room-for-in-a-row-of-this-card-and-goes-on"_s;
        m_page->setFound(none ? QList<ImportedEndpoint>() : size.width() < 600 ? all : several());
        m_page->findChild<PasteField *>()->setFocus();
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents();
        keepShot(*m_page, u"welcome-%1"_s.arg(QString::fromUtf8(QTest::currentDataTag())));
        const auto *scroll = m_page->findChild<QScrollArea *>();
        QVERIFY(scroll->widget()->width() <= scroll->viewport()->width());
        // The column is in the middle, and as wide as it may be.
        const auto *box = m_page->findChild<PasteBox *>();
        QCOMPARE(box->width(), 520);
        const int left = box->mapTo(m_page.get(), QPoint()).x();
        QVERIFY(std::abs(left - (scroll->viewport()->width() - left - box->width())) <= 2);
        for (const QLabel *label : m_page->findChildren<QLabel *>())
            QVERIFY(!label->isVisible() || !label->hasHeightForWidth() || label->height() >= label->heightForWidth(label->width()));
    }

private:
    QPushButton *button(const QString &text) const
    {
        for (QPushButton *each : m_page->findChildren<QPushButton *>()) {
            if (each->text().remove(u'&') == text)
                return each;
        }
        return nullptr;
    }
    bool says(const QString &text) const
    {
        const QList<QLabel *> labels = m_page->findChildren<QLabel *>();
        return std::ranges::any_of(labels, [&text](const QLabel *label) { return label->isVisible() && label->text() == text; });
    }

    std::unique_ptr<WelcomePage> m_page;
    std::unique_ptr<QSignalSpy> m_asked;
    std::unique_ptr<QSignalSpy> m_offered;
    PasteField *m_field = nullptr;
};

QTEST_MAIN(TrayWelcomeTest)
#include "tst_traywelcome.moc"
