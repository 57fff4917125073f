#include "ui/log/logpage.h"

#include "ui/log/logview.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/pagehead.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>

#include <array>
#include <optional>

namespace qcc {

namespace {

constexpr int allLevels = 0;
/// What is shown with each of the chips, and what is worse.
constexpr std::array leastLevels{LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error};

} // namespace

LogPage::LogPage(QWidget *parent)
    : QWidget(parent)
    , m_search(new QLineEdit)
    , m_follow(new QCheckBox(tr("&Follow")))
    , m_wrap(new QCheckBox(tr("&Wrap lines")))
    , m_asInFile(new QCheckBox(tr("As in the f&ile")))
    , m_copy(new QPushButton(tr("&Copy")))
    , m_view(new LogView)
    , m_noLog(new EmptyState(tr("No log yet"), tr("Start the proxy: what it does is shown here line by line.")))
    , m_noMatch(new EmptyState(tr("Nothing matches"), tr("No line of the log has this level and holds this text.")))
    , m_pages(new QStackedWidget)
    , m_summary(new TextLabel)
{
    m_search->setPlaceholderText(tr("Search, for instance req-12"));
    m_search->setAccessibleName(tr("Search the log"));
    setPlainToolTip(m_search, tr("Only lines that hold this text; upper and lower case differ (%1)")
                                  .arg(QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText)));
    m_follow->setChecked(true);
    setPlainToolTip(m_follow, tr("Stay at the end while lines are added"));
    setPlainToolTip(m_asInFile, tr("Show the words and ids that stand in proxy.log"));
    setPlainToolTip(m_copy, tr("Copy what is selected, or else all lines shown"));
    m_view->setAccessibleName(tr("Log"));
    auto *folder = new QPushButton(tr("&Open folder"));
    setPlainToolTip(folder, tr("Show the log file in the file manager"));

    auto *head = new PageHead(tr("Log"), tr("From proxy.log, the newest last"));
    head->addSearch(m_search);
    head->addTool(m_copy);
    head->addTool(folder);

    m_pages->addWidget(m_view);
    m_pages->addWidget(m_noLog);
    m_pages->addWidget(m_noMatch);
    QPushButton *all = m_noMatch->addButton(tr("Show &all"));

    auto *foot = new QHBoxLayout;
    foot->setSpacing(metrics::edge);
    foot->addWidget(m_summary, 1);
    foot->addWidget(m_asInFile);
    foot->addWidget(m_wrap);
    foot->addWidget(m_follow);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(tokens::space::margin, tokens::space::margin, tokens::space::margin, metrics::edge);
    column->setSpacing(metrics::unit);
    column->addWidget(head);
    column->addLayout(levels());
    column->addWidget(m_pages, 1);
    column->addLayout(foot);

    m_settle.setSingleShot(true);
    m_settle.setInterval(settleTime);
    connect(&m_settle, &QTimer::timeout, this, &LogPage::ask);
    connect(m_search, &QLineEdit::textChanged, &m_settle, qOverload<>(&QTimer::start));
    connect(m_search, &QLineEdit::returnPressed, this, &LogPage::ask);
    connect(&m_levels, &QButtonGroup::idClicked, this, &LogPage::ask);
    connect(all, &QPushButton::clicked, this, [this] {
        clearFilter();
        m_search->setFocus();
    });
    connect(m_follow, &QCheckBox::toggled, m_view, &LogView::setFollows);
    connect(m_view, &LogView::followsChanged, m_follow, &QCheckBox::setChecked);
    connect(m_wrap, &QCheckBox::toggled, m_view, &LogView::setWraps);
    connect(m_asInFile, &QCheckBox::toggled, m_view, [this](bool asInFile) { m_view->setColumns(!asInFile); });
    connect(m_asInFile, &QCheckBox::toggled, this, &LogPage::showLines);
    connect(m_asInFile, &QCheckBox::toggled, this, &LogPage::ask);
    connect(m_copy, &QPushButton::clicked, this, &LogPage::copy);
    connect(folder, &QPushButton::clicked, this, &LogPage::openFolderRequested);
    m_asked = query();
}

