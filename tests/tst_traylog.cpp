#include "traysupport/shots.h"

#include "ui/log/logpage.h"
#include "ui/log/logview.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSet>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>

using namespace qcc;
using qcc::test::keepShot;
using namespace Qt::StringLiterals;

namespace {

constexpr auto windowSize = QSize(800, 560);

QString line(int number, const QString &level = u"INFO"_s, const QString &message = u"[req-%1] ✓ 响应成功: HTTP 200, 耗时: 812.40ms"_s)
{
    return u"2026-11-23 10:%1:%2,123 - %3 - "_s.arg(number / 60 % 60, 2, 10, QLatin1Char('0'))
               .arg(number % 60, 2, 10, QLatin1Char('0'))
               .arg(level)
        + (message.contains(u"%1"_s) ? message.arg(number) : message);
}

QStringList lines(int from, int count)
{
    QStringList all;
    for (int i = from; i < from + count; ++i)
        all << line(i);
    return all;
}

QStringList realisticLines()
{
    QStringList all;
    for (int i = 0; i < 60; ++i) {
        all << line(i);
        if (i % 7 == 3)
            all << line(
                i, u"WARNING"_s,
                u"endpoint relay-c (3fa1b2c4) is left alone for 60 s: transient (HTTP 529); it is checked in the background and comes back by itself"_s);
        if (i % 20 == 5)
            all << line(i, u"ERROR"_s, u"[req-%1] ✗ 响应失败: HTTP 502, every endpoint failed"_s);
        if (i % 11 == 4)
            all << line(i, u"DEBUG"_s, u"[req-%1] attempt 2 at relay-a"_s);
    }
    return all;
}

QString inColumns(const QStringList &lines)
{
    QStringList shown;
    for (const QString &each : lines)
        shown << LogColumns::shown(each);
    return shown.join(u'\n');
}

template <typename T>
T *named(const QWidget &page, const QString &text)
{
    for (T *widget : page.findChildren<T *>()) {
        if (widget->text().remove(u'&') == text)
            return widget;
    }
    return nullptr;
}

bool saysVisibly(const QWidget &page, const QString &text)
{
    const QList<QLabel *> labels = page.findChildren<QLabel *>();
    return std::ranges::any_of(labels, [&](const QLabel *label) { return label->isVisible() && label->text() == text; });
}

QColor colourAt(const LogView &view, int block, int column)
{
    for (const QTextLayout::FormatRange &range : view.document()->findBlockByNumber(block).layout()->formats()) {
        if (column >= range.start && column < range.start + range.length)
            return range.format.foreground().color();
    }
    return {};
}

QString topLine(const LogView &view)
{
    return view.cursorForPosition(QPoint(2, 4)).block().text();
}

void shoot(LogPage &page, const QString &name)
{
    // Scroll bars come and go with posted events.
    QCoreApplication::processEvents();
    keepShot(page, name);
}

} // namespace

class TrayLogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_page = std::make_unique<LogPage>();
        m_page->resize(windowSize);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        m_view = m_page->findChild<LogView *>();
        m_search = m_page->findChild<QLineEdit *>();
        m_follow = named<QCheckBox>(*m_page, u"Follow"_s);
    }

    void findsWhatIsNew_data()
    {
        QTest::addColumn<QStringList>("shown");
        QTest::addColumn<QStringList>("lines");
        QTest::addColumn<int>("gone");
        QTest::newRow("nothing new") << lines(0, 5) << lines(0, 5) << 0;
        QTest::newRow("lines added") << lines(0, 5) << lines(0, 8) << 0;
        QTest::newRow("a full window moved on") << lines(0, 5) << lines(2, 5) << 2;
        QTest::newRow("another log") << lines(0, 5) << lines(9, 5) << 5;
        QTest::newRow("began anew") << lines(5, 5) << lines(5, 2) << 5;
        QTest::newRow("the same line again") << QStringList{u"a"_s, u"a"_s} << QStringList{u"a"_s, u"a"_s, u"a"_s} << 0;
        QTest::newRow("from nothing") << QStringList() << lines(0, 2) << 0;
    }
    void findsWhatIsNew()
    {
        QFETCH(QStringList, shown);
        QFETCH(QStringList, lines);
        QTEST(static_cast<int>(linesGone(shown, lines)), "gone");
    }

    void showsTheLinesAndFollowsTheEnd()
    {
        m_page->setLines(lines(0, 100), 100);
        QCOMPARE(m_view->toPlainText(), inColumns(lines(0, 100)));
        QCOMPARE(m_view->verticalScrollBar()->value(), m_view->verticalScrollBar()->maximum());
        m_page->setLines(lines(0, 120), 120);
        QCOMPARE(m_view->toPlainText(), inColumns(lines(0, 120)));
        QCOMPARE(m_view->verticalScrollBar()->value(), m_view->verticalScrollBar()->maximum());
        QVERIFY(m_follow->isChecked());
    }

    void whatIsReadDoesNotMove_data()
    {
        QTest::addColumn<bool>("wrapped");
        QTest::addColumn<int>("gone");
        QTest::newRow("lines added") << false << 0;
        QTest::newRow("lines gone above") << false << 10;
        QTest::newRow("wrapped, lines added") << true << 0;
        QTest::newRow("wrapped, lines gone above") << true << 10;
    }
    void whatIsReadDoesNotMove()
    {
        QFETCH(bool, wrapped);
        QFETCH(int, gone);
        m_page->resize(500, 560);
        named<QCheckBox>(*m_page, u"Wrap lines"_s)->setChecked(wrapped);
        m_page->setLines(lines(0, 200), 200);
        m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum() / 2);
        QVERIFY(!m_follow->isChecked());
        const QString before = topLine(*m_view);
        m_page->setLines(lines(gone, 230), 230);
        QCOMPARE(m_view->document()->blockCount(), 230);
        QCOMPARE(topLine(*m_view), before);
        QVERIFY(!m_follow->isChecked());
    }

    void scrollingBackToTheEndFollowsAgain()
    {
        m_page->setLines(lines(0, 200), 200);
        QTest::keyClick(m_view, Qt::Key_PageUp);
        QVERIFY(!m_follow->isChecked());
        m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum());
        QVERIFY(m_follow->isChecked());
        m_view->verticalScrollBar()->setValue(0);
        QTest::mouseClick(m_follow, Qt::LeftButton, {}, QPoint(8, m_follow->height() / 2));
        QCOMPARE(m_view->verticalScrollBar()->value(), m_view->verticalScrollBar()->maximum());
    }

    void aSelectionStays()
    {
        m_page->setLines(lines(0, 50), 50);
        QTextCursor cursor = m_view->textCursor();
        cursor.setPosition(m_view->document()->findBlockByNumber(48).position());
        cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
        m_view->setTextCursor(cursor);
        const QString selected = cursor.selectedText();
        m_page->setLines(lines(10, 60), 70);
        QCOMPARE(m_view->textCursor().selectedText(), selected);
    }

    void oneLineIsOneBlockWhateverItHolds()
    {
        m_page->setLines({u"a\rb\u2029c"_s, u"d"_s}, 2);
        QCOMPARE(m_view->document()->blockCount(), 2);
        m_page->setLines({u"d"_s, u"e\rf"_s}, 3);
        QCOMPARE(m_view->toPlainText(), u"d\ne f"_s);
    }

    void asksForALevelAtOnceAndForATextOnceItSettled()
    {
        QSignalSpy asked(m_page.get(), &LogPage::queryChanged);
        named<ChipButton>(*m_page, u"Warnings and errors"_s)->click();
        QCOMPARE(asked.size(), 1);
        QCOMPARE(m_page->query().level, std::optional(LogLevel::Warning));
        QTest::keyClicks(m_search, u"req-7"_s);
        QCOMPARE(asked.size(), 1);
        QTRY_COMPARE(asked.size(), 2);
        const auto query = asked.last().first().value<LogQuery>();
        QCOMPARE(query.grep, u"req-7"_s);
        QCOMPARE(query.level, std::optional(LogLevel::Warning));
        QCOMPARE(query.lines, 2000);
    }

    void enterAsksAtOnceAndOnlyOnce()
    {
        QSignalSpy asked(m_page.get(), &LogPage::queryChanged);
        QTest::keyClicks(m_search, u"502"_s);
        QTest::keyClick(m_search, Qt::Key_Return);
        QCOMPARE(asked.size(), 1);
        QTest::keyClick(m_search, Qt::Key_Return);
        QCOMPARE(asked.size(), 1);
    }

    void showsAllAgainWhereNothingMatches()
    {
        m_page->setLines({}, 0);
        QVERIFY(saysVisibly(*m_page, u"No log yet"_s));
        named<ChipButton>(*m_page, u"Errors only"_s)->click();
        QTest::keyClicks(m_search, u"nonsense"_s);
        QTest::keyClick(m_search, Qt::Key_Return);
        m_page->setLines({}, 512);
        QVERIFY(saysVisibly(*m_page, u"Nothing matches"_s));
        shoot(*m_page, u"log-nothing-matches"_s);
        QSignalSpy asked(m_page.get(), &LogPage::queryChanged);
        QTest::mouseClick(named<QPushButton>(*m_page, u"Show all"_s), Qt::LeftButton);
        QCOMPARE(asked.size(), 1);
        QVERIFY(!m_page->query().level);
        QVERIFY(m_page->query().grep.isEmpty());
        m_page->setLines(lines(0, 3), 512);
        QVERIFY(m_view->isVisible());
        QVERIFY(!saysVisibly(*m_page, u"Nothing matches"_s));
    }

    void saysHowMuchIsShown_data()
    {
        QTest::addColumn<QString>("search");
        QTest::addColumn<int>("shown");
        QTest::addColumn<int>("total");
        QTest::addColumn<QString>("says");
        QTest::newRow("all") << QString() << 3 << 3 << u"Lines: %1"_s;
        QTest::newRow("the end") << QString() << 2000 << 48211 << u"The last %1 of %2 lines"_s;
        QTest::newRow("some match") << u"req"_s << 37 << 48211 << u"Matching lines: %1 of %2"_s;
        QTest::newRow("many match") << u"req"_s << 2000 << 48211 << u"The last %1 lines that match"_s;
    }
    void saysHowMuchIsShown()
    {
        QFETCH(QString, search);
        QFETCH(int, shown);
        QFETCH(int, total);
        QFETCH(QString, says);
        QTest::keyClicks(m_search, search);
        QTest::keyClick(m_search, Qt::Key_Return);
        m_page->setLines(lines(0, shown), total);
        QVERIFY(saysVisibly(*m_page, says.arg(QLocale().toString(shown), QLocale().toString(total))));
    }

    void copiesTheSelectionOrElseAll()
    {
        m_page->setLines(lines(0, 3), 3);
        auto *copy = named<QPushButton>(*m_page, u"Copy"_s);
        QTest::mouseClick(copy, Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), lines(0, 3).join(u'\n') + u'\n');
        QTextCursor cursor(m_view->document());
        cursor.movePosition(QTextCursor::NextBlock, QTextCursor::KeepAnchor, 2);
        m_view->setTextCursor(cursor);
        QTest::mouseClick(copy, Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), lines(0, 2).join(u'\n') + u'\n');
    }

    void coloursTheLevelInBothThemes()
    {
        const QStringList all{line(1), line(2, u"WARNING"_s), line(3, u"ERROR"_s), u"no line of qcc"_s};
        m_page->setLines(all, 4);
        for (const bool asInFile : {false, true}) {
            named<QCheckBox>(*m_page, u"As in the file"_s)->setChecked(asInFile);
            const int levelColumn = asInFile ? 26 : 15;
            for (const Theme theme : {Theme::Dark, Theme::Light}) {
                applyTheme(theme);
                QTRY_COMPARE(isDark(m_view->palette()), theme == Theme::Dark);
                QCOMPARE(colourAt(*m_view, 0, levelColumn), colourOf(Meaning::Neutral, m_view->palette()));
                QCOMPARE(colourAt(*m_view, 1, levelColumn), colourOf(Meaning::Warning, m_view->palette()));
                QCOMPARE(colourAt(*m_view, 2, levelColumn), colourOf(Meaning::Failure, m_view->palette()));
                QVERIFY(!colourAt(*m_view, 2, levelColumn + 9).isValid());
                QVERIFY(!colourAt(*m_view, 3, 2).isValid());
            }
        }
    }

    void linesStandInColumns_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("shown");
        QTest::newRow("info") << u"2026-11-23 10:00:00,123 - INFO - relay-a is back"_s << u"11-23 10:00:00\tInfo\trelay-a is back"_s;
        QTest::newRow("words that look like a head") << u"2026-11-23 10:00:00,123 - ERROR - a - b\tc"_s << u"11-23 10:00:00\tError\ta - b\tc"_s;
        QTest::newRow("without words") << u"2026-11-23 10:00:00,123 - WARNING - "_s << u"11-23 10:00:00\tWarning\t"_s;
        QTest::newRow("no line of qcc") << u"Traceback:\tx"_s << u"Traceback:\tx"_s;
        QTest::newRow("another level") << u"2026-11-23 10:00:00,123 - LOUD - x"_s << u"2026-11-23 10:00:00,123 - LOUD - x"_s;
        QTest::newRow("empty") << QString() << QString();
        QTest::newRow("cut") << u"2026-11-23 10:00:00,123 - INFO"_s << u"2026-11-23 10:00:00,123 - INFO"_s;
    }
    void linesStandInColumns()
    {
        QFETCH(QString, line);
        QTEST(LogColumns::shown(line), "shown");
        m_page->setLines({line, line}, 2);
        QCOMPARE(m_view->document()->blockCount(), 2);
    }

    void columnsDoNotFollowTheWords()
    {
        m_page->setLines({line(1), line(2, u"WARNING"_s), line(3, u"ERROR"_s), line(4, u"DEBUG"_s)}, 4);
        QSet<double> places;
        for (int block = 0; block < 4; ++block) {
            const QTextBlock each = m_view->document()->findBlockByNumber(block);
            QTextCursor words(each);
            words.setPosition(each.position() + static_cast<int>(LogColumns::headOfShown(each.text())));
            places << m_view->cursorRect(words).left();
        }
        QCOMPARE(places.size(), 1);
    }

    void aWrappedLineGoesOnUnderItsWords()
    {
        m_page->resize(600, 400);
        const QString text = u"a word and "_s.repeated(30);
        m_page->setLines({line(1, u"INFO"_s, text), text}, 2);
        named<QCheckBox>(*m_page, u"Wrap lines"_s)->setChecked(true);
        QCoreApplication::processEvents();
        const QTextBlock first = m_view->document()->firstBlock();
        QVERIFY(first.layout()->lineCount() > 2);
        QTextCursor words(first);
        words.setPosition(static_cast<int>(LogColumns::headOfShown(first.text())));
        for (int i = 1; i < first.layout()->lineCount(); ++i) {
            QCOMPARE(qRound(first.layout()->lineAt(i).x()), m_view->cursorRect(words).left());
            QVERIFY(first.layout()->lineAt(i).naturalTextRect().right() <= m_view->viewport()->width());
        }
        // The next one begins below it, and goes on at the side where it has no head.
        const QTextLayout *second = first.next().layout();
        QVERIFY(second->lineCount() > 1);
        QCOMPARE(second->lineAt(1).x(), second->lineAt(0).x());
        QTextCursor end(first.next());
        QVERIFY(m_view->cursorRect(end).top() >= first.layout()->lineCount() * m_view->fontMetrics().height());
    }

    void theEndIsSeenWhateverTheWidth()
    {
        named<QCheckBox>(*m_page, u"Wrap lines"_s)->setChecked(true);
        m_page->setLines(realisticLines(), 78);
        QTextCursor end(m_view->document());
        end.movePosition(QTextCursor::End);
        for (const int width : {1100, 592, 450, 800}) {
            m_page->resize(width, 460);
            QCoreApplication::processEvents();
            QCOMPARE(m_view->verticalScrollBar()->value(), m_view->verticalScrollBar()->maximum());
            QVERIFY2(m_view->cursorRect(end).bottom() <= m_view->viewport()->height(), qPrintable(QString::number(width)));
            QVERIFY(m_follow->isChecked());
        }
    }

    void whatIsCopiedHasItsWholeHead()
    {
        m_page->setLines(lines(0, 3), 3);
        const auto copied = [this](int from, int to) {
            QTextCursor cursor(m_view->document());
            cursor.setPosition(from);
            cursor.setPosition(to, QTextCursor::KeepAnchor);
            m_view->setTextCursor(cursor);
            m_view->copy();
            return QGuiApplication::clipboard()->text();
        };
        const QTextBlock second = m_view->document()->findBlockByNumber(1);
        const auto head = static_cast<int>(LogColumns::headOfShown(second.text()));
        QCOMPARE(copied(second.position(), second.position() + head + 7), line(1).first(LogColumns::headOf(line(1)) + 7));
        // Only words, and only a part of the head.
        QCOMPARE(copied(second.position() + head, second.position() + head + 7), u"[req-1]"_s);
        QCOMPARE(copied(second.position() + 6, second.position() + 14), u"10:00:01"_s);
        // From the middle of one line to the middle of another.
        const QString first = m_view->document()->firstBlock().text();
        QCOMPARE(copied(static_cast<int>(first.size()) - 2, second.position() + head + 7),
                 first.last(2) + u'\n' + line(1).first(LogColumns::headOf(line(1)) + 7));
        named<QCheckBox>(*m_page, u"As in the file"_s)->setChecked(true);
        QCOMPARE(m_view->toPlainText(), lines(0, 3).join(u'\n'));
        QCOMPARE(copied(0, 10), line(0).first(10));
    }

    void theChosenLevelIsOneOfAll()
    {
        const QList<ChipButton *> chips = m_page->findChildren<ChipButton *>();
        QCOMPARE(chips.size(), 4);
        const QList<std::optional<LogLevel>> levels{std::nullopt, LogLevel::Info, LogLevel::Warning, LogLevel::Error};
        for (qsizetype i = 0; i < chips.size(); ++i) {
            chips[i]->click();
            QCOMPARE(m_page->query().level, levels.at(i));
            QCOMPARE(std::ranges::count_if(chips, [](const ChipButton *chip) { return chip->isChecked(); }), 1);
        }
        QVERIFY(m_page->clearFilter());
        QVERIFY(chips.first()->isChecked());
        QVERIFY(!m_page->clearFilter());
    }

    void marksWhatWasSearched()
    {
        QTest::keyClicks(m_search, u"req-1"_s);
        QTest::keyClick(m_search, Qt::Key_Return);
        m_page->setLines(lines(1, 1), 1);
        const auto column = static_cast<int>(LogColumns::shown(line(1)).indexOf(u"req-1"_s));
        const QList<QTextLayout::FormatRange> formats = m_view->document()->firstBlock().layout()->formats();
        QVERIFY(std::ranges::any_of(formats, [column](const QTextLayout::FormatRange &range) {
            return range.start == column && range.length == 5 && range.format.hasProperty(QTextFormat::BackgroundBrush);
        }));
    }

    void ctrlFGoesToTheSearch()
    {
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_view->setFocus();
        m_page->focusFilter();
        QVERIFY(m_search->hasFocus());
    }

    void everythingHasAName()
    {
        for (const ChipButton *chip : m_page->findChildren<ChipButton *>())
            QCOMPARE(chip->accessibleDescription(), u"Level"_s);
        QVERIFY(!m_search->accessibleName().isEmpty());
        QVERIFY(!m_view->accessibleName().isEmpty());
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
        m_page->setLines({}, 0);
        shoot(*m_page, u"log-empty-"_s + name);
        m_page->setLines(realisticLines(), 48211);
        shoot(*m_page, u"log-"_s + name);
        QTest::keyClicks(m_search, u"req-5"_s);
        QTest::keyClick(m_search, Qt::Key_Return);
        named<QCheckBox>(*m_page, u"Wrap lines"_s)->setChecked(true);
        shoot(*m_page, u"log-search-wrapped-"_s + name);
        named<QCheckBox>(*m_page, u"As in the file"_s)->setChecked(true);
        shoot(*m_page, u"log-as-in-file-"_s + name);
        named<QCheckBox>(*m_page, u"As in the file"_s)->setChecked(false);
        m_search->clear();
        m_page->resize(1100, 700);
        shoot(*m_page, u"log-wide-"_s + name);
        m_page->resize(592, 460);
        shoot(*m_page, u"log-narrow-"_s + name);
        QCOMPARE(m_view->verticalScrollBar()->value(), m_view->verticalScrollBar()->maximum());
    }

private:
    std::unique_ptr<LogPage> m_page;
    LogView *m_view = nullptr;
    QLineEdit *m_search = nullptr;
    QCheckBox *m_follow = nullptr;
};

QTEST_MAIN(TrayLogTest)
#include "tst_traylog.moc"