QHBoxLayout *LogPage::levels()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::half + 2);
    const auto add = [this, row](const QString &text, std::optional<Meaning> meaning) {
        auto *chip = new ChipButton(text);
        chip->setMeaning(meaning);
        chip->setAccessibleDescription(tr("Level"));
        m_levels.addButton(chip, static_cast<int>(m_levels.buttons().size()));
        row->addWidget(chip);
    };
    add(tr("All levels"), std::nullopt);
    add(tr("Info and above"), std::nullopt);
    add(tr("Warnings and errors"), Meaning::Warning);
    add(tr("Errors only"), Meaning::Failure);
    row->addStretch();
    m_levels.button(allLevels)->setChecked(true);
    return row;
}

LogQuery LogPage::query() const
{
    LogQuery query;
    query.lines = mostLines;
    if (const int chosen = m_levels.checkedId(); chosen > allLevels)
        query.level = leastLevels.at(static_cast<std::size_t>(chosen));
    query.grep = m_search->text();
    if (!m_asInFile->isChecked())
        query.orHolds = LogWords::inFile(query.grep, m_names);
    return query;
}

bool LogPage::filters() const
{
    return m_asked.level || !m_asked.grep.isEmpty();
}

void LogPage::setLines(const QStringList &lines, qint64 total)
{
    m_lines = lines;
    showLines();
    if (!lines.isEmpty())
        m_pages->setCurrentWidget(m_view);
    else if (total > 0 && filters())
        m_pages->setCurrentWidget(m_noMatch);
    else
        m_pages->setCurrentWidget(m_noLog);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_copy, m_asInFile, m_wrap, m_follow})
        widget->setEnabled(!lines.isEmpty());
    m_summary->setText(summary(lines.size(), total));
}

void LogPage::setConfig(const ConfigSnapshot &config)
{
    if (!config || config == m_config)
        return;
    m_config = config;
    LogWords::Names names;
    for (const Cluster &cluster : config->clusters) {
        for (const Endpoint &endpoint : cluster.endpoints)
            names.insert(endpoint.id, endpoint.name);
    }
    if (names == m_names)
        return;
    m_names = names;
    m_translated.clear();
    showLines();
    ask();
}

void LogPage::showLines()
{
    if (m_asInFile->isChecked()) {
        m_view->setLines(m_lines);
        return;
    }
    QHash<QString, QString> translated;
    QStringList shown;
    shown.reserve(m_lines.size());
    for (const QString &line : m_lines) {
        auto known = m_translated.constFind(line);
        shown << (known == m_translated.cend() ? LogWords::shown(line, m_names) : *known);
        translated.insert(line, shown.constLast());
    }
    m_translated = translated;
    m_view->setLines(shown);
}

QString LogPage::summary(qsizetype shown, qint64 total) const
{
    const QLocale locale;
    if (shown == 0)
        return {};
    if (filters())
        return shown < mostLines ? tr("Matching lines: %1 of %2").arg(locale.toString(shown), locale.toString(total))
                                 : tr("The last %1 lines that match").arg(locale.toString(shown));
    return shown < total ? tr("The last %1 of %2 lines").arg(locale.toString(shown), locale.toString(total))
                         : tr("Lines: %1", "of the log").arg(locale.toString(shown));
}

void LogPage::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void LogPage::ask()
{
    m_settle.stop();
    const LogQuery wanted = query();
    if (wanted.level == m_asked.level && wanted.grep == m_asked.grep && wanted.orHolds == m_asked.orHolds)
        return;
    m_asked = wanted;
    m_view->setSearch(wanted.grep);
    Q_EMIT queryChanged(wanted);
}

void LogPage::search(const QString &text)
{
    m_levels.button(allLevels)->setChecked(true);
    m_search->setText(text);
    ask();
}

bool LogPage::clearFilter()
{
    if (m_levels.checkedId() == allLevels && m_search->text().isEmpty())
        return false;
    m_levels.button(allLevels)->setChecked(true);
    m_search->clear();
    ask();
    return true;
}

void LogPage::copy()
{
    const QString selected = m_view->selectedText();
    QGuiApplication::clipboard()->setText(selected.isEmpty() ? m_view->lines().join(QLatin1Char('\n')) + QLatin1Char('\n') : selected);
}

} // namespace qcc
